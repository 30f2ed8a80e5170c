//! The long proof: exactness over many updates, damaged input to decoders, bounds, mutations of the lowering, and fuzzing. It ends
//! with a table.
//!
//! `--quick` gives each part about a minute; a part's name after `soak` runs that part alone; `--only WORDS` tries the
//! mutations of files with one of these words, with commas between, in their path, `--from NUMBER` goes on with that mutation.

use crate::{mutants, steps};
use serde_json::Value;
use std::process::{Command, Stdio};
use std::time::Instant;

/// Updates on the host, and across the emulated boards.
const HOST_UPDATES: u64 = 100_000_000;
const EMULATED_UPDATES: u64 = 10_000_000;
const EMULATED: &str = "microbit-v1,qemu-cortex-m4,qemu-riscv32,qemu-xtensa";
/// What comes to each decoder on the host, and on each emulated board.
const HOST_INPUTS: u64 = 1_000_000;
const EMULATED_INPUTS: u64 = 10_000;
/// The kinds of kernels that decode: messages in arrays and as they arrive, adverts, packets of tables.
const DECODERS: [&str; 4] = ["messages", "speaking", "adverts", "shared"];
/// What a part takes of a quick soak, in seconds.
const QUICK: u64 = 60;

/// Random kernels whose bounds are compared with what they use, on each emulated board.
const BOUNDED: u32 = 300;

/// How long to fuzz, in seconds.
const FUZZ: u64 = 600;

/// How long to go on.
#[derive(Clone, Copy, PartialEq)]
pub enum Extent {
    Full,
    Quick,
}

/// Of so many mutations a quick soak tries one.
const QUICK_MUTATIONS: usize = 8;

/// How much is to be done.
struct Options {
    extent: Extent,
    /// Words in the paths of mutated files, with commas between.
    only: String,
    /// The first mutation, by number.
    from: usize,
}

/// What a part found.
struct Row {
    part: &'static str,
    found: String,
    seconds: u64,
    /// Why the soak fails, if it does.
    wrong: Option<String>,
}

type Part = fn(&Options) -> Result<(String, Option<String>), String>;

/// The parts by name.
const PARTS: [(&str, Part); 6] = [
    ("exact-host", exact_host),
    ("exact-emulated", exact_emulated),
    ("decoders", decoders),
    ("bounds", bounds),
    ("mutants", mutate),
    ("fuzz", fuzz),
];

/// Runs the parts that are named, or all.
pub fn run(arguments: &[String]) -> Result<(), String> {
    let names = || PARTS.iter().map(|(name, _)| *name);
    let mut options = Options { extent: Extent::Full, only: String::new(), from: 1 };
    let mut chosen: Vec<&str> = Vec::new();
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--quick" => options.extent = Extent::Quick,
            "--only" => {
                options.only = arguments.next().ok_or("--only takes words, with commas between")?.clone()
            }
            "--from" => {
                let number = arguments.next().and_then(|text| text.parse().ok());
                options.from = number.ok_or("--from takes a number")?;
            }
            part if names().any(|name| name == part) => chosen.push(part),
            other => {
                let known = names().collect::<Vec<_>>().join(", ");
                return Err(format!(
                    "soak does not know '{other}': give --quick, --only WORDS, --from NUMBER, or parts of it: {known}"
                ));
            }
        }
    }
    let mut rows = Vec::new();
    for (name, part) in PARTS {
        if !chosen.is_empty() && !chosen.contains(&name) {
            continue;
        }
        eprintln!("soak: {name} ...");
        let begun = Instant::now();
        let (found, wrong) = part(&options).unwrap_or_else(|error| ("did not run".into(), Some(error)));
        rows.push(Row { part: name, found, seconds: begun.elapsed().as_secs(), wrong });
    }
    println!("{}", table(&rows));
    let wrong: Vec<String> =
        rows.iter().filter_map(|row| Some(format!("{}: {}", row.part, row.wrong.as_ref()?))).collect();
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
}

