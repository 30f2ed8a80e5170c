//! One hand-written kernel on all five nodes: every service, every outcome, the same records and state to the bit.

#[path = "services/built.rs"]
mod built;

use built::{BOARDS, Board, Program};
use std::time::Duration;
use swarm_abi::{AGE_NONE, BROADCAST, Event, Heard, event};
use swarm_harness::node::{
    EmulatedNode, Emulator, HostNode, Identity, Images, Inputs, Node, NodeError, PortInput, Received, Record,
};
use swarm_link::{Deployment, Refusal};

/// A kernel that uses every service.
const SERVICES: Program = Program {
    source: concat!(env!("CARGO_MANIFEST_DIR"), "/tests/services/kernel.c"),
    handlers: &[
        ("on_init", 0, 0),
        ("on_start", 1, 0),
        ("on_tick", 2, 0),
        ("on_save", 2, 1),
        ("on_burst", 2, 2),
        ("on_fault", 2, 3),
        ("on_trap", 2, 4),
        ("on_empty", 2, 5),
        ("on_loop", 2, 6),
        ("on_deep", 2, 7),
        ("on_speak", 2, 8),
        ("on_stored", 4, 0),
        ("on_stored", 4, 1),
        ("on_heard", 5, 0),
        ("on_heard", 6, 0),
    ],
    period: [10, 1, 1000],
    ports: &[(11, 0, 16), (12, 0, 1), (13, 1, 8)],
    counts: [1, 1, 1],
    entries: &[
        // A channel: Meshtastic, three hops, port 256; 100 bytes; 20 s an hour.
        21,
        1 | 3 << 8 | 256 << 16,
        100,
        20_000,
        // A beacon: two turns of 24 bytes, with a scan response.
        22,
        1000,
        5000,
        2 | 2 << 8 | 24 << 16,
        0,
        // A characteristic: UUIDs, its name; readable, 4 bytes.
        1,
        2,
        3,
        4,
        5,
        6,
        7,
        8,
        23,
        1 | 4 << 16,
    ],
    state: STATE_BYTES,
};

/// Bytes of its `struct state`.
const STATE_BYTES: u32 = 4 * (4 + 4 + 3 + 3 + 8 + 1 + 300 + 8 + 74);

const IDENTITY: Identity =
    Identity { node_id: 0xC0DE_CAFE, entropy_seed: 99, deployment: Deployment::standard() };

fn host() -> HostNode {
    HostNode::new(&built::for_host(&SERVICES), IDENTITY).unwrap()
}

fn start(board: &Board, kernel: &[u8], address: Option<u64>) -> Result<EmulatedNode, NodeError> {
    with(board, &["-semihosting-config", "enable=on,target=native"], (kernel, address))
}

/// A node whose emulator takes these arguments too.
fn with(
    board: &Board,
    more: &[&str],
    (kernel, address): (&[u8], Option<u64>),
) -> Result<EmulatedNode, NodeError> {
    let arguments = board.emulator[1..].iter().chain(more).map(ToString::to_string);
    let emulator = Emulator {
        program: board.emulator[0].into(),
        arguments: arguments.collect(),
        gdb_port: None,
        timeout: Duration::from_secs(30),
    };
    let shell = swarm_shells::shell(board.name).unwrap();
    EmulatedNode::start(emulator, Images { shell, kernel, address }, IDENTITY)
}

/// The micro:bit as it is without a debugger: nobody answers semihosting, and its serial port is the link.
fn over_serial(address: Option<u64>) -> EmulatedNode {
    with(&BOARDS[0], &[], (&BOARDS[0].kernel(&SERVICES, STATE_BYTES), address)).unwrap()
}

fn emulated(board: &Board) -> EmulatedNode {
    start(board, &board.kernel(&SERVICES, STATE_BYTES), None).unwrap()
}

fn inputs(now_ms: u32) -> Inputs {
    let now = now_ms as i32;
    let moisture = PortInput { value: now * 7919, age: now_ms / 3 };
    let ended = PortInput { value: now, age: if now_ms.is_multiple_of(5) { AGE_NONE } else { 1 } };
    Inputs { now_ms, ports: vec![moisture, ended], received: None }
}

fn timer(symbol: u32, value: u32) -> Event {
    Event { kind: event::TIMER, symbol, value, missed: value & 3 }
}

/// What is heard: each byte of it another one.
fn received(event: &Event) -> Received {
    let heard = Heard {
        from: 0x0403_0201,
        to: BROADCAST,
        id: 0x0C0B_0A09,
        rssi: -90,
        snr: 25,
        hops: 2,
        flags: 1,
        reserved: [0; 3],
    };
    Received { heard, payload: (0..event.value).map(|place| place as u8).collect() }
}

