//! Every target gives what the reference gives, byte for byte: random kernels, random inputs, whole state blocks.

use swarm_tests::adverts::{self, Adverts};
use swarm_tests::compare::Trial;
use swarm_tests::messages::Messages;
use swarm_tests::shared::Shared;
use swarm_tests::speaking::Speaking;
use swarm_tests::steps::{Subject, follow};
use swarm_tests::tiled::Tiled;
use swarm_tests::{BOARDS, build, start};
use swarmc::pipeline::Optimise;

const KERNELS: u64 = 100;
/// Events of one kernel on one target.
const EVENTS: usize = 1000;

#[test]
fn all_targets_give_the_reference_s_state_block() {
    let mut updates = 0;
    for seed in 1..=KERNELS {
        let trial = Trial::random(seed, EVENTS, 1);
        for board in BOARDS {
            updates += trial.run(board).unwrap_or_else(|difference| panic!("{difference}"));
        }
    }
    assert!(updates >= 600_000, "only {updates} updates were compared");
}

#[test]
fn many_rounds_in_one_event_are_many_events() {
    for seed in 1..=8 {
        let trial = Trial::random(seed, 40, 16);
        for board in BOARDS {
            let updates = trial.run(board).unwrap_or_else(|difference| panic!("{difference}"));
            assert!(updates > 600, "seed {seed} on {board}: only {updates} updates were compared");
        }
    }
}

#[test]
fn a_cortex_m_image_runs_where_it_is_put() {
    let trial = Trial::random(3, EVENTS, 1);
    for (board, other) in [("microbit-v1", 0x28000), ("qemu-cortex-m4", 0x48000)] {
        let compiled = build(&trial.kernel(), board, Optimise::Size);
        let elf = compiled.stage(swarmc::stage::Stage::Elf).expect("the image was linked");
        for address in [None, Some(other)] {
            let mut node = start(elf, board, address);
            trial
                .compare(board, node.as_mut())
                .unwrap_or_else(|difference| panic!("{address:x?}: {difference}"));
        }
    }
}

/// Runs random subjects on every target; each learns differently.
fn all_follow<S: Subject>(subject: fn(u32) -> S, (kernels, events): (u32, usize)) {
    for seed in 1..=kernels {
        let text = subject(seed).kernel();
        let optimise = if seed % 2 == 0 { Optimise::Speed } else { Optimise::Size };
        for board in BOARDS {
            let compiled = build(&text, board, optimise);
            let elf = compiled.stage(swarmc::stage::Stage::Elf).expect("the image was linked");
            let mut node = start(elf, board, None);
            follow(node.as_mut(), &mut subject(seed), (seed, events))
                .unwrap_or_else(|difference| panic!("seed {seed} on {board}: {difference}\n{text}"));
        }
    }
}

#[test]
fn tiles_learn_as_the_reference_does() {
    all_follow(Tiled::random, (40, 300));
}

#[test]
fn tables_are_shared_as_the_reference_does() {
    all_follow(Shared::random, (40, 1000));
}

#[test]
fn messages_are_encoded_and_decoded_as_the_reference_does() {
    all_follow(Messages::random, (40, 400));
}

#[test]
fn nodes_speak_and_hear_as_the_reference_does() {
    all_follow(Speaking::random, (40, 400));
}

#[test]
fn adverts_are_packed_published_and_read_as_the_planner_does() {
    let mut read = 0;
    for seed in 1..=60 {
        let text = Adverts::random(seed).kernel();
        let optimise = if seed % 2 == 0 { Optimise::Speed } else { Optimise::Size };
        for board in BOARDS {
            let compiled = build(&text, board, optimise);
            let elf = compiled.stage(swarmc::stage::Stage::Elf).expect("the image was linked");
            let mut node = start(elf, board, None);
            read += adverts::follow(node.as_mut(), &mut Adverts::random(seed), 200)
                .unwrap_or_else(|difference| panic!("seed {seed} on {board}: {difference}\n{text}"));
        }
    }
    assert!(read > 5_000, "only {read} adverts were read");
}
