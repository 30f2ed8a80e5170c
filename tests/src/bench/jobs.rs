//! What is compared, and what each job is given.

use std::path::{Path, PathBuf};

/// A kernel of ours, and the same by hand: `tests/baselines/NAME.mlir` and `NAME.c`.
pub struct Job {
    pub name: &'static str,
    pub about: &'static str,
    /// Events, and how many of them stand between two looks at the whole state block.
    pub events: usize,
    /// Variables that each event gets anew: lowest and highest value.
    pub given: &'static [(&'static str, i64, i64)],
    /// Arrays that are filled before the first event.
    pub filled: &'static [(&'static str, i64, i64)],
}

const WORD: (i64, i64) = (i32::MIN as i64, i32::MAX as i64 - 1);
const HALF: (i64, i64) = (i16::MIN as i64, i16::MAX as i64);

/// 0 to beyond a table of 64 states, so that some events fault.
const STATE: (i64, i64) = (0, 65);

pub const JOBS: &[Job] = &[
    Job {
        name: "update",
        about: "Q-learning from a whole transition, 64 x 4 elements of 16 bits",
        events: 256,
        given: &[("from", STATE.0, STATE.1), ("action", 0, 4), ("reward", -8, 12), ("to", STATE.0, STATE.1)],
        filled: &[("q.values", -10240, 10240)],
    },
    Job {
        name: "update_counted",
        about: "the same with saturation and visit counts",
        events: 256,
        given: &[
            ("from", STATE.0, STATE.1),
            ("action", 0, 4),
            ("reward", -110, 110),
            ("to", STATE.0, STATE.1),
        ],
        filled: &[("q.values", -32768, 32767), ("q.visits", 32700, 32767)],
    },
    Job {
        name: "select",
        about: "epsilon-greedy, 4 actions",
        events: 256,
        given: &[("at", STATE.0, STATE.1)],
        filled: &[("q.values", -10240, 10240)],
    },
    Job {
        name: "select_masked",
        about: "epsilon-greedy, 7 actions under a mask",
        events: 256,
        given: &[("at", STATE.0, STATE.1), ("mask", 0, 255)],
        filled: &[("q.values", -10240, 10240)],
    },
    Job {
        name: "transition",
        about: "complete and begin, as the forager: 529 x 7 elements, mask, schedule",
        events: 256,
        given: &[("place", 0, 530), ("moves", 0, 255), ("payoff", -8, 12), ("ended", 0, 1)],
        filled: &[("q.values", -6400, 6400), ("explore.count", 15000, 19900)],
    },
    Job {
        name: "advert",
        about: "an advert of eight fields, the last of them six numbers",
        events: 256,
        given: &[
            ("kind", -1, 17),
            ("node", WORD.0, WORD.1),
            ("sequence", 0, 65535),
            ("degrees", -2100, 2100),
            ("humidity", -10, 1010),
            ("battery", -5, 4100),
            ("q0", HALF.0, HALF.1),
            ("q1", HALF.0, HALF.1),
            ("q2", HALF.0, HALF.1),
            ("q3", HALF.0, HALF.1),
            ("q4", HALF.0, HALF.1),
            ("q5", HALF.0, HALF.1),
        ],
        filled: &[],
    },
    Job {
        name: "state_update",
        about: "Compotastic's StateUpdate as protobuf",
        events: 256,
        given: &[
            ("source", 0, 0xFF_FFFF),
            ("sequence", 0, 70_000),
            ("x", 0, 31),
            ("y", 0, 31),
            ("action", 0, 6),
            ("done", 0, 1),
            ("reward", -5, 10),
            ("prior", 0, 80_000),
            ("next", 0, 80_000),
        ],
        filled: &[],
    },
    Job {
        name: "merge",
        about: "a peer's table of 64 x 4 elements merged by visits",
        events: 16,
        given: &[
            // Nobody was merged before.
            ("q.peer_count", 0, 0),
            ("q.values", -32768, 32767),
            ("q.visits", 0, 1023),
            ("q.merged", 0, 1023),
            ("theirs.values", -32768, 32767),
            ("theirs.visits", 0, 1023),
        ],
        filled: &[],
    },
];

/// Where the kernels are.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("baselines")
}

impl Job {
    /// The text of our kernel.
    pub fn kernel(&self) -> Result<String, String> {
        let path = folder().join(format!("{}.mlir", self.name));
        std::fs::read_to_string(&path).map_err(|error| format!("{} cannot be read: {error}", path.display()))
    }

    /// The same by hand.
    pub fn source(&self) -> PathBuf {
        folder().join(format!("{}.c", self.name))
    }
}
