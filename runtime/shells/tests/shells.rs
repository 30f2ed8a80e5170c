//! Each shell is a small executable for its machine that stays below its board's kernel banks.

use object::{Architecture, Object, ObjectKind, ObjectSegment};

/// Board, machine, first address that belongs to a kernel or a state block, most bytes.
const EXPECTED: [(&str, Architecture, u64, u64); 4] = [
    ("microbit-v1", Architecture::Arm, 0x2_0000, 12288),
    ("qemu-cortex-m4", Architecture::Arm, 0x4_0000, 12288),
    ("qemu-riscv32", Architecture::Riscv32, 0x8010_0000, 12288),
    ("qemu-xtensa", Architecture::Xtensa, 0x6_0000, 14336),
];

/// Where the emulated Xtensa starts, whatever the executable's entry is.
const XTENSA_RESET: u64 = 0xFE00_0000;

#[test]
fn every_board_has_its_shell() {
    let boards: Vec<_> = swarm_shells::boards().collect();
    assert_eq!(boards, EXPECTED.map(|(board, ..)| board));
    assert_eq!(swarm_shells::shell("toaster"), None);
}

#[test]
fn shells_are_small_and_in_their_place() {
    for (board, architecture, end, most) in EXPECTED {
        let elf = swarm_shells::shell(board).expect(board);
        let file = object::File::parse(elf).expect(board);
        assert_eq!((file.kind(), file.architecture()), (ObjectKind::Executable, architecture), "{board}");
        let loaded: Vec<_> = file
            .segments()
            .filter_map(|segment| {
                let bytes = segment.data().expect(board).len() as u64;
                (bytes > 0).then_some((segment.address(), bytes))
            })
            .collect();
        let total: u64 = loaded.iter().map(|(_, bytes)| bytes).sum();
        assert!((256..=most).contains(&total), "{board}: {total} bytes");
        for (address, bytes) in loaded {
            let reset = board == "qemu-xtensa" && address == XTENSA_RESET;
            assert!(address + bytes <= end || reset, "{board}: segment at {address:#x}");
        }
    }
}
