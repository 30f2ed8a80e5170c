//! The bytes of a build: functions with their literals, constants, and the library routines that came along.

use object::{Object, ObjectSection, ObjectSymbol, SymbolKind};
use swarmc::descriptor::INIT;
use swarmc::native::function_name;

/// Bytes of an image beside descriptor and initialisation, which are the same on both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bytes {
    pub total: u64,
    /// Of these, library routines.
    pub library: u64,
}

/// Counts an image's bytes.
pub fn bytes(elf: &[u8]) -> Result<Bytes, String> {
    let file = object::File::parse(elf).map_err(|error| error.to_string())?;
    let section = |name: &str| file.section_by_name(name).map_or(0, |section| section.size());
    let text = file.section_by_name(".text").ok_or("the image has no code")?;
    let init = function_name(INIT);
    let own = |name: &str| name.starts_with("swarm_") || !name.starts_with('_');
    let (mut counted, mut all, mut library, mut functions) = (0, 0, 0, 0);
    for symbol in file.symbols().filter(|symbol| symbol.section_index() == Some(text.index())) {
        let name = symbol.name().map_err(|error| error.to_string())?;
        if symbol.kind() != SymbolKind::Text || symbol.size() == 0 {
            continue;
        }
        all += symbol.size();
        functions += 1;
        if name != init {
            counted += symbol.size();
            library += if own(name) { 0 } else { symbol.size() };
        }
    }
    // What no function owns is padding between them.
    if text.size() < all || text.size() - all > 4 * functions {
        return Err(format!("of {} bytes of code, the functions have {all}", text.size()));
    }
    Ok(Bytes { total: counted + section(".rodata"), library })
}
