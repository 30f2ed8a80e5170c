//! An ELF file as three readers see it that share no code: `object`, `goblin`, and GNU's `readelf` as a program.

use object::elf::{FileHeader32, FileHeader64};
use object::read::elf::{FileHeader, ProgramHeader, SectionHeader, Sym};
use std::path::Path;
use std::process::Command;

/// What all three must see alike.
#[derive(Debug, PartialEq, Eq, Default)]
pub struct Seen {
    pub bits: u32,
    /// Number of `e_machine`.
    pub machine: u32,
    pub executable: bool,
    pub entry: u64,
    pub flags: u32,
    /// What is loaded: address, bytes, and the numbers of its permissions (4 read, 2 write, 1 execute).
    pub segments: Vec<(u64, u64, u32)>,
    /// Name, address, bytes, and whether code may write it.
    pub sections: Vec<(String, u64, u64, bool)>,
    /// Names with addresses, without those of files, sections and mapping symbols.
    pub symbols: Vec<(String, u64)>,
    /// Names that another file would have to define.
    pub undefined: Vec<String>,
}

impl Seen {
    fn symbol(&mut self, name: &str, value: u64, undefined: bool) {
        if name.is_empty() || name.starts_with('$') || name.starts_with(".L") {
            return;
        }
        match undefined {
            true => self.undefined.push(name.to_owned()),
            false => self.symbols.push((name.to_owned(), value)),
        }
    }

    /// The address of a symbol.
    pub fn address(&self, name: &str) -> u64 {
        let found = self.symbols.iter().find(|(known, _)| known == name);
        found.unwrap_or_else(|| panic!("there is no symbol {name}: {:?}", self.symbols)).1
    }

    /// Where the first section of a name is: address and bytes.
    pub fn section(&self, name: &str) -> (u64, u64) {
        let found = self.sections.iter().find(|(known, ..)| known == name);
        found.map(|(_, address, bytes, _)| (*address, *bytes)).unwrap_or_else(|| panic!("no section {name}"))
    }
}

/// Symbols' kinds that stand for sections and files.
const KINDS_BESIDE: [u8; 2] = [3, 4];

const WRITE: u64 = 1;

pub fn by_object(elf: &[u8]) -> Seen {
    fn read<H: FileHeader<Endian = object::Endianness>>(elf: &[u8], bits: u32) -> Seen {
        let header = H::parse(elf).expect("object reads the header");
        let endian = header.endian().expect("it has an order of bytes");
        let mut seen = Seen {
            bits,
            machine: header.e_machine(endian).0.into(),
            executable: header.e_type(endian) == object::elf::ET_EXEC,
            entry: header.e_entry(endian).into(),
            flags: header.e_flags(endian).0,
            ..Seen::default()
        };
        for segment in header.program_headers(endian, elf).expect("object reads the segments") {
            if segment.p_type(endian) == object::elf::PT_LOAD {
                let (address, bytes) = (segment.p_vaddr(endian).into(), segment.p_memsz(endian).into());
                seen.segments.push((address, bytes, segment.p_flags(endian).0));
            }
        }
        let table = header.sections(endian, elf).expect("object reads the sections");
        for section in table.iter().skip(1) {
            let name = String::from_utf8_lossy(table.section_name(endian, section).expect("a name"));
            let write = section.sh_flags(endian).0 & WRITE != 0;
            let (address, bytes) = (section.sh_addr(endian).into(), section.sh_size(endian).into());
            seen.sections.push((name.into_owned(), address, bytes, write));
        }
        let symbols = table.symbols(endian, elf, object::elf::SHT_SYMTAB).expect("object reads the symbols");
        for symbol in symbols.iter().filter(|symbol| !KINDS_BESIDE.contains(&symbol.st_info().st_type().0)) {
            let name = String::from_utf8_lossy(symbol.name(endian, symbols.strings()).expect("a name"));
            seen.symbol(
                &name,
                symbol.st_value(endian).into(),
                symbol.st_shndx(endian) == object::elf::SHN_UNDEF,
            );
        }
        seen
    }
    match elf[4] {
        1 => read::<FileHeader32<object::Endianness>>(elf, 32),
        _ => read::<FileHeader64<object::Endianness>>(elf, 64),
    }
}

