//! The committed worlds can be learnt: the textbook learner comes within 5% of the best possible return,
//! chance does not come half as far, and fixed-point arithmetic costs less than 2% of what the textbook gets.

#[path = "learning/fixed.rs"]
mod fixed;

use std::path::Path;

use swarm_harness::baseline::{
    LearnerOptions, evaluate_policy, evaluate_situations, learn, random_policy, value_iteration,
};
use swarm_harness::world::{GridMap, load};

const SEEDS: std::ops::RangeInclusive<u64> = 1..=20;

fn committed(name: &str) -> (GridMap, u64) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/forager/worlds").join(name);
    let text = std::fs::read_to_string(&path).expect("a committed world");
    let loaded = load(name, &text, &|file| Err(format!("{file} is not needed"))).expect("a good world");
    (loaded.world.map().expect("a grid").clone(), loaded.ticks)
}

fn check_world(name: &str) {
    let (map, ticks) = committed(name);
    assert!(map.places() <= 529, "{name}: the forager's table has 529 places");
    let optimum = value_iteration(&map).expect("solvable");
    let best = optimum.value(&map);
    let played = evaluate_situations(&map, |map, situation| optimum.choose(map, situation));
    assert!((best - played).abs() < 1e-3, "{name}: the optimal policy gets {played}, its value is {best}");
    let chance = random_policy(&map, 2000, 7);
    assert!(chance < 0.5 * best, "{name}: chance gets {chance} of {best}");
    for seed in SEEDS {
        let options = LearnerOptions { ticks, seed, ..LearnerOptions::default() };
        let reference = learn(&map, &options);
        let textbook = evaluate_policy(&map, |place, mask| reference.choose(place, mask));
        let table = fixed::learn(&map, ticks, seed as u32);
        let integer = evaluate_policy(&map, |place, mask| table.argmax(place, mask));
        println!(
            "{name} seed {seed}: best {best:.3}, textbook {textbook:.3}, integer {integer:.3}, chance {chance:.3}"
        );
        assert!(textbook >= 0.95 * best, "{name}, seed {seed}: the textbook gets {textbook} of {best}");
        assert!(
            integer >= 0.98 * textbook,
            "{name}, seed {seed}: {integer} against the textbook's {textbook}"
        );
    }
}

#[test]
fn the_meadow_is_learnt() {
    check_world("meadow.toml");
}

#[test]
fn the_garden_is_learnt() {
    check_world("garden.toml");
}

#[test]
fn the_thicket_is_learnt() {
    check_world("thicket.toml");
}

#[test]
fn the_summit_comes_near_the_limit_without_passing_it() {
    check_world("summit.toml");
    let (map, ticks) = committed("summit.toml");
    let highest = SEEDS.map(|seed| fixed::learn(&map, ticks, seed as u32).highest()).max().unwrap_or(0);
    assert!((32_000..=32_638).contains(&highest), "the highest element is {highest}");
}

#[test]
fn the_harvest_takes_more_than_a_place_to_play_well() {
    let (map, _) = committed("harvest.toml");
    let optimum = value_iteration(&map).expect("solvable");
    let played = evaluate_situations(&map, |map, situation| optimum.choose(map, situation));
    assert!((optimum.value(&map) - played).abs() < 1e-3);
    assert!(random_policy(&map, 2000, 7) < 0.5 * played);
}
