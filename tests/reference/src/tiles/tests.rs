//! Tile coding against values worked out by hand from the page.

use super::*;
use crate::constants::encode_q16_over;
use crate::rules::Rounding;

fn spec() -> TilesSpec {
    TilesSpec {
        tilings: 4,
        inputs: vec![Input { low: -10, high: 29, cuts: 5 }, Input { low: 0, high: 1, cuts: 2 }],
        actions: 2,
        element: Element::I16,
        frac: 4,
        reward: (-10, 10),
        scale: 1.0,
        pending: true,
    }
}

#[test]
fn tiles_by_hand() {
    let tiles = Tiles::new(spec()).unwrap();
    // Span 40, K = 5 * 4 * 65536 / 40 = 32768: half a cell a unit; 6 x 3 tiles.
    assert_eq!(tiles.values.len(), 4 * 18 * 2);
    assert_eq!(tiles.active(&[-10, 0]), [0, 18, 36, 54]);
    // Positions 3 (3 / 2 is 1.5: u = 7, floor 3) and 0: shifts 0..3 and 0, 3, 2, 1.
    assert_eq!(tiles.active(&[-3, 0]), [0, 18 + 3, 36 + 3, 54 + 3]);
    // The other input at 1: K = 2 * 4 * 65536 / 2, position 4, tile 1 (+1 from 8: never here).
    assert_eq!(tiles.active(&[-3, 1]), [1, 18 + 4, 36 + 4, 54 + 4]);
    // The last position, 19, in the last tiling: (19 + 3) / 4 = 5, the sixth tile.
    assert_eq!(tiles.active(&[29, 0]), [12, 18 + 15, 36 + 15, 54 + 15]);
    assert_eq!(tiles.active(&[i32::MAX, i32::MIN]), tiles.active(&[29, 0]));
}

#[test]
fn learning_spreads_the_step() {
    let mut tiles = Tiles::new(spec()).unwrap();
    let mut generator = Generator(1);
    let learning = Learning::q(encode_q16_over(0.5, 4).unwrap(), 32_768);
    tiles.remember(&[0, 1], 1).unwrap();
    tiles.complete(&[5, 0], &Outcome::step(10, 0), &learning, &mut generator).unwrap();
    // R = 160, an eighth for each of four weights.
    assert_eq!((tiles.read(&[0, 1], 1), tiles.read(&[0, 1], 0)), (Ok(80), Ok(0)));
    assert_eq!(tiles.values.iter().filter(|value| **value == 20).count(), 4);
    assert_eq!(tiles.pending, Some((vec![0, 1], -1)));
    // Q of what follows is a sum: m = 80, D = (160 + 40 - 80) * 65536, a step of 15.
    tiles.remember(&[0, 1], 1).unwrap();
    tiles.complete(&[0, 1], &Outcome::step(10, 0), &learning, &mut generator).unwrap();
    assert_eq!(tiles.read(&[0, 1], 1), Ok(140));
    let pair: (&[i32], i32) = (&[0, 1], 1);
    let ended = Outcome { terminated: true, ..Outcome::step(0, 0) };
    tiles.update(pair, (&[0, 1], &ended), &learning, &mut generator).unwrap();
    // -140 / 8 = -17.5: a tie, up.
    assert_eq!((tiles.read(&[0, 1], 1), generator), (Ok(140 - 4 * 17), Generator(1)));
    // Completing at the end of an episode drops what follows too, 72; being cut short does not.
    for (terminated, expected) in [(true, 72 + 4 * 11), (false, 72 + 4 * 16)] {
        let mut tiles = tiles.clone();
        tiles.remember(&[0, 1], 1).unwrap();
        let outcome = Outcome { terminated, truncated: true, ..Outcome::step(10, 0) };
        tiles.complete(&[0, 1], &outcome, &learning, &mut generator).unwrap();
        assert_eq!(tiles.read(&[0, 1], 1), Ok(expected));
    }
}

#[test]
fn one_draw_serves_all_weights_and_each_is_clamped() {
    let mut tiles = Tiles::new(TilesSpec { element: Element::I8, ..spec() }).unwrap();
    let mut generator = Generator(1);
    let learning = Learning { rounding: Rounding::Stochastic, ..Learning::q(8192, 65_536) };
    let active = tiles.active(&[0, 0]);
    let first = tiles.weight(active[0], 0);
    tiles.values[first] = 127;
    tiles.remember(&[0, 0], 0).unwrap();
    tiles.complete(&[0, 0], &Outcome { mask: 0, ..Outcome::step(10, 0) }, &learning, &mut generator).unwrap();
    // (160 - 127) / 8 = 4.125: the draw 270369 is far below 7/8 of 2^32, so 4.
    assert_eq!((tiles.values[first], generator), (127, Generator(270_369)));
    assert!(active[1..].iter().all(|tile| tiles.values[tiles.weight(*tile, 0)] == 4));
}

