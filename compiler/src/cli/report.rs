//! Errors as people see them: code, sentence, place with excerpt, help. All hints are here.

mod forms;
mod hints;
mod json;
mod mistakes;

use super::shown;
use hints::hint;
use miette::{LabeledSpan, MietteDiagnostic, NamedSource, Report, Severity};
use std::process::ExitCode;
use swarm_dialects::{Place, Reported};
use swarm_harness::HarnessError;
use swarm_targets::TargetError;
use swarmc::pipeline::Failure;
use swarmc::proto::Refusal;

/// Something that is wrong, and whose mistake it is.
pub struct Problem {
    pub code: String,
    pub message: String,
    pub source: Option<Excerpt>,
    pub help: String,
    pub ours: bool,
}

/// Where it is wrong: name and text of the file, and the bytes meant, each with what is to be said of it.
pub struct Excerpt {
    pub file: String,
    pub text: String,
    pub labels: Vec<(std::ops::Range<usize>, String)>,
}

impl Problem {
    /// A user's mistake without a place.
    pub fn new(code: &str, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into(), source: None, help: help.into(), ours: false }
    }
}

/// The code of what is our own mistake.
const INTERNAL: &str = "internal";

/// Who reads what a command says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// People, on standard error.
    Text,
    /// A program, on standard output: one document.
    Json,
}

impl Form {
    /// As the flag `--json` says.
    pub fn json_if(flag: bool) -> Self {
        if flag { Self::Json } else { Self::Text }
    }
}

/// Prints problems; the exit code.
pub fn show(problems: &[Problem], form: Form) -> ExitCode {
    // A program whose pipe is full or broken is told nothing; the people behind it may be.
    if form == Form::Text || shown::json(&json::document(problems)).is_err() {
        for problem in problems {
            shown::say(format!("{:?}", report(problem, Severity::Error)));
        }
    }
    ExitCode::from(if problems.iter().any(|problem| problem.ours) { 2 } else { 1 })
}

/// Prints what is worth a look, and stops nobody, to standard error.
pub fn warnings(reported: &[Reported], source: (&str, &str)) {
    for reported in reported.iter().filter(|reported| reported.severity == swarm_dialects::Severity::Warning)
    {
        shown::say(format!("{:?}", report(&kernel(reported.clone(), source), Severity::Warning)));
    }
}

fn report(problem: &Problem, severity: Severity) -> Report {
    let mut diagnostic = MietteDiagnostic::new(&problem.message).with_code(&problem.code);
    diagnostic = diagnostic.with_severity(severity);
    if !problem.help.is_empty() {
        diagnostic = diagnostic.with_help(&problem.help);
    }
    let Some(Excerpt { file, text, labels }) = &problem.source else { return Report::new(diagnostic) };
    let labels =
        labels.iter().map(|(span, label)| LabeledSpan::new(Some(label.clone()), span.start, span.len()));
    Report::new(diagnostic.with_labels(labels)).with_source_code(NamedSource::new(file, text.clone()))
}

/// What the pipeline says, in terms of the kernel's text.
pub fn failure(failure: Failure, (file, text): (&str, &str)) -> Vec<Problem> {
    match failure {
        Failure::Kernel(reported) if reported.is_empty() => {
            vec![Problem::new("no-kernel", format!("'{file}' holds no kernel"), hint("no-kernel"))]
        }
        Failure::Kernel(reported) => {
            reported.into_iter().map(|reported| kernel(reported, (file, text))).collect()
        }
        Failure::Tool { program, message, help } => {
            vec![Problem::new("tool", format!("{program}: {message}"), help)]
        }
        Failure::Bug { stage, message } => vec![Problem {
            code: INTERNAL.into(),
            message: format!("at stage '{stage}': {message}"),
            source: None,
            help: hint(INTERNAL).into(),
            ours: true,
        }],
    }
}

