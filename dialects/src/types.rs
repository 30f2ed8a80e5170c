//! The shapes behind types: scalars, arrays, tables and tiles, as plain numbers.

use crate::raw;
use melior::ir::Type;
use melior::ir::r#type::{DimSize, IntegerType, RankedTensorType, ShapedTypeLike, TypeLike};

/// A variable's type: bits of the element (1, 8, 16, 32, 64), and the dimensions of an array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VarType {
    pub bits: u32,
    pub shape: Vec<u64>,
}

impl VarType {
    /// Bytes of one element; `i1` takes a whole one.
    pub fn element_bytes(&self) -> u64 {
        u64::from(self.bits.max(8) / 8)
    }

    /// The number of elements, 1 for a scalar.
    pub fn elements(&self) -> u64 {
        self.shape.iter().product()
    }
}

/// The bits of a signless integer type.
pub fn integer_bits(r#type: Type) -> Option<u32> {
    let integer = IntegerType::try_from(r#type).ok()?;
    integer.is_signless().then(|| integer.width())
}

/// A type that a `swarm.var` may have.
pub fn var_type(r#type: Type) -> Option<VarType> {
    let (bits, shape) = match tensor_shape(r#type) {
        Some(parts) => parts,
        None => (integer_bits(r#type)?, Vec::new()),
    };
    [1, 8, 16, 32, 64].contains(&bits).then_some(VarType { bits, shape })
}

/// Element bits and dimensions of a static integer tensor of rank 1 at least, without empty dimensions.
pub fn tensor_shape(r#type: Type) -> Option<(u32, Vec<u64>)> {
    if !r#type.is_ranked_tensor() {
        return None;
    }
    let tensor = RankedTensorType::try_from(r#type).ok()?;
    let shape: Option<Vec<u64>> = (0..tensor.rank())
        .map(|i| match tensor.dim_size(i).ok()? {
            DimSize::Static(size) => Some(size as u64),
            DimSize::Dynamic => None,
        })
        .collect();
    let shape = shape.filter(|shape| !shape.is_empty() && shape.iter().all(|&size| size > 0 && size < 1 << 24))?;
    Some((integer_bits(tensor.element())?, shape))
}

/// A `!rl.table`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableShape {
    pub states: i64,
    pub actions: i64,
    pub bits: u32,
    pub frac: u32,
}

/// A `!rl.tiles`: for each input its lowest and highest value and into how many tiles it is cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TilesShape {
    pub tilings: i64,
    pub inputs: Vec<(i64, i64, i64)>,
    pub actions: i64,
    pub bits: u32,
    pub frac: u32,
}

impl TilesShape {
    /// Tiles of one tiling.
    pub fn tiles(&self) -> i64 {
        self.inputs.iter().map(|(_, _, cuts)| cuts + 1).product()
    }
}

/// What an `rl.table` declares: a table or tile-coded weights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Learner {
    Table(TableShape),
    Tiles(TilesShape),
}

impl Learner {
    /// Reads the type.
    pub fn of(r#type: Type) -> Option<Self> {
        if let Some([states, actions, bits, frac]) = raw::table(r#type) {
            return Some(Self::Table(TableShape { states, actions, bits: bits as u32, frac: frac as u32 }));
        }
        let numbers = raw::tiles(r#type)?;
        let inputs = numbers[5..].chunks(3).take(numbers[1] as usize).map(|input| (input[0], input[1], input[2]));
        Some(Self::Tiles(TilesShape {
            tilings: numbers[0],
            inputs: inputs.collect(),
            actions: numbers[2],
            bits: numbers[3] as u32,
            frac: numbers[4] as u32,
        }))
    }

    /// Actions, 1 to 32.
    pub fn actions(&self) -> i64 {
        match self {
            Self::Table(table) => table.actions,
            Self::Tiles(tiles) => tiles.actions,
        }
    }

    /// Bits of an element: 8, 16 or 32.
    pub fn bits(&self) -> u32 {
        match self {
            Self::Table(table) => table.bits,
            Self::Tiles(tiles) => tiles.bits,
        }
    }

    /// Fractional bits of an element.
    pub fn frac(&self) -> u32 {
        match self {
            Self::Table(table) => table.frac,
            Self::Tiles(tiles) => tiles.frac,
        }
    }

    /// Elements or weights in all.
    pub fn elements(&self) -> i64 {
        match self {
            Self::Table(table) => table.states * table.actions,
            Self::Tiles(tiles) => tiles.tilings * tiles.tiles() * tiles.actions,
        }
    }

    /// Operands that say where: 1 for a table, one for each input of tiles.
    pub fn inputs(&self) -> usize {
        match self {
            Self::Table(_) => 1,
            Self::Tiles(tiles) => tiles.inputs.len(),
        }
    }

    /// The limits of an element (NUMERICS, *Limits*).
    pub fn limits(&self) -> (i64, i64) {
        let bits = self.bits().min(31);
        (-(1 << (bits - 1)), (1 << (bits - 1)) - 1)
    }
}