fn table(rows: &[Row]) -> String {
    let mut text = format!("\n{:<15} {:>7}  {:<6} found\n", "part", "seconds", "result");
    for row in rows {
        let result = if row.wrong.is_none() { "good" } else { "WRONG" };
        text += &format!("{:<15} {:>7}  {result:<6} {}\n", row.part, row.seconds, row.found);
    }
    text
}

/// Runs a binary of the tests; its standard output is one JSON value, its progress goes to ours.
fn measured(program: &str, arguments: &[&str]) -> Result<(Value, bool), String> {
    steps::run(&mut steps::cargo(&["build", "--release", "-p", "swarm-tests", "--bins"]))?;
    let output = Command::new(steps::release(program))
        .args(arguments)
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("{program} cannot be run: {error}"))?;
    let value = serde_json::from_slice(&output.stdout)
        .map_err(|_| format!("{program} ended without a result: {}", output.status))?;
    Ok((value, output.status.success()))
}

fn exact_host(options: &Options) -> Result<(String, Option<String>), String> {
    exact("host", HOST_UPDATES, (["50000", "5000"], options.extent))
}

fn exact_emulated(options: &Options) -> Result<(String, Option<String>), String> {
    exact(EMULATED, EMULATED_UPDATES, (["10000", "1000"], options.extent))
}

fn exact(
    boards: &str,
    updates: u64,
    ([each, events], extent): ([&str; 2], Extent),
) -> Result<(String, Option<String>), String> {
    let (updates, seconds) = match extent {
        Extent::Full => (updates, 86_400),
        Extent::Quick => (u64::MAX, QUICK),
    };
    let (updates_text, seconds) = (updates.to_string(), seconds.to_string());
    // An event of an emulated board costs a round trip: 64 rounds share one.
    let rounds = if boards == "host" { "0" } else { "64" };
    let (value, good) = measured(
        "exactness",
        &[
            ["--boards", boards, "--updates", &updates_text],
            ["--seconds", &seconds, "--each", each],
            ["--rounds", rounds, "--seed", "1000"],
            ["--events", events, "--jobs", "0"],
        ]
        .concat(),
    )?;
    let done: u64 =
        value["updates"].as_object().map_or(0, |boards| boards.values().filter_map(Value::as_u64).sum());
    let mismatches = value["mismatches"].as_u64().unwrap_or(0);
    let kinds = value["kinds"].as_object().map_or(0, serde_json::Map::len);
    let found = format!(
        "{done} updates and {} other steps of {} kernels of {kinds} kinds, {mismatches} mismatches",
        value["others"], value["kernels"]
    );
    let short = extent == Extent::Full && done < updates;
    let wrong = if !good {
        Some(format!("{mismatches} kernels do other than the reference"))
    } else if short {
        Some(format!("only {done} updates were compared"))
    } else {
        None
    };
    Ok((found, wrong))
}

/// Random and damaged input to each decoder that is compiled into kernels. On the host its memory lies between pages that
/// nobody may touch.
fn decoders(options: &Options) -> Result<(String, Option<String>), String> {
    let (mut least, mut refused, mut mismatches) = ([u64::MAX; 2], 0, 0);
    for kind in DECODERS {
        for (at, (boards, wanted)) in
            [("host", HOST_INPUTS), (EMULATED, EMULATED_INPUTS)].into_iter().enumerate()
        {
            let wanted = if options.extent == Extent::Full { wanted } else { wanted / 20 };
            let events = (wanted / 50).max(500).to_string();
            let (value, _) = measured(
                "exactness",
                &[
                    ["--boards", boards, "--kind", kind],
                    ["--inputs", &wanted.to_string(), "--events", &events],
                    ["--seed", "5000", "--jobs", "0"],
                ]
                .concat(),
            )?;
            mismatches += value["mismatches"].as_u64().unwrap_or(0);
            for reads in value["reads"].as_object().into_iter().flat_map(serde_json::Map::values) {
                least[at] = least[at].min(reads["inputs"].as_u64().unwrap_or(0));
                refused += reads["refused"].as_u64().unwrap_or(0);
            }
            if mismatches == 0 && least[at] < wanted {
                return Ok((String::new(), Some(format!("{kind} on {boards}: only {} inputs", least[at]))));
            }
        }
    }
    let found = format!(
        "{} decoders, {} inputs or more to each on the host and {} on each emulated board, {refused} of all refused, \
         {mismatches} mismatches",
        DECODERS.len(),
        least[0],
        least[1]
    );
    Ok((found, (mismatches > 0).then(|| format!("{mismatches} kernels do other than the reference"))))
}