/// What is wrong with a `.proto` file.
pub fn proto(refusals: Vec<Refusal>, (file, text): (&str, &str)) -> Vec<Problem> {
    let problem = |Refusal { code, message, place, help }: Refusal| Problem {
        source: place.map(|place| Excerpt {
            file: file.to_owned(),
            text: text.to_owned(),
            labels: vec![(place, "here".to_owned())],
        }),
        help: if help.is_empty() { hint(&code) } else { help }.to_owned(),
        ours: code == INTERNAL,
        code,
        message,
    };
    refusals.into_iter().map(problem).collect()
}

fn kernel(reported: Reported, (file, text): (&str, &str)) -> Problem {
    if let Some(problem) = mistake(&reported, (file, text)) {
        return problem;
    }
    let (code, mut message) = split(&reported.message);
    let mut labels = Vec::new();
    // Of an unknown op MLIR lists all dialects that there are.
    let notes = reported.notes.iter().filter(|note| !note.message.starts_with("Available dialects"));
    let places = notes.map(|note| (&note.place, note.message.as_str()));
    for (place, label) in std::iter::once((&reported.place, "here")).chain(places) {
        match place {
            Some(place) if place.file == file => {
                labels.push((span(text, place), label.replace(EXISTING, "the first one is here")))
            }
            // A stage's text may name places of the source, which is not here to be shown.
            Some(place) => message += &format!(" ({label}: {}:{}:{})", place.file, place.line, place.column),
            None => {}
        }
    }
    let help = help(&code, &reported, text);
    let file = file.to_owned();
    let source = (!labels.is_empty()).then(|| Excerpt { file, text: text.to_owned(), labels });
    // What the planner of adverts says brings its own help, with numbers in it.
    let (message, help) = match message.split_once("\nhelp: ") {
        Some((message, help)) => (message.to_owned(), help.to_owned()),
        None => (message, help),
    };
    let ours = code == INTERNAL;
    Problem { help, code, message, source, ours }
}

/// What MLIR notes at the declaration that a second one repeats.
const EXISTING: &str = "see existing symbol definition here";

/// A mistake that is known by its looks.
fn mistake(reported: &Reported, (file, text): (&str, &str)) -> Option<Problem> {
    let place = reported.place.as_ref().filter(|place| place.file == file)?;
    let at = span(text, place).start;
    let found = mistakes::recognised(mistakes::Slip { said: &reported.message, text, at })?;
    let mut labels = vec![(found.at, "here".to_owned())];
    let notes = reported.notes.iter().filter(|note| note.message.starts_with("prior use"));
    labels.extend(
        notes.filter_map(|note| Some((span(text, note.place.as_ref()?), "it comes from here".to_owned()))),
    );
    let source = Some(Excerpt { file: file.to_owned(), text: text.to_owned(), labels });
    Some(Problem {
        code: found.code.to_owned(),
        message: found.message,
        source,
        help: found.help,
        ours: false,
    })
}

/// What to do about an error, with the op's own line where its form is wrong.
fn help(code: &str, reported: &Reported, text: &str) -> String {
    let shown = match code {
        "unknown-op" => forms::for_unknown(unknown(&reported.message)),
        "op" | "syntax" => reported.place.as_ref().and_then(|place| {
            let line = text.lines().nth(place.line.checked_sub(1)?)?;
            forms::help(forms::op(line)?)
        }),
        _ => None,
    };
    shown.unwrap_or_else(|| hint(code).to_owned())
}

/// Our own messages begin with their code; MLIR's are about syntax, or about an op by itself.
fn split(message: &str) -> (String, String) {
    // The parsers of our ops name their op before our code.
    let ours =
        message.strip_prefix("custom op '").and_then(|rest| rest.split_once("' ")).map(|(_, rest)| rest);
    for text in [Some(message), ours].into_iter().flatten() {
        if let Some((code, rest)) = text.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
            return (code.to_owned(), rest.to_owned());
        }
    }
    if let Some((code, text)) = translated(message) {
        return (code.to_owned(), text);
    }
    // An op's own verifier: `'swarm.set' op ...`.
    (if message.starts_with('\'') { "op" } else { "syntax" }.to_owned(), ours.unwrap_or(message).to_owned())
}

