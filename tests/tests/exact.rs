//! Every target gives what the reference gives, byte for byte: random kernels, random inputs, whole state blocks.

use swarm_tests::compare::Trial;
use swarm_tests::suite::Kind;
use swarm_tests::{BOARDS, build, start};
use swarmc::pipeline::Optimise;

/// Runs the kernels of one kind on every target; says how many updates were alike.
fn all_follow(kind: Kind) -> u64 {
    let (kernels, events) = kind.tested();
    let mut updates = 0;
    for seed in 1..=kernels {
        for board in BOARDS {
            let alike = kind.run((seed, events), board).unwrap_or_else(|difference| panic!("{difference}"));
            updates += alike.done;
        }
    }
    updates
}

#[test]
fn all_targets_give_the_reference_s_state_block() {
    let updates = all_follow(Kind::Tables);
    assert!(updates >= 600_000, "only {updates} updates were compared");
}

#[test]
fn many_rounds_in_one_event_are_many_events() {
    let updates = all_follow(Kind::Rounds);
    assert!(updates > 40_000, "only {updates} updates were compared");
}

#[test]
fn a_count_of_visits_stops() {
    let updates = all_follow(Kind::Worn);
    assert!(updates / 15 > 32_767, "only {updates} updates were compared");
}

#[test]
fn a_cortex_m_image_runs_where_it_is_put() {
    let trial = Trial::random(3, 1000, 1);
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

#[test]
fn operations_do_the_same_one_by_one() {
    all_follow(Kind::Direct);
}

#[test]
fn rare_draws_count_as_the_reference_says() {
    all_follow(Kind::Chances);
}

#[test]
fn tiles_learn_as_the_reference_does() {
    all_follow(Kind::Tiles);
}

#[test]
fn tables_are_shared_as_the_reference_does() {
    all_follow(Kind::Shared);
}

#[test]
fn messages_are_encoded_and_decoded_as_the_reference_does() {
    all_follow(Kind::Messages);
}

#[test]
fn integers_are_what_they_are_in_rust() {
    all_follow(Kind::Programs);
}

#[test]
fn nodes_speak_and_hear_as_the_reference_does() {
    all_follow(Kind::Speaking);
}

#[test]
fn adverts_are_packed_published_and_read_as_the_planner_does() {
    let read = all_follow(Kind::Adverts);
    assert!(read > 5_000, "only {read} adverts were read");
}
