//! Every target gives what the reference gives, byte for byte: random kernels, random inputs, whole state blocks.

use swarm_tests::compare::compare;
use swarm_tests::model::Plan;
use swarm_tests::random::Random;
use swarm_tests::{BOARDS, build, start};
use swarmc::pipeline::Optimise;

const KERNELS: u64 = 100;

#[test]
fn all_targets_give_the_reference_s_state_block() {
    let mut updates = 0;
    for seed in 1..=KERNELS {
        let plan = Plan::random(&mut Random::new(seed * 7919));
        let text = plan.kernel();
        let optimise = if seed % 2 == 0 { Optimise::Speed } else { Optimise::Size };
        for board in BOARDS {
            let compiled = build(&text, board, optimise);
            let elf = compiled.stage(swarmc::stage::Stage::Elf).expect("the image was linked");
            let mut node = start(elf, board, None);
            match compare(&plan, seed, board, node.as_mut()) {
                Ok(count) => updates += count,
                Err(difference) => panic!("seed {seed}: {difference}\n{plan:?}\n{text}"),
            }
        }
    }
    assert!(updates >= 600_000, "only {updates} updates were compared");
}

#[test]
fn a_cortex_m_image_runs_where_it_is_put() {
    let plan = Plan::random(&mut Random::new(3));
    for (board, other) in [("microbit-v1", 0x28000), ("qemu-cortex-m4", 0x48000)] {
        let compiled = build(&plan.kernel(), board, Optimise::Size);
        let elf = compiled.stage(swarmc::stage::Stage::Elf).expect("the image was linked");
        for address in [None, Some(other)] {
            let mut node = start(elf, board, address);
            compare(&plan, 5, board, node.as_mut())
                .unwrap_or_else(|difference| panic!("{address:x?}: {difference}"));
        }
    }
}
