//! Tensors: every target gives what the reference gives, and leaves the same block, scratch included.

use swarm_tests::suite::Kind;
use swarm_tests::tensors::{Left, Tensors, follow};
use swarm_tests::{BOARDS, build, start};
use swarmc::layout::Layout;
use swarmc::pipeline::Optimise;
use swarmc::stage::Stage;

/// Runs a kernel beside its model; the whole state block in the end.
fn left(elf: &[u8], (board, address): (&str, Option<u64>), (seed, layout): (u32, &Layout)) -> Vec<u8> {
    let (_, events) = Kind::Tensors.tested();
    let mut node = start(elf, board, address);
    let Left { block, faults } = follow(node.as_mut(), (seed, events), layout)
        .unwrap_or_else(|difference| panic!("seed {seed} on {board}: {difference}"));
    assert!(faults > 0 && faults < events / 2, "{faults} faults in {events} events");
    assert_eq!(block.len() as u64, layout.size, "the block's size counts its scratch");
    block
}

#[test]
fn all_targets_compute_what_the_reference_computes() {
    let (kernels, _) = Kind::Tensors.tested();
    for seed in 1..=kernels {
        let text = Tensors::random(seed).kernel();
        let optimise = if seed % 2 == 0 { Optimise::Speed } else { Optimise::Size };
        let mut blocks = Vec::new();
        for board in BOARDS {
            let compiled = build(&text, board, optimise);
            let elf = compiled.stage(Stage::Elf).expect("the image was linked");
            let layout = &compiled.interface.as_ref().expect("the image has an interface").layout;
            assert!(layout.scratch() > 0, "the kernel needs scratch");
            blocks.push(left(elf, (board, None), (seed, layout)));
        }
        let alike = blocks.iter().all(|block| *block == blocks[0]);
        assert!(alike, "seed {seed}: the targets leave other scratch");
    }
}

#[test]
fn constants_are_found_in_either_bank() {
    let text = Tensors::random(5).kernel();
    for (board, other) in [("microbit-v1", 0x28000), ("qemu-cortex-m4", 0x48000)] {
        let compiled = build(&text, board, Optimise::Size);
        let elf = compiled.stage(Stage::Elf).expect("the image was linked");
        let layout = &compiled.interface.as_ref().expect("the image has an interface").layout;
        let blocks = [None, Some(other)].map(|address| left(elf, (board, address), (5, layout)));
        assert!(blocks[0] == blocks[1], "{board}: another bank, another block");
    }
}
