//! Tables against values worked out by hand from the page.

use super::*;
use crate::rules::Rounding;
use crate::schedule::Schedule;
use crate::spec::Element;

fn spec() -> TableSpec {
    TableSpec { reward: (-5, 10), ..TableSpec::plain(4, 3, Element::I16, 6) }
}

fn table_with(change: fn(&mut TableSpec)) -> Table {
    let mut spec = spec();
    change(&mut spec);
    Table::new(spec).unwrap()
}

fn with_rule(rule: Rule) -> Learning {
    Learning { rule, ..Learning::q(6554, 58_982) }
}

const GENERATOR: Generator = Generator(1);

#[test]
fn reading_and_its_faults() {
    let mut table = table_with(|_| ());
    table.values[5] = -7;
    assert_eq!(table.read(1, 2), Ok(-7));
    assert_eq!(
        (table.read(4, 0), table.read(0, 3), table.read(-1, 0)),
        (Err(Fault::Index), Err(Fault::Index), Err(Fault::Index))
    );
    assert_eq!(table.max(At { state: 1, mask: 0b100 }), Ok(-7));
    assert_eq!(table.max(At { state: 1, mask: 0 }), Ok(0));
    assert_eq!(table.argmax(At { state: 1, mask: 0b1000 }), Ok(-1));
    assert_eq!(table.argmax(At::all(1)), Ok(0));
    assert_eq!(table.argmax(At::all(4)), Err(Fault::Index));
    assert_eq!(Fault::Index.code(), 1);
}

#[test]
fn q_learning_by_hand() {
    let mut table = table_with(|spec| spec.visits = true);
    let mut generator = GENERATOR;
    table.remember(0, 1).unwrap();
    // R = 640: 6554 * 640 * 65536 / 2^32 = 64.004, so 64.
    table.complete(&Outcome::step(10, 1), &Learning::q(6554, 58_982), &mut generator).unwrap();
    assert_eq!(table.values[1], 64);
    // Nothing is remembered any more: nothing happens.
    table.complete(&Outcome::step(10, 1), &Learning::q(6554, 58_982), &mut generator).unwrap();
    assert_eq!((table.values[1], table.visits.as_ref().unwrap()[1]), (64, 1));
    // D = -320 * 65536 + 58982 * 64 - 0 = -17196672; 6554 * D / 2^32 = -26.24.
    table.remember(2, 0).unwrap();
    table.complete(&Outcome::step(-100, 0), &Learning::q(6554, 58_982), &mut generator).unwrap();
    assert_eq!(table.values[6], -26);
    // The mask hides the 64; terminated hides all.
    table.remember(2, 1).unwrap();
    let masked = Outcome { mask: 0b101, ..Outcome::step(0, 0) };
    table.complete(&masked, &Learning::q(65_536, 65_536), &mut generator).unwrap();
    assert_eq!(table.values[7], 0);
    table.remember(2, 1).unwrap();
    let ended = Outcome { terminated: true, ..Outcome::step(1, 0) };
    table.complete(&ended, &Learning::q(65_536, 65_536), &mut generator).unwrap();
    assert_eq!(table.values[7], 64);
    table.remember(2, 2).unwrap();
    let cut = Outcome { truncated: true, ..Outcome::step(1, 0) };
    table.complete(&cut, &Learning::q(65_536, 65_536), &mut generator).unwrap();
    assert_eq!((table.values[8], generator), (128, GENERATOR));
}

#[test]
fn faults_change_nothing() {
    let mut table = table_with(|_| ());
    let mut generator = GENERATOR;
    table.remember(0, 1).unwrap();
    let before = table.clone();
    let stochastic = Learning { rounding: Rounding::Stochastic, ..Learning::q(6554, 58_982) };
    assert_eq!(table.complete(&Outcome::step(10, 4), &stochastic, &mut generator), Err(Fault::Index));
    assert_eq!(table.remember(0, 3), Err(Fault::Index));
    assert_eq!(table.remember(-1, 0), Err(Fault::Index));
    assert_eq!(table.begin(At::all(4), Policy::Epsilon(65_536), &mut generator), Err(Fault::Index));
    let sarsa = with_rule(Rule::Sarsa);
    assert_eq!(
        table.complete(&Outcome { next: 3, ..Outcome::step(10, 1) }, &sarsa, &mut generator),
        Err(Fault::Index)
    );
    let bad = Transition { state: 0, action: -1, reward: 1, next: 0, mask: -1, terminated: false };
    assert_eq!(table.update(&bad, &stochastic, &mut generator), Err(Fault::Index));
    assert_eq!(
        table.update(&Transition { action: 0, next: 9, ..bad }, &stochastic, &mut generator),
        Err(Fault::Index)
    );
    assert_eq!((table, generator), (before, GENERATOR));
}

