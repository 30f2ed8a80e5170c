//! Images of real shells and a small kernel: well-formed by three readers, and bootable.

use object::{Object, ObjectSection, ObjectSegment, ObjectSymbol};
use std::fs;
use std::path::Path;
use std::process::Command;
use swarm_image::{ImageError, flash_image};
use tempfile::tempdir;

/// A descriptor, and a handler that returns 7; with a line of debug information.
const KERNEL: &str = r#"
    .file 1 "kernel.mlir"
    .section .swarm.descriptor, "a"
    .globl swarm_descriptor
    .p2align 6
swarm_descriptor:
    .long 0x4D525753, 1, swarm_image_end - swarm_descriptor, 7, 16, 4, 0, 0, 1, 0, 0, 0
    .long handler - swarm_descriptor, 2, 0, 10, 1, 100
    .text
    .globl handler
handler:
    .loc 1 3 0
    RETURN_SEVEN
    .section .swarm.log, "", %progbits
    .asciz "hello"
"#;

const SCRIPT: &str = "SECTIONS { . = ORIGIN_OF_BANK;
  .swarm.descriptor : ALIGN(64) { KEEP(*(.swarm.descriptor)) }
  .text : { *(.text) } swarm_image_end = .;
  .swarm.log 0 (INFO) : { KEEP(*(.swarm.log)) }
  /DISCARD/ : { *(.ARM.exidx*) } }";

struct Board {
    name: &'static str,
    target: &'static str,
    handler: &'static str,
    bank: u64,
}

const BOARDS: [Board; 3] = [
    Board {
        name: "microbit-v1",
        target: "thumbv6m-none-eabi",
        handler: "movs r0, #7\n bx lr",
        bank: 0x2_0000,
    },
    Board {
        name: "qemu-cortex-m4",
        target: "thumbv7em-none-eabi",
        handler: "movs r0, #7\n bx lr",
        bank: 0x4_0000,
    },
    Board {
        name: "qemu-riscv32",
        target: "riscv32-unknown-none-elf",
        handler: "li a0, 7\n ret",
        bank: 0x8010_0000,
    },
];

impl Board {
    fn kernel(&self, bank: u64) -> Vec<u8> {
        let folder = tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("kernel.s"), KERNEL.replace("RETURN_SEVEN", self.handler)).unwrap();
        fs::write(path("kernel.ld"), SCRIPT.replace("ORIGIN_OF_BANK", &bank.to_string())).unwrap();
        run(
            Command::new("clang-22").args([
                "-c",
                "-g0",
                "-target",
                self.target,
                "-mno-relax",
                "kernel.s",
                "-o",
                "kernel.o",
            ]),
            folder.path(),
        );
        run(
            Command::new("ld.lld-22").args(["-T", "kernel.ld", "kernel.o", "-o", "kernel.elf"]),
            folder.path(),
        );
        fs::read(path("kernel.elf")).unwrap()
    }

    fn shell(&self) -> &'static [u8] {
        swarm_shells::shell(self.name).unwrap()
    }

    fn image(&self) -> Vec<u8> {
        flash_image(self.shell(), &self.kernel(self.bank)).unwrap()
    }
}

#[test]
fn images_load_both_and_keep_the_kernels_names_and_lines() {
    for board in &BOARDS {
        let (bytes, kernel) = (board.image(), board.kernel(board.bank));
        let (image, shell) =
            (object::File::parse(&*bytes).unwrap(), object::File::parse(board.shell()).unwrap());
        assert_eq!(
            (image.entry(), image.architecture()),
            (shell.entry(), shell.architecture()),
            "{}",
            board.name
        );
        for part in [shell, object::File::parse(&*kernel).unwrap()] {
            for section in part.sections().filter(|section| section.address() != 0 && section.size() > 0) {
                let Ok(data @ [_, ..]) = section.data() else { continue };
                assert_eq!(
                    loaded(&image, section.address(), data.len()),
                    data,
                    "{}",
                    section.name().unwrap()
                );
            }
        }
        let names: Vec<_> = image
            .symbols()
            .filter_map(|symbol| Some((symbol.name().ok()?.to_string(), symbol.address())))
            .collect();
        assert!(names.contains(&("swarm_descriptor".to_string(), board.bank)), "{names:?}");
        assert_eq!(image.section_by_name(".swarm.log").unwrap().data().unwrap(), b"hello\0");
        assert!(image.section_by_name(".debug_line").unwrap().size() > 0);
        let goblin = goblin::elf::Elf::parse(&bytes).unwrap();
        assert_eq!(goblin.program_headers.len(), image.segments().count());
    }
}

