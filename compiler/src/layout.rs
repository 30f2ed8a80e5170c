//! Where each variable stands in the state block (NUMERICS, *State block*).

use swarm_dialects::VarType;

/// How the names of scratch begin: memory that a handler uses for itself. It is no part of what is kept.
pub const SCRATCH: &str = "swarm.scratch.";

/// One variable of the state block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    pub name: String,
    pub offset: u64,
    pub r#type: VarType,
}

impl Slot {
    /// Whether nothing of it is kept from one handler to the next.
    pub fn is_scratch(&self) -> bool {
        self.name.starts_with(SCRATCH)
    }

    /// Bytes that the variable takes.
    pub fn bytes(&self) -> u64 {
        self.r#type.element_bytes() * self.r#type.elements()
    }

    /// The type as the schema writes it, such as `529x7xi16`.
    pub fn type_text(&self) -> String {
        let shape: String = self.r#type.shape.iter().map(|size| format!("{size}x")).collect();
        format!("{shape}i{}", self.r#type.bits)
    }
}

/// The state block of a kernel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    pub slots: Vec<Slot>,
    /// Bytes in all, a multiple of the alignment.
    pub size: u64,
    pub alignment: u64,
}

impl Layout {
    /// Lays variables out in the given order.
    pub fn new(variables: impl IntoIterator<Item = (String, VarType)>) -> Self {
        let mut slots: Vec<Slot> = Vec::new();
        let (mut size, mut alignment) = (0u64, 4u64);
        for (name, r#type) in variables {
            let element = r#type.element_bytes();
            alignment = alignment.max(element);
            // An array begins with a word: packets are written, and rows read, by words.
            let start = if r#type.elements() > 1 { element.max(4) } else { element };
            let offset = size.next_multiple_of(start);
            slots.push(Slot { name, offset, r#type });
            size = offset + slots.last().map_or(0, Slot::bytes);
        }
        Self { slots, size: size.next_multiple_of(alignment), alignment }
    }

    /// The variable of that name.
    pub fn find(&self, name: &str) -> Option<&Slot> {
        self.slots.iter().find(|slot| slot.name == name)
    }

    /// Bytes of scratch, gaps not counted.
    pub fn scratch(&self) -> u64 {
        self.slots.iter().filter(|slot| slot.is_scratch()).map(Slot::bytes).sum()
    }

    /// FNV-1a 32 of `name:offset:type;` for each variable: two kernels with the same schema can share saved state.
    pub fn schema(&self) -> u32 {
        let text: String = self
            .slots
            .iter()
            .filter(|slot| !slot.is_scratch())
            .map(|slot| format!("{}:{}:{};", slot.name, slot.offset, slot.type_text()))
            .collect();
        fnv1a(text.as_bytes())
    }
}

/// FNV-1a, 32 bits: how names become numbers in the binary interface.
pub fn fnv1a(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811C_9DC5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn var(name: &str, bits: u32, shape: &[u64]) -> (String, VarType) {
        (name.to_owned(), VarType { bits, shape: shape.to_vec() })
    }

    #[test]
    fn each_variable_stands_at_the_next_multiple_of_its_element() {
        let layout = Layout::new([
            var("flag", 1, &[]),
            var("table", 16, &[3, 2]),
            var("wide", 64, &[]),
            var("b", 8, &[]),
        ]);
        let offsets: Vec<u64> = layout.slots.iter().map(|slot| slot.offset).collect();
        assert_eq!((offsets, layout.size, layout.alignment), (vec![0, 4, 16, 24], 32, 8));
    }

    #[test]
    fn an_empty_block_has_no_bytes_and_the_hash_of_nothing() {
        let layout = Layout::new([]);
        assert_eq!((layout.size, layout.alignment, layout.schema()), (0, 4, 0x811C_9DC5));
    }
}
