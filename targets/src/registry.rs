//! Boards by name, and boards of users.

use crate::data::{self, BOARDS};
use crate::layer::Source;
use crate::nearest::suggestion;
use crate::resolve::{Library, Merged};
use crate::{Board, TargetError, check};

/// A value of a board, and the file that it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// With its section: `ram.size`.
    pub key: String,
    /// As the file could have it.
    pub value: String,
    pub origin: String,
}

/// The boards that swarmc knows: real ones, emulated ones, then the host.
pub fn names() -> Vec<&'static str> {
    BOARDS.iter().map(|(name, ..)| *name).collect()
}

/// A board that swarmc knows, and where each of its values comes from.
pub fn find(name: &str) -> Result<(Board, Vec<Row>), TargetError> {
    if let Some((name, file, text)) = BOARDS.iter().find(|(known, ..)| *known == name) {
        return load(name, file, text);
    }
    let is_part = data::files().any(|(known, ..)| *known == name);
    let (message, help) = if is_part {
        let with_it = BOARDS.iter().filter(|(.., text)| text.contains(&format!("inherits = \"{name}\"")));
        let boards: Vec<&str> = with_it.map(|(board, ..)| *board).collect();
        let help = if boards.is_empty() { names() } else { boards };
        (format!("'{name}' is a chip or core, not a board"), format!("choose a board: {}", help.join(", ")))
    } else {
        (format!("there is no board called '{name}'"), suggestion(name, &names()))
    };
    Err(TargetError { code: "board-unknown", message, label: None, help })
}

/// A user's own board. `file` is what errors call it; the board's name is the file's, without folder and ending.
pub fn load_user(file: &str, text: &str) -> Result<(Board, Vec<Row>), TargetError> {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    load(name.strip_suffix(".toml").unwrap_or(name), file, text)
}

fn load(name: &str, file: &str, text: &str) -> Result<(Board, Vec<Row>), TargetError> {
    let known: Vec<&str> = data::files().map(|(name, ..)| *name).collect();
    let find_file = |wanted: &str| {
        let (_, file, text) = data::files().find(|(name, ..)| *name == wanted)?;
        Some(Source { file: (*file).to_owned(), text: (*text).into() })
    };
    let own = Source { file: file.to_owned(), text: text.into() };
    let merged = Merged::new(own, &Library { find: &find_file, names: &known })?;
    let board = merged.board(name)?;
    check::check(&board, &merged)?;
    let rows = merged.iter().map(|(key, located)| Row {
        key: key.to_owned(),
        value: located.value.to_string(),
        origin: located.source.file.clone(),
    });
    Ok((board, rows.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;

    #[test]
    fn every_board_loads_and_can_be_run_by_an_emulator_or_the_host() {
        for name in names() {
            let (board, rows) = find(name).unwrap_or_else(|error| panic!("{}", error.render()));
            assert_eq!(board.name, name);
            assert!(rows.iter().any(|row| row.key == "core.isa"), "{name}");
            let runs = board.emulator.is_some() || board.emulated_by.is_some() || board.kind == Kind::Host;
            assert!(runs, "{name}");
        }
    }

    #[test]
    fn an_emulated_board_gives_a_kernel_the_room_of_the_chip_that_it_stands_for() {
        for (real, emulated) in [
            ("nrf52840dk", "qemu-cortex-m4"),
            ("esp32c3-devkit", "qemu-riscv32"),
            ("tbeam", "qemu-xtensa"),
            ("microbit-v1", "microbit-v1"),
        ] {
            let (real, emulated) = (find(real).unwrap().0, find(emulated).unwrap().0);
            assert_eq!(real.emulated_by.as_deref(), Some(emulated.name.as_str()));
            assert_eq!(real.state_capacity(), emulated.state_capacity(), "{}", real.name);
            assert_eq!(real.banks.size, emulated.banks.size, "{}", real.name);
        }
    }

    #[test]
    fn boards_as_shipped_keep_out_of_softdevice_file_system_and_bootloader() {
        for name in ["rak4631", "t-echo"] {
            let board = find(name).unwrap().0;
            assert!(board.flash.origin >= 0x26000, "{name}");
            assert!(board.flash.origin + board.flash.size <= 0xED000, "{name}");
        }
    }

    #[test]
    fn a_users_board_inherits_and_overrides() {
        let (board, rows) =
            load_user("some/my.toml", "inherits = \"rak4631\"\n[ram]\nsize = 0x10000\n").unwrap();
        assert_eq!((board.ram.size, board.ram.origin, board.name.as_str()), (0x10000, 0x2000_0000, "my"));
        let row = |key: &str| rows.iter().find(|row| row.key == key).unwrap().clone();
        assert_eq!(
            (row("ram.size").value, row("ram.size").origin),
            ("0x10000".into(), "some/my.toml".into())
        );
        assert_eq!(row("ram.origin").origin, "chips/nrf52840.toml");
        assert_eq!(row("core.cpu").origin, "cores/cortex-m4f.toml");
        assert_eq!(row("flash.size").origin, "chips/nrf52840-adafruit.toml");
    }

    #[test]
    fn a_wrong_name_gets_help() {
        assert_eq!(find("rak4613").unwrap_err().help, "did you mean 'rak4631'?");
        assert_eq!(find("nrf51822").unwrap_err().help, "choose a board: microbit-v1");
    }
}
