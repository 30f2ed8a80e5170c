//! Files: read whole, written whole or not at all.

use super::report::Problem;
use std::fs;
use std::io::Write;
use std::path::Path;

/// Kernels are texts of a few kB; what is larger is another file by mistake.
const LARGEST: u64 = 4 << 20;

/// The text of a file.
pub fn read(path: &Path) -> Result<String, Vec<Problem>> {
    let shown = path.display();
    let problem = |message: String, help: &str| vec![Problem::new("file", message, help)];
    let about = fs::metadata(path)
        .map_err(|error| problem(format!("cannot read '{shown}': {error}"), "check the path"))?;
    if !about.is_file() {
        return Err(problem(format!("'{shown}' is no file"), "give the path of a text file"));
    }
    if about.len() > LARGEST {
        let message = format!("'{shown}' has {} bytes, and {LARGEST} are the most", about.len());
        return Err(problem(message, "give a kernel's source, not another file"));
    }
    let bytes = fs::read(path)
        .map_err(|error| problem(format!("cannot read '{shown}': {error}"), "check the path"))?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        problem(
            format!("'{shown}' is no text: byte {at} is not UTF-8"),
            "give a kernel's source, not a binary",
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
