//! The soil probe learns: after its first looks it loses less than the best fixed interval does, on average over ten
//! seeds, random looks included.

use std::path::{Path, PathBuf};
use swarm_abi::{Event, event};
use swarm_harness::node::{Inputs, PortInput, Record};
use swarm_harness::world::{World, load};
use swarm_tests::{build, start};
use swarmc::pipeline::Optimise;
use swarmc::stage::Stage;

const QUARTER_HOUR: u64 = 900_000;

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/soil_probe").join(name)
}

fn read(name: &str) -> String {
    std::fs::read_to_string(example(name)).expect("a committed example")
}

/// The loss per four hours of looks at these times: 12 for each, and the change since the last one, squared, over 16.
fn loss(looks: &[(u64, i32)]) -> f64 {
    let loss: i32 = looks.windows(2).map(|pair| 12 + ((pair[1].1 - pair[0].1).pow(2) >> 4)).sum();
    let quarters = (looks[looks.len() - 1].0 - looks[0].0) / QUARTER_HOUR;
    f64::from(loss) * 16.0 / quarters as f64
}

fn learned(world: &dyn World, elf: &[u8], seed: u32) -> f64 {
    let mut node = start(elf, "host", None);
    let init = Event { kind: event::INIT, symbol: 0, value: seed, missed: 0 };
    node.dispatch(&init, &Inputs::default()).expect("it starts");
    let mut looks = Vec::new();
    let mut time = 0;
    for _ in 0..30_000 {
        let value = world.sense("moisture", time).expect("the trace repeats").value;
        looks.push((time, value));
        let look = Event { kind: event::TIMER, symbol: 0, value: 0, missed: 0 };
        let inputs = Inputs { now_ms: time as u32, ports: vec![PortInput { value, age: 0 }], received: None };
        let outcome = node.dispatch(&look, &inputs).expect("it looks");
        let next = outcome.records.iter().find_map(|record| match record {
            Record::Rearm { ms, .. } => Some(u64::from(*ms)),
            _ => None,
        });
        time += next.expect("it says when it looks again");
    }
    loss(&looks[20_000..])
}

#[test]
fn it_loses_less_than_the_best_fixed_interval() {
    let world =
        load("three_weeks.toml", &read("three_weeks.toml"), &|file| Ok(read(file))).expect("a good world");
    let world = world.world.as_ref();
    let fixed = |quarters: u64| {
        let moisture = |time| world.sense("moisture", time).expect("the trace repeats").value;
        let times = (0..20_000).map(|look| look * quarters * QUARTER_HOUR);
        loss(&times.map(|time| (time, moisture(time))).collect::<Vec<_>>())
    };
    let [quarter, hour, long] = [1, 4, 16].map(fixed);
    assert!((hour - 147.4).abs() < 0.1 && hour < quarter && hour < long, "{quarter}, {hour}, {long}");
    let compiled = build(&read("soil_probe.mlir"), "host", Optimise::Size);
    let elf = compiled.stage(Stage::Elf).expect("the image was linked");
    let learned: Vec<f64> = (1..=10).map(|seed| learned(world, elf, seed)).collect();
    let mean = learned.iter().sum::<f64>() / learned.len() as f64;
    assert!(mean < 143.0, "{mean} per four hours: {learned:?}");
}
