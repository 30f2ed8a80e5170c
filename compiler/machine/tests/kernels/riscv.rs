//! Small kernels of RISC-V, assembled and linked at 0x1000.

use super::Case;

pub const CASES: &[Case] = &[
    Case {
        name: "a_large_frame",
        code: "411106c685629382823833015140ef0020018562938282381691b24041018280797145618280",
        functions: &[("tick", 0x0), ("helper", 0x20)],
        assembly: "tick: addi sp, sp, -16; sw ra, 12(sp); lui t0, 1; addi t0, t0, 904; sub sp, sp, t0; jal helper; lui t0, 1; addi t0, t0, 904; add sp, sp, t0; lw ra, 12(sp); addi sp, sp, 16; ret; helper: addi sp, sp, -48; addi sp, sp, 48; ret",
        expected: "5064: tick 5016 (0x1012) > helper 48",
    },
    Case {
        name: "an_outlined_piece_that_leaves_a_service",
        code: "411106c622c42e84ef02e0008296b240224441018280545022858282",
        functions: &[("tick", 0x0), ("piece", 0x16)],
        assembly: "tick: addi sp, sp, -16; sw ra, 12(sp); sw s0, 8(sp); mv s0, a1; jal t0, piece; jalr a3; lw ra, 12(sp); lw s0, 8(sp); addi sp, sp, 16; ret; piece: lw a3, 36(s0); mv a0, s0; jr t0",
        expected: "116: tick 16 (0x100e) > service 8",
    },
    Case {
        name: "a_jump_to_another_function",
        code: "0111056119e16f0080006f00a0003971216182808280",
        functions: &[("tick", 0x0), ("helper", 0xe), ("other", 0x14)],
        assembly: "tick: addi sp, sp, -32; addi sp, sp, 32; beqz a0, helper; j other; helper: addi sp, sp, -64; addi sp, sp, 64; ret; other: ret",
        expected: "64: tick 0 > helper 64",
    },
    Case {
        name: "a_call_of_a_far_function",
        code: "411106c697000000e7800001b240410182800100411141018280",
        functions: &[("tick", 0x0), ("helper", 0x14)],
        assembly: "tick: addi sp, sp, -16; sw ra, 12(sp); auipc ra, 0; jalr ra, 16(ra); lw ra, 12(sp); addi sp, sp, 16; ret; nop; helper: addi sp, sp, -16; addi sp, sp, 16; ret",
        expected: "32: tick 16 (0x100c) > helper 16",
    },
    Case {
        name: "an_aligned_stack_of_riscv",
        code: "137101fe8280",
        functions: &[("tick", 0x0)],
        assembly: "tick: andi sp, sp, -32; ret",
        expected: "machine::stack_pointer: tick at 0x1000 sets the stack pointer to what is not known before it runs",
    },
    Case {
        name: "a_function_that_calls_itself",
        code: "411106c6eff0dfffb24041018280",
        functions: &[("tick", 0x0)],
        assembly: "tick: addi sp, sp, -16; sw ra, 12(sp); jal tick; lw ra, 12(sp); addi sp, sp, 16; ret",
        expected: "machine::recursion: functions call each other in a circle: tick > tick",
    },
    Case {
        name: "a_return_address_that_is_lost",
        code: "ef00600082808280",
        functions: &[("tick", 0x0), ("helper", 0x6)],
        assembly: "tick: jal helper; ret; helper: ret",
        expected: "machine::jump: tick at 0x1004 jumps to a computed address",
    },
    Case {
        name: "a_red_zone",
        code: "232e81fe0324c1ff8280",
        functions: &[("tick", 0x0)],
        assembly: "tick: sw s0, -4(sp); lw s0, -4(sp); ret",
        expected: "machine::below: tick at 0x1000 writes below the stack pointer",
    },
];
