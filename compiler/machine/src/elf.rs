//! What is read from the ELF file: code, constants, names of functions, and the descriptor's handlers.

use crate::Machine;
use crate::error::{Error, Place, Problem};
use crate::labels::{Label, labels};
use object::read::elf::{ElfFile32, FileHeader};
use object::{Endianness, Object, ObjectSection, ObjectSymbol, SectionFlags, SymbolKind, elf};
use std::collections::BTreeMap;

/// Offsets in the descriptor and sizes of its parts: `runtime/abi/ABI.md`.
const MAGIC: u32 = 0x4D52_5753;
const HANDLER_COUNT: u32 = 32;
const FIRST_HANDLER: u32 = 48;
const HANDLER_BYTES: u32 = 24;

/// Functions of handlers are named so by the compiler.
const HANDLER_PREFIX: &str = "swarm_handler_";

/// The parts of a linked file that matter here.
pub(crate) struct Image {
    pub machine: Machine,
    pub handlers: Vec<Handler>,
    pub labels: BTreeMap<u32, Vec<Label>>,
    sections: Vec<Section>,
    /// By address, without Thumb's bit.
    names: BTreeMap<u32, String>,
}

/// A handler of the kernel, as the descriptor has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handler {
    /// As in the kernel; that of the initialisation is `swarm.init`.
    pub name: String,
    /// The address of its function.
    pub function: u32,
    /// The kind of event, and which of its kind (`runtime/abi/ABI.md`, Handlers).
    pub kind: u16,
    pub symbol: u16,
}

struct Section {
    address: u32,
    bytes: Vec<u8>,
    is_code: bool,
    is_written: bool,
}

impl Image {
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        let wrong = |error: object::Error| Error::Elf { reason: error.to_string() };
        let file = ElfFile32::<Endianness>::parse(bytes).map_err(wrong)?;
        let (header, order) = (file.elf_header(), file.endian());
        if !file.is_little_endian() || header.e_type(order) != elf::ET_EXEC {
            return Err(Error::Elf { reason: "it is not a little-endian executable".to_owned() });
        }
        let number = header.e_machine(order);
        let machine = match number {
            elf::EM_ARM => Machine::Thumb,
            elf::EM_RISCV if !header.e_flags(order).contains(elf::EF_RISCV_RVE) => Machine::Riscv,
            elf::EM_XTENSA => Machine::Xtensa,
            _ => return Err(Error::Machine { number: number.0 }),
        };
        let mut sections = Vec::new();
        for section in file.sections() {
            let SectionFlags::Elf { sh_flags, .. } = section.flags() else { continue };
            let has = |flag: elf::SectionFlags| sh_flags.contains(flag);
            let address = u32::try_from(section.address()).unwrap_or_default();
            let bytes = section.data().map_err(wrong)?.to_vec();
            // NOBITS have no bytes here, and nothing wraps around the end of memory.
            if has(elf::SHF_ALLOC) && !bytes.is_empty() && address.checked_add(bytes.len() as u32).is_some() {
                let (is_code, is_written) = (has(elf::SHF_EXECINSTR), has(elf::SHF_WRITE));
                sections.push(Section { address, bytes, is_code, is_written });
            }
        }
        let mut names = BTreeMap::new();
        for symbol in file.symbols().filter(|symbol| symbol.kind() == SymbolKind::Text) {
            let name = symbol.name().unwrap_or_default().to_owned();
            names.entry(machine.address(symbol.address() as u32)).or_insert(name);
        }
        let mut image =
            Self { machine, handlers: Vec::new(), labels: labels(&file, machine), sections, names };
        let descriptor = file.symbols().find(|symbol| symbol.name() == Ok("swarm_descriptor"));
        let missing = || Error::Descriptor { reason: "it has no descriptor".to_owned() };
        image.handlers = image.handlers_at(descriptor.ok_or_else(missing)?.address() as u32)?;
        Ok(image)
    }

    fn handlers_at(&self, descriptor: u32) -> Result<Vec<Handler>, Error> {
        let wrong = |reason: &str| Error::Descriptor { reason: reason.to_owned() };
        let word = |offset: u32| {
            self.word(descriptor.wrapping_add(offset)).ok_or_else(|| wrong("its descriptor is cut off"))
        };
        if word(0)? != MAGIC || word(4)? & 0xffff != 1 {
            return Err(wrong("its descriptor is not one of version 1"));
        }
        let count = word(HANDLER_COUNT)? & 0xffff;
        let handler = |at: u32| {
            let (offset, event) = (word(at)?, word(at + 4)?);
            let function = self.machine.address(descriptor.wrapping_add(offset));
            let name = self.name(function);
            let name = name.strip_prefix(HANDLER_PREFIX).unwrap_or(&name).to_owned();
            Ok(Handler { name, function, kind: event as u16, symbol: (event >> 16) as u16 })
        };
        (0..count).map(|number| handler(FIRST_HANDLER + number * HANDLER_BYTES)).collect()
    }

    /// The word at an address, if it is a constant of the image.
    pub fn word(&self, address: u32) -> Option<u32> {
        let bytes = self.bytes(address, |section| !section.is_written)?;
        Some(u32::from_le_bytes(bytes.get(..4)?.try_into().ok()?))
    }

    /// The code from an address on, to the end of its section.
    pub fn code(&self, address: u32) -> Option<&[u8]> {
        self.bytes(address, |section| section.is_code)
    }

    fn bytes(&self, address: u32, is_meant: impl Fn(&Section) -> bool) -> Option<&[u8]> {
        self.sections.iter().filter(|section| is_meant(section)).find_map(|section| {
            let rest = section.bytes.get(address.checked_sub(section.address)? as usize..)?;
            (!rest.is_empty()).then_some(rest)
        })
    }

    /// A function begins there, as the symbol table says.
    pub fn is_function(&self, address: u32) -> bool {
        self.names.contains_key(&address)
    }

    /// The name of the function that begins at an address, or the address in words.
    pub fn name(&self, address: u32) -> String {
        self.names.get(&address).cloned().unwrap_or_else(|| format!("the function at {address:#x}"))
    }

    /// An error at an instruction of a function.
    pub fn error(&self, function: u32, address: u32, problem: Problem) -> Error {
        Error::Code { problem, at: Place { function: self.name(function), address } }
    }
}
