//! Canonicalisations of our ops, one pair of texts for each: what goes away, and what must not.

use std::io::Write;
use std::process::{Command, Stdio};

/// A kernel with such a body, canonicalised.
fn canonical(body: &str) -> String {
    let text = format!(
        "swarm.kernel @k version 1 {{
  rl.table @q : !rl.table<16x3xi16, frac = 6> reward -5 to 10
  rl.table @w : !rl.tiles<4 of [0 to 15 by 4], 3xi16, frac = 6> reward -5 to 10 saturate
  swarm.on_timer @tick every 750 ms {{
    %s = swarm.now
{body}
  }}
}}
"
    );
    let mut process = Command::new(env!("CARGO_BIN_EXE_swarm-opt"))
        .arg("--canonicalize")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("swarm-opt runs");
    process.stdin.take().expect("it reads").write_all(text.as_bytes()).expect("it listens");
    let output = process.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{}\n{text}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("kernels are UTF-8")
}

/// Every op that takes a mask, with the value `%m` as its mask.
const MASKED: [(&str, &str); 7] = [
    ("%x = rl.max @q at %s mask %m", "rl.max @q at %0"),
    ("%x = rl.argmax @w at %s mask %m", "rl.argmax @w at %0"),
    ("%x = rl.select @q at %s mask %m epsilon 0.1", "rl.select @q at %0 epsilon"),
    ("%x = rl.select @w at %s mask %m softmax 0.5", "rl.select @w at %0 softmax"),
    ("%x = rl.begin @q at %s mask %m", "rl.begin @q at %0"),
    ("rl.complete @q reward %s at %s mask %m {alpha = 0.1, gamma = 0.9}", "rl.complete @q reward %0 at %0 {"),
    (
        "rl.update @w at %s action %s reward %s next %s mask %m {alpha = 0.1, gamma = 0.9}",
        "rl.update @w at %0 action %0 reward %0 next %0 {",
    ),
];

/// What is used is kept: each result goes into a log line.
fn used(op: &str) -> String {
    let log = if op.starts_with("%x") { "\n    swarm.log \"{}\" (%x)" } else { "" };
    format!("    {op}{log}")
}

#[test]
fn a_mask_of_all_actions_is_no_mask() {
    for (op, without) in MASKED {
        for mask in [7, 15, -1] {
            let text = canonical(&format!("    %m = arith.constant {mask} : i32\n{}", used(op)));
            assert!(text.contains(without), "{op}, mask {mask}:\n{text}");
        }
    }
}

#[test]
fn another_mask_stays() {
    for (op, _) in MASKED {
        for mask in [0, 3, 5, 6, 8] {
            let text = canonical(&format!("    %m = arith.constant {mask} : i32\n{}", used(op)));
            assert!(text.contains(" mask %c"), "{op}, mask {mask}:\n{text}");
        }
        let text = canonical(&format!("    %m = swarm.entropy\n{}", used(op)));
        assert!(text.contains(" mask %1"), "{op}:\n{text}");
    }
}

#[test]
fn an_assertion_of_what_holds_goes_away() {
    assert!(!canonical("    %c = arith.constant true\n    swarm.assert %c").contains("swarm.assert"));
    assert!(canonical("    %c = arith.constant false\n    swarm.assert %c").contains("swarm.assert"));
    let folded = canonical("    %c = arith.cmpi eq, %s, %s : i32\n    swarm.assert %c");
    assert!(!folded.contains("swarm.assert"), "{folded}");
}
