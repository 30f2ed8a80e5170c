//! Files: read whole, and written together, all of them or none.

use super::report::Problem;
use std::error::Error;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::{fs, mem};
use tempfile::NamedTempFile;

/// What a file is to be; one that is larger is another file by mistake.
#[derive(Clone, Copy)]
pub struct Expected {
    what: &'static str,
    largest: u64,
}

pub const KERNEL: Expected = Expected { what: "a kernel's source", largest: 4 << 20 };
pub const PROTO: Expected = Expected { what: "a .proto file", largest: 1 << 20 };
pub const BOARD: Expected = Expected { what: "a board's TOML file", largest: 1 << 20 };
pub const WORLD: Expected = Expected { what: "a world's TOML file", largest: 4 << 20 };
pub const DEPLOYMENT: Expected = Expected { what: "a deployment's TOML file", largest: 1 << 20 };
pub const REPORT: Expected = Expected { what: "what `swarmc report --json` wrote", largest: 16 << 20 };
pub const RECORD: Expected = Expected { what: "what `--record` wrote", largest: 1 << 30 };

/// The text of a file.
pub fn read(path: &Path, Expected { what, largest }: Expected) -> Result<String, Vec<Problem>> {
    let shown = path.display();
    let problem = |message: String, help: &str| vec![Problem::new("file", message, help)];
    let about = fs::metadata(path)
        .map_err(|error| problem(format!("cannot read '{shown}': {error}"), &other_path(path)))?;
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

/// Help for a path where nothing is: perhaps the end is missing.
fn other_path(path: &Path) -> String {
    let known = ["mlir", "toml"].map(|extension| path.with_extension(extension));
    match known.iter().find(|path| path.is_file()) {
        Some(path) => format!("did you mean '{}'?", path.display()),
        None => "check the path".to_owned(),
    }
}

/// Writes a file: there is never half of one, and none of the `sources` is written over.
pub fn write(path: &Path, bytes: &[u8], sources: &[&Path]) -> Result<(), Vec<Problem>> {
    let mut together = Together::sparing(sources);
    together.add(path, bytes)?;
    together.finish()
}

/// Files that are written beside their places first, and renamed when all have succeeded.
pub struct Together {
    files: Vec<(PathBuf, NamedTempFile)>,
    /// What the results come from: a slip must not destroy it.
    sources: Vec<PathBuf>,
    /// What is there on the way and goes away again if it comes to nothing: folders, outer ones first.
    made: Vec<PathBuf>,
}

impl Together {
    /// Files that may stand anywhere but where these are.
    pub fn sparing(sources: &[&Path]) -> Self {
        let sources = sources.iter().filter_map(|source| source.canonicalize().ok()).collect();
        Self { files: Vec::new(), sources, made: Vec::new() }
    }

    /// Makes a folder, and those that it is in.
    pub fn folder(&mut self, path: &Path) -> Result<(), Vec<Problem>> {
        let missing =
            path.ancestors().take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists());
        let missing: Vec<PathBuf> = missing.map(Path::to_owned).collect();
        self.made.extend(missing.into_iter().rev());
        fs::create_dir_all(path).map_err(|error| {
            let message = format!("cannot make the folder '{}': {}", path.display(), reason(&error));
            vec![Problem::new("file", message, "choose a folder that you may write to")]
        })
    }

    /// Writes a file beside its place.
    pub fn add(&mut self, path: &Path, bytes: &[u8]) -> Result<(), Vec<Problem>> {
        let target = self.target(path)?;
        let folder = folder(&target);
        let written = NamedTempFile::new_in(folder).and_then(|mut file| {
            file.write_all(bytes)?;
            file.as_file().sync_all()?;
            // Temporary files are private; a build's result is an ordinary file.
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                file.as_file().set_permissions(fs::Permissions::from_mode(0o644))?;
            }
            Ok(file)
        });
        let file = written.map_err(|error| unwritable(path, &reason(&error)))?;
        self.files.push((target, file));
        Ok(())
    }

    /// Where a file's bytes go: what is there may be replaced only if it is a file, and nobody needs it.
    fn target(&self, path: &Path) -> Result<PathBuf, Vec<Problem>> {
        // Links stay, and what they lead to is replaced.
        let target = if path.is_symlink() {
            path.canonicalize().map_err(|_| unwritable(path, "it is a link to what is not there"))?
        } else {
            path.to_owned()
        };
        let place = match fs::metadata(&target) {
            Ok(about) if about.is_dir() => return Err(unwritable(path, "it is a folder")),
            Ok(about) if !about.is_file() => return Err(unwritable(path, "it is a device or a pipe")),
            Ok(_) => target.canonicalize().unwrap_or_else(|_| target.clone()),
            Err(_) if !folder(&target).is_dir() => {
                let reason = format!("there is no folder '{}'", folder(&target).display());
                return Err(unwritable(path, &reason));
            }
            Err(_) => target.clone(),
        };
        if self.sources.contains(&place) {
            let message = format!("'{}' is read, and would be written over", path.display());
            return Err(vec![Problem::new("file", message, "give another name for the result")]);
        }
        if self.files.iter().any(|(other, _)| *other == target) {
            let message = format!("two results would be written to '{}'", path.display());
            return Err(vec![Problem::new("file", message, "give each a name of its own")]);
        }
        Ok(target)
    }

    /// Puts all files in their places.
    pub fn finish(mut self) -> Result<(), Vec<Problem>> {
        let mut placed = Vec::new();
        for (path, file) in mem::take(&mut self.files) {
            let is_new = !path.exists();
            if let Err(error) = file.persist(&path) {
                for path in placed {
                    // What cannot be removed either is named with the rest of the folder by the user's own tools.
                    let _ = fs::remove_file(path);
                }
                return Err(unwritable(&path, &reason(&error.error)));
            }
            placed.extend(is_new.then_some(path));
        }
        self.made.clear();
        Ok(())
    }
}

impl Drop for Together {
    fn drop(&mut self) {
        self.files.clear();
        for folder in self.made.iter().rev() {
            // Only where nobody else has put something in meanwhile.
            let _ = fs::remove_dir(folder);
        }
    }
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn unwritable(path: &Path, reason: &str) -> Vec<Problem> {
    let message = format!("cannot write '{}': {reason}", path.display());
    vec![Problem::new("file", message, "choose a folder that you may write to, with room on its disk")]
}

/// What the system says, without the name of the temporary file, which tells a user nothing.
fn reason(error: &io::Error) -> String {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(present) = cause {
        match present.downcast_ref::<io::Error>() {
            Some(system) if system.raw_os_error().is_some() => return system.to_string(),
            _ => cause = present.source(),
        }
    }
    match error.kind() {
        io::ErrorKind::NotFound => "no file can be made there".to_owned(),
        kind => kind.to_string(),
    }
}
