//! The gesture example finds the tilts of its trace, and no others; each answer is what plain Rust computes.

use std::path::Path;
use swarm_abi::{Event, event};
use swarm_harness::node::{Inputs, PortInput, Record};
use swarm_reference::tensor::{matvec, requantise};
use swarm_tests::{BOARDS, build, start};
use swarmc::pipeline::Optimise;
use swarmc::stage::Stage;

fn read(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/gesture");
    std::fs::read_to_string(folder.join(name)).expect("a committed example")
}

fn numbers(name: &str) -> Vec<Vec<i32>> {
    let row = |line: &str| line.split(',').map(|number| number.parse().expect("a number")).collect();
    read(name).lines().skip(1).map(row).collect()
}

/// Half of a tilt's shape; the other half is its mirror image.
const SHAPE: [i32; 4] = [-28, 8, 71, 127];
const BIAS: i32 = -13320;
const MULTIPLIER: i32 = 2_063_641_193;
const SHIFT: u32 = 39;

/// The best gesture of a window of readings, x and y in turns; -1 when none scores above 0.
fn model(window: &[i32]) -> i32 {
    let shape = || SHAPE.into_iter().chain(SHAPE.into_iter().rev());
    let rows =
        [(-1, 0), (1, 0), (0, 1), (0, -1)].map(|(x, y)| shape().flat_map(|w| [x * w, y * w]).collect());
    let sums = matvec(&rows.to_vec(), window, &[BIAS; 4]);
    let scores = sums.iter().map(|sum| requantise(*sum, MULTIPLIER, SHIFT));
    let best = scores.zip(0..).fold(
        (0, -1),
        |best, (score, which)| {
            if score > best.0 { (score, which) } else { best }
        },
    );
    best.1
}

#[test]
fn every_tilt_is_found_and_nothing_else() {
    let readings = numbers("tilts.csv");
    let expected = numbers("expected.csv");
    assert_eq!((readings.len(), expected.len()), (600, 29));
    for board in BOARDS {
        let compiled = build(&read("gesture.mlir"), board, Optimise::Size);
        let mut node = start(compiled.stage(Stage::Elf).expect("the image was linked"), board, None);
        let dispatch = |node: &mut dyn swarm_harness::node::Node, kind, ports: &[i32]| {
            let event = Event { kind, symbol: 0, value: 1, missed: 0 };
            let ports = ports.iter().map(|&value| PortInput { value, age: 0 }).collect();
            node.dispatch(&event, &Inputs { ports, ..Inputs::default() }).expect("it runs").records
        };
        dispatch(node.as_mut(), event::INIT, &[]);
        let mut window = vec![0; 16];
        let mut found = vec![0; expected.len()];
        for row in &readings {
            window.drain(..2);
            window.extend(&row[1..]);
            let records = dispatch(node.as_mut(), event::TIMER, &row[1..]);
            let [Record::Act { value, .. }] = records[..] else { panic!("one answer: {records:?}") };
            assert_eq!(value, model(&window), "{board}: at {} ms", row[0]);
            if value >= 0 {
                let near = |tilt: &Vec<i32>| (tilt[0] - row[0]).abs() <= 250 && tilt[1] == value;
                let tilt = expected.iter().position(near);
                found[tilt.unwrap_or_else(|| panic!("{board}: no such tilt at {} ms", row[0]))] += 1;
            }
        }
        assert!(found.iter().all(|times| *times > 0), "{board}: {found:?}");
    }
}
