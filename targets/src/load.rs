//! Loading: each file is checked by itself, then merged over what it inherits.

use crate::{Board, Label, TargetError};
use serde::Deserialize;
use toml::{Table, Value};

macro_rules! data {
    ($folder:literal: $($name:literal),* $(,)?) => {
        &[$(($name, concat!($folder, "/", $name, ".toml"), include_str!(concat!("../", $folder, "/", $name, ".toml")))),*]
    };
}

type File = (&'static str, &'static str, &'static str);
const BASES: &[&[File]] = &[
    data!("cores": "cortex-m0", "cortex-m4f", "rv32imc", "rv32imac", "xtensa-windowed"),
    data!("chips": "nrf51822", "nrf52840", "esp32", "esp32s3", "esp32c3", "esp32c6"),
];
const BOARDS: &[File] = data!("boards":
    "microbit-v1", "rak4631", "t-echo", "nrf52840dk", "tbeam", "heltec-v3", "tbeam-supreme", "heltec-ht-ct62",
    "esp32c3-devkit", "xiao-esp32c6", "qemu-cortex-m4", "qemu-riscv32", "qemu-xtensa", "host");

/// A value of a board, and the file that it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub key: String,
    pub value: String,
    pub origin: String,
}

/// The boards that swarmc knows: real ones, emulated ones, then the host.
pub fn names() -> Vec<&'static str> {
    BOARDS.iter().map(|(name, ..)| *name).collect()
}

/// A board that swarmc knows, and where each of its values comes from.
pub fn find(name: &str) -> Result<(Board, Vec<Row>), TargetError> {
    match BOARDS.iter().find(|(known, ..)| *known == name) {
        Some((name, file, text)) => load(name, file, text),
        None => Err(unknown("board-unknown", "board", name, &names())),
    }
}

/// A user's own board. `file` is what errors call it.
pub fn load_user(file: &str, text: &str) -> Result<(Board, Vec<Row>), TargetError> {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file).trim_end_matches(".toml");
    load(name, file, text)
}

fn load(name: &str, file: &str, text: &str) -> Result<(Board, Vec<Row>), TargetError> {
    let mut rows = Vec::new();
    let merged = merge(file, text, &mut rows, 0)?;
    let mut board: Board = Value::Table(merged).try_into().map_err(|error: toml::de::Error| TargetError {
        code: "board-incomplete",
        message: format!("board '{name}': {}", error.message()),
        label: None,
        help: "give the value in the board's file, or inherit a board or chip that has it".into(),
    })?;
    board.name = name.to_owned();
    check(&board, file, text)?;
    rows.sort_by(|a, b| a.key.cmp(&b.key));
    Ok((board, rows))
}

/// A file over what it inherits. Rows of the outer file win.
fn merge(file: &str, text: &str, rows: &mut Vec<Row>, depth: usize) -> Result<Table, TargetError> {
    let partial: Partial = toml::from_str(text).map_err(|error| located(file, text, &error))?;
    let mut own: Table = text.parse().map_err(|error| located(file, text, &error))?;
    own.remove("inherits");
    for (key, value) in flatten("", &own) {
        if !rows.iter().any(|row| row.key == key) {
            rows.push(Row { key, value, origin: file.to_owned() });
        }
    }
    let Some(parent) = partial.inherits else { return Ok(own) };
    let known: Vec<&File> = BASES.iter().copied().flatten().chain(BOARDS).collect();
    let names: Vec<&str> = known.iter().map(|(name, ..)| *name).collect();
    let Some((_, parent_file, parent_text)) = known.iter().find(|(name, ..)| *name == parent).filter(|_| depth < 8) else {
        let mut error = unknown("board-inherits", "board, chip or core", &parent, &names);
        let start = text.find(&parent).unwrap_or(0);
        error.label = Some(Label { file: file.into(), text: text.into(), span: start..start + parent.len() });
        return Err(error);
    };
    let mut base = merge(parent_file, parent_text, rows, depth + 1)?;
    overlay(&mut base, own);
    Ok(base)
}

fn overlay(base: &mut Table, over: Table) {
    for (key, value) in over {
        match (base.get_mut(&key), value) {
            (Some(Value::Table(base)), Value::Table(over)) => overlay(base, over),
            (_, value) => {
                base.insert(key, value);
            }
        }
    }
}

fn flatten(prefix: &str, table: &Table) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    for (key, value) in table {
        let key = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match value {
            Value::Table(inner) => rows.extend(flatten(&key, inner)),
            Value::Integer(number) => rows.push((key, format!("{number:#x}"))),
            other => rows.push((key, other.to_string())),
        }
    }
    rows
}

/// The shape of one file: everything may be missing, nothing may be unknown.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "the fields are there to be checked by serde")]
struct Partial {
    inherits: Option<String>,
    description: Option<String>,
    kind: Option<crate::Kind>,
    emulated_by: Option<String>,
    core: Option<PartialCore>,
    flash: Option<PartialMemory>,
    ram: Option<PartialMemory>,
    reserved: Option<PartialReserved>,
    banks: Option<PartialBanks>,
    emulator: Option<PartialEmulator>,
}

