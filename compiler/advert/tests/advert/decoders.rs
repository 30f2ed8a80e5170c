//! Generated decoders, run: they say what the reference says, and refuse what it refuses.

use crate::generate::{beacon, values};
use crate::peer::{hexadecimal, run};
use crate::random::Random;
use crate::spec;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use swarm_advert::{
    Field, Kind, Language, Layout, Presence, Value, decimal, decoder, pack, plan, unpack_frame,
};
use tempfile::TempDir;

const GENERATED: usize = 40;
const INPUTS: usize = 400;

/// Layouts, and for each bytes with what the reference says of them.
struct Cases {
    folder: TempDir,
    layouts: Vec<Layout>,
    inputs: Vec<Input>,
}

struct Input {
    /// Of the layout.
    number: usize,
    bytes: Vec<u8>,
    /// Values by field, or a refusal.
    expected: Option<Vec<(usize, Value)>>,
}

/// The same for each language, with its decoders in a folder.
fn cases(language: Language, extension: &str) -> Cases {
    let mut random = Random::new(30);
    let mut layouts: Vec<Layout> =
        spec::folder("layouts").iter().map(|(_, text)| plan(&spec::beacon(text)).unwrap()).collect();
    while layouts.len() < GENERATED {
        let fields = random.between(1, 14) as usize;
        layouts.extend(plan(&beacon(&mut random, fields)));
    }
    let folder = tempfile::tempdir().expect("a folder");
    let mut inputs = Vec::new();
    let mut refused = 0;
    for (number, layout) in layouts.iter().enumerate() {
        fs::write(folder.path().join(format!("d{number}.{extension}")), decoder(layout, "beacon", language))
            .unwrap();
        for _ in 0..INPUTS {
            let bytes = input(&mut random, layout);
            let expected = unpack_frame(layout, &bytes).ok().map(|reading| reading.values);
            refused += usize::from(expected.is_none());
            inputs.push(Input { number, bytes, expected });
        }
    }
    assert!(refused > inputs.len() / 10 && refused < inputs.len() / 2, "{refused} of {}", inputs.len());
    Cases { folder, layouts, inputs }
}

/// A frame, or one that was damaged.
fn input(random: &mut Random, layout: &Layout) -> Vec<u8> {
    let values = values(random, &layout.beacon);
    let packets = pack(layout, &values).unwrap();
    let frames: Vec<Vec<u8>> = packets
        .iter()
        .zip(layout.packets())
        .filter_map(|(bytes, (_, packet))| {
            let frame = packet.frame.as_ref()?;
            let start = packet.before.len() + frame.head.len() - 1;
            Some(bytes[start..=start + frame.payload_bytes].to_vec())
        })
        .collect();
    let mut bytes = random.pick(&frames);
    match random.below(12) {
        0 => bytes.truncate(random.below(bytes.len() as u64) as usize),
        1 => bytes.push(0),
        2 => bytes[0] = bytes[0].wrapping_add(random.next() as u8),
        3 | 4 => bytes.iter_mut().skip(1).for_each(|byte| *byte |= random.next() as u8),
        _ => {}
    }
    bytes
}

impl Cases {
    fn lines(&self) -> String {
        let line = |input: &Input| format!("{} {}\n", input.number, hexadecimal(&input.bytes));
        self.inputs.iter().map(line).collect()
    }

    fn compare(&self, answers: &[String], is_same: fn(&Field, Value, &str) -> bool) {
        assert_eq!(answers.len(), self.inputs.len());
        for (Input { number, bytes, expected }, answer) in self.inputs.iter().zip(answers) {
            let fields = &self.layouts[*number].beacon.fields;
            let Some(expected) = expected else {
                assert_eq!(answer, "refused", "layout {number} {bytes:02x?}");
                continue;
            };
            let mut words: Vec<(&str, &str)> =
                answer.split_whitespace().filter_map(|word| word.split_once('=')).collect();
            words.sort_by_key(|(name, _)| fields.iter().position(|field| field.name == *name));
            let mut expected = expected.clone();
            expected.sort_by_key(|(field, _)| *field);
            assert_eq!(words.len(), expected.len(), "layout {number} {bytes:02x?}: {answer}");
            for ((field, value), (name, word)) in expected.iter().zip(words) {
                assert_eq!(fields[*field].name, name);
                assert!(is_same(&fields[*field], *value, word), "layout {number} {name}: {value:?} {word}");
            }
        }
    }
}

/// In all languages: what has no digits after the point is compared as text.
fn is_same_text(field: &Field, value: Value, word: &str) -> bool {
    match (value, &field.kind) {
        (Value::Missing, _) => word == "missing",
        (Value::Flag(flag), _) => word == flag.to_string(),
        (Value::Choice(place), Kind::Choice(names)) => word == hexadecimal(names[place as usize].as_bytes()),
        (Value::Id(id), _) => word == id.to_string(),
        (Value::Number(value), Kind::Number(number)) => word == decimal(value, number.decimals),
        _ => false,
    }
}

