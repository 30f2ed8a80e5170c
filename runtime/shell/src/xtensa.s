# Windowed Xtensa (de233_fpu): reset, vectors, counted calls, simcall. Assembled by llvm-mc, beside the crate.

# The core starts here, whatever the ELF's entry says.
    .section .reset, "ax", @progbits
    .global reset
reset:
    j 1f
    .p2align 2
start_address: .long start
1:  l32r a0, start_address
    jx a0

# Window overflow and underflow spill and fill the registers of callers: the code that the ISA reference gives.
    .section .vectors, "ax", @progbits
    .p2align 6
overflow_4:
    s32e a0, a5, -16
    s32e a1, a5, -12
    s32e a2, a5, -8
    s32e a3, a5, -4
    rfwo
    .p2align 6
underflow_4:
    l32e a0, a5, -16
    l32e a1, a5, -12
    l32e a2, a5, -8
    l32e a3, a5, -4
    rfwu
    .p2align 6
overflow_8:
    s32e a0, a9, -16
    l32e a0, a1, -12
    s32e a1, a9, -12
    s32e a2, a9, -8
    s32e a3, a9, -4
    s32e a4, a0, -32
    s32e a5, a0, -28
    s32e a6, a0, -24
    s32e a7, a0, -20
    rfwo
    .p2align 6
underflow_8:
    l32e a0, a9, -16
    l32e a1, a9, -12
    l32e a2, a9, -8
    l32e a7, a1, -12
    l32e a3, a9, -4
    l32e a4, a7, -32
    l32e a5, a7, -28
    l32e a6, a7, -24
    l32e a7, a7, -20
    rfwu
    .p2align 6
overflow_12:
    s32e a0, a13, -16
    l32e a0, a1, -12
    s32e a1, a13, -12
    s32e a2, a13, -8
    s32e a3, a13, -4
    s32e a4, a0, -48
    s32e a5, a0, -44
    s32e a6, a0, -40
    s32e a7, a0, -36
    s32e a8, a0, -32
    s32e a9, a0, -28
    s32e a10, a0, -24
    s32e a11, a0, -20
    rfwo
    .p2align 6
underflow_12:
    l32e a0, a13, -16
    l32e a1, a13, -12
    l32e a2, a13, -8
    l32e a11, a1, -12
    l32e a3, a13, -4
    l32e a4, a11, -48
    l32e a5, a11, -44
    l32e a6, a11, -40
    l32e a7, a11, -36
    l32e a8, a11, -32
    l32e a9, a11, -28
    l32e a10, a11, -24
    l32e a11, a11, -20
    rfwu

    .org 0x300
kernel_vector:
    j crashed
    .org 0x340
user_vector:
    wsr a0, excsave1
    rsr a0, exccause
    beqi a0, 5, alloca
    j crashed
    .org 0x3c0
double_vector:
    j crashed

# movsp found the caller's registers not in memory: fill them as an underflow would, then do it again.
alloca:
    rsr a0, windowbase
    rotw -1
    rsr a2, ps
    extui a3, a2, 8, 4
    xor a3, a3, a4
    rsr a4, excsave1
    slli a3, a3, 8
    xor a2, a2, a3
    wsr a2, ps
    rsync
    bbci a4, 31, 4f
    rotw -1
    bbci a8, 30, 8f
    rotw -1
    j underflow_12
8:  j underflow_8
4:  j underflow_4

    .section .literal.shell, "ax", @progbits
    .p2align 2
stack_top:    .long __stack_top
bss_start:    .long __bss_start
bss_end:      .long __bss_end
windowed:     .long 0x40020
main_address: .long shell_main
trapped:      .long shell_trapped

    .section .text.shell, "ax", @progbits
    .p2align 2
start:
    movi a0, 0
    wsr a0, intenable
    wsr a0, windowbase
    rsync
    movi a0, 1
    wsr a0, windowstart
    rsync
    l32r a0, windowed
    wsr a0, ps
    rsync
    l32r a1, stack_top
    l32r a2, bss_start
    l32r a3, bss_end
    movi a4, 0
    movi a0, 0
1:  bgeu a2, a3, 2f
    s32i a4, a2, 0
    addi a2, a2, 4
    j 1b
2:  l32r a8, main_address
    callx8 a8

# A trap: drop every window and the stack, and say what happened and where.
    .p2align 2
crashed:
    movi a0, 0
    wsr a0, windowbase
    rsync
    movi a0, 1
    wsr a0, windowstart
    rsync
    rsr a10, exccause
    rsr a11, epc1
    l32r a0, windowed
    wsr a0, ps
    rsync
    movi a0, 0
    l32r a1, stack_top
    l32r a8, trapped
    callx8 a8

    .p2align 2
    .global shell_simcall
shell_simcall:
    entry a1, 32
    .byte 0x00, 0x51, 0x00
    retw

    .p2align 2
    .global shell_nothing
shell_nothing:
    entry a1, 32
    retw

# So many windows deep that the registers of every caller are in memory.
    .p2align 2
spill:
    entry a1, 32
    addi a10, a2, -1
    beqz a2, 1f
    call8 spill
1:  retw

# Window overflows within the handler are counted; from registers that hold no caller's window, they are always the same.
    .p2align 2
    .global shell_measure
shell_measure:
    entry a1, 32
    movi a10, 9
    call8 spill
    mov a10, a3
    mov a11, a4
    mov a12, a5
    rsr a7, ccount
    callx8 a2
    rsr a8, ccount
    s32i a7, a6, 0
    s32i a8, a6, 4
    mov a2, a10
    retw

    .p2align 2
    .global shell_ticks
shell_ticks:
    entry a1, 32
    rsr a2, ccount
    retw

# What the compiler calls for copies; its own library cannot be used here, because it comes as an object file only, and
# object files that the compiler writes have misplaced literals.
    .p2align 2
    .global memmove
memmove:
    entry a1, 32
    bgeu a3, a2, 3f
    add a3, a3, a4
    add a5, a2, a4
1:  beqz a4, 2f
    addi a3, a3, -1
    addi a5, a5, -1
    addi a4, a4, -1
    l8ui a6, a3, 0
    s8i a6, a5, 0
    j 1b
2:  retw
    .p2align 2
    .global memcpy
memcpy:
    entry a1, 32
3:  mov a5, a2
4:  beqz a4, 2b
    l8ui a6, a3, 0
    s8i a6, a5, 0
    addi a3, a3, 1
    addi a5, a5, 1
    addi a4, a4, -1
    j 4b

    .p2align 2
    .global memset
memset:
    entry a1, 32
    mov a5, a2
1:  beqz a4, 2f
    s8i a3, a5, 0
    addi a5, a5, 1
    addi a4, a4, -1
    j 1b
2:  retw

    .p2align 2
    .global memcmp
memcmp:
    entry a1, 32
1:  beqz a4, 2f
    l8ui a5, a2, 0
    l8ui a6, a3, 0
    bne a5, a6, 3f
    addi a2, a2, 1
    addi a3, a3, 1
    addi a4, a4, -1
    j 1b
2:  movi a2, 0
    retw
3:  sub a2, a5, a6
    retw
