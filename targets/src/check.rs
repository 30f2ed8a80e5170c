//! What must hold between a board's values. Each rule is a function of the same shape; the first that
//! fails is reported at the value which breaks it.

mod energy;

use crate::nearest::suggestion;
use crate::resolve::Merged;
use crate::{Addresses, Board, Isa, Kind, TargetError, registry};
use std::ops::Range;

type Checked = Result<(), TargetError>;
type Rule = fn(&Board, &Merged) -> Checked;

const RULES: &[Rule] = &[
    name_is_plain,
    triple_fits_the_instruction_set,
    memory_is_there,
    memories_are_apart,
    room_is_left,
    banks_are_aligned,
    banks_are_in_the_flash,
    banks_are_apart,
    fixed_code_has_one_address,
    shell_is_beside_the_banks,
    emulated_boards_run,
    stand_in_runs_the_same_code,
    energy::currents_are_in_order,
];

/// Applies every rule.
pub(crate) fn check(board: &Board, merged: &Merged) -> Checked {
    RULES.iter().try_for_each(|rule| rule(board, merged))
}

fn fail(mut error: TargetError, help: &str) -> Checked {
    error.help = help.to_owned();
    Err(error)
}

fn name_is_plain(board: &Board, merged: &Merged) -> Checked {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if !board.name.is_empty() && board.name.chars().all(plain) {
        return Ok(());
    }
    let message = format!("a board cannot be called '{}'", board.name);
    fail(
        merged.error("board-name", &[], message),
        "give the file a name of letters, digits, '-', '_' and '.'",
    )
}

fn triple_fits_the_instruction_set(board: &Board, merged: &Merged) -> Checked {
    let start = match board.core.isa {
        Isa::Thumbv6m => "thumbv6m-",
        Isa::Thumbv7em => "thumbv7em-",
        Isa::Riscv32imc | Isa::Riscv32imac => "riscv32-",
        Isa::Xtensa => "xtensa-",
        Isa::Host => "",
    };
    let core = &board.core;
    let fits = if core.isa == Isa::Host { core.triple.is_empty() } else { core.triple.starts_with(start) };
    if fits {
        return Ok(());
    }
    let message = format!("the triple '{}' is not one of the core's instruction set", core.triple);
    let help = match start {
        "" => "leave it empty: the host has its own".to_owned(),
        _ => format!("it begins with '{start}'; or change core.isa"),
    };
    fail(merged.error("board-triple", &["core.triple", "core.isa"], message), &help)
}

fn memory_is_there(board: &Board, merged: &Merged) -> Checked {
    let ranges = [("flash", board.flash.origin, board.flash.size), ("ram", board.ram.origin, board.ram.size)];
    for (section, origin, size) in ranges {
        let paths = [&*format!("{section}.size"), &*format!("{section}.origin")];
        if size == 0 {
            let error = merged.error("board-empty-memory", &paths, format!("[{section}] has no bytes"));
            return fail(error, "give the size in bytes; 0x400 is one kB");
        }
        if origin + size > 1 << 32 {
            let message = format!("[{section}] ends at {:#x}, behind the last address", origin + size);
            return fail(merged.error("board-memory-end", &paths, message), "addresses end at 0xffffffff");
        }
    }
    if !board.flash.page.is_power_of_two() {
        let message = format!("a page of {:#x} bytes is not a power of two", board.flash.page);
        return fail(
            merged.error("board-page", &["flash.page"], message),
            "give the page that the flash erases, or the MMU maps",
        );
    }
    Ok(())
}

/// The flash as the CPU sees it; on chips with an MMU that is nowhere fixed.
fn memories_are_apart(board: &Board, merged: &Merged) -> Checked {
    let (flash, ram) = (span(board.flash.origin, board.flash.size), span(board.ram.origin, board.ram.size));
    if !overlap(&flash, &ram) || board.kind == Kind::Host {
        return Ok(());
    }
    let message = format!("RAM at {:#x} overlaps the flash, which ends at {:#x}", ram.start, flash.end);
    fail(
        merged.error(
            "board-memories-overlap",
            &["ram.origin", "ram.size", "flash.origin", "flash.size"],
            message,
        ),
        "correct the origin or the size of one of them",
    )
}

fn room_is_left(board: &Board, merged: &Merged) -> Checked {
    let reserved = board.reserved.ram + board.reserved.stack;
    if reserved < board.ram.size {
        let used = board.reserved.flash + 2 * board.banks.size;
        if used <= board.flash.size || board.kind == Kind::Host {
            return Ok(());
        }
        let message =
            format!("runtime and two banks take {used:#x} bytes of a flash of {:#x}", board.flash.size);
        return fail(
            merged.error("board-no-flash-left", &["reserved.flash", "banks.size", "flash.size"], message),
            "make the banks smaller, or reserve less",
        );
    }
    let message = format!(
        "{reserved:#x} bytes are reserved of a RAM of {:#x}: none is left to kernels",
        board.ram.size
    );
    fail(
        merged.error("board-no-ram-left", &["reserved.ram", "reserved.stack", "ram.size"], message),
        "reserved.ram and reserved.stack together are less than ram.size",
    )
}