pub fn by_goblin(elf: &[u8]) -> Seen {
    use goblin::elf::{Elf, header, program_header, section_header};
    let file = Elf::parse(elf).expect("goblin reads the file");
    let mut seen = Seen {
        bits: if file.is_64 { 64 } else { 32 },
        machine: file.header.e_machine.into(),
        executable: file.header.e_type == header::ET_EXEC,
        entry: file.entry,
        flags: file.header.e_flags,
        ..Seen::default()
    };
    for segment in file.program_headers.iter().filter(|part| part.p_type == program_header::PT_LOAD) {
        seen.segments.push((segment.p_vaddr, segment.p_memsz, segment.p_flags));
    }
    for section in file.section_headers.iter().skip(1) {
        let name = file.shdr_strtab.get_at(section.sh_name).unwrap_or_default().to_owned();
        let write = section.sh_flags & u64::from(section_header::SHF_WRITE) != 0;
        seen.sections.push((name, section.sh_addr, section.sh_size, write));
    }
    for symbol in file.syms.iter().filter(|symbol| !KINDS_BESIDE.contains(&symbol.st_type())) {
        let name = file.strtab.get_at(symbol.st_name).unwrap_or_default();
        seen.symbol(name, symbol.st_value, symbol.st_shndx == 0);
    }
    seen
}

/// What `readelf` says, and that it has nothing to complain about.
pub fn by_readelf(path: &Path) -> Seen {
    let output =
        Command::new("readelf").args(["-h", "-l", "-S", "-s", "-W"]).arg(path).env("LC_ALL", "C").output();
    let output = output.expect("readelf starts (Debian's package binutils)");
    let complaints = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && complaints.is_empty(), "{}: {complaints}", path.display());
    let text = String::from_utf8(output.stdout).expect("readelf writes text");
    let field = |name: &str| {
        let line = text.lines().find_map(|line| line.trim().strip_prefix(name));
        line.unwrap_or_else(|| panic!("readelf says nothing of {name}\n{text}")).trim()
    };
    let mut seen = Seen {
        bits: if field("Class:") == "ELF64" { 64 } else { 32 },
        machine: machine(field("Machine:")),
        executable: field("Type:").starts_with("EXEC"),
        entry: hexadecimal(field("Entry point address:")),
        flags: hexadecimal(field("Flags:").split(',').next().unwrap_or_default()) as u32,
        ..Seen::default()
    };
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["LOAD", _, address, _, _, bytes, permissions @ .., _] => {
                let number = |letter: char| match letter {
                    'R' => 4,
                    'W' => 2,
                    _ => 1,
                };
                let sum = permissions.concat().chars().map(number).sum();
                seen.segments.push((hexadecimal(address), hexadecimal(bytes), sum));
            }
            [number, value, _, kind, _, _, place, name]
                if number.ends_with(':') && *number != "Num:" && !["FILE", "SECTION"].contains(kind) =>
            {
                seen.symbol(name, hexadecimal(value), *place == "UND");
            }
            _ => {}
        }
        // `[ 1] .text PROGBITS 00000000 000094 000ce0 00 AXMS 0 0 4`: flags may be missing.
        let Some((_, row)) = line.trim_start().strip_prefix('[').and_then(|line| line.split_once("] "))
        else {
            continue;
        };
        let words: Vec<&str> = row.split_whitespace().collect();
        if let [name, _, address, _, bytes, _, rest @ ..] = words.as_slice()
            && *name != "NULL"
            && address.chars().all(|digit| digit.is_ascii_hexdigit())
        {
            let write = rest.len() == 4 && rest[0].contains('W');
            seen.sections.push(((*name).to_owned(), hexadecimal(address), hexadecimal(bytes), write));
        }
    }
    seen
}

/// The notes of `readelf -h` on flags, such as `RVC, soft-float ABI`.
pub fn flags_in_words(path: &Path) -> String {
    let output =
        Command::new("readelf").arg("-h").arg(path).env("LC_ALL", "C").output().expect("readelf starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text.lines().find_map(|line| line.trim().strip_prefix("Flags:")).expect("it has flags");
    line.split_once(", ").map_or(String::new(), |(_, words)| words.to_owned())
}

fn hexadecimal(text: &str) -> u64 {
    let digits = text.trim_start_matches("0x");
    u64::from_str_radix(digits, 16).unwrap_or_else(|_| panic!("'{text}' is no number"))
}

/// The numbers of the ELF standard for the names that `readelf` has.
fn machine(name: &str) -> u32 {
    match name {
        "ARM" => 40,
        "RISC-V" => 243,
        "Tensilica Xtensa Processor" => 94,
        "Advanced Micro Devices X86-64" => 62,
        "AArch64" => 183,
        _ => panic!("readelf knows another machine: {name}"),
    }
}
