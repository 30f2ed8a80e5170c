//! Generated decoders read what compiled kernels send and advertise: the values are those that the kernel was given.
//!
//! Random kernels run in this process; damaged bytes and noise come beside their own, and each decoder refuses what the
//! reference refuses. Python, Node, and a Rust program read them, and a small interpreter of the description in JSON.

mod cases;
mod expected;
mod readers;

use cases::{Cases, cases};
use expected::is_same;
use readers::{javascript, python, rust};
use swarmc::decoder::{Language, decoder};

/// Compares answers that are JSON, or `refused`.
fn compare(cases: &Cases, answers: &[String]) {
    assert_eq!(answers.len(), cases.inputs.len());
    for (input, answer) in cases.inputs.iter().zip(answers) {
        let about = || format!("kernel {} {} {:02x?}: {answer}", input.kernel, input.item, input.bytes);
        match &input.expected {
            None => assert_eq!(answer, "refused", "{}", about()),
            Some(expected) => {
                let answer = serde_json::from_str(answer).unwrap_or_else(|_| panic!("{}", about()));
                assert!(is_same(&expected.plain, &answer), "{} instead of {}", about(), expected.plain);
            }
        }
    }
}

#[test]
fn python_reads_what_kernels_send() {
    let cases = cases();
    compare(cases, &python(cases, (Language::Python, "py"), "generated.py"));
}

#[test]
fn the_description_is_enough_to_read_it() {
    let cases = cases();
    compare(cases, &python(cases, (Language::Json, "json"), "described.py"));
}

#[test]
fn typescript_reads_what_kernels_send() {
    let cases = cases();
    compare(cases, &javascript(cases));
}

#[test]
fn rust_reads_what_kernels_send() {
    let cases = cases();
    let answers = rust(cases);
    assert_eq!(answers.len(), cases.inputs.len());
    for (input, answer) in cases.inputs.iter().zip(&answers) {
        let expected = input.expected.as_ref().map_or("refused", |expected| &expected.debug);
        assert_eq!(answer, expected, "kernel {} {} {:02x?}", input.kernel, input.item, input.bytes);
    }
}

/// Names that mean something in some language.
const WORDS: &str = "swarm.kernel @words version 1 {
  radio.enum @Result { Self = 0, name = 1, None = 2 }
  radio.message @Option {
    match = 1 : uint32, class = 2 : sint32, self = 3 : fixed32 [self : u3, self_ : s5, type : u24], none = 4 : enum @Result,
    data = 5 : bytes<4>, constructor = 6 : fixed64 [low : u32, high : s32]
  }
  radio.message @Number { type = 1 : message @Option, async = 2 : bool oneof of, default = 3 : fixed64 oneof of }
  radio.message @ValueError { }
  radio.message @DecodeError { delete = 1 : message @ValueError }
  adv.beacon @class company 0xFFFF layout 1 every 1000 ms { lambda = 0 to 100, default = flag, self = one_of [\"a\", \"b\"] }
  adv.beacon @messages company 0xFFFF layout 2 every 1000 ms { lambda = 0 to 100 }
  adv.beacon @outside bthome every 1000 ms { battery = 0 to 100 unit \"%\" as \"battery\" }
  swarm.on_start @begin { }
}
";

#[test]
fn names_may_be_words_of_the_language() {
    let folder = tempfile::tempdir().expect("a folder");
    for language in Language::ALL {
        let text = decoder(("words.mlir", WORDS), language)
            .unwrap_or_else(|failure| panic!("{}: {failure:?}", language.name()));
        assert!(text.contains("outside"), "{}: a beacon in BTHome is named", language.name());
        readers::accept(folder.path(), language, &text);
        let again = decoder(("words.mlir", WORDS), language);
        assert!(again.is_ok_and(|again| again == text), "{}: the same text each time", language.name());
    }
}