/// What MLIR says where a rule of kernels is meant, in the words of kernels.
fn translated(message: &str) -> Option<(&'static str, String)> {
    let named = message.split('\'').nth(1).unwrap_or_default();
    let says = |part: &str| message.contains(part);
    let found = if says("redefinition of symbol named") {
        ("name-twice", format!("@{named} is declared twice"))
    } else if says("expects parent op 'swarm.kernel'") {
        ("declaration", format!("'{named}' stands directly in a kernel, and nowhere else"))
    } else if says("expects region #0 to have 0 or 1 blocks") {
        ("branch", format!("the body of '{named}' is one block, without labels and branches"))
    } else if says("does not reference a valid function") {
        ("profile", format!("'{named}' is not in the profile of kernels"))
    } else if says("inferred shape of elements literal") {
        ("initial-value", "the initial value has another number of elements than its type".to_owned())
    } else if says("integer constant out of range") {
        ("number", "this number is too large for its type".to_owned())
    } else if says("use of undeclared SSA value") {
        ("value", "no value of this name is known here".to_owned())
    } else if says("redefinition of SSA value") {
        ("value", format!("{named} is defined twice"))
    } else if says("does not dominate this use") {
        ("value", "a value is used before it is defined".to_owned())
    } else if says("expects different type than prior uses") || says("must be") && says("but got") {
        ("value-type", message.to_owned())
    } else if says("Dialect `") || says("is unknown") {
        ("unknown-op", format!("there is no op called '{}'", unknown(message)))
    } else if says("inferred input/output operand") || says("incompatible with destination") {
        ("tensor-shape", message.to_owned())
    } else if says("expected operation name in quotes") {
        ("syntax", "an op belongs here".to_owned())
    } else if says("along control flow edge") {
        ("value-type", format!("a block of '{named}' does not yield the values that it promises"))
    } else {
        return None;
    };
    Some(found)
}

/// The op that a message about an unknown one quotes.
fn unknown(message: &str) -> &str {
    message.split_once("custom op '").and_then(|(_, rest)| rest.split('\'').next()).unwrap_or_default()
}

/// From a place to the end of the word that stands there.
fn span(text: &str, place: &Place) -> std::ops::Range<usize> {
    let mut start = 0;
    for _ in 1..place.line {
        start = text[start..].find('\n').map_or(text.len(), |end| start + end + 1);
    }
    let line = &text[start..];
    let line = &line[..line.find('\n').unwrap_or(line.len())];
    let column = place.column.saturating_sub(1).min(line.len());
    let column = (0..=column).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(0);
    let word = |c: char| c.is_alphanumeric() || "_.@%$-!".contains(c);
    let length = line[column..].find(|c| !word(c)).unwrap_or(line.len() - column);
    let length = if length == 0 { line[column..].chars().next().map_or(0, char::len_utf8) } else { length };
    start + column..start + column + length
}

/// A board's error.
pub fn target(error: TargetError) -> Vec<Problem> {
    let source = error.label.map(|label| Excerpt {
        file: label.file,
        text: label.text.to_string(),
        labels: vec![(label.span, "here".to_owned())],
    });
    vec![Problem {
        code: error.code.to_owned(),
        message: error.message,
        source,
        help: error.help,
        ours: false,
    }]
}

/// An error of a run.
pub fn harness(error: HarnessError) -> Vec<Problem> {
    let source = error.label.map(|label| Excerpt {
        file: label.file,
        text: label.text,
        labels: vec![(label.span, "here".to_owned())],
    });
    vec![Problem {
        code: error.code.to_owned(),
        message: error.message,
        source,
        help: error.help,
        ours: false,
    }]
}
