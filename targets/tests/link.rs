//! Kernel images and shells linked for real with the scripts, for every instruction set: what lands where.

#[path = "link/build.rs"]
mod build;

use build::{Linked, compile, link, link_failure};
use object::{Architecture, Object};
use swarm_targets::script::{self, Bank, Contents};
use swarm_targets::{Board, Isa};

/// Two handlers, constants and a log section.
const KERNEL: &str = "
    static const unsigned char weights[37] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    __attribute__((section(\".swarm.log\"), used)) static const char format[] = \"ticks: {}\";
    __attribute__((noinline)) unsigned helper(unsigned n) { return weights[n & 31] * 3u; }
    unsigned tick(unsigned *state, void *host, unsigned *event) { state[0] += helper(event[2]); return 0; }
    unsigned start(unsigned *state, void *host, unsigned *event) { state[0] = weights[event[1] & 31]; return 0; }
";

const DESCRIPTOR: &str = "    LONG(0x4D525753)
    SHORT(1) SHORT(0)
    LONG(swarm_image_end - swarm_descriptor)
    BYTE(0x11) BYTE(0x22) SHORT(0x4433)
";

/// Boards of every instruction set, with one bus and with two.
const BOARDS: &[&str] = &[
    "microbit-v1",
    "qemu-cortex-m4",
    "rak4631",
    "qemu-riscv32",
    "esp32c3-devkit",
    "xiao-esp32c6",
    "qemu-xtensa",
    "tbeam",
    "heltec-v3",
    "host",
];

fn board(name: &str) -> Board {
    swarm_targets::find(name).unwrap_or_else(|error| panic!("{}", error.render())).0
}

fn is_thumb(board: &Board) -> bool {
    matches!(board.core.isa, Isa::Thumbv6m | Isa::Thumbv7em)
}

/// The descriptor with the two handlers' offsets as the compiler writes them.
fn descriptor(board: &Board) -> String {
    let offset = |name: &str| match is_thumb(board) {
        true => format!("    LONG(({name} - swarm_descriptor) | 1)\n"),
        false => format!("    LONG({name} - swarm_descriptor)\n"),
    };
    format!("{DESCRIPTOR}{}{}", offset("tick"), offset("start"))
}

fn script(board: &Board, bank: Bank) -> String {
    let formats = ["{} times".to_owned(), String::from("done")];
    script::kernel(board, bank, &Contents { descriptor: &descriptor(board), formats: &formats })
}

fn kernel(board: &Board, bank: Bank) -> Linked {
    link(board, &compile(board, KERNEL), &script(board, bank))
}

#[test]
fn an_image_is_descriptor_code_and_constants_in_one_piece() {
    for name in BOARDS {
        let board = board(name);
        let linked = kernel(&board, Bank::A);
        let image = linked.image();
        let base = Bank::A.address(&board);
        assert_eq!(linked.symbol("swarm_descriptor"), base, "{name}");
        assert_eq!(image.start, base, "{name}");
        let word = |at: usize| u32::from_le_bytes(image.bytes[at..at + 4].try_into().unwrap());
        assert_eq!((word(0), word(4), word(12)), (0x4D52_5753, 1, 0x4433_2211), "{name}");
        assert_eq!(word(8) as usize, image.bytes.len(), "{name}: the descriptor's size is the image's");
        assert_eq!(linked.symbol("swarm_image_end") - base, image.bytes.len() as u64, "{name}");
        let code = linked.section(".text");
        for (at, handler) in [(16, "tick"), (20, "start")] {
            let thumb = u32::from(is_thumb(&board));
            assert_eq!(word(at) & 1, thumb, "{name}: bit 0 of {handler}");
            let address = base + u64::from(word(at) & !1);
            assert_eq!(address, linked.symbol(handler) & !1, "{name}: {handler}");
            assert!(code.contains(&address), "{name}: {handler} is in .text");
        }
        let table: Vec<u8> = (1..10).collect();
        assert!(image.bytes.windows(9).any(|bytes| bytes == table), "{name}: the constants are in the image");
    }
}

#[test]
fn constants_are_where_the_data_bus_sees_what_follows_the_code() {
    for name in BOARDS {
        let board = board(name);
        let linked = kernel(&board, Bank::A);
        let (code, constants) = (linked.section(".text"), linked.section(".rodata"));
        let base = Bank::A.address(&board);
        let expected = match board.banks.data_address.filter(|data| *data != base) {
            Some(data) => (code.end - base).next_multiple_of(16) + data,
            None => constants.start,
        };
        assert_eq!(constants.start, expected, "{name}");
        assert!(code.end - base <= board.banks.size, "{name}");
    }
}

#[test]
fn log_texts_stay_in_the_elf_and_out_of_the_image() {
    for name in BOARDS {
        let linked = kernel(&board(name), Bank::A);
        assert_eq!(linked.data(".swarm.log"), b"ticks: {}\0{} times\0done\0", "{name}");
        let image = linked.image();
        assert!(!image.bytes.windows(6).any(|bytes| bytes == b"ticks:" || bytes == b" times"), "{name}");
    }
}

#[test]
fn elves_say_that_they_are_guests_and_no_board_loads_that() {
    for name in BOARDS {
        let linked = kernel(&board(name), Bank::A);
        let wanted = format!("guest kernel for {name}\0");
        assert_eq!(linked.data(".swarm.guest"), wanted.as_bytes(), "{name}");
        assert!(!linked.image().bytes.windows(5).any(|bytes| bytes == b"guest"), "{name}");
    }
}

#[test]
fn source_lines_stay_in_the_elf_for_debuggers() {
    for name in BOARDS {
        let lines = kernel(&board(name), Bank::A).section(".debug_line");
        assert!(lines.start == 0 && lines.end > 0, "{name}: {lines:?}");
    }
}

#[test]
fn elves_are_of_the_boards_machine() {
    for (name, machine) in [
        ("microbit-v1", Architecture::Arm),
        ("qemu-riscv32", Architecture::Riscv32),
        ("qemu-xtensa", Architecture::Xtensa),
    ] {
        assert_eq!(kernel(&board(name), Bank::A).file().architecture(), machine, "{name}");
    }
}

#[test]
fn position_independent_images_are_the_same_bytes_in_both_banks_and_mapped_ones_have_one_address() {
    for name in BOARDS {
        let board = board(name);
        let (a, b) = (kernel(&board, Bank::A).image(), kernel(&board, Bank::B).image());
        assert!(a.bytes == b.bytes, "{name}");
        let expected = if board.banks.link_address.is_some() { a.start } else { board.banks.b };
        assert_eq!(b.start, expected, "{name}");
    }
}

#[test]
fn variables_are_refused() {
    for (start, section) in [("7", ".data"), ("0", ".bss")] {
        let source = format!("int count = {start}; int tick(void) {{ return count++; }}");
        for name in ["microbit-v1", "qemu-riscv32", "qemu-xtensa", "host"] {
            let board = board(name);
            let descriptor = "    LONG(tick - swarm_descriptor)\n";
            let script = script::kernel(&board, Bank::A, &Contents { descriptor, formats: &[] });
            let message = link_failure(&board, &compile(&board, &source), &script);
            assert!(message.contains(&format!("({section} is not empty)")), "{name}: {message}");
        }
    }
}

#[test]
fn an_image_larger_than_its_bank_is_refused() {
    for name in ["microbit-v1", "qemu-riscv32", "tbeam", "qemu-xtensa"] {
        let mut board = board(name);
        board.banks.size = 64;
        let message = link_failure(&board, &compile(&board, KERNEL), &script(&board, Bank::A));
        assert!(message.contains("larger than its bank"), "{name}: {message}");
    }
}

/// A shell with everything that its script places.
const SHELL: &str = "
    extern unsigned __stack_top, __bss_start, __bss_end, __data_start, __data_load, __state_start, __state_end, __kernel;
    static unsigned counter;
    static unsigned limit = 1234;
    __attribute__((section(\".text.start\"), used)) void start(void) {
        for (unsigned *p = &__bss_start; p < &__bss_end; p++) *p = 0;
        unsigned *from = &__data_load; __data_start = *from;
        *(volatile unsigned *)&counter = limit + __state_start + __state_end + __kernel;
        *(volatile unsigned *)&limit += 1;
    }
    __attribute__((section(\".vectors\"), used)) static void *const vectors[] = {&__stack_top, (void *)start};
    __attribute__((section(\".reset\"), used)) static const unsigned reset[] = {1, 2};
";

#[test]
fn shells_have_vectors_code_and_variables_at_their_places() {
    for name in ["microbit-v1", "qemu-cortex-m4", "qemu-riscv32", "qemu-xtensa"] {
        let board = board(name);
        let source = if board.core.isa == Isa::Xtensa {
            SHELL.to_owned()
        } else {
            SHELL.replace("\".reset\"", "\".rodata\"")
        };
        let source = if is_thumb(&board) || board.core.isa == Isa::Xtensa {
            source
        } else {
            source.replace("\".vectors\"", "\".rodata\"")
        };
        let script = script::shell(&board).unwrap();
        let linked = link(&board, &compile(&board, &source), &script);
        let place = board.shell.unwrap();
        let flash = place.origin..place.origin + place.size;
        assert!(
            flash.contains(&linked.section(".text").start) && flash.contains(&linked.section(".text").end),
            "{name}"
        );
        match board.core.isa {
            Isa::Xtensa => {
                assert_eq!(linked.section(".vectors").start, 0x2000, "{name}");
                assert_eq!(linked.section(".reset").start, 0xFE00_0000, "{name}");
            }
            Isa::Riscv32imc => assert_eq!(linked.symbol("start"), place.origin, "{name}"),
            _ => {
                assert_eq!(linked.section(".vectors").start, place.origin, "{name}");
                let stack = u32::from_le_bytes(linked.data(".vectors")[..4].try_into().unwrap());
                assert_eq!(u64::from(stack), board.ram.origin + board.ram.size, "{name}");
            }
        }
        assert_eq!(linked.symbol("__data_start"), board.ram.origin, "{name}");
        assert!(flash.contains(&linked.symbol("__data_load")), "{name}");
        assert_eq!(linked.symbol("__stack_top"), board.ram.origin + board.ram.size, "{name}");
        let state = linked.symbol("__state_end") - linked.symbol("__state_start");
        assert!(state >= board.state_capacity(), "{name}: {state:#x}");
        assert_eq!(linked.symbol("__kernel"), Bank::A.address(&board), "{name}");
    }
}

#[test]
fn a_shell_with_more_variables_than_reserved_is_refused() {
    let board = board("microbit-v1");
    let source = "int many[600]; int *start(void) { many[0] = 1; return many; }
        __attribute__((section(\".vectors\"), used)) static void *const vectors[] = {(void *)start};";
    let message = link_failure(&board, &compile(&board, source), &script::shell(&board).unwrap());
    assert!(message.contains("more than reserved.ram"), "{message}");
}

#[test]
fn a_board_without_a_shell_names_its_stand_in() {
    let error = script::shell(&board("rak4631")).unwrap_err();
    assert_eq!((error.code, error.help.contains("qemu-cortex-m4")), ("board-no-shell", true));
}
