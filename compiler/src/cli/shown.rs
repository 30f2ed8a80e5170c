//! Figures and formats that several commands print.

use super::Done;
use object::{Object, ObjectSection, ObjectSymbol};

/// Bytes of a kernel image.
pub struct Sizes {
    pub code: u64,
    pub image: u64,
}

/// Reads the sizes from an image's ELF.
pub fn sizes(elf: &[u8]) -> Sizes {
    let Ok(file) = object::File::parse(elf) else { return Sizes { code: 0, image: 0 } };
    let section = |name: &str| file.section_by_name(name).map_or(0, |section| section.size());
    let symbol = |name: &str| {
        file.symbols().find(|symbol| symbol.name() == Ok(name)).map_or(0, |symbol| symbol.address())
    };
    let image = symbol("swarm_image_end").saturating_sub(symbol("swarm_descriptor"));
    Sizes { code: section(".text"), image }
}

/// Prints a value as JSON.
pub fn json(value: &serde_json::Value) -> Done {
    println!("{value:#}");
    Ok(())
}