/// Stack and instructions that random kernels use, beside their bounds.
fn bounds(options: &Options) -> Result<(String, Option<String>), String> {
    let kernels = if options.extent == Extent::Full { BOUNDED } else { BOUNDED / 20 };
    let (value, _) = measured("bounds", &["--kernels", &kernels.to_string()])?;
    let boards = value["boards"].as_array().cloned().unwrap_or_default();
    let ratios = boards.iter().map(|board| {
        let ratio = |what: &str, share: &str| board[what][share].as_f64().unwrap_or(f64::NAN);
        format!(
            "{}: stack {:.2} and {:.2}, instructions {:.2} and {:.2}",
            board["board"].as_str().unwrap_or_default(),
            ratio("stack", "p50"),
            ratio("stack", "p95"),
            ratio("instructions", "p50"),
            ratio("instructions", "p95"),
        )
    });
    let ratios: Vec<String> = ratios.collect();
    let found = format!("{kernels} kernels, bound by use in the middle and at 95 %; {}", ratios.join("; "));
    let wrong = value["wrong"].as_u64().unwrap_or(1);
    Ok((found, (wrong > 0).then(|| format!("{wrong} kernels use more than their bound, or have none"))))
}

fn mutate(options: &Options) -> Result<(String, Option<String>), String> {
    let all = options.extent == Extent::Full;
    let chosen = |file: &str, number: usize| {
        let named = options.only.split(',').any(|word| file.contains(word));
        let asked = named && number >= options.from;
        asked && (all || number.is_multiple_of(QUICK_MUTATIONS))
    };
    let found = mutants::run(&chosen)?;
    let survivors = found.survivors.len();
    let shown = format!("{} mutations noticed, {survivors} not", found.killed);
    Ok((shown, (survivors > 0).then(|| format!("no test notices\n  {}", found.survivors.join("\n  ")))))
}

fn fuzz(options: &Options) -> Result<(String, Option<String>), String> {
    let seconds = if options.extent == Extent::Full { FUZZ } else { QUICK };
    // The tests fuzz with the first seed.
    let (value, good) = measured("fuzz", &["--seconds", &seconds.to_string(), "--seed", "2"])?;
    let number = |key: &str| value[key].as_u64().unwrap_or(0);
    let found = format!(
        "{} inputs ({} a second, {} kernels), {} findings",
        number("inputs"),
        number("inputs") / seconds,
        number("images"),
        number("findings")
    );
    Ok((found, (!good).then(|| "the inputs are in target/fuzz".to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_part_is_refused_with_the_known_ones() {
        let error = run(&["sok".into()]).expect_err("there is no such part");
        assert!(error.contains("'sok'") && error.contains("exact-host, exact-emulated"), "{error}");
    }

    #[test]
    fn the_table_names_what_is_wrong() {
        let row = |part, wrong| Row { part, found: "3 things".into(), seconds: 2, wrong };
        let text = table(&[row("a", None), row("b", Some("it broke".into()))]);
        let lines: Vec<&str> = text.lines().skip(2).collect();
        assert!(lines[0].contains("good") && lines[1].contains("WRONG"), "{text}");
    }
}