#[test]
fn readelf_has_no_complaint() {
    for board in &BOARDS {
        let folder = tempdir().unwrap();
        fs::write(folder.path().join("image.elf"), board.image()).unwrap();
        let output = Command::new("readelf")
            .args(["-a", "-W", "image.elf"])
            .current_dir(folder.path())
            .output()
            .unwrap();
        let complaints = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && complaints.is_empty(), "{}: {complaints}", board.name);
    }
}

#[test]
fn images_are_reproducible() {
    let (shell, kernel) = (BOARDS[0].shell(), BOARDS[0].kernel(BOARDS[0].bank));
    assert!(flash_image(shell, &kernel) == flash_image(shell, &kernel));
}

#[test]
fn what_does_not_fit_together_is_refused() {
    let [microbit, _, riscv] = &BOARDS;
    let kernel = microbit.kernel(microbit.bank);
    let code = |shell: &[u8], kernel: &[u8]| flash_image(shell, kernel).unwrap_err().code();
    assert_eq!(code(microbit.shell(), b"not an ELF"), "image::elf");
    assert_eq!(code(microbit.shell(), &kernel[..kernel.len() / 2]), "image::elf");
    assert_eq!(code(riscv.shell(), &kernel), "image::machine");
    assert_eq!(code(microbit.shell(), microbit.shell()), "image::no_kernel");
    let error = flash_image(microbit.shell(), &microbit.kernel(0x100)).unwrap_err();
    assert!(matches!(error, ImageError::Overlap { ref kernel, .. } if kernel.start == 0x100), "{error}");
}

/// The micro:bit's image as it would be flashed: its shell finds the kernel in bank A and runs its handler.
#[test]
fn the_microbits_image_boots() {
    let folder = tempdir().unwrap();
    let board = &BOARDS[0];
    fs::write(folder.path().join("image.elf"), board.image()).unwrap();
    let commands = boot_commands(board.bank as u32);
    let answers = boot(folder.path(), &commands);
    let words: Vec<u32> =
        answers.chunks_exact(4).map(|word| u32::from_le_bytes(word.try_into().unwrap())).collect();
    // Both frames have a header of 3 bytes; the first body is 56 bytes long.
    assert_eq!(answers[..4], [57, 0, swarm_link::frame::reply::KERNEL, 0], "{words:x?}");
    assert_eq!(answers[59..62], [21, 0, swarm_link::frame::reply::EVENT]);
    assert_eq!(swarm_link::frame::word(&answers, 62), Some(swarm_link::frame::ended::RETURNED));
    assert_eq!(swarm_link::frame::word(&answers, 66), Some(7));
}

/// The kernel at an address, then its handler's event.
fn boot_commands(bank: u32) -> Vec<u8> {
    use swarm_link::frame::{command, header};
    let mut bytes = header(command::KERNEL, 4).to_vec();
    bytes.extend(bank.to_le_bytes());
    bytes.extend(header(command::EVENT, 24));
    // The handler stands behind the descriptor of 48 bytes and its entry of 24; bit 0 for Thumb.
    for word in [73u32, 2, 0, 0, 0, 0] {
        bytes.extend(word.to_le_bytes());
    }
    bytes
}

/// Feeds commands to the emulated board; it ends when they do.
fn boot(folder: &Path, commands: &[u8]) -> Vec<u8> {
    fs::write(folder.join("in"), commands).unwrap();
    fs::write(folder.join("out"), []).unwrap();
    let mut emulator = Command::new("timeout");
    emulator.args([
        "60",
        "qemu-system-arm",
        "-M",
        "microbit",
        "-display",
        "none",
        "-monitor",
        "none",
        "-serial",
        "none",
    ]);
    emulator.args(["-semihosting-config", "enable=on,target=native", "-kernel", "image.elf"]);
    run(&mut emulator, folder);
    fs::read(folder.join("out")).unwrap()
}

fn loaded<'a>(image: &object::File<'a>, address: u64, length: usize) -> &'a [u8] {
    let holds = |segment: &object::Segment<'a, '_>| {
        (segment.address()..segment.address() + segment.size()).contains(&address)
    };
    let segment = image.segments().find(holds).unwrap();
    let start = (address - segment.address()) as usize;
    &segment.data().unwrap()[start..start + length]
}

fn run(command: &mut Command, folder: &Path) {
    let output = command.current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
