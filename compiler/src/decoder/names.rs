//! Names of a kernel as names of another language: its own words get an underscore.

use super::Language;
use std::collections::HashSet;

/// Words of each language, and what generated code uses of it.
const RUST: &str = "DecodeError Self abstract as async await become box break const continue core crate do dyn else enum \
    extern false final fn for gen if impl in let loop macro match messages mod move mut override priv pub ref return self \
    static struct super trait true try type typeof unsafe unsized use virtual where while yield Clone Copy Debug Default \
    Eq Err Field None Ok Option PartialEq Result Some bool i32 i64 str u8 u16 u32 u64 u128 usize";
const PYTHON: &str = "False None True ValueError and as assert async await bool break bytes class classmethod continue \
    def del divmod elif else except finally for from global if import in int is lambda len match nonlocal not or pass \
    raise range return staticmethod try type while with yield";
const TYPESCRIPT: &str = "BigInt DataView Number RangeError Record Uint8Array any arguments as async await bigint boolean \
    break case catch class const continue debugger declare default delete do else enum eval export extends false finally \
    for from function if implements import in infer instanceof interface keyof let module namespace never new null number \
    object of package private protected public return static string super switch symbol this throw true try type typeof \
    undefined unique unknown var void while with yield";

/// Names that are taken.
pub struct Names {
    taken: HashSet<String>,
}

impl Names {
    /// None but the language's own.
    pub fn new(language: Language) -> Self {
        let words = match language {
            Language::Rust => RUST,
            Language::Python => PYTHON,
            Language::TypeScript => TYPESCRIPT,
            Language::Json => "",
        };
        Self { taken: words.split_whitespace().map(str::to_owned).collect() }
    }

    /// The name, with underscores behind it until nothing else is called so.
    pub fn take(&mut self, name: &str) -> String {
        let mut name = name.to_owned();
        while !self.taken.insert(name.clone()) {
            name.push('_');
        }
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_taken_twice() {
        let mut names = Names::new(Language::Python);
        assert_eq!(
            ["class", "class_", "Move", "ValueError"].map(|name| names.take(name)),
            ["class_", "class__", "Move", "ValueError_"]
        );
    }
}
