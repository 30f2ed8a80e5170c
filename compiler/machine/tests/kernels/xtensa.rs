//! Small kernels of windowed Xtensa, assembled and linked at 0x1000.

use super::Case;

pub const CASES: &[Case] = &[
    Case {
        name: "windows_three_deep",
        code: "1c1000000000000036610081fdffe0080082230430a320e008001df03681006500001df03641001df0",
        functions: &[("tick", 0x8), ("helper", 0x1c), ("leaf", 0x24)],
        assembly: "l1: .long helper; tick: entry a1, 48; l32r a8, l1; callx8 a8; l32i a8, a3, 16; or a10, a3, a3; callx8 a8; retw.n; helper: entry a1, 64; call8 leaf; retw.n; leaf: entry a1, 32; retw.n",
        expected: "160: tick 48 (0x1011) > helper 64 (0x1022) > leaf 32",
    },
    Case {
        name: "a_frame_beyond_what_entry_takes",
        code: "409c000036410081feff8081c01018001df0",
        functions: &[("tick", 0x4)],
        assembly: "l1: .long 40000; tick: entry a1, 32; l32r a8, l1; sub a8, a1, a8; movsp a1, a8; retw.n",
        expected: "40048: tick 40032",
    },
    Case {
        name: "a_frame_without_room_for_windows",
        code: "362100822304e008001df0",
        functions: &[("tick", 0x0)],
        assembly: "tick: entry a1, 16; l32i a8, a3, 16; callx8 a8; retw.n",
        expected: "machine::save_area: tick at 0x1006 leaves window registers no room in a frame of 16 bytes",
    },
    Case {
        name: "a_store_over_saved_windows",
        code: "3641002261041df0",
        functions: &[("tick", 0x0)],
        assembly: "tick: entry a1, 32; s32i a2, a1, 16; retw.n",
        expected: "machine::save_area: tick at 0x1003 leaves window registers no room in a frame of 32 bytes",
    },
    Case {
        name: "a_store_over_windows_of_its_own",
        code: "366100226103226104822304e008001df0",
        functions: &[("tick", 0x0)],
        assembly: "tick: entry a1, 48; s32i a2, a1, 12; s32i a2, a1, 16; l32i a8, a3, 16; callx8 a8; retw.n",
        expected: "machine::save_area: tick at 0x1006 leaves window registers no room in a frame of 48 bytes",
    },
    Case {
        name: "a_store_below_saved_windows",
        code: "3641002261031df0",
        functions: &[("tick", 0x0)],
        assembly: "tick: entry a1, 32; s32i a2, a1, 12; retw.n",
        expected: "48: tick 32",
    },
    Case {
        name: "a_stack_of_variable_size_of_xtensa",
        code: "3641002081c01018001df0",
        functions: &[("tick", 0x0)],
        assembly: "tick: entry a1, 32; sub a8, a1, a2; movsp a1, a8; retw.n",
        expected: "machine::stack_pointer: tick at 0x1006 sets the stack pointer to what is not known before it runs",
    },
    Case {
        name: "a_function_without_entry",
        code: "22a0001df0",
        functions: &[("tick", 0x0)],
        assembly: "tick: movi a2, 0; retw.n",
        expected: "machine::entry: tick at 0x1000 is not where a function's `entry` must be",
    },
    Case {
        name: "a_table_of_jumps_of_xtensa",
        code: "364100822200a00800",
        functions: &[("tick", 0x0)],
        assembly: "tick: entry a1, 32; l32i a8, a2, 0; jx a8",
        expected: "machine::jump: tick at 0x1006 jumps to a computed address",
    },
    Case {
        name: "windowed_recursion",
        code: "364100e5ffff1df0",
        functions: &[("tick", 0x0)],
        assembly: "tick: entry a1, 32; call8 tick; retw.n",
        expected: "machine::recursion: functions call each other in a circle: tick > tick",
    },
];
