//! Errors as people see them: code, sentence, place with excerpt, help. All hints are here.

mod forms;
mod json;
mod mistakes;

use super::shown;
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

/// What to do about an error in a kernel.
fn hint(code: &str) -> &'static str {
    match code {
        "actions" => "give the table 1 to 32 actions; split more over two tables",
        "advert-field" => "name what is declared, each once; what is not `missing` always has a value",
        "advert-presence" => {
            "`if` and `has` are for fields that are declared `missing`, or not in every advert"
        }
        "advert-read" => "let kernels hear each other by a beacon of your own, without `bthome`",
        "alone" => "compile each kernel from a file of its own",
        "backoff" => {
            "write for example `radio.every @beat 60000 ms jitter 5000 ms backoff 3600000 ms { ... }`"
        }
        "battery" => "a lithium cell is low at about 3300 mV",
        "bound" => "write for example `bound 100`: one peer then counts as 100 own visits at most",
        "branch" => "write scf.if, or scf.for with constant bounds",
        "budget" => "an hour has 3600000 ms; 36000 is one percent of it",
        "channel-clause" => {
            "Meshtastic has port and hops, MeshCore has type, raw frames have port, hops and relay; budget is for all"
        }
        "constants" => "keep what changes in a swarm.var",
        "decimal" => "write a range such as `-40 to 85 by 0.5`",
        "declaration" => "put it among the declarations of the kernel, outside its handlers",
        "division" => "divide by a constant, or multiply by a reciprocal and shift",
        "double" => "leave `double` away, or share and trace another table",
        "element" => "write !rl.table<STATESxACTIONSxi16, frac = BITS>",
        "elements" => "use fewer or coarser states, or split the table",
        "entries" => "write for example `peers 8`, `traces 16` or `dedup 32 by (source, sequence)`",
        "rate" => "write a number such as 0.1",
        "event" => "move the op into a handler of that kind, and pass what it says on in a variable",
        "fit" => {
            "give arrays fewer initial values, or choose a board with larger banks (`swarmc boards show`)"
        }
        "field" => "name fields by their paths, such as `update.transition.x`",
        "field-array" => {
            "bytes are written from an array of their own, `data = @array[%count]`, and read `data into @array`"
        }
        "field-parts" => {
            "a message and a word of bit fields are named by their parts, such as `transition.x`"
        }
        "field-presence" => "leave `has` away: the value is always there",
        "field-twice" => "name each field once",
        "frac-missing" => "write for example !rl.table<64x4xi16, frac = 6>: steps of 1/64, up to 511",
        "frac" => "choose fewer fractional bits",
        "handler-twice" => "put both bodies into one handler",
        "held-type" => "leave the type away for i32; write `: i1` for a flag and `: i64` for a wide number",
        "hops" => "most messages need no more than `hops 3`",
        "index" => "write `arith.index_cast %i : index to i32`, and compute with that",
        "indices" => "give one index for each dimension, none for a scalar",
        "initial-value" => "write a number for a scalar, `dense<...>` for an array",
        "input-range" => "write for example `-40 to 85 by 5`: lowest, highest, tiles",
        "integers" => "count in a smaller unit: 0.5 is 5 tenths; wide products fit an i64",
        "input-tiles" => "cut an input into at most as many tiles as it has values, and 32767 / tilings",
        "inputs" => "give the state of a table as one number, of tiles as one number for each input",
        INTERNAL => "this is a bug of swarmc: please report it with the kernel that shows it",
        "jitter" => "longer delays are for timers: `radio.every`",
        "key" => {
            "name fields of 32 bits or less, such as a source and a sequence: `dedup 32 by (source, sequence)`"
        }
        "log" => "write one '{}' for each argument, at most 8, in plain text",
        "marked" => "add `marked` to the table's declaration",
        "member" => "put it into a handler, such as swarm.on_timer",
        "merge" => "declare the peer's table with the same type and scale, under another name",
        "nesting" => "write the kernel flatter, or give the right file",
        "name" => "use a plain name of letters, digits and underscores",
        "name-twice" => {
            "give one of them another name; a timer has one handler, which holds all that it does"
        }
        "no-handler" => "give it something to react to: `swarm.on_timer @tick every 1000 ms { ... }`",
        "no-decoder" => {
            "`radio.message` declares a message, `adv.beacon` a beacon; dialects/OPS.md shows how"
        }
        "no-message" => "`radio.message @M { ... }` declares one; dialects/OPS.md shows how",
        "no-kernel" => "write `swarm.kernel @name version 1 { ... }`; `swarmc new` starts one for you",
        "number" => "write a smaller number, or use a wider type",
        "oneof" => "write one of them, and the others in messages of their own",
        "op" => "dialects/OPS.md shows how each op is written",
        "own-memory" => "give it a size in its type",
        "packet" => "declare for example `swarm.var @packet : tensor<200xi8>`",
        "payload" => "make that field smaller, send it in parts, or take a protocol that carries more",
        "peers" => "add for example `visits peers 8` to the table's declaration",
        "period" => "write `every 750 ms`, and bounds around it if you want to rearm",
        "port" => "write for example `on meshtastic port 256`, `on meshcore type 65280`, `on raw port 7`",
        "port-direction" => "use swarm.sense for `sense` ports and swarm.act for `act` ports",
        "port-type" => "choose the narrowest type that holds the values",
        "promise" => "leave the promise away",
        "profile" => {
            "kernels are made of swarm, rl, radio, adv, arith on integers, scf and tensors: dialects/OPS.md"
        }
        "ram" => "keep less: narrower elements, fewer states, shorter lists; or choose a larger board",
        "random" => "write for example `swarm.random below 6`",
        "range" => {
            "use fewer fractional bits, a wider element, a smaller gamma or scale; or write `saturate`"
        }
        "rates" => "write for example {alpha = 0.1, gamma = 0.9}; lambda and rounding may follow",
        "rearm" => "write `swarm.on_timer @name every 60000 ms rearm 10000 to 3600000 ms`",
        "reward-range" => "write `reward -5 to 10`",
        "rounding" => "choose nearest, floor or stochastic",
        "rule" => {
            "the rules are q, sarsa (with `next`), expected (with `epsilon`), double (of a `double` table) and \
             q_lambda (with `lambda`, of a table with `traces`)"
        }
        "saturate" => "add `saturate`: values then stop at the element's limits",
        "scale" => "write for example `scale 0.1`",
        "schedule" => "write for example `from 1.0 to 0.05 over 20000`",
        "schema-bits" => {
            "give each 1 to 32 bits, such as `x : u10`; at most 32 in a fixed32 and 64 in a fixed64"
        }
        "schema-depth" => "let messages hold fewer others: each way to one counts",
        "schema-missing" => {
            "kinds are uint32, sint32, fixed32, fixed64, bool, bytes<40>, enum @E and message @M, declared in the kernel"
        }
        "schema-name" => "use letters, digits and underscores; messages and enums begin with a capital",
        "schema-number" => "use 1 to 536870911, without 19000 to 19999; up to 15 take one byte",
        "schema-recursive" => {
            "let the inner message hold what it needs itself: what nests without end has no size"
        }
        "schema-twice" => "give one of them another name or number",
        "schema-zero" => "let the first value be 0, as proto3 wants it",
        "shape" => "write !rl.table<STATESxACTIONSxi16, frac = BITS>",
        "shift" => "shift by a constant from 0 to the width less 1",
        "stage" => "give the stage that the text is at with --from; `swarmc ir --stage` prints such texts",
        "states" => "give the table at least 1 state; when there are too many, use coarser ones",
        "temperature" => "choose a temperature near the differences between values, such as 0.5",
        "tensor" => {
            "write for example `tensor<4x16xi8>`: sizes that are known, elements of i8, i16, i32 or i64, at most 1048576"
        }
        "tensor-body" => {
            "use arith and linalg.index there; read variables and ports before, and pass numbers in"
        }
        "tensor-carried" => "keep it in a swarm.var: write it there, and read it where it is needed",
        "tensor-map" => "write for example affine_map<(d0, d1) -> (d0 + 2 * d1)>",
        "tensor-select" => "choose element by element, in a linalg.map",
        "tensor-shape" => {
            "sizes that belong together are the same: a matrix of 4x16 takes a vector of 16 and gives one of 4"
        }
        "tiles" => "leave these clauses away, or use a table",
        "time-out" => "write for example `timeout 30000 ms tries 3 jitter 2000 ms`",
        "table-type" => "write !rl.table<STATESxACTIONSxi16, frac = BITS>",
        "text" => "write the letters themselves, or their bytes in UTF-8",
        "tilings" => "8 tilings are a good start",
        "region-budget" => "lower the channel's budget, or leave it away: the region's limit then holds",
        "tries" => "three tries are usual",
        "turn" => "turns count from 0; `swarmc check` shows the adverts of a beacon",
        "whole" => "write the type that the variable is declared with, and no indices",
        "unbounded-loop" => "use scf.for with constant bounds: a handler must end",
        "unknown-name" => "declare it in the kernel, or correct the name",
        "unknown-op" => "dialects/OPS.md lists what a kernel may use",
        "view-type" => "write the type of the variable's elements, as `swarmc ir --stage core` does",
        "value" => "a value has one definition, before its uses, in the same block or one around them",
        "value-type" => "numbers are i32 and flags i1: convert with arith.extui, arith.extsi or arith.trunci",
        "variable-type" | "type" => "write for example `i32` or `tensor<16xi16>`",
        "version" => "write `version 1`",
        "visits" => "add `visits` to the table's declaration",
        "wear" => "flash lasts 10000 writes and more: 4 a day are about 7 years",
        "wrong-kind" => "use the name of a declaration of the right kind",
        "syntax" => "dialects/OPS.md shows how each op is written",
        _ => "",
    }
}