fn banks(board: &Board) -> [(&'static str, Range<u64>); 2] {
    [("banks.a", span(board.banks.a, board.banks.size)), ("banks.b", span(board.banks.b, board.banks.size))]
}

fn banks_are_aligned(board: &Board, merged: &Merged) -> Checked {
    let size = board.banks.size;
    if size == 0 {
        let error = merged.error("board-bank-empty", &["banks.size"], "a bank has no bytes".into());
        return fail(error, "0x8000 is usual, and a page of the MMU on ESP chips");
    }
    // The descriptor is aligned to 64 bytes, so a bank is too, whatever the page.
    let page = board.flash.page.max(64);
    for (path, bank) in banks(board) {
        if bank.start % page != 0 {
            let message = format!("the bank at {:#x} does not begin with a page", bank.start);
            let help = format!("{path} is a multiple of {page:#x} (flash.page, at least 64)");
            return fail(merged.error("board-bank-alignment", &[path, "flash.page"], message), &help);
        }
    }
    Ok(())
}

fn banks_are_in_the_flash(board: &Board, merged: &Merged) -> Checked {
    let flash = span(board.flash.origin, board.flash.size);
    for (path, bank) in banks(board) {
        if bank.start < flash.start || bank.end > flash.end {
            let message =
                format!("the bank from {:#x} to {:#x} is not inside the flash", bank.start, bank.end);
            let help = format!("place it, with its size, between {:#x} and {:#x}", flash.start, flash.end);
            return fail(
                merged.error("board-bank", &[path, "banks.size", "flash.size", "flash.origin"], message),
                &help,
            );
        }
    }
    Ok(())
}

fn banks_are_apart(board: &Board, merged: &Merged) -> Checked {
    let [(_, a), (path, b)] = banks(board);
    if !overlap(&a, &b) || board.kind == Kind::Host {
        return Ok(());
    }
    let message = format!("bank B at {:#x} overlaps bank A, from {:#x} to {:#x}", b.start, a.start, a.end);
    fail(
        merged.error("board-banks-overlap", &[path, "banks.a", "banks.size"], message),
        "an update is written to one bank while the other runs: keep them apart",
    )
}

fn fixed_code_has_one_address(board: &Board, merged: &Merged) -> Checked {
    let Some(link_address) = board.banks.link_address else {
        if board.core.addresses != Addresses::Fixed {
            return Ok(());
        }
        let message = "code for fixed addresses needs one address for both banks".into();
        let help = "give banks.link_address: where the MMU maps the bank in use";
        return fail(merged.error("board-no-link-address", &["core.addresses"], message), help);
    };
    let addresses =
        [("banks.link_address", Some(link_address)), ("banks.data_address", board.banks.data_address)];
    for (path, address) in addresses {
        let address = address.unwrap_or(0);
        if address % board.flash.page.max(64) != 0 {
            let message = format!("{address:#x} is not the begin of a page");
            let help =
                format!("{path} is a multiple of {:#x} (flash.page, at least 64)", board.flash.page.max(64));
            return fail(merged.error("board-link-alignment", &[path, "flash.page"], message), &help);
        }
    }
    Ok(())
}

fn shell_is_beside_the_banks(board: &Board, merged: &Merged) -> Checked {
    let Some(shell) = &board.shell else { return Ok(()) };
    let shell_span = span(shell.origin, shell.size);
    for (path, bank) in banks(board) {
        if overlap(&shell_span, &bank) {
            let message =
                format!("the shell, up to {:#x}, overlaps {path} at {:#x}", shell_span.end, bank.start);
            return fail(
                merged.error("board-shell", &["shell.size", "shell.origin", path], message),
                "make shell.size smaller, or move the bank",
            );
        }
    }
    if board.core.isa == Isa::Xtensa && (shell.vectors.is_none() || shell.reset.is_none()) {
        let message = "an Xtensa shell has vectors and a reset address".into();
        return fail(
            merged.error("board-shell-vectors", &["shell.origin", "core.isa"], message),
            "give shell.vectors and shell.reset",
        );
    }
    Ok(())
}

fn emulated_boards_run(board: &Board, merged: &Merged) -> Checked {
    let missing = match (&board.emulator, &board.shell) {
        (None, _) => "[emulator]",
        (_, None) => "[shell]",
        _ => return Ok(()),
    };
    if board.kind != Kind::Emulated {
        return Ok(());
    }
    let message = format!("an emulated board has a section {missing}, and this one has none");
    fail(
        merged.error("board-no-emulator", &["kind"], message),
        "inherit an emulated board, or give kind = \"real\"",
    )
}

fn stand_in_runs_the_same_code(board: &Board, merged: &Merged) -> Checked {
    let Some(name) = &board.emulated_by else { return Ok(()) };
    if *name == board.name {
        return emulator_of_its_own(board, merged);
    }
    if !registry::names().contains(&name.as_str()) {
        let message = format!("there is no board called '{name}'");
        let help = suggestion(name, &registry::names());
        return fail(merged.error("board-emulated-by", &["emulated_by"], message), &help);
    }
    let stand_in = registry::find(name)?.0;
    let facts = |board: &Board| {
        let core = &board.core;
        [
            ("core.triple", core.triple.clone()),
            ("core.cpu", core.cpu.clone()),
            ("core.features", core.features.clone()),
        ]
    };
    for ((path, own), (_, other)) in facts(board).into_iter().zip(facts(&stand_in)) {
        if own != other {
            let message =
                format!("'{name}' runs other code than this board: its {path} is \"{other}\", not \"{own}\"");
            let help = format!("name an emulated board with the same {path}, or take emulated_by away");
            return fail(merged.error("board-stand-in", &[path, "emulated_by"], message), &help);
        }
    }
    Ok(())
}

fn emulator_of_its_own(board: &Board, merged: &Merged) -> Checked {
    if board.emulator.is_some() && board.shell.is_some() {
        return Ok(());
    }
    let message = "a board that is emulated by itself has sections [emulator] and [shell]".into();
    fail(
        merged.error("board-no-emulator", &["emulated_by"], message),
        "name another board, or give both sections",
    )
}

fn span(start: u64, size: u64) -> Range<u64> {
    start..start + size
}

fn overlap(a: &Range<u64>, b: &Range<u64>) -> bool {
    a.start < b.end && b.start < a.end
}
