//! Kernels that do their worst, and two hours of each in this process.

use std::collections::BTreeMap;
use swarm_harness::HarnessError;
use swarm_harness::network::links::Links;
use swarm_harness::network::relays::Relayed;
use swarm_harness::network::{Conditions, Participant, run_network};
use swarm_harness::node::{Deployment, HostNode, Identity, Node, Record};
use swarm_harness::progress::Silent;
use swarm_harness::scheduler::{Observer, RunOptions, Step, Watch};
use swarm_harness::world::Still;
use swarm_targets::load_deployment;
use swarm_targets::script::Bank;
use swarmc::fit::Speaking;
use swarmc::fit::airtime::{Airtime, HOUR_MS, HOUR_US};
use swarmc::pipeline::{Optimise, Options, compile};
use swarmc::stage::Stage;
use swarmc::tools::Installed;

/// A kernel, in a place where the law sets no limit.
pub struct Worst {
    pub name: &'static str,
    pub nodes: u32,
    /// Of the fastest timer, in ms.
    period_ms: u64,
    pub least_percent: u64,
    text: &'static str,
}

const ANSWERS: u64 = 80;

pub const ALL: &[Worst] = &[
    Worst {
        name: "a timer",
        nodes: 1,
        period_ms: 10_000,
        least_percent: 99,
        text: "radio.channel @near carries @Level on raw port 7
  swarm.on_timer @tick every 10000 ms {
    %me = swarm.node_id
    %n  = arith.constant 40 : i32
    %id = radio.send on @near (node = %me, text = @text[%n])
  }",
    },
    Worst {
        name: "a timer that is no part of an hour",
        nodes: 1,
        period_ms: 700_001,
        // The bound has the protocol's own beacon, too, which nobody sends here.
        least_percent: 85,
        text: "radio.channel @mesh carries @Level on meshcore type 65280
  swarm.on_timer @tick every 700001 ms {
    %me = swarm.node_id
    %n  = arith.constant 40 : i32
    %id = radio.send on @mesh (node = %me, text = @text[%n])
    %no = radio.send on @mesh (node = %me)
    %or = radio.send on @mesh (node = %me, text = @text[%n])
  }",
    },
    Worst {
        name: "a loop with two ways",
        nodes: 1,
        period_ms: 60_000,
        least_percent: 99,
        text: "radio.channel @near carries @Level on raw port 7
  swarm.on_timer @tick every 60000 ms {
    %zero = arith.constant 0 : i32
    %five = arith.constant 5 : i32
    %one  = arith.constant 1 : i32
    %n    = arith.constant 40 : i32
    %me   = swarm.node_id
    %is   = arith.cmpi eq, %me, %one : i32
    scf.for %i = %zero to %five step %one : i32 {
      scf.if %is {
        %id = radio.send on @near (node = %me, text = @text[%n])
      } else {
        %id = radio.send on @near (node = %me)
      }
    }
  }",
    },
    Worst {
        name: "a question that nobody answers",
        nodes: 1,
        period_ms: 8_000,
        least_percent: 95,
        text: "radio.channel @near carries @Level on raw port 7
  radio.request @help on @near timeout 8000 ms tries 4 jitter 0 ms { swarm.log \"alone\" }
  swarm.on_timer @tick every 60000 ms {
    %me = swarm.node_id
    %id = radio.ask @help (node = %me)
  }",
    },
    Worst {
        name: "a question asked anew by itself",
        nodes: 1,
        period_ms: 20_000,
        least_percent: 90,
        text: "radio.channel @near carries @Level on raw port 7
  radio.request @help on @near timeout 20000 ms tries 3 jitter 100 ms {
    %me = swarm.node_id
    %id = radio.ask @help (node = %me)
  }
  swarm.on_start @begin {
    %me = swarm.node_id
    %id = radio.ask @help (node = %me)
  }",
    },
    Worst {
        name: "rounds with jitter",
        nodes: 1,
        period_ms: 20_000,
        least_percent: 90,
        text: "radio.channel @near carries @Level on raw port 7
  radio.every @beat 20000 ms jitter 1000 ms {
    %me = swarm.node_id
    %id = radio.send on @near (node = %me)
  }",
    },
    Worst {
        name: "a timer that is rearmed",
        nodes: 1,
        period_ms: 5_000,
        least_percent: 99,
        text: "radio.channel @near carries @Level on raw port 7
  swarm.on_timer @tick every 60000 ms rearm 5000 to 90000 ms {
    %me   = swarm.node_id
    %soon = arith.constant 1 : i32
    swarm.rearm @tick, %soon
    %id = radio.send on @near (node = %me)
  }",
    },
    Worst {
        name: "what was stored is told",
        nodes: 1,
        period_ms: 10_000,
        least_percent: 99,
        text: "radio.channel @near carries @Level on raw port 7
  swarm.storage @disk keeps @text wear 4 per_day
  swarm.on_timer @tick every 10000 ms { swarm.persist @disk }
  swarm.on_stored @kept of @disk {
    %me = swarm.node_id
    %id = radio.send on @near (node = %me)
  }",
    },
    Worst {
        name: "answers with a budget",
        nodes: 3,
        period_ms: 1_000,
        least_percent: ANSWERS,
        text: "radio.channel @near carries @Level on raw port 7 budget 20000 ms
  radio.channel @ask carries @Level on raw port 8
  swarm.on_timer @tick every 1000 ms {
    %me  = swarm.node_id
    %two = arith.constant 2 : i32
    %is  = arith.cmpi ne, %me, %two : i32
    scf.if %is { %id = radio.send on @ask (node = %me) }
  }
  radio.on_message @hear on @ask (%from = node) {
    %me = swarm.node_id
    %n  = arith.constant 40 : i32
    %id = radio.send on @near (node = %me, text = @text[%n])
  }",
    },
    Worst {
        name: "relays",
        nodes: 4,
        period_ms: 20_000,
        least_percent: 95,
        text: "radio.channel @near carries @Level on raw port 7 hops 3 relay flood
  swarm.on_timer @tick every 20000 ms {
    %me = swarm.node_id
    %id = radio.send on @near (node = %me)
  }",
    },
    Worst {
        name: "relays with paths",
        nodes: 4,
        period_ms: 20_000,
        least_percent: 80,
        text: "radio.channel @core carries @Level on meshcore type 65280
  swarm.on_timer @tick every 20000 ms {
    %me = swarm.node_id
    %n  = arith.constant 40 : i32
    %id = radio.send on @core (node = %me, text = @text[%n])
  }",
    },
    Worst {
        name: "relays that others make needless",
        nodes: 4,
        period_ms: 20_000,
        least_percent: 50,
        text: "radio.channel @mesh carries @Level on meshtastic port 256 hops 3
  swarm.on_timer @tick every 20000 ms {
    %me = swarm.node_id
    %n  = arith.constant 40 : i32
    %id = radio.send on @mesh (node = %me, text = @text[%n])
  }",
    },
    Worst {
        name: "a way that is learnt",
        nodes: 4,
        period_ms: 20_000,
        least_percent: 20,
        text: "radio.channel @near carries @Level on raw port 7 hops 3 relay next_hop
  swarm.on_timer @tick every 20000 ms {
    %me  = swarm.node_id
    %one = arith.constant 1 : i32
    %next = arith.addi %me, %one : i32
    %three = arith.constant 3 : i32
    %to = arith.andi %next, %three : i32
    %id = radio.send on @near (node = %me) to %to
  }",
    },
];

impl Worst {
    fn text(&self) -> String {
        let message = "radio.message @Level { node = 1 : fixed32, text = 2 : bytes<40> }\n  \
                       swarm.var @text : tensor<40xi8>";
        format!("swarm.kernel @worst version 1 {{\n  {message}\n  {}\n}}\n", self.text)
    }

    fn place(&self) -> swarm_targets::Deployment {
        let text = format!("region = \"US\"\nnodes = {}\nallow = [\"swarm-load\"]\n", self.nodes);
        load_deployment("deploy.toml", &text).unwrap_or_else(|error| panic!("{}", error.render()))
    }

    pub fn bound(&self) -> Airtime {
        let speaking = Speaking::of_text((self.name, &self.text()), Some(&self.place()));
        speaking.unwrap_or_else(|failure| panic!("{}: {failure:?}", self.name)).airtime
    }

    /// Start and length of all that each node sent on each channel in two hours, in microseconds.
    pub fn run(&self) -> BTreeMap<(usize, u32), Vec<(u64, u64)>> {
        let board = swarm_targets::find("host").expect("the host is a board").0;
        let options = Options { board, bank: Bank::A, optimise: Optimise::Size };
        let compiled = compile((self.name, &self.text()), &options, Stage::Elf, &Installed);
        let compiled = compiled.unwrap_or_else(|failure| panic!("{}: {failure:?}", self.name));
        let elf = compiled.stage(Stage::Elf).expect("an image");
        let place = self.place();
        let networks = [&place.raw, &place.meshtastic, &place.meshcore];
        let modulations = networks.map(|network| network.modulation);
        let deployment = Deployment { modulations, ..Deployment::standard() };
        let identity = |node_id| Identity { node_id, entropy_seed: node_id, deployment };
        let mut nodes: Vec<HostNode> = (1..=self.nodes)
            .map(|node_id| HostNode::new(elf, identity(node_id)).expect("the host runs it"))
            .collect();
        let mut worlds: Vec<Still> = nodes.iter().map(|_| Still::default()).collect();
        let participants = nodes.iter_mut().zip(&mut worlds).zip(1..).map(|((node, world), node_id)| {
            let ticks = 2 * HOUR_MS / self.period_ms;
            let options = RunOptions { ticks, seed: node_id, ..RunOptions::default() };
            Participant { node: node as &mut dyn Node, world, options, node_id }
        });
        let mut sent = Sent::default();
        let mut watch = Watch { progress: &mut Silent, observers: vec![&mut sent] };
        // With links Meshtastic and MeshCore relay, too.
        let conditions = Conditions { seed: 1, deployment, links: Some(Links::Full) };
        let report = run_network(participants.collect(), &conditions, &mut watch);
        report.unwrap_or_else(|error| panic!("{}: {error:?}", self.name));
        sent.0
    }
}

/// What is sent, by node and channel.
#[derive(Default)]
struct Sent(BTreeMap<(usize, u32), Vec<(u64, u64)>>);

impl Observer for Sent {
    fn served(&mut self, step: &Step, _: &mut dyn Node) -> Result<(), HarnessError> {
        for record in &step.outcome.records {
            if let Record::Send { channel, id, airtime_us, .. } = record
                && *id != 0
            {
                let start_us = step.network_ms() * 1000;
                self.0.entry((step.node, *channel)).or_default().push((start_us, u64::from(*airtime_us)));
            }
        }
        Ok(())
    }

    fn relayed(&mut self, relayed: &Relayed) -> Result<(), HarnessError> {
        let one = (relayed.time_ms * 1000, u64::from(relayed.airtime_us));
        self.0.entry((relayed.node, relayed.channel)).or_default().push(one);
        Ok(())
    }
}

/// The longest time on the air in any hour that begins or ends with a packet.
pub fn busiest(sent: &[(u64, u64)]) -> u64 {
    let within = |from: u64| {
        let overlap = |&(start, length): &(u64, u64)| {
            (start + length).min(from + HOUR_US).saturating_sub(start.max(from))
        };
        sent.iter().map(overlap).sum::<u64>()
    };
    let edges = sent.iter().flat_map(|&(start, length)| [start, (start + length).saturating_sub(HOUR_US)]);
    edges.map(within).max().unwrap_or(0)
}
