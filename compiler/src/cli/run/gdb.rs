//! What gdb needs to step through a kernel on an emulated board: both ELF files, and a script that loads them.

use super::node;
use crate::cli::report::Problem;
use crate::cli::shown::say;
use std::fs;
use std::path::{Path, PathBuf};
use swarm_targets::{Board, Kind};
use tempfile::TempDir;

/// A folder for gdb, which goes away with this value.
pub struct Session {
    _folder: TempDir,
}

/// Where to listen, and whose source it is.
pub struct Place<'p> {
    pub port: u16,
    pub kernel: &'p Path,
}

impl Session {
    /// Prepares a session, and says on standard error how to join it.
    pub fn prepare(board: &Board, place: &Place, kernel: &[u8]) -> Result<Self, Vec<Problem>> {
        if board.kind == Kind::Host {
            let message = format!("board '{}' runs in this process, and waits for no gdb", board.name);
            let help = "run on an emulated board, such as 'qemu-cortex-m4'";
            return Err(vec![Problem::new("gdb", message, help)]);
        }
        let shell = swarm_shells::shell(&board.name).ok_or_else(|| node::no_shell(board))?;
        let folder = tempfile::tempdir().map_err(|error| unwritable(&std::env::temp_dir(), &error))?;
        let path = |name: &str| folder.path().join(name);
        let files = [
            ("kernel.elf", kernel),
            ("shell.elf", shell),
            ("session.gdb", script(folder.path(), place).as_bytes()),
        ]
        .map(|(name, bytes)| fs::write(path(name), bytes).map_err(|error| unwritable(&path(name), &error)));
        files.into_iter().collect::<Result<(), _>>()?;
        let script = path("session.gdb");
        say(format!("{} waits for gdb: gdb-multiarch -x {}", board.name, script.display()));
        Ok(Self { _folder: folder })
    }
}

fn script(folder: &Path, place: &Place) -> String {
    // The debug information names the source as the user did, who may start gdb elsewhere.
    let source = place.kernel.parent().unwrap_or(Path::new("")).canonicalize();
    let source = source.or_else(|_| std::env::current_dir()).unwrap_or_else(|_| PathBuf::from("."));
    format!(
        "# gdb's default is a system with nothing below its programs; there it would find no caller of the shell's functions.
set osabi none
file {folder}/kernel.elf
add-symbol-file {folder}/shell.elf
directory {source}
target remote 127.0.0.1:{port}
",
        folder = folder.display(),
        source = source.display(),
        port = place.port,
    )
}

fn unwritable(path: &Path, error: &std::io::Error) -> Vec<Problem> {
    let message = format!("cannot write '{}': {error}", path.display());
    vec![Problem::new("file", message, "temporary files need room in TMPDIR")]
}
