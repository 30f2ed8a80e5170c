//! What a disassembler prints of an ELF file, and what its words say of control and of the stack pointer.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

/// An instruction as a disassembler shows it.
#[derive(Clone, Debug)]
pub struct Line {
    /// In bytes.
    pub size: usize,
    pub mnemonic: String,
    pub operands: String,
}

/// What a line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said {
    pub control: Control,
    /// Bytes by which it lowers the stack pointer; none if those are in a register.
    pub takes: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    Next,
    Branch(u32),
    Jump(u32),
    Call(u32),
    CallOfRegister,
    /// To an address in a register or on the stack: a return, most often.
    Leave,
    Trap,
}

/// Runs a disassembler, and takes its lines apart.
pub fn listing(program: &[impl AsRef<OsStr>], elf: &Path) -> BTreeMap<u32, Line> {
    let output = Command::new(&program[0]).args(&program[1..]).arg(elf).output();
    let name = program[0].as_ref().display();
    let output = output.unwrap_or_else(|error| panic!("{name} does not start: {error}"));
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).lines().filter_map(line).collect()
}

fn line(text: &str) -> Option<(u32, Line)> {
    let (address, rest) = text.split_once(':')?;
    let address = u32::from_str_radix(address.trim(), 16).ok()?;
    let mut fields = rest.trim_start().split('\t');
    let digits = fields.next()?.chars().filter(char::is_ascii_hexdigit).count();
    let mnemonic = fields.next()?.trim().to_owned();
    // Comments say what constants and addresses are.
    let operands = fields.next().unwrap_or_default();
    let operands = operands.split(['@', '<']).next().unwrap_or_default().trim().to_owned();
    Some((address, Line { size: digits / 2, mnemonic, operands }))
}

impl Line {
    fn operand(&self, number: usize) -> &str {
        self.operands.split(',').nth(number).unwrap_or_default().trim()
    }

    fn last(&self) -> &str {
        self.operands.rsplit(',').next().unwrap_or_default().trim()
    }

    fn target(&self) -> u32 {
        let text = self.last().trim_start_matches('#').trim_start_matches("0x");
        u32::from_str_radix(text, 16).unwrap_or_else(|_| panic!("no target: {self:?}"))
    }

    /// What an addition to the stack pointer takes, by its last operand.
    fn adds(&self, sign: i64) -> Option<i64> {
        number(self.last()).map(|by| -sign * by)
    }
}

/// As disassemblers write them: `#0x10`, `-0x8`, `12`.
fn number(text: &str) -> Option<i64> {
    let text = text.trim_start_matches('#');
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |text| (-1, text));
    let value = match text.strip_prefix("0x") {
        Some(hex) => i64::from_str_radix(hex, 16),
        None => text.parse(),
    };
    value.ok().map(|value| sign * value)
}

const CONDITIONS: [&str; 16] =
    ["eq", "ne", "hs", "cs", "lo", "cc", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le"];

/// A mnemonic, or the same with a condition behind it.
fn is(mnemonic: &str, meant: &str) -> bool {
    let rest = mnemonic.trim_end_matches(".w").strip_prefix(meant);
    rest.is_some_and(|rest| rest.is_empty() || CONDITIONS.contains(&rest))
}

pub fn thumb(line: &Line) -> Said {
    let (name, first) = (line.mnemonic.as_str(), line.operand(0));
    let loads_counter = (is(name, "pop") || is(name, "ldm")) && line.operands.contains("pc}");
    let control = match name.trim_end_matches(".w") {
        "b" => Control::Jump(line.target()),
        "cbz" | "cbnz" => Control::Branch(line.target()),
        "udf" | "bkpt" => Control::Trap,
        name if is(name, "bl") && name != "bls" => Control::Call(line.target()),
        name if is(name, "blx") => Control::CallOfRegister,
        name if is(name, "b") => Control::Branch(line.target()),
        name if is(name, "bx") || loads_counter || first == "pc" => Control::Leave,
        _ => Control::Next,
    };
    let many = |bytes: i64| line.operands.split(',').count() as i64 * bytes;
    let takes = match name.trim_end_matches(".w") {
        name if is(name, "push") => Some(many(4)),
        name if is(name, "pop") => Some(-many(4)),
        name if is(name, "vpush") => Some(many(if first.contains('d') { 8 } else { 4 })),
        name if is(name, "vpop") => Some(-many(if first.contains('d') { 8 } else { 4 })),
        _ if line.operands.contains("[sp") && line.operands.ends_with('!') => {
            number(line.last().trim_end_matches("]!")).map(|by| -by)
        }
        _ if line.operands.contains("[sp],") => line.adds(1),
        "sub" | "subw" if first == "sp" => line.adds(-1),
        "add" | "addw" if first == "sp" => line.adds(1),
        name if first == "sp" && !name.starts_with("cmp") => None,
        _ => Some(0),
    };
    Said { control, takes }
}

/// Without aliases.
pub fn riscv(line: &Line) -> Said {
    let (name, first) = (line.mnemonic.trim_start_matches("c."), line.operand(0));
    let control = match name {
        "j" => Control::Jump(line.target()),
        "jal" if first == "zero" => Control::Jump(line.target()),
        "jal" => Control::Call(line.target()),
        "jr" => Control::Leave,
        "jalr" if first == "zero" => Control::Leave,
        "jalr" => Control::CallOfRegister,
        "ebreak" | "unimp" => Control::Trap,
        name if name.starts_with('b') => Control::Branch(line.target()),
        _ => Control::Next,
    };
    let takes = match name {
        "addi16sp" => line.adds(1),
        "addi" if first == "sp" && (line.operand(1) == "sp" || line.mnemonic == "c.addi") => line.adds(1),
        "sw" | "sh" | "sb" | "swsp" => Some(0),
        _ if first == "sp" => None,
        _ => Some(0),
    };
    Said { control, takes }
}

pub fn xtensa(line: &Line) -> Said {
    let (name, first) = (line.mnemonic.trim_end_matches(".n"), line.operand(0));
    let control = match name {
        "j" => Control::Jump(line.target()),
        "call4" | "call8" | "call12" => Control::Call(line.target()),
        "callx4" | "callx8" | "callx12" => Control::CallOfRegister,
        "retw" | "jx" => Control::Leave,
        "ill" | "break" => Control::Trap,
        name if name.starts_with('b') => Control::Branch(line.target()),
        _ => Control::Next,
    };
    let takes = match name {
        "entry" => number(line.last()),
        "addi" | "addmi" if first == "a1" && line.operand(1) == "a1" => line.adds(1),
        name if name.starts_with("s32") || name.starts_with("s8") || name.starts_with("s16") => Some(0),
        _ if first == "a1" && control == Control::Next => None,
        _ => Some(0),
    };
    Said { control, takes }
}
