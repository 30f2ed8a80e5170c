//! The compiled forager learns the committed worlds: its greedy policy comes within 2% of what the textbook's learner
//! (f64, in the harness) reaches, for 20 seeds each.

use std::path::{Path, PathBuf};
use swarm_harness::baseline::{LearnerOptions, evaluate_policy, learn};
use swarm_harness::progress::Silent;
use swarm_harness::scheduler::{KernelNames, RunOptions, run};
use swarm_harness::trace::ArrayLayout;
use swarm_harness::world::load;
use swarm_tests::{build, start};
use swarmc::pipeline::Optimise;
use swarmc::stage::Stage;

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/forager").join(name)
}

fn check_world(name: &str) {
    let read = |path: &str| std::fs::read_to_string(example(path)).expect("a committed example");
    let compiled = build(&read("forager.mlir"), "host", Optimise::Size);
    let interface = compiled.interface.as_ref().expect("the image was made");
    let slot = interface.layout.find("q.values").expect("the forager has a table");
    let table = ArrayLayout {
        name: "q".into(),
        offset: slot.offset as usize,
        element_bytes: 2,
        rows: 529,
        columns: 7,
    };
    let names = KernelNames {
        ports: interface.declared.ports.iter().map(|port| port.name.clone()).collect(),
        handlers: interface.declared.handlers.iter().map(|handler| handler.name.clone()).collect(),
        formats: Vec::new(),
        ..KernelNames::default()
    };
    for seed in 1..=20 {
        let text = read(&format!("worlds/{name}"));
        let mut loaded =
            load(name, &text, &|file| Err(format!("{file} is not needed"))).expect("a good world");
        let map = loaded.world.map().expect("a grid").clone();
        let options =
            LearnerOptions { ticks: loaded.ticks, seed: u64::from(seed), ..LearnerOptions::default() };
        let textbook = learn(&map, &options);
        let textbook = evaluate_policy(&map, |place, mask| textbook.choose(place, mask));
        let mut node = start(compiled.stage(Stage::Elf).expect("the image was linked"), "host", None);
        let options = RunOptions { ticks: loaded.ticks, seed, names: names.clone(), ..RunOptions::default() };
        run(node.as_mut(), loaded.world.as_mut(), &options, &mut Silent).expect("the run ends well");
        let state = node.read_state().expect("the host has the state");
        let ours = evaluate_policy(&map, |place, mask| {
            let actions = (0..7).filter(|action| mask >> action & 1 == 1);
            let best = actions.max_by_key(|&action| (table.element(&state, place, action), -(action as i32)));
            best.map_or(-1, |action| action as i32)
        });
        assert!(ours >= 0.98 * textbook, "{name}, seed {seed}: {ours} against the textbook's {textbook}");
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