/// Status and records of each event, and the state block at the end.
type Story = (Vec<(u32, Vec<Record>)>, Vec<u8>);

/// Everything that the kernel can do, but for trapping.
fn story(node: &mut dyn Node) -> Story {
    let mut told = Vec::new();
    let mut tell = |node: &mut dyn Node, event: Event, now| {
        let outcome = node.dispatch(&event, &inputs(now)).unwrap();
        told.push((outcome.status, outcome.records));
    };
    // A life before, which the second init must wipe out.
    for seed in [1, 77] {
        tell(node, Event { kind: event::INIT, value: seed, ..Event::default() }, 0);
        tell(node, Event { kind: event::START, ..Event::default() }, 0);
    }
    for now in 1..40 {
        tell(node, timer(0, now), now * 750);
    }
    tell(node, timer(1, 0), 31_000);
    tell(node, timer(2, 0), 31_001);
    tell(node, timer(3, 0), 31_002);
    node.write_state(100, &[1, 2, 3, 4, 5]).unwrap();
    let persisted = event::STORED_OK;
    tell(node, Event { kind: event::STORED, value: persisted, ..Event::default() }, 31_003);
    let restored = event::STORED_OK | event::STORED_RESTORE;
    tell(node, Event { kind: event::STORED, symbol: 1, value: restored, ..Event::default() }, 31_004);
    tell(node, timer(8, 0), 31_004);
    tell(node, timer(8, 0), 100_004);
    let received = |event: Event| Inputs { received: Some(received(&event)), ..inputs(100_005) };
    for (kind, value) in [(event::MESSAGE, 256), (event::ADVERT, 0), (event::ADVERT, 31)] {
        let event = Event { kind, value, ..Event::default() };
        let outcome = node.dispatch(&event, &received(event)).unwrap();
        told.push((outcome.status, outcome.records));
    }
    let mut tell = |node: &mut dyn Node, event: Event, now| {
        let outcome = node.dispatch(&event, &inputs(now)).unwrap();
        told.push((outcome.status, outcome.records));
    };
    // Nobody serves this one.
    tell(node, Event { kind: event::LOW_BATTERY, value: 3300, ..Event::default() }, 100_006);
    let state = node.read_state().unwrap();
    (told, state)
}

fn words<const COUNT: usize>(state: &[u8], first: usize) -> [u32; COUNT] {
    std::array::from_fn(|index| swarm_link::frame::word(state, 4 * (first + index)).unwrap())
}

/// What the story must come to, worked out by hand; the boards are held against the host.
#[test]
fn the_host_tells_the_story_as_it_is_meant() {
    let (told, state) = story(&mut host());
    assert_eq!(state.len(), STATE_BYTES as usize);
    let mut entropy = swarm_link::Entropy::new(IDENTITY.entropy_seed);
    let drawn: [u32; 4] = std::array::from_fn(|_| entropy.draw());
    assert_eq!(words(&state, 4), drawn);
    // The last tick: at 29250 ms, a multiple of 5, so that port 1 has no value. Stored events: 0 with 1, then 1 with 3.
    assert_eq!(words(&state, 0), [77, IDENTITY.node_id, 29_250, 0x17]);
    let moisture = i32::from((29_250 * 7919) as i16);
    assert_eq!(words(&state, 8), [moisture as u32, 0, 0, 9750, AGE_NONE, AGE_NONE]);
    // Persist, busy, restore, busy, twice out of bounds, no such store; after the events the last claim finds 0 taken.
    assert_eq!(words(&state, 14), [1, 0, 1, 0, 0, 0, 0, 0]);
    let (status, last_tick) = &told[42];
    assert_eq!((*status, &last_tick[0]), (0, &Record::Act { port: 2, value: moisture }));
    let Record::Log { format: 1, args } = &last_tick[1] else { panic!("{:?}", last_tick[1]) };
    assert_eq!((args[..2].to_vec(), args[3..].to_vec()), (vec![moisture, -1], vec![3, 4, 5, 6, 7]));
    assert_eq!(
        last_tick[2..],
        [Record::Log { format: 0, args: vec![] }, Record::Rearm { timer: 1, ms: 29_250 & 1023 }]
    );
    let saved: Vec<u8> = (0..300u32).flat_map(|i| (i * i).to_le_bytes()).collect();
    let stored = [
        Record::Persist { store: 0, offset: 92, bytes: saved },
        Record::Restore { store: 1, offset: 92, length: 16 },
    ];
    assert_eq!(told[43].1, stored);
    assert_eq!((told[44].1.len(), &told[45]), (200, &(3, vec![])));
    assert_eq!(told.last().unwrap(), &(0, vec![]));
}

