//! Programs that read with generated decoders: each takes lines `kernel item bytes`, and answers one line for each.

use crate::cases::Cases;
use crate::expected::hexadecimal;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use swarmc::decoder::{Language, decoder};
use tempfile::TempDir;

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("decoders").join(name)
}

/// A folder with a decoder for each kernel, `d<number>`.
fn folder(cases: &Cases, (language, extension): (Language, &str)) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (number, kernel) in cases.kernels.iter().enumerate() {
        let text = decoder(("test.mlir", kernel), language)
            .unwrap_or_else(|failure| panic!("kernel {number}: {failure:?}\n{kernel}"));
        std::fs::write(folder.path().join(format!("d{number}.{extension}")), text)
            .expect("the folder takes files");
    }
    folder
}

fn lines(cases: &Cases) -> String {
    let line = |input: &crate::cases::Input| {
        format!("{} {} {}\n", input.kernel, input.item, hexadecimal(&input.bytes))
    };
    cases.inputs.iter().map(line).collect()
}

/// The lines that a program answers; it must succeed.
fn run(command: &mut Command, input: String) -> Vec<String> {
    let mut process = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?}: {error}: `cargo xtask setup` installs it"));
    let mut stdin = process.stdin.take().expect("its input is a pipe");
    // Beside the reading of its output: both pipes are shorter than what goes through them.
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = process.wait_with_output().expect("its output can be read");
    let text = String::from_utf8(output.stdout).expect("it prints text");
    assert!(output.status.success(), "{command:?}: {text}");
    writer.join().expect("the writer ends").expect("it reads all");
    text.lines().map(|line| line.trim_end().to_owned()).collect()
}

/// By a script of `tests/decoders`.
pub fn python(cases: &Cases, language: (Language, &str), name: &str) -> Vec<String> {
    let folder = folder(cases, language);
    run(Command::new("python3").arg(script(name)).arg(folder.path()), lines(cases))
}

fn tsc(folder: &Path, file: &str) {
    let mut compiler = Command::new("tsc");
    compiler.args(["--strict", "--target", "es2020", "--module", "commonjs", "--typeRoots", "none", file]);
    run(compiler.current_dir(folder), String::new());
}

pub fn javascript(cases: &Cases) -> Vec<String> {
    let folder = folder(cases, (Language::TypeScript, "ts"));
    let numbers = 0..cases.kernels.len();
    let imports: String =
        numbers.clone().map(|number| format!("import * as d{number} from \"./d{number}\";\n")).collect();
    let list: String = numbers.map(|number| format!("d{number}, ")).collect();
    let main = std::fs::read_to_string(script("generated.ts")).expect("the script");
    let main = format!("{imports}const modules: unknown[] = [{list}];\n{main}");
    std::fs::write(folder.path().join("main.ts"), main).expect("the folder takes files");
    tsc(folder.path(), "main.ts");
    run(Command::new("node").arg(folder.path().join("main.js")), lines(cases))
}

/// Warnings are errors: users have lints, too.
fn rustc(folder: &Path) -> Command {
    let mut rustc = Command::new("rustc");
    rustc.args(["--edition", "2021", "-D", "warnings"]).current_dir(folder);
    rustc
}

pub fn rust(cases: &Cases) -> Vec<String> {
    let folder = folder(cases, (Language::Rust, "rs"));
    let mut main = std::fs::read_to_string(script("generated.rs")).expect("the script");
    for number in 0..cases.kernels.len() {
        let _ = writeln!(main, "#[allow(dead_code)]\nmod d{number};");
    }
    let items: BTreeSet<_> = cases.inputs.iter().map(|input| (input.kernel, input.item)).collect();
    main += "\nfn decode(number: usize, item: &str, data: &[u8]) -> String {\n    match (number, item) {\n";
    for (number, item) in items {
        let inside = if item == "b" { "b" } else { "messages::M0" };
        let _ = writeln!(main, "        ({number}, \"{item}\") => shown(d{number}::{inside}::decode(data)),");
    }
    main += "        _ => panic!(\"no decoder {number} {item}\"),\n    }\n}\n";
    std::fs::write(folder.path().join("main.rs"), main).expect("the folder takes files");
    run(rustc(folder.path()).arg("main.rs"), String::new());
    run(&mut Command::new(folder.path().join("main")), lines(cases))
}

/// Whether the language takes a text.
pub fn accept(folder: &Path, language: Language, text: &str) {
    let write = |name: &str, text: &str| {
        std::fs::write(folder.join(name), text).expect("the folder takes files");
    };
    match language {
        Language::Rust => {
            write("words.rs", &format!("#![no_std]\n#![deny(unsafe_code)]\n{text}"));
            run(rustc(folder).args(["--crate-type", "lib", "--emit", "metadata", "words.rs"]), String::new());
        }
        Language::Python => {
            write("words.py", text);
            let number =
                "import words; assert words.Number.decode(b'\\x0a\\x02\\x08\\x05')['type']['match'] == 5";
            let beacon = "assert words.class_.decode(bytes([1, 0, 0]))['default'] is False";
            let python = format!("{number}; {beacon}; print(words.Option.decode(b'')['none'])");
            let answer =
                run(Command::new("python3").args(["-c", &python]).current_dir(folder), String::new());
            assert_eq!(answer, ["Self"]);
        }
        Language::TypeScript => {
            write("words.ts", text);
            tsc(folder, "words.ts");
        }
        Language::Json => {
            let parsed: Result<serde_json::Value, _> = serde_json::from_str(text);
            assert!(parsed.is_ok(), "{text}");
        }
    }
}
