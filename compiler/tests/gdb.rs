//! A debugger on an emulated board: gdb steps through the kernel's own source; where there is no gdb for a core, the
//! emulator's stub and LLVM's symbolizer show the same.

#[path = "gdb/stub.rs"]
mod stub;

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

/// Boards whose cores Debian's gdb-multiarch knows.
const BOARDS: [&str; 3] = ["microbit-v1", "qemu-cortex-m4", "qemu-riscv32"];

const TICKS: &str = "3";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in the repository").to_owned()
}

/// The lines of the example from `%here = ...` on, with their numbers, as gdb prints them.
fn lines() -> Vec<String> {
    let text = std::fs::read_to_string(root().join("examples/forager/forager.mlir")).expect("the example");
    let numbered = text.lines().enumerate().map(|(number, line)| format!("{}\t{line}", number + 1));
    numbered.skip_while(|line| !line.contains("%here  = ")).collect()
}

fn number(line: &str) -> &str {
    line.split('\t').next().unwrap_or_default()
}

/// `swarmc run` of the forager on a board, with a limit to its time.
fn swarmc(board: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new("timeout");
    command.arg("120").arg(env!("CARGO_BIN_EXE_swarmc"));
    command.args(["run", "examples/forager/forager.mlir", "--board", board, "--ticks", TICKS, "--json"]);
    command.args(["--world", "examples/forager/worlds/garden.toml"]).args(arguments).current_dir(root());
    command
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port()
}

/// A run that waits for a debugger.
struct Waiting {
    child: Child,
    port: u16,
    /// The script for gdb that it has named.
    script: PathBuf,
}

impl Waiting {
    fn start(board: &str) -> Self {
        let port = free_port();
        let mut command = swarmc(board, &["--gdb", &port.to_string()]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("swarmc starts");
        let mut said = String::new();
        let stderr = child.stderr.as_mut().expect("it is piped");
        BufReader::new(stderr).read_line(&mut said).expect("it says how to join");
        let (before, script) =
            said.trim_end().split_once(" -x ").unwrap_or_else(|| panic!("it says: {said}"));
        assert_eq!(before, format!("{board} waits for gdb: gdb-multiarch"));
        Self { child, port, script: script.into() }
    }

    /// The checksum of the run, once the debugger has left.
    fn checksum(mut self) -> String {
        let mut text = String::new();
        self.child.stdout.take().expect("it is piped").read_to_string(&mut text).expect("its report");
        assert!(self.child.wait().expect("it ends").success(), "{text}");
        assert!(!self.script.exists(), "the session's files go with the run");
        checksum(&text)
    }
}

fn checksum(report: &str) -> String {
    let report: serde_json::Value = serde_json::from_str(report).expect("the report is JSON");
    report["checksum"].as_str().expect("a checksum").to_owned()
}

fn undisturbed(board: &str) -> String {
    let output = swarmc(board, &[]).output().expect("swarmc starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    checksum(&String::from_utf8(output.stdout).expect("the report is text"))
}

fn gdb(script: &Path, commands: &[&str]) -> Output {
    let mut command = Command::new("timeout");
    command.args(["60", "gdb-multiarch", "-nx", "-batch", "-x"]).arg(script);
    command.args(commands.iter().flat_map(|line| ["-ex", line]));
    // From a folder that has nothing to do with the source.
    command.current_dir(std::env::temp_dir()).stdin(Stdio::null()).env("LC_ALL", "C");
    command.output().expect("gdb starts (Debian's package gdb-multiarch)")
}

#[test]
fn gdb_steps_through_the_kernels_source() {
    let lines = lines();
    for board in BOARDS {
        let run = Waiting::start(board);
        let (first, act) = (number(&lines[0]), number(&lines[6]));
        let (at_first, at_act) =
            (format!("break forager.mlir:{first}"), format!("tbreak forager.mlir:{act}"));
        let output = gdb(
            &run.script,
            &[
                &at_first,
                "continue",
                "next",
                "step",
                "next",
                "step",
                "bt",
                &at_act,
                "continue",
                "info symbol $pc",
                "continue",
                "delete",
                "detach",
            ],
        );
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let complaints = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{board}: {said}\n{complaints}");
        assert_eq!(run.checksum(), undisturbed(board), "{board}: a debugger changes nothing");
        // The first line, a step to each of the next four, the stop at the last one, and the first one of the next tick.
        let shown: Vec<&str> = said.lines().filter(|line| lines.iter().any(|known| known == line)).collect();
        let wanted = [0, 1, 2, 3, 4, 6, 0].map(|index| lines[index].as_str());
        assert_eq!(shown, wanted, "{board}: {said}\n{complaints}");
        assert!(said.contains("Breakpoint 1, swarm_handler_tick () at "), "{board}: {said}");
        assert!(said.contains("swarm_handler_tick + "), "{board}: {said}");
        // Who called the handler is known, too.
        assert!(
            said.contains("::machine::measure ()") && said.contains(" in shell_main ()"),
            "{board}: {said}"
        );
    }
}

#[test]
fn without_a_gdb_for_the_core_the_stub_stops_where_the_lines_say() {
    let (board, lines) = ("qemu-xtensa", lines());
    let run = Waiting::start(board);
    let elf = std::fs::read(run.script.with_file_name("kernel.elf")).expect("the kernel beside the script");
    let copy = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(copy.path(), &elf).expect("the file takes it");
    let mut stub = stub::Stub::connect(run.port);
    // Two stops at the same place in a row, one tick apart, then on to other lines of the handler.
    for (index, stops) in [(0, 2), (2, 1), (6, 1)] {
        let line: u32 = number(&lines[index]).parse().expect("a number");
        let address = address_of(copy.path(), line);
        stub.set_breakpoint(address);
        for _ in 0..stops {
            stub.go_on();
            assert_eq!(stub.counter(), address, "line {line}");
        }
        let place = symbolized(copy.path(), address);
        assert!(place.starts_with("swarm_handler_tick\n"), "{place}");
        assert!(place.contains(&format!("forager.mlir:{line}:")), "{place}");
        stub.clear_breakpoint(address);
    }
    stub.detach();
    assert_eq!(run.checksum(), undisturbed(board), "a debugger changes nothing");
}

/// The first address of a line of the kernel's source.
fn address_of(elf: &Path, line: u32) -> u32 {
    let table = output(Command::new("llvm-dwarfdump-22").arg("--debug-line").arg(elf));
    let rows = table.lines().filter_map(|row| {
        let mut fields = row.split_whitespace();
        let address = u32::from_str_radix(fields.next()?.strip_prefix("0x")?, 16).ok()?;
        (fields.next()?.parse() == Ok(line)).then_some(address)
    });
    rows.min().unwrap_or_else(|| panic!("line {line} is not in the table\n{table}"))
}

fn symbolized(elf: &Path, address: u32) -> String {
    output(Command::new("llvm-symbolizer-22").arg("-e").arg(elf).arg(format!("{address:#x}")))
}

fn output(command: &mut Command) -> String {
    let output = command.output().expect("LLVM's tools are there (Debian's package llvm-22)");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn there_is_no_gdb_for_this_process() {
    let output = swarmc("host", &["--gdb", "2345"]).output().expect("swarmc starts");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("board 'host' runs in this process, and waits for no gdb"), "{said}");
    assert!(said.contains("run on an emulated board"), "{said}");
}
