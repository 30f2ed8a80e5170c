//! What of an ELF goes into an image.

use crate::ImageError;
use object::LittleEndian;
use object::elf::{
    self, FileFlags, FileHeader32, Machine, SectionFlags, SectionType, SymbolInfo, SymbolOther, SymbolSection,
};
use object::read::elf::{FileHeader, SectionHeader, Sym};
use std::ops::Range;

type Header = FileHeader32<LittleEndian>;

pub struct Parts<'a> {
    pub machine: Machine,
    pub flags: FileFlags,
    pub entry: u64,
    /// Those with a place in memory, and those that inform (debug, log formats), in the file's order.
    pub sections: Vec<Section<'a>>,
    pub symbols: Vec<Symbol<'a>>,
}

pub struct Section<'a> {
    pub name: &'a [u8],
    pub kind: SectionType,
    pub flags: SectionFlags,
    pub address: u64,
    pub size: u64,
    pub alignment: u64,
    /// Bytes of an element, in sections of elements (strings that may be merged).
    pub element: u64,
    /// Empty where the memory begins as zeros.
    pub data: &'a [u8],
    /// Its number in the file that it comes from.
    pub number: usize,
}

pub struct Symbol<'a> {
    pub name: &'a [u8],
    pub value: u64,
    pub size: u64,
    pub info: SymbolInfo,
    pub other: SymbolOther,
    /// Number of a section in the file that it comes from, or one of the reserved ones.
    pub section: SymbolSection,
}

impl Section<'_> {
    /// Whether it has a place in memory, with or without bytes in the file.
    pub fn is_in_memory(&self) -> bool {
        in_memory(self.flags)
    }

    /// Whether its bytes are put in memory.
    pub fn is_loaded(&self) -> bool {
        self.is_in_memory() && !self.data.is_empty()
    }

    pub fn range(&self) -> Range<u64> {
        self.address..self.address + self.size
    }
}

impl Symbol<'_> {
    pub fn is_local(&self) -> bool {
        self.info.st_bind() == elf::STB_LOCAL
    }
}

impl<'a> Parts<'a> {
    pub fn read(which: &'static str, bytes: &'a [u8]) -> Result<Self, ImageError> {
        Self::parse(bytes).map_err(|error| ImageError::Elf { which, reason: error.to_string() })
    }

    fn parse(bytes: &'a [u8]) -> Result<Self, object::read::Error> {
        let header = Header::parse(bytes)?;
        let endian = header.endian()?;
        let table = header.sections(endian, bytes)?;
        let mut sections = Vec::new();
        for (number, section) in table.enumerate() {
            let (kind, flags) = (section.sh_type(endian), section.sh_flags(endian));
            if !goes_along(kind, flags) {
                continue;
            }
            sections.push(Section {
                name: table.section_name(endian, section)?,
                kind,
                flags,
                address: section.sh_addr(endian).into(),
                size: section.sh_size(endian).into(),
                alignment: u64::from(section.sh_addralign(endian)).max(1),
                element: section.sh_entsize(endian).into(),
                data: section.data(endian, bytes)?,
                number: number.0,
            });
        }
        let symtab = table.symbols(endian, bytes, elf::SHT_SYMTAB)?;
        let mut symbols = Vec::new();
        for symbol in symtab.iter().skip(1) {
            let section = symbol.st_shndx(endian);
            let number = section.index().map(usize::from);
            if section.is_reserved() || sections.iter().any(|kept| Some(kept.number) == number) {
                symbols.push(Symbol {
                    name: symbol.name(endian, symtab.strings())?,
                    value: symbol.st_value(endian).into(),
                    size: symbol.st_size(endian).into(),
                    info: symbol.st_info(),
                    other: symbol.st_other(),
                    section,
                });
            }
        }
        Ok(Self {
            machine: header.e_machine(endian),
            flags: header.e_flags(endian),
            entry: header.e_entry(endian).into(),
            sections,
            symbols,
        })
    }
}

/// Tables of the file itself (symbols, strings, relocations) are made anew or not needed.
fn goes_along(kind: SectionType, flags: SectionFlags) -> bool {
    match kind {
        elf::SHT_PROGBITS => true,
        elf::SHT_NOBITS => in_memory(flags),
        _ => false,
    }
}

fn in_memory(flags: SectionFlags) -> bool {
    flags.0 & elf::SHF_ALLOC.0 != 0
}
