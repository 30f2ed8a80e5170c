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
            DimSize::Static(size) => Some(size),
            DimSize::Dynamic => None,
        })
        .collect();
    let shape =
        shape.filter(|shape| !shape.is_empty() && shape.iter().all(|&size| size > 0 && size < 1 << 24))?;
    Some((integer_bits(tensor.element())?, shape))
}

/// A `!rl.table`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableShape {
    pub states: i64,
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
        let [states, actions, bits, frac] = raw::table(r#type)?;
        Some(Self { states, actions, bits: bits as u32, frac: frac as u32 })
    }

    /// Elements in all.
    pub fn elements(&self) -> i64 {
        self.states * self.actions
    }

    /// The limits of an element (NUMERICS, *Limits*).
    pub fn limits(&self) -> (i64, i64) {
        let bits = self.bits.min(30);
        (-(1 << (bits - 1)), (1 << (bits - 1)) - 1)
    }
}
