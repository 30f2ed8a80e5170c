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

    /// The number of elements, 1 for a scalar. What is beyond 64 bits counts as the most.
    pub fn elements(&self) -> u64 {
        self.shape.iter().fold(1, |product, size| product.saturating_mul(*size))
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
    let r#type = VarType { bits, shape };
    ([1, 8, 16, 32, 64].contains(&bits) && r#type.elements() <= MOST_ELEMENTS).then_some(r#type)
}

/// Most elements of an array or a table, all its sets of values together.
pub const MOST_ELEMENTS: u64 = 1 << 24;

/// Most elements of a tensor that a handler computes with: a loop has no more rounds.
pub const MOST_OF_A_TENSOR: u64 = 1 << 20;

/// Whether a type is a tensor, right or wrong.
pub fn is_tensor(r#type: Type) -> bool {
    r#type.is_tensor()
}

/// A tensor that a handler may compute with.
pub fn tensor_type(r#type: Type) -> Option<VarType> {
    let (bits, shape) = tensor_shape(r#type)?;
    let plain = RankedTensorType::try_from(r#type).is_ok_and(|tensor| tensor.encoding().is_none());
    let r#type = VarType { bits, shape };
    let right = plain && [8, 16, 32, 64].contains(&bits) && r#type.elements() <= MOST_OF_A_TENSOR;
    right.then_some(r#type)
}

/// Element bits and dimensions of a static integer tensor of rank 1 at least, without empty dimensions.
pub fn tensor_shape(r#type: Type) -> Option<(u32, Vec<u64>)> {
    if !r#type.is_ranked_tensor() {
        return None;
    }
    let tensor = RankedTensorType::try_from(r#type).ok()?;
    let shape: Option<Vec<u64>> = (0..tensor.rank())
        .map(|i| match tensor.dim_size(i).ok()? {
            DimSize::Static(size) => Some(size),
            DimSize::Dynamic => None,
        })
        .collect();
    let shape = shape
        .filter(|shape| !shape.is_empty() && shape.iter().all(|&size| size > 0 && size <= MOST_ELEMENTS))?;
    Some((integer_bits(tensor.element())?, shape))
}

/// One input of tile coding: clamped to `low..=high`, cut into `cuts` tiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Input {
    pub low: i64,
    pub high: i64,
    pub cuts: i64,
}

/// Which rows of values there are, and so what stands for a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Places {
    /// A row for each state, which is one number.
    States(i64),
    /// A row for each tile of each tiling: the state is one number for each input, the value a sum over the tilings.
    Tiles { tilings: i64, inputs: Vec<Input> },
}

/// A `!rl.table` or `!rl.tiles`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableShape {
    pub places: Places,
    /// 1 to 32.
    pub actions: i64,
    /// Bits of an element: 8, 16 or 32.
    pub bits: u32,
    /// Fractional bits of an element.
    pub frac: u32,
}

impl TableShape {
    /// Reads the type.
    pub fn of(r#type: Type) -> Option<Self> {
        if let Some([states, actions, bits, frac]) = raw::table(r#type) {
            let places = Places::States(states);
            return Some(Self { places, actions, bits: bits as u32, frac: frac as u32 });
        }
        let numbers = raw::tiles(r#type)?;
        let (&[tilings, actions, bits, frac], inputs) = numbers.split_first_chunk()?;
        let input = |input: &[i64]| Input { low: input[0], high: input[1], cuts: input[2] };
        let places = Places::Tiles { tilings, inputs: inputs.chunks_exact(3).map(input).collect() };
        Some(Self { places, actions, bits: bits as u32, frac: frac as u32 })
    }

    /// Rows of values, of one set.
    pub fn rows(&self) -> i64 {
        match &self.places {
            Places::States(states) => *states,
            Places::Tiles { tilings, .. } => tilings * self.tiles(),
        }
    }

    /// Rows of one tiling; those of a plain table.
    pub fn tiles(&self) -> i64 {
        match &self.places {
            Places::States(states) => *states,
            Places::Tiles { inputs, .. } => inputs.iter().map(|input| input.cuts + 1).product(),
        }
    }

    /// Elements of one set of values.
    pub fn elements(&self) -> i64 {
        self.rows() * self.actions
    }

    /// How many elements a value is the sum of.
    pub fn tilings(&self) -> i64 {
        match self.places {
            Places::States(_) => 1,
            Places::Tiles { tilings, .. } => tilings,
        }
    }

    /// How many numbers stand for a state.
    pub fn inputs(&self) -> usize {
        match &self.places {
            Places::States(_) => 1,
            Places::Tiles { inputs, .. } => inputs.len(),
        }
    }

    /// The limits of an element (NUMERICS, *Limits*).
    pub fn limits(&self) -> (i64, i64) {
        let most = match self.bits {
            32 => (1 << 29) / self.tilings(),
            bits => 1 << (bits - 1),
        };
        (-most, most - 1)
    }
}
