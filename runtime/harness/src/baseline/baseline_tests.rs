//! Worlds so small that the numbers can be worked out by hand.

use super::*;
use crate::world::load;

fn map(consume: bool, rewards: &str) -> GridMap {
    let text = format!(
        "ticks = 1\n[grid]\nwidth = 5\nheight = 3\nstart = [1, 1]\nconsume = {consume}\non_done = \"reset\"\n{rewards}"
    );
    let loaded = load("w.toml", &text, &|_| Err(String::new())).expect("a good world");
    loaded.world.map().expect("a grid").clone()
}

const FAR: &str = "[[reward]]\nx = 3\ny = 1\nvalue = 10\n";

#[test]
fn the_optimum_works_for_ever_where_work_pays_for_ever() {
    let map = map(false, FAR);
    let optimum = value_iteration(&map).expect("solvable");
    // Two moves, the second of which pays 10, then 10 for ever.
    assert!((optimum.value(&map) - 0.9 * 10.0 / (1.0 - 0.9)).abs() < 1e-6);
    let policy = evaluate_situations(&map, |map, situation| optimum.choose(map, situation));
    assert!((policy - optimum.value(&map)).abs() < 1e-6, "{policy}");
}

#[test]
fn the_optimum_of_a_consuming_world_steps_in_and_out() {
    let map = map(true, FAR);
    let optimum = value_iteration(&map).expect("solvable");
    // Entering pays and takes nothing away: 10 in every second step.
    assert!((optimum.value(&map) - 0.9 * 10.0 / (1.0 - 0.81)).abs() < 1e-6);
    let policy = evaluate_situations(&map, |map, situation| optimum.choose(map, situation));
    assert!((policy - optimum.value(&map)).abs() < 1e-6, "{policy}");
}

#[test]
fn too_many_situations_are_refused() {
    let text =
        "ticks = 1\n[grid]\nwidth = 15\nheight = 3\nstart = [1, 1]\nconsume = true\non_done = \"stay\"\n";
    let rewards: String = (1..=13).map(|x| format!("[[reward]]\nx = {x}\ny = 1\nvalue = 1\n")).collect();
    let loaded = load("w.toml", &format!("{text}{rewards}"), &|_| Err(String::new())).expect("good");
    let error = value_iteration(loaded.world.map().expect("a grid")).expect_err("too many");
    assert_eq!(error.code, "baseline::too_many_rewards");
}

#[test]
fn a_policy_that_stops_gets_nothing_more() {
    let map = map(false, FAR);
    assert_eq!(evaluate_policy(&map, |_, _| 5), 0.0);
    let mut step = 0;
    let then_stop = evaluate_policy(&map, |_, _| {
        step += 1;
        [3, 3, 5][step - 1]
    });
    assert!((then_stop - 9.0).abs() < 1e-12);
}

#[test]
fn ties_go_to_the_lowest_available_action() {
    assert_eq!(greedy(&[1.0, 3.0, 3.0, 2.0, 0.0, 0.0, 9.0], 0b011_1111), 1);
    assert_eq!(greedy(&[1.0, 3.0, 3.0, 2.0, 0.0, 0.0, 9.0], 0b010_1100), 2);
    assert_eq!(greedy(&[0.0; 7], 0), -1);
}

#[test]
fn the_schedule_is_a_line() {
    let schedule = Schedule { from: 1.0, to: 0.0, uses: 4 };
    let all: Vec<f64> = (0..6).map(|count| schedule.at(count)).collect();
    assert_eq!(all, [1.0, 0.75, 0.5, 0.25, 0.0, 0.0]);
}

#[test]
fn the_learner_learns_a_short_way() {
    let map = map(false, FAR);
    let learner = learn(&map, &LearnerOptions { ticks: 30_000, ..LearnerOptions::default() });
    let optimum = value_iteration(&map).expect("solvable").value(&map);
    let reached = evaluate_policy(&map, |place, mask| learner.choose(place, mask));
    assert!(reached > 0.99 * optimum, "{reached} of {optimum}");
}

#[test]
fn a_random_policy_is_the_same_for_the_same_seed_only() {
    let map = map(false, FAR);
    assert_eq!(random_policy(&map, 50, 3).to_bits(), random_policy(&map, 50, 3).to_bits());
    assert_ne!(random_policy(&map, 50, 3).to_bits(), random_policy(&map, 50, 4).to_bits());
}
