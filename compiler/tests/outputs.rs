//! Where results go: full disks, closed pipes, devices, links, and names that are taken. An error, and nothing is left
//! behind or written over.
#![cfg(unix)]

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, symlink};
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

const SWARMC: &str = env!("CARGO_BIN_EXE_swarmc");

const KERNEL: &str = "swarm.kernel @k version 1 { swarm.on_start @s { } }\n";

/// A folder with a kernel, and one for temporary files.
struct Place {
    folder: TempDir,
    temporary: TempDir,
}

fn place() -> Place {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("k.mlir"), KERNEL).expect("the folder takes files");
    Place { folder, temporary: tempfile::tempdir().expect("a folder") }
}

impl Place {
    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Runs a shell's line in which `$SWARMC` is the compiler.
    fn shell(&self, line: &str) -> Output {
        let mut command = Command::new("bash");
        command
            .args(["-c", line])
            .env("SWARMC", SWARMC)
            .env("NO_COLOR", "1")
            .env("TMPDIR", self.temporary.path());
        command.current_dir(self.path()).output().expect("bash starts")
    }

    /// A line must fail as the user's mistake, with these words, and leave nothing.
    fn refused(&self, line: &str, words: &[&str]) {
        let before = names(self.path());
        let output = self.shell(line);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{line}: {said}");
        let flat = said.replace("│ ", "").split_whitespace().collect::<Vec<_>>().join(" ");
        for word in words {
            assert!(flat.contains(word), "{line}: '{word}' is not in: {flat}");
        }
        assert!(flat.contains("help: "), "{line}: {flat}");
        assert_eq!(names(self.path()), before, "{line}");
        assert_eq!(names(self.temporary.path()), [""; 0], "{line}");
        let kernel = std::fs::read_to_string(self.path().join("k.mlir")).expect("the kernel is there");
        assert_eq!(kernel, KERNEL, "{line}");
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_limit_of_file_sizes_is_like_a_full_disk() {
    let place = place();
    let timer = "swarm.kernel @t version 1 { swarm.on_timer @tick every 10 ms { } }";
    std::fs::write(place.path().join("t.mlir"), timer).expect("a file");
    // Blocks of 1024 bytes: first nothing has room, then small files have.
    let build = "$SWARMC build k.mlir --board microbit-v1 -o k.elf";
    place.refused(&format!("ulimit -f 0; {build}"), &["tool ×", "File too large"]);
    let run = "$SWARMC run t.mlir --board host --record t.jsonl --ticks 10000";
    place.refused(&format!("ulimit -f 20; {run}"), &["cannot write 't.jsonl': file too large"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_standard_output() {
    let place = place();
    for command in
        ["boards", "boards --json", "check k.mlir", "ir k.mlir --board host", "completions bash", "--help"]
    {
        place.refused(
            &format!("$SWARMC {command} > /dev/full"),
            &["file × cannot write to standard output: No space left on device"],
        );
    }
    // Where not even the error can be told, the exit code says it.
    let output = place.shell("$SWARMC check missing.mlir 2> /dev/full");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let place = place();
    for command in
        ["boards", "boards show rak4631", "ir k.mlir --board host", "completions zsh", "build --help"]
    {
        let output = place.shell(&format!("$SWARMC {command} | true; exit ${{PIPESTATUS[0]}}"));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), said.as_str()), (Some(0), ""), "{command}");
    }
}

#[test]
fn devices_and_pipes_stay_what_they_are() {
    let place = place();
    place.refused(
        "$SWARMC build k.mlir --board host -o /dev/null",
        &["'/dev/null': it is a device or a pipe"],
    );
    let null = std::fs::metadata("/dev/null").expect("the device");
    assert!(null.file_type().is_char_device(), "/dev/null is still a device");
    assert!(place.shell("mkfifo pipe").status.success());
    place.refused("$SWARMC build k.mlir --board host -o pipe", &["'pipe': it is a device or a pipe"]);
    place.refused("$SWARMC run k.mlir --board host --record pipe", &["'pipe': it is a device or a pipe"]);
    for command in
        ["check pipe", "build k.mlir --board host -o out/x.elf", "run k.mlir --board host --world pipe"]
    {
        place.refused(&format!("timeout 20 $SWARMC {command}"), &["file ×"]);
    }
    std::fs::write(place.path().join("world.toml"), "ticks = 1\n[trace]\nfile = \"pipe\"\n").expect("a file");
    place.refused("timeout 20 $SWARMC run k.mlir --board host --world world.toml", &["it is no file"]);
    let pipe = std::fs::metadata(place.path().join("pipe")).expect("the pipe");
    assert!(pipe.file_type().is_fifo());
}

#[cfg(target_os = "linux")]
#[test]
fn a_place_where_nobody_may_write() {
    let place = place();
    place.refused("$SWARMC build k.mlir --board host -o /proc/k.elf", &["cannot write '/proc/k.elf'"]);
    place.refused("$SWARMC build k.mlir --all -o /proc/images", &["cannot make the folder '/proc/images'"]);
}

#[test]
fn what_is_read_is_not_written_over() {
    let place = place();
    let words = ["'./k.mlir' is read, and would be written over", "help: give another name"];
    place.refused("$SWARMC build k.mlir --board host -o ./k.mlir", &words);
    place.refused("$SWARMC run k.mlir --board host --record ./k.mlir", &words);
    symlink("k.mlir", place.path().join("link")).expect("a link");
    place
        .refused("$SWARMC build k.mlir --board host -o link", &["'link' is read, and would be written over"]);
    // The kernel has the name of a stage that would be dumped.
    assert!(place.shell("cp k.mlir k.ll").status.success());
    let dump = "$SWARMC build k.ll --board host --dump-stages . -o new.elf";
    place.refused(dump, &["'./k.ll' is read, and would be written over"]);
    assert_eq!(std::fs::read_to_string(place.path().join("k.ll")).expect("it is there"), KERNEL);
    let twice = "$SWARMC build k.mlir --board host --dump-stages stages -o stages/k.elf";
    place.refused(twice, &["two results would be written to 'stages/k.elf'"]);
}

#[test]
fn a_link_leads_to_what_is_written() {
    let place = place();
    std::fs::create_dir(place.path().join("far")).expect("a folder");
    std::fs::write(place.path().join("far/k.elf"), "old").expect("a file");
    symlink("far/k.elf", place.path().join("k.elf")).expect("a link");
    assert!(place.shell("$SWARMC build k.mlir --board host -o k.elf").status.success());
    assert!(place.path().join("k.elf").is_symlink(), "the link is one still");
    let image = std::fs::read(place.path().join("far/k.elf")).expect("the image");
    assert!(image.starts_with(b"\x7fELF"));
    symlink("/nowhere/k.elf", place.path().join("lost")).expect("a link");
    place
        .refused("$SWARMC build k.mlir --board host -o lost", &["'lost': it is a link to what is not there"]);
}

#[test]
fn names_need_not_be_utf8() {
    let place = place();
    // A file system that wants text has no such names.
    if std::fs::write(place.path().join(OsStr::from_bytes(b"k\xff.mlir")), KERNEL).is_err() {
        return;
    }
    let output = place.shell("$SWARMC build $'k\\xff.mlir' --board host");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(place.path().join(OsStr::from_bytes(b"k\xff-host.elf")).is_file());
}