/// What is sent goes out as it was given; what no entry of the descriptor allows does not.
#[test]
fn the_host_sends_and_hears_as_it_is_meant() {
    let (told, state) = story(&mut host());
    let mut entropy = swarm_link::Entropy::new(IDENTITY.entropy_seed);
    // Four are drawn at the start.
    let [.., first, second, third]: [u32; 7] = std::array::from_fn(|_| entropy.draw());
    let table: Vec<u8> = [3u32, 1, 4, 1, 5, 9, 2, 6].iter().flat_map(|word| word.to_le_bytes()).collect();
    let saved = state[92..192].to_vec();
    let sent = |(to, options), (id, airtime_us), bytes: &[u8]| {
        let bytes = bytes.to_vec();
        Record::Send { channel: 0, to, options, id, airtime_us, bytes }
    };
    let (all, one, refused) = ((BROADCAST, 0), (7, 4 | 500 << 16), (0, 0));
    let unknown = Record::Send { channel: 1, to: BROADCAST, options: 0, id: 0, airtime_us: 0, bytes: vec![] };
    let published = [
        Record::Advertise { beacon: 0, turn: 1, bytes: table[..24].to_vec() },
        Record::Advertise { beacon: 0, turn: 1 | 1 << 31, bytes: table[..31].to_vec() },
        Record::Publish { characteristic: 0, bytes: table[..4].to_vec() },
    ];
    // Packets of 55 and 123 bytes, of 78.25 and 143.25 symbols; of two seconds then too little is left for the third.
    let early = [
        sent(all, (first, 641_024), &table),
        sent(one, (second, 1_173_504), &saved),
        sent(all, refused, &[]),
        unknown.clone(),
        sent(all, refused, &[]),
        sent(all, refused, &[]),
    ];
    assert_eq!(told[48], (0, [&early[..], &published].concat()));
    // 69 s bring 345 ms: enough for the short one.
    let later = [
        sent(all, refused, &[]),
        sent(one, refused, &[]),
        sent(all, refused, &[]),
        unknown,
        sent(all, (third, 395_264), &[]),
        sent(all, refused, &[]),
    ];
    assert_eq!(told[49], (0, [&later[..], &published].concat()));
    assert_eq!(words(&state, 323), [0, 0, 0, 0, third, 0, 0, 0]);
    assert_eq!(told[50..53], [(0, vec![]), (0, vec![]), (0, vec![])]);
    // The advert of 31 bytes, and behind it what the message of 256 had left there.
    let heard: [u32; 18] = words(&state, 331);
    assert_eq!(heard[..7], [6, 0, 31, 0, 0x0403_0201, BROADCAST, 0x0C0B_0A09]);
    assert_eq!(heard[7..10], [0x0019_FFA6, 0x0102, 0]);
    assert_eq!(
        heard[10..],
        [
            0x0302_0100,
            0x0706_0504,
            0x0B0A_0908,
            0x0F0E_0D0C,
            0x1312_1110,
            0x1716_1514,
            0x1B1A_1918,
            0x001E_1D1C
        ]
    );
    assert_eq!(words(&state, 349), [0x2322_2120]);
}

#[test]
fn what_no_radio_carries_is_no_event() {
    let event = Event { kind: event::MESSAGE, value: 257, ..Event::default() };
    let inputs = Inputs { received: Some(received(&event)), ..inputs(0) };
    let nodes: [Box<dyn Node>; 2] = [Box::new(host()), Box::new(emulated(&BOARDS[1]))];
    for mut node in nodes {
        assert_eq!(node.dispatch(&event, &inputs).unwrap_err().code(), "node::heard");
    }
}

#[test]
fn every_board_tells_the_hosts_story_in_every_bank() {
    let expected = story(&mut host());
    for board in &BOARDS {
        let kernel = board.kernel(&SERVICES, STATE_BYTES);
        for bank in board.banks {
            let mut node = start(board, &kernel, Some(*bank)).unwrap();
            let (told, state) = story(&mut node);
            for (number, (theirs, ours)) in told.iter().zip(&expected.0).enumerate() {
                assert_eq!(theirs, ours, "{} at {bank:#x}, event {number}", board.name);
            }
            assert_eq!(told.len(), expected.0.len());
            assert!(state == expected.1, "{} at {bank:#x}: another state", board.name);
        }
    }
}

