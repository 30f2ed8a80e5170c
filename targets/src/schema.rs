//! Every key that a core, chip or board file may have: one table, from which the checks follow.
//! `board.rs` has the same keys as fields; a test holds the two together.

/// What a value may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Text,
    /// One of these words.
    Word(&'static [&'static str]),
    /// An address or a number of bytes, 0 to 0xffffffff.
    Number,
    /// How many of something: shown as people count.
    Count,
    /// A list of texts.
    Texts,
}

/// Whether a board must have a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    Always,
    /// When the board has any other key of the section.
    WithSection,
    Never,
}

/// A key, with its section: `ram.size`.
#[derive(Debug)]
pub(crate) struct Key {
    pub path: &'static str,
    pub shape: Shape,
    pub need: Need,
}

use Need::{Always, Never, WithSection};
use Shape::{Count, Number, Text, Texts, Word};

const ISAS: &[&str] = &["thumbv6m", "thumbv7em", "riscv32imc", "riscv32imac", "xtensa", "host"];
const ADDRESSES: &[&str] = &["fixed", "read-only-relative", "position-independent"];

/// All keys but `inherits`, in the order in which they are shown.
pub(crate) const KEYS: &[Key] = &[
    key("description", Text, Always),
    key("kind", Word(&["real", "emulated", "host"]), Always),
    key("chip", Text, Never),
    key("emulated_by", Text, Never),
    key("core.isa", Word(ISAS), Always),
    key("core.triple", Text, Always),
    key("core.cpu", Text, Always),
    key("core.features", Text, Always),
    key("core.addresses", Word(ADDRESSES), Always),
    key("flash.origin", Number, Always),
    key("flash.size", Number, Always),
    key("flash.page", Number, Always),
    key("ram.origin", Number, Always),
    key("ram.size", Number, Always),
    key("reserved.flash", Number, Always),
    key("reserved.ram", Number, Always),
    key("reserved.stack", Number, Always),
    key("reserved.service_stack", Number, Always),
    key("banks.a", Number, Always),
    key("banks.b", Number, Always),
    key("banks.size", Number, Always),
    key("banks.link_address", Number, Never),
    key("banks.data_address", Number, Never),
    key("emulator.program", Text, WithSection),
    key("emulator.package", Text, WithSection),
    key("emulator.arguments", Texts, WithSection),
    key("shell.origin", Number, WithSection),
    key("shell.size", Number, WithSection),
    key("shell.vectors", Number, Never),
    key("shell.reset", Number, Never),
    key("energy.clock", Count, WithSection),
    key("energy.supply", Count, WithSection),
    key("energy.run", Count, WithSection),
    key("energy.sleep", Count, WithSection),
    key("energy.advert", Count, Never),
    key("energy.transmit_14", Count, Never),
    key("energy.transmit_17", Count, Never),
    key("energy.transmit_20", Count, Never),
    key("energy.transmit_22", Count, Never),
    key("energy.receive", Count, Never),
    key("energy.battery", Count, Never),
];

const fn key(path: &'static str, shape: Shape, need: Need) -> Key {
    Key { path, shape, need }
}

/// The number of a key in `KEYS`.
pub(crate) fn position(path: &str) -> Option<usize> {
    KEYS.iter().position(|key| key.path == path)
}

/// Whether some key is in this section.
pub(crate) fn is_section(name: &str) -> bool {
    KEYS.iter().any(|key| section(key.path) == Some(name))
}

/// The section of a key, if it is in one.
pub(crate) fn section(path: &str) -> Option<&str> {
    path.split_once('.').map(|(section, _)| section)
}

/// The words that may stand in a section, or at the top when there is none.
pub(crate) fn words_in(wanted: Option<&str>) -> Vec<&'static str> {
    let mut words: Vec<&str> = match wanted {
        Some(wanted) => {
            KEYS.iter().filter_map(|key| key.path.strip_prefix(wanted)?.strip_prefix('.')).collect()
        }
        None => KEYS.iter().map(|key| section(key.path).unwrap_or(key.path)).chain(["inherits"]).collect(),
    };
    words.dedup();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The keys that the struct has, as the file would name them.
    fn fields(prefix: &str, value: &toml::Value, found: &mut Vec<String>) {
        match value {
            toml::Value::Table(table) => {
                for (key, value) in table {
                    let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
                    fields(&path, value, found);
                }
            }
            _ => found.push(prefix.to_owned()),
        }
    }

    #[test]
    fn the_table_and_the_struct_have_the_same_keys() {
        let mut board = crate::find("qemu-xtensa").unwrap().0;
        board.emulated_by = Some("qemu-xtensa".into());
        // What only boards with a radio and a battery have.
        if let Some(energy) = &mut board.energy {
            let more = [
                &mut energy.transmit_14,
                &mut energy.transmit_17,
                &mut energy.transmit_20,
                &mut energy.transmit_22,
                &mut energy.receive,
                &mut energy.battery,
            ];
            more.into_iter().for_each(|value| *value = Some(1));
        }
        let mut found = Vec::new();
        fields("", &toml::Value::try_from(&board).unwrap(), &mut found);
        found.retain(|path| path != "name");
        found.sort();
        let mut keys: Vec<&str> = KEYS.iter().map(|key| key.path).collect();
        keys.sort();
        assert_eq!(found, keys);
    }

    #[test]
    fn the_readme_explains_every_key() {
        let readme = include_str!("../README.md");
        for key in KEYS {
            assert!(readme.contains(&format!("`{}`", key.path)), "README.md does not explain {}", key.path);
        }
    }
}
