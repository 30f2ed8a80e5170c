//! Files: read whole, written whole or not at all.

use super::report::Problem;
use std::fs;
use std::io::Write;
use std::path::Path;

/// What a file is to be; one that is larger is another file by mistake.
#[derive(Clone, Copy)]
pub struct Expected {
    what: &'static str,
    largest: u64,
}

pub const KERNEL: Expected = Expected { what: "a kernel's source", largest: 4 << 20 };
pub const BOARD: Expected = Expected { what: "a board's TOML file", largest: 1 << 20 };
pub const WORLD: Expected = Expected { what: "a world's TOML file", largest: 4 << 20 };
pub const RECORD: Expected = Expected { what: "what `--record` wrote", largest: 1 << 30 };

/// The text of a file.
pub fn read(path: &Path, Expected { what, largest }: Expected) -> Result<String, Vec<Problem>> {
    let shown = path.display();
    let problem = |message: String, help: &str| vec![Problem::new("file", message, help)];
    let about = fs::metadata(path)
        .map_err(|error| problem(format!("cannot read '{shown}': {error}"), "check the path"))?;
    if !about.is_file() {
        return Err(problem(format!("'{shown}' is no file"), "give the path of a text file"));
    }
    if about.len() > largest {
        let message = format!("'{shown}' has {} bytes, and {largest} are the most", about.len());
        return Err(problem(message, &format!("give {what}, not another file")));
    }
    let bytes = fs::read(path)
        .map_err(|error| problem(format!("cannot read '{shown}': {error}"), "check the path"))?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        problem(
            format!("'{shown}' is no text: byte {at} is not UTF-8"),
            &format!("give {what}, not a binary"),
        )
    })
}

/// Writes a file beside its place and then renames it: there is never half a file.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Vec<Problem>> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let written = tempfile::NamedTempFile::new_in(folder).and_then(|mut file| {
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        // Temporary files are private; a build's result is an ordinary file.
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            file.as_file().set_permissions(fs::Permissions::from_mode(0o644))?;
        }
        file.persist(path).map_err(|error| error.error)
    });
    written.map(drop).map_err(|error| {
        let message = format!("cannot write '{}': {error}", path.display());
        vec![Problem::new("file", message, "choose a folder that you may write to, with room on its disk")]
    })
}
