//! Hand-written kernels as images for each board: compiled by clang, linked with a descriptor made here.

use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::tempdir;

/// A board, its compiler's arguments, its emulator's, and its kernel banks.
pub struct Board {
    pub name: &'static str,
    compiler: &'static [&'static str],
    pub emulator: &'static [&'static str],
    pub banks: &'static [u64],
}

/// The emulator gives 1024 ns to an instruction: each tick of a board's clock is then shorter than half of one.
const COUNTED: &str = "shift=10";

pub const BOARDS: [Board; 4] = [
    Board {
        name: "microbit-v1",
        compiler: &["-target", "thumbv6m-none-eabi", "-fropi", "-mfloat-abi=soft", "-mcpu=cortex-m0"],
        emulator: &["qemu-system-arm", "-M", "microbit", "-icount", COUNTED],
        banks: &[0x2_0000, 0x2_8000],
    },
    Board {
        name: "qemu-cortex-m4",
        compiler: &["-target", "thumbv7em-none-eabi", "-fropi", "-mfloat-abi=soft", "-mcpu=cortex-m4"],
        emulator: &["qemu-system-arm", "-M", "mps2-an386", "-icount", COUNTED],
        banks: &[0x4_0000, 0x4_8000],
    },
    Board {
        name: "qemu-riscv32",
        compiler: &["-target", "riscv32-unknown-none-elf", "-march=rv32imc", "-mcmodel=medany", "-mno-relax"],
        emulator: &["qemu-system-riscv32", "-M", "virt", "-bios", "none", "-icount", "shift=0"],
        banks: &[0x8010_0000],
    },
    Board {
        name: "qemu-xtensa",
        compiler: &["-target", "xtensa-none-elf"],
        emulator: &["qemu-system-xtensa", "-M", "sim", "-cpu", "de233_fpu", "-icount", COUNTED],
        banks: &[0x6_0000],
    },
];

/// A kernel in C, and what its descriptor says.
pub struct Program {
    /// Its file.
    pub source: &'static str,
    /// Functions with kind and symbol, in the descriptor's order.
    pub handlers: &'static [(&'static str, usize, usize)],
    /// Of its timers: the period and its bounds.
    pub period: [usize; 3],
    /// Name, direction and bits of each port.
    pub ports: &'static [(u32, u32, u32)],
    /// How many channels, beacons and characteristics the words behind the ports are.
    pub counts: [usize; 3],
    pub entries: &'static [u32],
    /// Bytes of its `struct state`.
    pub state: u32,
}

/// How an image is linked.
struct Link<'p> {
    program: &'p Program,
    linker: &'static str,
    thumb: bool,
    origin: u64,
    state: u32,
}

/// The image for this machine.
pub fn for_host(program: &Program) -> Vec<u8> {
    let folder = tempdir().unwrap();
    compile((program, folder.path()), &["-fpie", "-fno-stack-protector"]);
    let (linker, state) = ("ld.lld-22", program.state);
    link(folder.path(), &Link { program, linker, thumb: false, origin: 0, state })
}

impl Board {
    /// The image for the board's first bank, with a state block of that size in its descriptor.
    pub fn kernel(&self, program: &Program, state: u32) -> Vec<u8> {
        let folder = tempdir().unwrap();
        let linker = if self.name == "qemu-xtensa" {
            compile_xtensa((program, folder.path()), self.compiler);
            "xtensa-lx106-elf-ld"
        } else {
            compile((program, folder.path()), self.compiler);
            "ld.lld-22"
        };
        let thumb = self.compiler[1].starts_with("thumb");
        link(folder.path(), &Link { program, linker, thumb, origin: self.banks[0], state })
    }
}

const COMMON: [&str; 4] = ["-Os", "-ffreestanding", "-fno-builtin", "-fno-asynchronous-unwind-tables"];

fn compile((program, folder): (&Program, &Path), arguments: &[&str]) {
    let mut clang = Command::new("clang-22");
    run(clang.args(COMMON).args(arguments).args(["-c", "-o", "kernel.o", program.source]), folder);
}

/// By assembly text: objects that LLVM 22 writes itself have misplaced literals, and clang knows no windowed core.
fn compile_xtensa((program, folder): (&Program, &Path), arguments: &[&str]) {
    let clang = ["-fomit-frame-pointer", "-S", "-emit-llvm", "-o", "kernel.ll", program.source];
    run(Command::new("clang-22").args(COMMON).args(arguments).args(clang), folder);
    let llc = ["-mtriple=xtensa-none-elf", "-mcpu=esp32", "-mattr=-mul32high", "-o", "raw.s", "kernel.ll"];
    run(Command::new("llc-22").args(llc), folder);
    let text = fs::read_to_string(folder.join("raw.s")).unwrap();
    let ordered = text.replace("\t.literal_position", "\t.text\n\t.literal_position");
    fs::write(folder.join("kernel.s"), ordered).unwrap();
    let arguments = ["-triple=xtensa", "-mcpu=esp32", "-filetype=obj", "-o", "kernel.o", "kernel.s"];
    run(Command::new("llvm-mc-22").args(arguments), folder);
}

fn link(folder: &Path, link: &Link) -> Vec<u8> {
    let script = format!(
        "SECTIONS {{ . = {:#x};
  .swarm.descriptor : ALIGN(64) {{ swarm_descriptor = .; {} }}
  .text : ALIGN(4) {{ *(.literal .literal.*) . = ALIGN(4); *(.text .text.*) . = ALIGN(4); }}
  .rodata : ALIGN(4) {{ *(.rodata .rodata.*) . = ALIGN(4); }}
  swarm_image_end = .;
  .forbidden : {{ *(.data .data.* .bss .bss.* .got .got.*) }}
  ASSERT(SIZEOF(.forbidden) == 0, \"writable data\")
  /DISCARD/ : {{ *(.ARM.exidx* .eh_frame .note* .xtensa.info .xt.*) }} }}",
        link.origin,
        descriptor(link)
    );
    fs::write(folder.join("kernel.ld"), script).unwrap();
    let mut command = Command::new(link.linker);
    command.args(["-T", "kernel.ld", "-z", "noexecstack", "-o", "kernel.elf", "kernel.o"]);
    if link.linker != "ld.lld-22" {
        command.arg("--no-relax");
    }
    run(&mut command, folder);
    fs::read(folder.join("kernel.elf")).unwrap()
}

fn descriptor(link: &Link) -> String {
    let Program { handlers, period, ports, counts, entries, .. } = link.program;
    let mut words = vec!["0x4D525753".to_string(), "1".into(), "swarm_image_end - swarm_descriptor".into()];
    let lists = [handlers.len() | ports.len() << 16, counts[0] | counts[1] << 16, counts[2], 0];
    words.extend([1, link.state, 4, 0, 0x1FFF].map(|word| word.to_string()));
    words.extend(lists.map(|word| word.to_string()));
    for &(name, kind, symbol) in *handlers {
        let thumb = if link.thumb { " | 1" } else { "" };
        words.push(format!("({name} - swarm_descriptor){thumb}"));
        words.extend([kind | symbol << 16, 0].iter().chain(period).map(|word| word.to_string()));
    }
    for (name, direction, bits) in *ports {
        words.extend([*name, direction | bits << 8].map(|word| word.to_string()));
    }
    words.extend(entries.iter().map(|word| word.to_string()));
    words.iter().map(|word| format!("LONG({word}) ")).collect()
}

fn run(command: &mut Command, folder: &Path) {
    let output = command.current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
