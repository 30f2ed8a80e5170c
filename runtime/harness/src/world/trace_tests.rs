//! What a trace gives when.

use super::super::trace_csv::parse;
use super::*;
use crate::error::{HarnessError, Source};

fn table(text: &str) -> Result<TraceTable, HarnessError> {
    parse(&Source { file: "t.csv", text })
}

fn world(text: &str, low_mark: Option<i32>) -> TraceWorld {
    TraceWorld::new(table(text).expect("a good trace"), low_mark)
}

fn reading(value: i32, age: u32) -> Option<Reading> {
    Some(Reading { value, age })
}

const SMALL: &str = "time_ms, moisture,battery\n100,5,4000\n200,,3500\n\n400, -7 ,3300\n";

#[test]
fn a_value_holds_until_the_next_row() {
    let world = world(SMALL, None);
    assert_eq!(world.sense("moisture", 99), None);
    assert_eq!(world.sense("moisture", 100), reading(5, 0));
    assert_eq!(world.sense("moisture", 199), reading(5, 99));
    assert_eq!(world.sense("moisture", 200), None, "an empty cell is no value");
    assert_eq!(world.sense("battery", 250), reading(3500, 50));
    assert_eq!(world.sense("moisture", 1000), reading(-7, 600));
    assert_eq!(world.sense("rain", 1000), None);
    assert_eq!(world.ends_at(), Some(600));
}

#[test]
fn a_repeating_trace_begins_again() {
    let world = world(SMALL, None).repeating();
    assert_eq!(world.ends_at(), None);
    assert_eq!(world.sense("moisture", 600 + 50), reading(-7, 250), "the last row still holds");
    assert_eq!(world.sense("moisture", 600 + 150), reading(5, 50));
    assert_eq!(world.sense("moisture", 600 * 1000 + 400), reading(-7, 0));
}

#[test]
fn the_battery_crosses_once() {
    let once = world("time_ms,battery\n0,4000\n10,3390\n20,3380\n30,\n40,3500\n50,3300\n", Some(3400));
    let first = LowBattery { at_ms: 10, millivolts: 3390 };
    let second = LowBattery { at_ms: 50, millivolts: 3300 };
    assert_eq!(once.low_battery(None), Some(first));
    assert_eq!(once.low_battery(Some(10)), Some(second));
    assert_eq!(once.low_battery(Some(50)), None);
    let repeating = once.repeating();
    assert_eq!(repeating.low_battery(Some(50)), Some(LowBattery { at_ms: 70, ..first }));
    assert_eq!(repeating.low_battery(Some(70)), Some(LowBattery { at_ms: 110, ..second }));
}

#[test]
fn a_battery_low_at_the_start_is_told_at_the_start() {
    let low = world("time_ms,battery\n0,3000\n10,3000\n", Some(3400));
    assert_eq!(low.low_battery(None), Some(LowBattery { at_ms: 0, millivolts: 3000 }));
    assert_eq!(low.low_battery(Some(0)), None);
}

#[test]
fn wrong_traces_are_refused_with_their_place() {
    let cases = [
        ("", "trace::empty", (1, 1)),
        ("moisture\n1\n", "trace::header", (1, 1)),
        ("time_ms\n1\n", "trace::header", (1, 1)),
        ("time_ms,a b\n", "trace::header", (1, 9)),
        ("time_ms,a,a\n", "trace::column_twice", (1, 11)),
        ("time_ms,a\n", "trace::no_rows", (1, 1)),
        ("time_ms,a\n0,1\n5,1,2\n", "trace::row_length", (3, 1)),
        ("time_ms,a\n0,1\n5, x\n", "trace::number", (3, 4)),
        ("time_ms,a\n-1,1\n", "trace::number", (2, 1)),
        ("time_ms,a\n0,99999999999\n", "trace::number", (2, 3)),
        ("time_ms,a\r\n5,1\r\n5,2\r\n", "trace::time_order", (3, 1)),
    ];
    for (text, code, place) in cases {
        let error = table(text).expect_err(text);
        let label = error.label.as_ref().expect("a place");
        assert_eq!((error.code, label.line_column()), (code, place), "{text:?}");
        assert!(!error.help.is_empty(), "{text:?}");
    }
}
