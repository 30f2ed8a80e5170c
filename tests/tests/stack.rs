//! The bounds of stack and instructions beside what was used: never below it; that of the stack near it.

use std::cell::RefCell;
use swarm_machine::Code;
use swarm_tests::suite::Kind;
use swarm_tests::traced::{self, Seen};

/// Random kernels whose handlers are bounded and traced.
const KERNELS: [(Kind, u32); 6] = [
    (Kind::Tables, 3),
    (Kind::Tiles, 2),
    (Kind::Shared, 2),
    (Kind::Speaking, 1),
    (Kind::Adverts, 1),
    (Kind::Programs, 1),
];

fn bounded(board: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut stack, mut time) = (Vec::new(), Vec::new());
    for (kind, seed) in
        KERNELS.into_iter().flat_map(|(kind, seeds)| (1..=seeds).map(move |seed| (kind, seed)))
    {
        let all = traced::beside((kind, seed, 40), board, &folder.path().join("log"));
        for beside in all.unwrap_or_else(|wrong| panic!("{wrong}")) {
            println!("{beside:?}");
            let [of_stack, of_time] = beside.ratios();
            stack.push(of_stack);
            time.push(of_time);
        }
    }
    for (what, ratios) in [("stack", &mut stack), ("instructions", &mut time)] {
        let [middle, most] = [0.5, 0.95].map(|share| traced::at_share(ratios, share));
        println!(
            "{board}: {what} of {} handlers, bound / used: median {middle:.3}, 95 % {most:.3}",
            ratios.len()
        );
    }
    // Random inputs are no worst cases for the instructions; the stack has few ways.
    assert!(traced::at_share(&mut stack, 0.95) <= 1.1, "{board}: the bound of the stack is not near");
}

#[test]
fn stack_on_the_cortex_m0() {
    bounded("microbit-v1");
}

#[test]
fn stack_on_the_cortex_m4() {
    bounded("qemu-cortex-m4");
}

#[test]
fn stack_on_riscv() {
    bounded("qemu-riscv32");
}

#[test]
fn stack_on_xtensa() {
    bounded("qemu-xtensa");
}

/// Kernels that call most services, a few events of each: the emulators write down all code that runs.
const CALLERS: [(Kind, u32); 3] = [(Kind::Speaking, 1), (Kind::Speaking, 2), (Kind::Adverts, 1)];

#[test]
fn services_keep_to_their_stack() {
    let folder = tempfile::tempdir().expect("a folder");
    for board in ["microbit-v1", "qemu-cortex-m4", "qemu-riscv32", "qemu-xtensa"] {
        let allowed = swarm_targets::find(board).expect("the board is built in").0.reserved.service_stack;
        let mut most = 0;
        for (kind, seed) in CALLERS {
            let log = folder.path().join("log");
            let image = RefCell::new(Vec::new());
            let start = |elf: &[u8], board: &str| {
                *image.borrow_mut() = elf.to_vec();
                traced::start(elf, board, &log, Seen::All)
            };
            kind.run_on((seed, 8), board, &start).expect("the kernel does what the reference does");
            let code = Code::read(&image.borrow()).expect("the image is read");
            let depths = traced::used(&log, &code, board);
            for handler in &code.handlers {
                let Some(used) = depths.get(&handler.name).map(|used| used.stack) else { continue };
                let bound = code.stack(handler.function, |_| allowed).expect("the handler is reached");
                assert!(bound.bytes >= u64::from(used), "{kind:?} {seed} on {board}: {bound:?}, used {used}");
                if bound.service.is_some() {
                    most = most.max(u64::from(used).saturating_sub(bound.bytes - u64::from(allowed)));
                }
            }
        }
        println!("{board}: services take up to {most} B of {allowed} B");
        assert!(most > 0, "{board}: no service was seen");
    }
}