#[test]
fn begin_remembers_and_forgets() {
    let mut table = table_with(|_| ());
    let mut generator = GENERATOR;
    let mut schedule = Schedule::new(0, 0, 5);
    table.values[4] = 3;
    assert_eq!(table.begin(At::all(1), Policy::Schedule(&mut schedule), &mut generator), Ok(1));
    assert_eq!((table.pending, schedule.count), (Some(Pending { state: 1, action: 1 }), 1));
    assert_eq!(generator, Generator(270_369));
    assert_eq!(
        table.begin(At { state: 2, mask: 0 }, Policy::Schedule(&mut schedule), &mut generator),
        Ok(-1)
    );
    assert_eq!((table.pending, schedule.count), (Some(Pending { state: -1, action: 1 }), 1));
    table.remember(2, 2).unwrap();
    table.remember(0, -1).unwrap();
    assert_eq!(table.pending, Some(Pending { state: -1, action: 2 }));
}

#[test]
fn sarsa_and_expected_follow_the_policy() {
    let mut generator = GENERATOR;
    let learned = |rule: Rule, next: i32, generator: &mut Generator| {
        let mut table = table_with(|spec| spec.gamma = Some(32_768));
        table.values[3..6].copy_from_slice(&[100, -60, 20]);
        table.remember(0, 0).unwrap();
        let learning = Learning { rule, ..Learning::q(65_536, 32_768) };
        table.complete(&Outcome { next, ..Outcome::step(1, 1) }, &learning, generator).unwrap();
        table.values[0]
    };
    assert_eq!(learned(Rule::Sarsa, 1, &mut generator), 64 - 30);
    assert_eq!(learned(Rule::Sarsa, -1, &mut generator), 64);
    assert_eq!(learned(Rule::Q, 1, &mut generator), 64 + 50);
    // (100 + 20) / 2 = 60.
    assert_eq!(learned(Rule::Expected { epsilon: 32_768 }, 1, &mut generator), 64 + 30);
    assert_eq!(generator, GENERATOR);
}

#[test]
fn double_updates_one_by_the_others_judgement() {
    // The top bit of the first draw from 1 is 0; of the draw after 67634689 (2647435461) it is 1.
    for (seed, other) in [(1, false), (67_634_689, true)] {
        let mut table = table_with(|spec| (spec.double, spec.gamma) = (true, Some(32_768)));
        table.values[3..6].copy_from_slice(&[10, 50, 20]);
        table.values_b.as_mut().unwrap()[3..6].copy_from_slice(&[80, 4, 6]);
        assert_eq!(
            (table.read(1, 0), table.max(At::all(1)), table.argmax(At::all(1))),
            (Ok(90), Ok(90), Ok(0))
        );
        let mut generator = Generator(seed);
        let learning = Learning { rule: Rule::Double, ..Learning::q(65_536, 32_768) };
        let transition = Transition { state: 0, action: 2, reward: 1, next: 1, mask: -1, terminated: false };
        table.update(&transition, &learning, &mut generator).unwrap();
        let result = (table.values[2], table.values_b.as_ref().unwrap()[2]);
        assert_eq!(result, if other { (0, 64 + 5) } else { (64 + 2, 0) });
        // The draw is taken all the same when terminated, and when nothing is available.
        let ended = Transition { terminated: true, ..transition };
        let mut expected = generator;
        table.update(&ended, &learning, &mut generator).unwrap();
        let swapped = expected.draw() >> 31 == 1;
        assert_eq!(generator, expected);
        assert_eq!(if swapped { table.values_b.as_ref().unwrap()[2] } else { table.values[2] }, 64);
    }
}

