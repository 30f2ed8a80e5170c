//! The demonstration: one kernel learns on five targets, and ends with the same state on all of them.

use crate::steps;
use serde_json::Value;
use std::process::Command;

const BOARDS: [&str; 5] = ["microbit-v1", "qemu-cortex-m4", "qemu-riscv32", "qemu-xtensa", "host"];
const KERNEL: &str = "examples/forager/forager.mlir";
const WORLD: &str = "examples/forager/worlds/meadow.toml";

/// What `swarmc run --json` says of each board.
fn learn_everywhere() -> Result<Vec<(String, Value)>, String> {
    let mut results = Vec::new();
    for board in BOARDS {
        eprintln!("{KERNEL} learns on {board} ...");
        let output = Command::new(steps::release("swarmc"))
            .args(["run", KERNEL, "--board", board, "--world", WORLD, "--json"])
            .output()
            .map_err(|error| format!("swarmc cannot be run: {error}"))?;
        if !output.status.success() {
            // Errors are JSON too; what is said to people is beside it.
            let said = [output.stdout, output.stderr].concat();
            return Err(format!("{board}: {}", String::from_utf8_lossy(&said)));
        }
        let value = serde_json::from_slice(&output.stdout).map_err(|error| format!("{board}: {error}"))?;
        results.push((board.to_owned(), value));
    }
    Ok(results)
}

/// Builds the compiler, runs the forager everywhere, and prints a table.
pub fn run() -> Result<(), String> {
    steps::run(&mut steps::cargo(&["build", "--release", "-p", "swarmc"]))?;
    let results = learn_everywhere()?;
    println!("{}", table(&results));
    let checksum = |index: usize| &results[index].1["checksum"];
    match (1..results.len()).find(|&index| checksum(index) != checksum(0)) {
        None => Ok(()),
        Some(index) => Err(format!("{} ends with another state than {}", results[index].0, results[0].0)),
    }
}

fn table(results: &[(String, Value)]) -> String {
    let mut text = format!(
        "\n{:<15} {:>17} {:>14} {:>13} {:>7} {:>6} {:>14}\n",
        "target", "checksum", "reward before", "reward after", "code B", "RAM B", "instr per tick"
    );
    for (board, value) in results {
        let number = |key: &str| value[key].as_f64().map_or("-".to_owned(), |number| format!("{number:.3}"));
        let whole =
            |key: &str| value[key].as_u64().map_or("not counted".to_owned(), |number| number.to_string());
        text += &format!(
            "{board:<15} {:>17} {:>14} {:>13} {:>7} {:>6} {:>14}\n",
            value["checksum"].as_str().unwrap_or("-"),
            number("reward_first"),
            number("reward_last"),
            whole("code_bytes"),
            whole("state_bytes"),
            whole("instructions_per_tick")
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_table_shows_what_is_not_counted_as_such() {
        let value = json!({"checksum": "00ff", "reward_first": -0.5, "code_bytes": 600, "instructions_per_tick": null});
        let text = table(&[("host".into(), value)]);
        let row: Vec<&str> = text.lines().last().unwrap_or("").split_whitespace().collect();
        assert_eq!(row, ["host", "00ff", "-0.500", "-", "600", "not", "counted", "not", "counted"]);
    }
}