#[test]
fn begin_and_faults() {
    let mut tiles = Tiles::new(spec()).unwrap();
    let mut generator = Generator(1);
    assert_eq!(tiles.begin(&[99, -7], 0b10, Policy::Greedy, &mut generator), 1);
    assert_eq!(tiles.pending, Some((vec![99, -7], 1)));
    assert_eq!(tiles.begin(&[1, 1], 0b100, Policy::Greedy, &mut generator), -1);
    assert_eq!(tiles.pending, Some((vec![99, -7], -1)));
    assert_eq!((tiles.remember(&[1, 1], 2), tiles.read(&[1, 1], -1)), (Err(Fault::Index), Err(Fault::Index)));
    assert_eq!((tiles.max(&[0, 0], 0), tiles.argmax(&[0, 0], 0), tiles.argmax(&[0, 0], -1)), (0, -1, 0));
    let sarsa = Learning { rule: Rule::Sarsa, ..Learning::q(8192, 65_536) };
    let outcome = Outcome { next: 2, ..Outcome::step(1, 0) };
    assert_eq!(tiles.complete(&[0, 0], &outcome, &sarsa, &mut generator), Err(Fault::Index));
}

#[test]
fn declarations_that_are_refused() {
    let with = |change: fn(&mut TilesSpec)| {
        let mut spec = spec();
        change(&mut spec);
        spec.check().map(|_| ())
    };
    assert_eq!(with(|spec| spec.tilings = 3), Err(Refusal::Tilings { tilings: 3 }));
    assert_eq!(with(|spec| spec.tilings = 64), Err(Refusal::Tilings { tilings: 64 }));
    assert_eq!(with(|spec| spec.inputs.clear()), Err(Refusal::Input { number: 0 }));
    assert_eq!(with(|spec| spec.inputs[1].high = -1), Err(Refusal::Input { number: 1 }));
    assert_eq!(with(|spec| spec.inputs[1].high = 65_536), Err(Refusal::Input { number: 1 }));
    assert_eq!(with(|spec| spec.inputs[1].high = 65_535), Ok(()));
    assert_eq!(with(|spec| spec.inputs[1].cuts = 3), Err(Refusal::Input { number: 1 }));
    let wide = |spec: &mut TilesSpec| spec.inputs[0] = Input { low: 0, high: 40_000, cuts: 8192 };
    assert_eq!(with(wide), Err(Refusal::Input { number: 0 }));
    assert!(matches!(with(|spec| spec.inputs = vec![spec.inputs[0]; 4]), Ok(())));
    let huge = |spec: &mut TilesSpec| {
        spec.inputs.iter_mut().for_each(|input| *input = Input { low: 0, high: 40_000, cuts: 8191 });
    };
    assert!(matches!(with(huge), Err(Refusal::Size { .. })));
    assert!(matches!(with(|spec| spec.reward = (0, 8192 * 4)), Err(Refusal::RewardTooLarge { .. })));
    assert_eq!(
        TilesSpec { element: Element::I32, tilings: 32, ..spec() }.limits(),
        (-16_777_216, 16_777_215)
    );
}

#[test]
fn each_input_is_shifted_by_an_odd_multiple() {
    let input = Input { low: 0, high: 7, cuts: 2 };
    let inputs = vec![input; 4];
    let tiles = Tiles::new(TilesSpec { inputs, ..spec() }).unwrap();
    // One unit is one position. Position 2 of every input: shifts of tiling 1 are 1, 3, 1, 3 of 4
    // (3 and 5 and 7 modulo 4), so the tiles are 0, 1, 0, 1; of tiling 2 all are 2: 1, 1, 1, 1.
    let active = tiles.active(&[2, 2, 2, 2]);
    assert_eq!(active, [0, 81 + 9 + 1, 2 * 81 + 27 + 9 + 3 + 1, 3 * 81 + 27 + 3]);
}

#[test]
fn cells_are_rounded_down_twice() {
    let cells = |span: i32, cuts: u32, x: i32| {
        let input = Input { low: 0, high: span - 1, cuts };
        let tiles = Tiles::new(TilesSpec { tilings: 1, inputs: vec![input], ..spec() }).unwrap();
        tiles.active(&[x])[0]
    };
    // K = floor(3 * 65536 / 9) = 21845, and 3 * K falls short of 65536 by one.
    assert_eq!((cells(9, 3, 3), cells(9, 3, 4)), (0, 1));
    // K = floor(4 * 65536 / 6) = 43690; 3 * K = 131070 falls short of two cells, which 43691 would reach.
    assert_eq!(cells(6, 4, 3), 1);
}
