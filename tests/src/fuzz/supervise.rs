//! Workers: processes with limits that judge inputs one after the other, and the supervisor that sees how they end.
//!
//! A worker writes the number of each input before it judges it, so that the supervisor knows which one ended it.

use super::corpus::Corpus;
use super::judge::{Answer, Case, judge, keep_panics};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// Address space of a worker, in kB: 1 GB beside the libraries' own.
const MEMORY_KB: u64 = 1_048_576 + LIBRARIES_KB;
const LIBRARIES_KB: u64 = 262_144;
/// One input must not take longer. On an idle machine they take some milliseconds.
const PATIENCE: Duration = Duration::from_secs(20);
/// Inputs of one worker: what is lost with each stays small.
pub const SHIFT: u64 = 1000;

/// How many inputs ended how.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    pub images: u64,
    pub refused: u64,
}

/// An input that ended wrongly.
#[derive(Clone, Debug)]
pub struct Finding {
    pub number: u64,
    /// Findings with the same signature have one cause, most likely.
    pub signature: String,
    pub detail: String,
}

/// The worker's side: judges a range of inputs.
pub fn work(corpus: &Corpus, seed: u64, numbers: std::ops::Range<u64>) {
    keep_panics();
    for number in numbers {
        say(&format!("begin {number}"));
        report(&judge(&super::case(corpus, seed, number)));
    }
}

/// The worker's side: judges one input that is given.
pub fn work_on(case: &Case) {
    keep_panics();
    say("begin 0");
    report(&judge(case));
}

fn report(outcome: &Result<Answer, String>) {
    match outcome {
        Ok(Answer::Image) => say("image"),
        Ok(Answer::Refused) => say("refused"),
        Err(message) => say(&format!("wrong {}", message.replace('\n', " "))),
    }
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // A supervisor that is gone wants no more.
    if writeln!(out, "{line}").and_then(|()| out.flush()).is_err() {
        std::process::exit(0);
    }
}

/// Starts a worker under its limits; what it writes to its standard error goes to a file.
fn spawn((program, arguments): (&Path, &[String]), errors: &File) -> Result<Child, String> {
    Command::new("sh")
        .arg("-c")
        .arg(format!("ulimit -v {MEMORY_KB} && ulimit -c 0 && exec \"$@\""))
        .arg("sh")
        .arg(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(errors.try_clone().map_err(|error| format!("a file cannot be shared: {error}"))?)
        .spawn()
        .map_err(|error| format!("a worker cannot be started: {error}"))
}

/// Supervises a worker of this program.
pub fn supervise(
    arguments: &[String],
    extent: (u64, Instant),
    counts: &mut Counts,
) -> Result<(u64, Vec<Finding>), String> {
    let program = std::env::current_exe().map_err(|error| format!("this program has no path: {error}"))?;
    supervise_program((&program, arguments), extent, counts)
}

/// Supervises one worker until it ends, one way or the other, or time is up. An input that ended it is a finding; the
/// number of the input after it comes back with the counts.
pub fn supervise_program(
    worker: (&Path, &[String]),
    (first, until): (u64, Instant),
    counts: &mut Counts,
) -> Result<(u64, Vec<Finding>), String> {
    let mut errors = tempfile::tempfile().map_err(|error| format!("a temporary file: {error}"))?;
    let mut child = spawn(worker, &errors)?;
    let out = child.stdout.take().ok_or("a worker has no output")?;
    let (sender, lines) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    let (mut number, mut begun, mut findings) = (first, None, Vec::new());
    loop {
        let ended = match lines.recv_timeout(PATIENCE) {
            Ok(line) => {
                let (word, rest) = line.split_once(' ').unwrap_or((&line, ""));
                match word {
                    "begin" => {
                        number = rest.parse().unwrap_or(number);
                        begun = Some(number);
                        if Instant::now() < until {
                            continue;
                        }
                        // Time is up: this one was not judged.
                        begun = None;
                        None
                    }
                    "image" => {
                        counts.images += 1;
                        begun = None;
                        continue;
                    }
                    "refused" => {
                        counts.refused += 1;
                        begun = None;
                        continue;
                    }
                    _ => {
                        findings.push(Finding {
                            number,
                            signature: signature(rest),
                            detail: rest.to_owned(),
                        });
                        begun = None;
                        continue;
                    }
                }
            }
            Err(RecvTimeoutError::Timeout) => Some(format!("no answer within {} s", PATIENCE.as_secs())),
            Err(RecvTimeoutError::Disconnected) => None,
        };
        let hangs = ended.is_some();
        if hangs || Instant::now() >= until {
            // Our own child.
            let _ = child.kill();
        }
        let status = child.wait().map_err(|error| format!("a worker cannot be waited for: {error}"))?;
        if let Some(number) = begun {
            let said = tail(&mut errors);
            let how = ended.unwrap_or_else(|| status.to_string());
            let first =
                said.lines().find(|line| line.contains("ERROR") || line.contains("terminate")).unwrap_or("");
            findings.push(Finding {
                number,
                signature: signature(&format!("{how} {first}")),
                detail: format!("{how}\n{said}"),
            });
            return Ok((number + 1, findings));
        }
        return Ok((number + 1, findings));
    }
}

/// The last lines that a worker wrote to its standard error.
fn tail(errors: &mut File) -> String {
    let mut bytes = Vec::new();
    let read = errors.seek(SeekFrom::Start(0)).and_then(|_| errors.read_to_end(&mut bytes));
    if read.is_err() {
        return String::new();
    }
    let start = bytes.len().saturating_sub(4000);
    String::from_utf8_lossy(&bytes[start..]).into_owned()
}

/// A message without what differs from input to input.
fn signature(message: &str) -> String {
    let mut quoted = false;
    let kept = message.chars().filter_map(|c| {
        let is_quote = c == '\'' || c == '"' || c == '`';
        quoted ^= is_quote;
        match c {
            _ if is_quote || quoted => None,
            '0'..='9' => Some('0'),
            other => Some(other),
        }
    });
    let mut text: String = kept.take(160).collect();
    while text.contains("00") {
        text = text.replace("00", "0");
    }
    text
}

/// The arguments of a worker that judges one file.
pub fn one(path: &Path, case: &Case) -> Vec<String> {
    let mut arguments: Vec<String> =
        ["--one", &path.display().to_string(), "--board", case.board].map(str::to_owned).to_vec();
    arguments.extend(["--from".to_owned(), case.from.row().name.to_owned()]);
    if case.fast {
        arguments.push("--fast".to_owned());
    }
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_has_no_names_and_numbers() {
        assert_eq!(signature("bug at 12: '@x' is 1000 long"), signature("bug at 7: '@yy' is 3 long"));
        assert_ne!(signature("a segmentation fault"), signature("no answer"));
    }
}