/// With digits after the point it is the double that is nearest to the decimal.
fn is_same_double(field: &Field, value: Value, word: &str) -> bool {
    match (value, &field.kind) {
        (Value::Number(value), Kind::Number(number)) if number.decimals > 0 => {
            word.parse::<f64>().ok() == decimal(value, number.decimals).parse().ok()
        }
        _ => is_same_text(field, value, word),
    }
}

/// In units of the last digit.
fn is_same_unit(field: &Field, value: Value, word: &str) -> bool {
    match value {
        Value::Number(value) => word == value.to_string(),
        _ => is_same_text(field, value, word),
    }
}

fn script(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/decoders").join(name)
}

#[test]
fn python_decoders_say_what_the_reference_says() {
    let cases = cases(Language::Python, "py");
    let mut python = Command::new("python3");
    let answers = run(python.arg(script("generated.py")).arg(cases.folder.path()), cases.lines());
    cases.compare(&answers, is_same_double);
}

#[test]
fn the_json_description_is_enough_to_decode() {
    let cases = cases(Language::Json, "json");
    let mut python = Command::new("python3");
    let answers = run(python.arg(script("described.py")).arg(cases.folder.path()), cases.lines());
    cases.compare(&answers, is_same_text);
    for number in 0..cases.layouts.len() {
        let text = fs::read_to_string(cases.folder.path().join(format!("d{number}.json"))).unwrap();
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
    }
}

#[test]
fn typescript_decoders_say_what_the_reference_says() {
    let cases = cases(Language::TypeScript, "ts");
    let folder = cases.folder.path();
    let imports: String = (0..cases.layouts.len())
        .map(|number| format!("import {{ beacon as d{number} }} from \"./d{number}\";\n"))
        .collect();
    let list: String = (0..cases.layouts.len()).map(|number| format!("d{number}.decode, ")).collect();
    let main = fs::read_to_string(script("generated.ts")).unwrap();
    fs::write(folder.join("main.ts"), format!("{imports}const decoders: Decoder[] = [{list}];\n{main}"))
        .unwrap();
    let mut compiler = Command::new("tsc");
    compiler.args([
        "--strict",
        "--target",
        "es2020",
        "--module",
        "commonjs",
        "--typeRoots",
        "none",
        "main.ts",
    ]);
    run(compiler.current_dir(folder), String::new());
    let answers = run(Command::new("node").arg(folder.join("main.js")), cases.lines());
    cases.compare(&answers, is_same_double);
}

#[test]
fn rust_decoders_say_what_the_reference_says() {
    let cases = cases(Language::Rust, "rs");
    let folder = cases.folder.path();
    let texts =
        (0..cases.layouts.len()).map(|number| fs::read_to_string(folder.join(format!("d{number}.rs"))));
    let wide = texts.filter(|text| text.as_ref().unwrap().contains("take_digit(&mut wide")).count();
    assert!(wide > 0, "some number is wider than 64 bits");
    fs::write(folder.join("main.rs"), rust_main(&cases.layouts)).unwrap();
    run(rustc(folder).args(["-O", "main.rs"]), String::new());
    let answers = run(&mut Command::new(folder.join("main")), cases.lines());
    cases.compare(&answers, is_same_unit);
}

#[test]
fn a_rust_decoder_needs_no_standard_library() {
    let cases = cases(Language::Rust, "rs");
    let folder = cases.folder.path();
    for number in 0..4 {
        let text = fs::read_to_string(folder.join(format!("d{number}.rs"))).unwrap();
        fs::write(folder.join("bare.rs"), format!("#![no_std]\n#![deny(unsafe_code)]\n{text}")).unwrap();
        run(rustc(folder).args(["--crate-type", "lib", "--emit", "metadata", "bare.rs"]), String::new());
    }
}

/// Warnings are errors: users have lints, too.
fn rustc(folder: &Path) -> Command {
    let mut rustc = Command::new("rustc");
    rustc.args(["--edition", "2021", "-D", "warnings"]).current_dir(folder);
    rustc
}

/// A program that asks each decoder, and prints its struct.
fn rust_main(layouts: &[Layout]) -> String {
    let mut text = fs::read_to_string(script("generated.rs")).unwrap();
    let mut arms = String::new();
    for (number, layout) in layouts.iter().enumerate() {
        let _ = writeln!(text, "#[allow(dead_code)]\nmod d{number};");
        let mut words = String::new();
        for (index, field) in layout.beacon.fields.iter().enumerate() {
            let is_everywhere = layout.frames().all(|frame| frame.fields().any(|found| found == index));
            let name = if field.name == "type" { "r#type" } else { &field.name };
            let value = match (is_everywhere, field.presence) {
                (true, _) => format!("Some(reading.{name})"),
                (false, Presence::Always | Presence::MayBeMissing) => format!("reading.{name}"),
            };
            let _ = writeln!(
                words,
                "            if let Some(value) = {value} {{ word(\"{}\", &value); }}",
                field.name
            );
        }
        let _ = writeln!(
            arms,
            "        {number} => d{number}::beacon::decode(data).map(|reading| {{\n{words}        }}).is_ok(),"
        );
    }
    text + "\nfn decode(number: usize, data: &[u8]) -> bool {\n    match number {\n"
        + &arms
        + "        _ => panic!(\"no decoder {number}\"),\n    }\n}\n"
}
