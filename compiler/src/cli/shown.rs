//! Figures and formats that several commands print.

use super::Done;
use super::report::Problem;
use object::{Object, ObjectSection, ObjectSymbol};
use std::fmt::Display;
use std::io::{self, Write};

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
    print(format!("{value:#}\n"))
}

/// Prints data to standard output: all of it, or an error.
pub fn print(data: impl AsRef<[u8]>) -> Done {
    let mut output = io::stdout().lock();
    printed(output.write_all(data.as_ref()).and_then(|()| output.flush()))
}

/// What came of printing to standard output. A reader that has seen enough is no error.
pub fn printed(result: io::Result<()>) -> Done {
    match result {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            let message = format!("cannot write to standard output: {error}");
            Err(vec![Problem::new("file", message, "direct it to a place with room")])
        }
        _ => Ok(()),
    }
}

/// Says something to people, on standard error. Where that cannot be written there is nobody to tell.
pub fn say(line: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}
