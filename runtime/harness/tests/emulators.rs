//! Emulators that are not there, end at once, or never answer: an error each time, soon, and no process left behind.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use swarm_harness::node::{EmulatedNode, Emulator, Identity, Images, NodeError};

const BOARD: &str = "qemu-cortex-m4";

/// A descriptor that lists nothing, and nothing else.
const KERNEL: &str = "
    .section .swarm.descriptor, \"a\"
    .globl swarm_descriptor, swarm_image_end
swarm_descriptor:
    .long 0x4D525753, 1, 48, 1, 4, 4, 0, 0, 0, 0, 0, 0
swarm_image_end:
";

fn kernel() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("kernel.s"), KERNEL).unwrap();
    run(folder.path(), "clang-22", &["-c", "-target", "thumbv7em-none-eabi", "-o", "kernel.o", "kernel.s"]);
    let place = "--section-start=.swarm.descriptor=0x40000";
    run(folder.path(), "ld.lld-22", &["-e", "swarm_descriptor", place, "-o", "kernel.elf", "kernel.o"]);
    fs::read(folder.path().join("kernel.elf")).unwrap()
}

fn run(folder: &Path, program: &str, arguments: &[&str]) {
    let output = Command::new(program).args(arguments).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
}

fn emulator() -> Emulator {
    let board = swarm_targets::find(BOARD).unwrap().0;
    let emulator = board.emulator.unwrap();
    let mut arguments = emulator.arguments;
    arguments.extend(["-icount", "shift=10", "-semihosting"].map(str::to_string));
    Emulator { program: emulator.program.into(), arguments, gdb_port: None, timeout: Duration::from_secs(30) }
}

fn start(emulator: Emulator, shell: &[u8]) -> Result<EmulatedNode, NodeError> {
    EmulatedNode::start(emulator, Images { shell, kernel: &kernel(), address: None }, Identity::default())
}

fn shell() -> &'static [u8] {
    swarm_shells::shell(BOARD).unwrap()
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn the_smallest_kernel_is_taken() {
    start(emulator(), shell()).unwrap();
}

#[test]
fn a_missing_emulator_is_an_error() {
    let missing = Emulator { program: "no-such-emulator".into(), ..emulator() };
    let error = start(missing, shell()).err().unwrap();
    assert_eq!(error.code(), "node::start");
    assert!(error.to_string().contains("no-such-emulator"), "{error}");
}

#[test]
fn an_emulator_that_ends_says_why() {
    let before = Instant::now();
    let mut emulator = emulator();
    emulator.arguments.push("-no-such-option".to_string());
    let error = start(emulator, shell()).err().unwrap();
    assert_eq!(error.code(), "node::gone");
    assert!(error.to_string().contains("no-such-option"), "{error}");
    assert!(before.elapsed() < Duration::from_secs(20), "it waits for nobody");
}

#[test]
fn a_shell_that_is_no_executable_is_an_error() {
    let before = Instant::now();
    assert_eq!(start(emulator(), b"no shell").err().unwrap().code(), "node::gone");
    assert!(before.elapsed() < Duration::from_secs(20), "it waits for nobody");
}

/// With a gdb port the board waits for a debugger, who does not come here; the port is free again afterwards.
#[test]
fn a_board_that_never_answers_is_given_up_and_ended() {
    let port = free_port();
    let silent = Emulator { gdb_port: Some(port), timeout: Duration::from_secs(1), ..emulator() };
    assert_eq!(start(silent, shell()).err().unwrap().code(), "node::timeout");
    TcpListener::bind(("127.0.0.1", port)).expect("nobody listens any more");
}

/// More nodes, one after the other, than this file's other tests have at a time.
#[test]
fn nodes_leave_no_threads_behind() {
    for _ in 0..12 {
        start(emulator(), shell()).unwrap();
    }
    let begun = Instant::now();
    while readers() >= 8 {
        assert!(begun.elapsed() < Duration::from_secs(20), "{} threads are left", readers());
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Threads of this process that read from boards.
fn readers() -> usize {
    let tasks = fs::read_dir("/proc/self/task").unwrap();
    let names = tasks.filter_map(|task| fs::read_to_string(task.ok()?.path().join("comm")).ok());
    names.filter(|name| name.trim() == "swarm-board").count()
}