#[test]
fn stochastic_draws_after_the_rule() {
    let mut table = table_with(|spec| spec.double = true);
    let mut generator = GENERATOR;
    let mut expected = GENERATOR;
    let learning =
        Learning { rule: Rule::Double, rounding: Rounding::Stochastic, ..Learning::q(6554, 58_982) };
    let transition = Transition { state: 0, action: 0, reward: 10, next: 1, mask: 0, terminated: false };
    table.update(&transition, &learning, &mut generator).unwrap();
    assert_eq!(expected.draw() >> 31, 0);
    let draw = expected.draw();
    let exact = 6554_u64 * 640 * 65_536 + u64::from(draw);
    assert_eq!((table.values[0] as u64, generator), (exact >> 32, expected));
}

#[test]
fn saturation_clamps_and_visits_stop() {
    let spec = TableSpec {
        reward: (-100, 100),
        gamma: Some(65_536),
        saturate: true,
        visits: true,
        ..TableSpec::plain(1, 2, Element::I8, 0)
    };
    let mut table = Table::new(spec).unwrap();
    let mut generator = GENERATOR;
    table.visits.as_mut().unwrap()[0] = 32_766;
    let up = Transition { state: 0, action: 0, reward: 900, next: 0, mask: -1, terminated: false };
    let down = Transition { action: 1, reward: -900, mask: 0b10, ..up };
    let values: Vec<[i32; 2]> = (0..3)
        .map(|_| {
            table.update(&up, &Learning::q(65_536, 65_536), &mut generator).unwrap();
            table.update(&down, &Learning::q(65_536, 65_536), &mut generator).unwrap();
            [table.values[0], table.values[1]]
        })
        .collect();
    assert_eq!(values, [[100, -100], [127, -128], [127, -128]]);
    assert_eq!(table.visits, Some(vec![32_767, 3]));
}

#[test]
fn q_lambda_passes_the_reward_back_and_cuts_on_exploration() {
    let make = || table_with(|spec| (spec.traces, spec.saturate) = (Some(4), true));
    let learning = Learning { rule: Rule::QLambda { lambda: 32_768 }, ..Learning::q(32_768, 65_536) };
    let mut generator = GENERATOR;
    let mut table = make();
    table.begin(At::all(0), Policy::Greedy, &mut generator).unwrap();
    table.complete(&Outcome::step(0, 1), &learning, &mut generator).unwrap();
    table.begin(At::all(1), Policy::Greedy, &mut generator).unwrap();
    table.complete(&Outcome::step(1, 2), &learning, &mut generator).unwrap();
    // The step is 32; the older pair has eligibility 1/2: 16.
    assert_eq!((table.values[3], table.values[0]), (32, 16));
    let list = table.traces.as_ref().unwrap();
    assert_eq!(
        (list.count, &list.index[..2], &list.eligibility[..2]),
        (2, &[0, 3][..], &[16_384, 32_768][..])
    );
    // Action 1 in state 1 is below the maximum: the list is emptied before it is used.
    table.remember(1, 1).unwrap();
    assert_eq!(table.pending_greedy, Some(0));
    table.complete(&Outcome::step(1, 2), &learning, &mut generator).unwrap();
    assert_eq!((table.values[4], table.values[3], table.values[0]), (32, 32, 16));
    let list = table.traces.as_ref().unwrap();
    assert_eq!((list.count, list.index[0], list.index[1]), (1, 4, 3));
    // The end of an episode empties it after its use.
    table.begin(At { state: 2, mask: 0b100 }, Policy::Greedy, &mut generator).unwrap();
    assert_eq!(table.pending_greedy, Some(1));
    table.complete(&Outcome { truncated: true, ..Outcome::step(0, 0) }, &learning, &mut generator).unwrap();
    assert_eq!(table.traces.as_ref().unwrap().count, 0);
}

#[test]
fn greedy_is_judged_among_the_available() {
    let mut table = table_with(|spec| (spec.traces, spec.saturate) = (Some(4), true));
    table.values[0..3].copy_from_slice(&[9, 5, 5]);
    table.begin(At { state: 0, mask: 0b110 }, Policy::Greedy, &mut Generator(1)).unwrap();
    assert_eq!((table.pending, table.pending_greedy), (Some(Pending { state: 0, action: 1 }), Some(1)));
    // An equal of the maximum is greedy too.
    table.remember(0, 0).unwrap();
    assert_eq!(table.pending_greedy, Some(1));
}
