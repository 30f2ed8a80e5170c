//! What a kernel saves is what it has at that moment: no store before it may be put off, none after it be done early.

use swarm_abi::{Event, event};
use swarm_harness::node::{Inputs, Record};
use swarm_tests::{BOARDS, build, start};
use swarmc::pipeline::Optimise;
use swarmc::stage::Stage;

const KERNEL: &str = "swarm.kernel @test version 1 {
  swarm.var @before : i32
  swarm.var @x : tensor<3xi16>
  swarm.storage @saved keeps @x wear 4 per_day
  swarm.on_timer @tick every 10 ms {
    %zero = arith.constant 0 : i32
    %one = arith.constant 1 : i32
    %two = arith.constant 2 : i32
    %a = arith.constant 258 : i32
    %b = arith.constant 1027 : i32
    swarm.set @before, %a
    swarm.set @x[%zero], %a
    swarm.set @x[%two], %b
    %accepted = swarm.persist @saved
    swarm.set @x[%zero], %one
    swarm.set @x[%one], %one
    swarm.set @x[%two], %one
  }
}
";

#[test]
fn it_saves_what_is_there_at_the_time() {
    for optimise in [Optimise::Size, Optimise::Speed] {
        for board in BOARDS {
            let compiled = build(KERNEL, board, optimise);
            let mut node = start(compiled.stage(Stage::Elf).expect("the image was linked"), board, None);
            let event = |kind| Event { kind, symbol: 0, value: 0, missed: 0 };
            node.dispatch(&event(event::INIT), &Inputs::default()).expect("it starts");
            let outcome = node.dispatch(&event(event::TIMER), &Inputs::default()).expect("it runs");
            let saved = outcome.records.iter().find_map(|record| match record {
                Record::Persist { offset, bytes, .. } => Some((*offset, bytes.clone())),
                _ => None,
            });
            assert_eq!(saved, Some((4, vec![2, 1, 0, 0, 3, 4])), "{board}, {optimise:?}");
            let state = node.read_state().expect("the node has the state");
            assert_eq!(state[4..10], [1, 0, 1, 0, 1, 0], "{board}, {optimise:?}");
        }
    }
}
