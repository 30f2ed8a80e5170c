//! Every rule of the grid, and of its episodes.

use super::super::{GridWorld, World};
use super::*;

fn map(consume: bool, on_done: OnDone, max_steps: Option<u32>) -> GridMap {
    let rules = GridRules { width: 5, height: 4, start: Tile { x: 1, y: 1 }, consume, on_done, max_steps };
    let reward = |x, y, value| Reward { tile: Tile { x, y }, value };
    GridMap::new(rules, vec![reward(2, 1, 7), reward(3, 2, -4)])
}

fn value(world: &GridWorld, port: &str) -> i32 {
    world.sense(port, 0).map_or(i32::MIN, |reading| reading.value)
}

fn motor(world: &mut GridWorld, action: i32) -> (i32, i32) {
    world.act("motor", action, 0);
    (value(world, "place"), value(world, "payoff"))
}

#[test]
fn places_are_dense() {
    let map = map(false, OnDone::Reset, None);
    assert_eq!(map.places(), 6);
    for place in 0..map.places() {
        assert_eq!(map.place(map.tile(place)), place);
        assert!(map.is_interior(map.tile(place)));
    }
    assert_eq!(map.place(Tile { x: 3, y: 2 }), 5);
    assert_eq!(map.tile(3), Tile { x: 1, y: 2 });
}

#[test]
fn masks_follow_the_border() {
    let map = map(false, OnDone::Reset, None);
    assert_eq!(map.moves(Tile { x: 1, y: 1 }), 0b111_1010);
    assert_eq!(map.moves(Tile { x: 2, y: 1 }), 0b111_1110);
    assert_eq!(map.moves(Tile { x: 3, y: 2 }), 0b111_0101);
}

#[test]
fn actions_pay_as_the_map_says() {
    let mut world = GridWorld::new(map(false, OnDone::Reset, None));
    assert_eq!(motor(&mut world, FORWARD), (0, -1), "into the border");
    assert_eq!(motor(&mut world, RIGHT), (1, 7), "entering pays");
    assert_eq!(motor(&mut world, WORK), (1, 7));
    assert_eq!(motor(&mut world, WORK), (1, 7), "nothing is consumed");
    assert_eq!(motor(&mut world, CALL), (1, -1));
    assert_eq!(motor(&mut world, -1), (1, -1));
    assert_eq!(motor(&mut world, 7), (1, -1));
    assert_eq!(motor(&mut world, BACKWARD), (4, 0));
    assert_eq!(motor(&mut world, RIGHT), (5, -4));
    assert_eq!(motor(&mut world, LEFT), (4, 0));
    assert_eq!(world.after_tick(0), Some(3 * 7 - 4 - 4));
    assert_eq!(world.after_tick(0), Some(0));
    assert_eq!(world.summary().total_payoff, 13);
}

#[test]
fn stop_resets_and_shows_the_new_start() {
    let mut world = GridWorld::new(map(false, OnDone::Reset, None));
    motor(&mut world, RIGHT);
    assert_eq!(motor(&mut world, STOP), (0, 0));
    assert_eq!(value(&world, "ended"), 1);
    motor(&mut world, BACKWARD);
    assert_eq!(value(&world, "ended"), 0);
    assert_eq!(world.summary().episodes_ended, 1);
}

#[test]
fn stop_may_stay_and_then_nothing_returns() {
    let mut world = GridWorld::new(map(true, OnDone::Stay, None));
    motor(&mut world, RIGHT);
    assert_eq!(motor(&mut world, WORK), (1, 7));
    assert_eq!(motor(&mut world, STOP), (1, 0));
    assert_eq!(value(&world, "ended"), 1);
    assert_eq!(motor(&mut world, WORK), (1, 0));
}

#[test]
fn consumed_rewards_come_back_at_a_reset() {
    let mut world = GridWorld::new(map(true, OnDone::Reset, None));
    motor(&mut world, RIGHT);
    assert_eq!(motor(&mut world, WORK), (1, 7));
    assert_eq!(motor(&mut world, WORK), (1, 0));
    motor(&mut world, LEFT);
    assert_eq!(motor(&mut world, RIGHT), (1, 0), "entering pays nothing any more");
    motor(&mut world, STOP);
    assert_eq!(motor(&mut world, RIGHT), (1, 7));
}

#[test]
fn losses_are_not_consumed() {
    let map = map(true, OnDone::Reset, None);
    let mut situation = Situation { tile: Tile { x: 3, y: 2 }, consumed: vec![false; 2] };
    assert_eq!(map.step(&mut situation, WORK).payoff, -4);
    assert_eq!(map.step(&mut situation, WORK).payoff, -4);
}

#[test]
fn a_cut_shows_the_place_reached_then_resets() {
    let mut world = GridWorld::new(map(false, OnDone::Stay, Some(2)));
    motor(&mut world, RIGHT);
    assert_eq!(value(&world, "cut"), 0);
    assert_eq!(motor(&mut world, WORK), (1, 7));
    assert_eq!((value(&world, "cut"), value(&world, "ended")), (1, 0));
    assert_eq!(motor(&mut world, WORK), (0, 0), "not performed");
    assert_eq!((value(&world, "cut"), value(&world, "ended")), (0, 1));
    assert_eq!(motor(&mut world, RIGHT), (1, 7), "the next episode has its full length");
    assert_eq!(value(&world, "cut"), 0);
    assert_eq!(world.summary().episodes_cut, 1);
}

#[test]
fn unknown_ports_have_no_value_and_other_acts_do_nothing() {
    let mut world = GridWorld::new(map(false, OnDone::Stay, None));
    assert_eq!(world.sense("motor", 0), None);
    world.act("lamp", 3, 0);
    assert_eq!(world.summary().actions, vec![]);
}
