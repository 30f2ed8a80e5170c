//! Bounds of instructions beside what emulated boards count: never below it, and not far above it.

use swarm_abi::{Event, event};
use swarm_harness::node::{Inputs, Node, Received};
use swarm_machine::{Code, library};
use swarm_tests::BOARDS;
use swarm_tests::bench::{JOBS, Write, inputs};
use swarmc::pipeline::Optimise;
use swarmc::stage::Stage;

/// How far a bound may be above what is counted here, and the middle of all bounds.
const MOST: f64 = 2.0;
const MIDDLE: f64 = 1.3;

/// Divides by a routine that is faster for numbers of 16 bits, which all of these are; the bound is of any numbers.
const SHORT: (&str, &str, Optimise) = ("merge", "microbit-v1", Optimise::Speed);

/// The status, and the instructions from the handler's entry to its return.
fn counted(node: &mut dyn Node, kind: u32) -> (u32, u64) {
    let event = Event { kind, symbol: 0, value: 1, missed: 0 };
    let outcome = node.dispatch(&event, &Inputs::default()).expect("the board answers");
    (outcome.status, outcome.instructions.expect("the board counts"))
}

/// The bound of a handler.
fn bound(code: &Code, kind: u32, what: &str) -> u64 {
    let handler = code.handlers.iter().find(|handler| u32::from(handler.kind) == kind);
    let function = handler.expect("the kernel has the handler").function;
    let time = code.time(function, |_| 0, library).unwrap_or_else(|error| panic!("{what}: {error}"));
    time.instructions
}

/// Of each job the bound of its handler, and the most that was counted.
fn compare(board: &str) {
    let mut ratios = Vec::new();
    for (job, optimise) in JOBS.iter().flat_map(|job| [(job, Optimise::Size), (job, Optimise::Speed)]) {
        let what = format!("{} on {board}, {optimise:?}", job.name);
        let compiled = swarm_tests::build(&job.kernel().expect("the kernel is there"), board, optimise);
        let elf = compiled.stage(Stage::Elf).expect("an image");
        let layout = &compiled.interface.as_ref().expect("a kernel has one").layout;
        let code = Code::read(elf).unwrap_or_else(|error| panic!("{what}: {error}"));
        let mut node = swarm_tests::start(elf, board, None);
        let given = inputs(job, layout).expect("the kernel has the variables");
        let (_, at_first) = counted(node.as_mut(), event::INIT);
        let of_init = bound(&code, event::INIT, &what);
        assert!(at_first <= of_init, "{what}: init takes {at_first}, not {of_init}");
        let put = |node: &mut dyn Node, writes: &[Write]| {
            for write in writes {
                node.write_state(write.offset, &write.bytes).expect("the board answers");
            }
        };
        put(node.as_mut(), &given.first);
        let mut most = 0;
        for writes in &given.each {
            put(node.as_mut(), writes);
            most = most.max(counted(node.as_mut(), event::TIMER).1);
        }
        let bound = bound(&code, event::TIMER, &what);
        assert!(most <= bound, "{what}: {most} were counted, and the bound is {bound}");
        let ratio = bound as f64 / most as f64;
        println!("{what}: at most {bound}, counted {most}, {ratio:.2}");
        if SHORT != (job.name, board, optimise) {
            ratios.push(ratio);
        }
    }
    ratios.sort_by(f64::total_cmp);
    let (middle, last) = (ratios[ratios.len() / 2], ratios[ratios.len() - 1]);
    println!("{board}: p50 {middle:.2}, most {last:.2}");
    assert!(middle <= MIDDLE && last <= MOST, "{board}: {ratios:.2?}");
}

#[test]
fn a_cortex_m0_executes_no_more_than_its_bound() {
    compare("microbit-v1");
}

#[test]
fn a_cortex_m4_executes_no_more_than_its_bound() {
    compare("qemu-cortex-m4");
}

#[test]
fn riscv_executes_no_more_than_its_bound() {
    compare("qemu-riscv32");
}

#[test]
fn windowed_xtensa_executes_no_more_than_its_bound() {
    compare("qemu-xtensa");
}

/// Fields of each kind, one in another, and bytes.
const DECODER: &str = r#"
swarm.kernel @parses version 1 {
  swarm.var @packet : tensor<64xi8>
  swarm.var @length : i32
  swarm.var @sum : i32
  radio.message @Inner { x = 1 : uint32, y = 2 : fixed32 }
  radio.message @Report { moisture = 1 : fixed32, count = 2 : uint32, delta = 3 : sint32, inner = 4 : message @Inner }
  swarm.on_timer @run every 1000 ms {
    %n = swarm.get @length
    %ok, %m, %c, %d, %x = radio.decode @Report from @packet length %n (moisture, count, delta, inner.x)
    swarm.assert %ok
    %a = arith.addi %m, %c : i32
    %b = arith.addi %d, %x : i32
    %s = arith.xori %a, %b : i32
    swarm.set @sum, %s
  }
}
"#;