#[test]
fn instructions_are_counted_exactly() {
    for board in &BOARDS {
        let mut node = emulated(board);
        let mut count = |event| node.dispatch(&event, &inputs(0)).unwrap().instructions.unwrap();
        // A handler that only returns 0: windowed Xtensa enters first.
        let empty = if board.name == "qemu-xtensa" { 3 } else { 2 };
        assert_eq!([count(timer(5, 0)), count(timer(5, 9))], [empty; 2], "{}: an empty handler", board.name);
        let [few, more, many] = [1, 2, 1002].map(|turns| count(timer(6, turns)));
        let turn = more - few;
        assert!((3..=9).contains(&turn), "{}: a turn of {turn} instructions", board.name);
        assert_eq!(many - more, 1000 * turn, "{}", board.name);
        assert_eq!(count(timer(6, 100_002)) - many, 99_000 * turn, "{}", board.name);
    }
    assert_eq!(host().dispatch(&timer(5, 0), &inputs(0)).unwrap().instructions, None);
}

/// 200 records fill the shell's buffer several times over. How full it is at the start differs from call to call in
/// nothing, so that equal work counts the same; what sending takes would show as thousands.
#[test]
fn sending_records_early_is_not_counted() {
    for board in &BOARDS {
        let mut node = emulated(board);
        let mut burst = || node.dispatch(&timer(2, 0), &inputs(0)).unwrap();
        let (first, second) = (burst(), burst());
        assert_eq!(first.instructions, second.instructions, "{}", board.name);
        let each = first.instructions.unwrap() / 200;
        assert!((20..500).contains(&each), "{}: {each} instructions for an act", board.name);
    }
}

#[test]
fn a_trap_is_reported_with_its_place() {
    for board in &BOARDS {
        let mut node = emulated(board);
        let image = u64::from(node.facts().descriptor.image_bytes);
        let error = node.dispatch(&timer(4, 0), &inputs(0)).unwrap_err();
        let NodeError::Trapped { pc, .. } = error else { panic!("{}: {error}", board.name) };
        let bank = board.banks[0]..board.banks[0] + image;
        assert!(bank.contains(&u64::from(pc)), "{}: trapped at {pc:#x}", board.name);
    }
}

#[test]
fn a_stack_that_reaches_the_state_block_is_an_error() {
    let deep = timer(7, 0);
    let error = emulated(&BOARDS[0]).dispatch(&deep, &inputs(0)).unwrap_err();
    assert_eq!(error.code(), "node::stack");
    for board in &BOARDS[1..] {
        assert_eq!(emulated(board).dispatch(&deep, &inputs(0)).unwrap().status, 0, "{}", board.name);
    }
}

#[test]
fn what_cannot_run_is_refused() {
    let error = start(&BOARDS[0], &BOARDS[0].kernel(&SERVICES, 16_000), None).err().unwrap();
    assert!(matches!(error, NodeError::Refused(Refusal::State)), "{error}");
    let riscv = BOARDS[2].kernel(&SERVICES, STATE_BYTES);
    assert_eq!(HostNode::new(&riscv, IDENTITY).err().unwrap().code(), "node::image");
}

#[test]
fn writes_outside_of_the_state_block_are_refused() {
    let nodes: [Box<dyn Node>; 2] = [Box::new(host()), Box::new(emulated(&BOARDS[1]))];
    for mut node in nodes {
        for offset in [STATE_BYTES - 3, u32::MAX - 1] {
            assert_eq!(node.write_state(offset, &[0; 4]).unwrap_err().code(), "node::bounds");
        }
    }
}

#[test]
fn the_microbit_tells_the_same_story_over_its_serial_port() {
    let expected = story(&mut host());
    for bank in BOARDS[0].banks {
        assert!(story(&mut over_serial(Some(*bank))) == expected, "at {bank:#x}");
    }
}

#[test]
fn over_the_serial_port_the_same_instructions_are_counted() {
    let events = [timer(5, 0), timer(6, 1000), timer(2, 0), timer(0, 3), timer(2, 0)];
    let count = |mut node: EmulatedNode| {
        events.map(|event| node.dispatch(&event, &inputs(0)).unwrap().instructions.expect("it counts"))
    };
    assert_eq!(count(over_serial(None)), count(emulated(&BOARDS[0])));
}

#[test]
fn over_the_serial_port_traps_are_reported_too() {
    let mut node = over_serial(None);
    let error = node.dispatch(&timer(4, 0), &inputs(0)).unwrap_err();
    let NodeError::Trapped { pc, .. } = error else { panic!("{error}") };
    assert!((0x2_0000..0x2_8000).contains(&pc), "trapped at {pc:#x}");
}