macro_rules! partial {
    ($name:ident { $($field:ident: $kind:ty),* }) => {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        #[allow(dead_code, reason = "the fields are there to be checked by serde")]
        struct $name { $($field: Option<$kind>),* }
    };
}

partial!(PartialCore { isa: crate::Isa, triple: String, cpu: String, features: String, addresses: crate::Addresses });
partial!(PartialMemory { origin: u32, size: u32 });
partial!(PartialReserved { flash: u32, ram: u32 });
partial!(PartialBanks { a: u32, b: u32, size: u32 });
partial!(PartialEmulator { program: String, package: String, arguments: Vec<String> });

fn located(file: &str, text: &str, error: &toml::de::Error) -> TargetError {
    let message = error.message().trim().to_owned();
    let (code, help) = if message.starts_with("unknown field") {
        ("board-unknown-key", "use one of the keys that the message lists, or take the line away")
    } else if message.starts_with("unknown variant") {
        ("board-unknown-word", "use one of the words that the message lists")
    } else if message.starts_with("invalid") {
        ("board-value", "addresses and sizes are whole numbers from 0 to 0xffffffff, names are texts in quotes")
    } else {
        ("board-syntax", "boards are TOML files; targets/README.md shows one")
    };
    let span = error.span().unwrap_or(0..text.len().min(1));
    let label = Label { file: file.to_owned(), text: text.to_owned(), span };
    TargetError { code, message, label: Some(label), help: help.into() }
}

fn check(board: &Board, file: &str, text: &str) -> Result<(), TargetError> {
    let fail = |code, key: &str, message: String, help: &str| {
        let start = text.find(key).unwrap_or(0);
        let span = start..(start + key.len()).min(text.len());
        let label = Label { file: file.to_owned(), text: text.to_owned(), span };
        Err(TargetError { code, message, label: Some(label), help: help.to_owned() })
    };
    if board.flash.size == 0 || board.ram.size == 0 {
        return fail("board-empty-memory", "size", "flash and RAM have at least one byte".into(), "give the chip's sizes");
    }
    for bank in [board.banks.a, board.banks.b] {
        let inside = bank >= board.flash.origin
            && bank + board.banks.size <= board.flash.origin + board.flash.size;
        if !inside {
            let message = format!("the bank at {bank:#x} is not inside the flash");
            return fail("board-bank", "banks", message, "place both banks, with their size, inside [flash]");
        }
        if bank % 64 != 0 {
            let message = format!("the bank at {bank:#x} is not aligned");
            return fail("board-bank-alignment", "banks", message, "banks begin at a multiple of 64");
        }
    }
    if board.reserved.ram >= board.ram.size {
        let message = "the runtime's reserved RAM leaves none to kernels".into();
        return fail("board-reserved", "reserved", message, "reserve less than [ram] size");
    }
    if let Some(name) = &board.emulated_by
        && !names().contains(&name.as_str())
    {
        let mut error = unknown("board-emulated-by", "board", name, &names());
        let start = text.find(name.as_str()).unwrap_or(0);
        error.label = Some(Label { file: file.into(), text: text.into(), span: start..start + name.len() });
        return Err(error);
    }
    Ok(())
}

fn unknown(code: &'static str, what: &str, name: &str, known: &[&str]) -> TargetError {
    let nearest = known.iter().min_by_key(|known| distance(name, known)).filter(|known| distance(name, known) <= 3);
    let help = match nearest {
        Some(nearest) => format!("did you mean '{nearest}'?"),
        None => format!("known are: {}", known.join(", ")),
    };
    TargetError { code, message: format!("there is no {what} called '{name}'"), label: None, help }
}

/// Levenshtein's distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let next = (corner + usize::from(x != *y)).min(row[j] + 1).min(row[j + 1] + 1);
            corner = std::mem::replace(&mut row[j + 1], next);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_board_loads() {
        for name in names() {
            let (board, rows) = find(name).unwrap_or_else(|error| panic!("{name}: {error}: {}", error.help));
            assert!(rows.iter().any(|row| row.key == "core.isa"), "{name}");
            assert_eq!(board.name, name);
        }
    }

    #[test]
    fn a_real_board_and_its_stand_in_get_the_same_code() {
        for name in names() {
            let board = find(name).unwrap().0;
            let Some(stand_in) = &board.emulated_by else { continue };
            let stand_in = find(stand_in).unwrap().0;
            assert_eq!((&board.core.triple, &board.core.cpu), (&stand_in.core.triple, &stand_in.core.cpu), "{name}");
            assert!(board.core.features.starts_with(&stand_in.core.features), "{name}");
        }
    }

    #[test]
    fn a_users_board_inherits_and_overrides() {
        let (board, rows) = load_user("my.toml", "inherits = \"rak4631\"\n[ram]\nsize = 0x10000\n").unwrap();
        assert_eq!((board.ram.size, board.ram.origin, board.name.as_str()), (0x10000, 0x2000_0000, "my"));
        let origin = |key: &str| rows.iter().find(|row| row.key == key).unwrap().origin.clone();
        assert_eq!((origin("ram.size"), origin("ram.origin")), ("my.toml".into(), "chips/nrf52840.toml".into()));
    }
}