/// What fills a packet again and again, and how it may end.
const PIECES: [&[u8]; 9] = [
    &[0x10, 0x01],
    &[0x18, 0x7f],
    &[0x22, 0x00],
    &[0x22, 0x02, 0x08, 0x01],
    &[0x22, 0x04, 0x08, 0x01, 0x08, 0x01],
    &[0x28, 0x01],
    &[0x0d, 1, 2, 3, 4],
    &[0x10, 0xff, 0xff, 0xff, 0xff, 0x0f],
    &[0x38, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
];

/// An observer: a filter, then the fields of a frame.
const OBSERVER: &str = r#"
swarm.kernel @listens version 1 {
  swarm.var @charge : i32
  adv.beacon @status company 0xFFFF every 1000 ms {
    battery = 0 to 100,
    temperature = -40 to 85 by 0.5 missing,
    lit = flag
  }
  adv.on_ble_advert @seen company 0xFFFF rssi -90 {
    %ok, %charge, %known, %lit = adv.read @status (battery, has temperature, lit : i1)
    scf.if %ok {
      swarm.set @charge, %charge
    }
  }
}
"#;

/// Structures of adverts: padding, of others, and such that look like frames of the observer.
const STRUCTURES: [&[u8]; 7] = [
    &[0],
    &[1, 9],
    &[2, 0xff, 0xff],
    &[3, 0xff, 0xff, 0xff],
    &[4, 0xff, 0xff, 0xff, 0xff],
    &[6, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    &[7, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
];

/// So many bytes of two pieces, one after the other, and what is whole of them.
fn filled(pieces: &[&[u8]], count: usize) -> Vec<Vec<u8>> {
    let both = pieces.iter().flat_map(|first| pieces.iter().map(move |second| [*first, *second].concat()));
    both.flat_map(|pair| {
        let whole: Vec<u8> = pair.iter().copied().cycle().take(count).collect();
        let ends = whole[..count / pair.len() * pair.len()].to_vec();
        [whole, ends]
    })
    .collect()
}

/// A kernel's handler is given what takes it long; the bound is at most so many times that.
fn withstands(kernel: &str, (kind, at_most): (u32, f64), packets: &[Vec<u8>]) {
    let boards = BOARDS.iter().filter(|board| **board != "host");
    for (board, optimise) in boards.flat_map(|board| [(board, Optimise::Size), (board, Optimise::Speed)]) {
        let what = format!("{board}, {optimise:?}");
        let compiled = swarm_tests::build(kernel, board, optimise);
        let elf = compiled.stage(Stage::Elf).expect("an image");
        let layout = &compiled.interface.as_ref().expect("a kernel has one").layout;
        let code = Code::read(elf).unwrap_or_else(|error| panic!("{what}: {error}"));
        let bound = bound(&code, kind, &what);
        let mut node = swarm_tests::start(elf, board, None);
        counted(node.as_mut(), event::INIT);
        let mut most = 0;
        for packet in packets {
            // A variable holds it, or it was heard.
            let mut put = |name: &str, bytes: &[u8]| {
                if let Some(slot) = layout.find(name) {
                    node.write_state(slot.offset as u32, bytes).expect("the board answers");
                }
            };
            put("packet", packet);
            put("length", &(packet.len() as u32).to_le_bytes());
            let received = Received { payload: packet.clone(), ..Received::default() };
            let inputs =
                Inputs { received: Some(received).filter(|_| kind == event::ADVERT), ..Inputs::default() };
            let event = Event { kind, symbol: 0, value: packet.len() as u32, missed: 0 };
            let outcome = node.dispatch(&event, &inputs).expect("the board answers");
            most = most.max(outcome.instructions.expect("the board counts"));
        }
        let ratio = bound as f64 / most as f64;
        println!("{what}: at most {bound}, counted {most}, {ratio:.2}");
        assert!(most <= bound && ratio <= at_most, "{what}: at most {bound}, counted {most}");
    }
}

#[test]
fn no_message_takes_a_decoder_longer_than_its_bound() {
    withstands(DECODER, (event::TIMER, MOST), &filled(&PIECES, 64));
}

#[test]
fn no_advert_takes_an_observer_longer_than_its_bound() {
    // What the filter asks for comes first, or last, or there are many that are no frames.
    let [asked, padding, other] = [&[4, 0xff, 0xff, 0xff, 9][..], &[0; 251], &[1, 9].repeat(125)];
    let no_frame = [[6, 0xff, 0xff, 0xff, 0, 0, 0].repeat(36), vec![0; 4]].concat();
    let frames = [[asked, padding].concat(), [other, asked].concat(), asked.repeat(51), no_frame];
    // Each round is counted as if it looked into a structure; those of a byte or two do not.
    withstands(OBSERVER, (event::ADVERT, 2.25), &[filled(&STRUCTURES, 256), frames.to_vec()].concat());
}
