//! Flash: the bytes of the image by section and symbol.

use super::lines::{self, OpBytes};
use object::{Object, ObjectSection, ObjectSymbol, SectionKind, SymbolKind};
use swarm_targets::Board;

/// Functions of handlers are named so.
const HANDLER: &str = "swarm_handler_";

/// The bytes of an image.
#[derive(Clone, Debug)]
pub struct Flash {
    /// From the descriptor to the end.
    pub bytes: u64,
    /// Bytes of a bank, which an image must not exceed.
    pub room: u64,
    /// Descriptor, functions, constants and what is between them; their sum is `bytes`.
    pub parts: Vec<Part>,
    /// Bytes of code by the line of the source, most first.
    pub ops: Vec<OpBytes>,
}

/// A piece of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub name: String,
    pub kind: PartKind,
    pub section: String,
    pub bytes: u64,
}

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PartKind {
    Handler,
    /// Code that handlers share: routines, and pieces that occur more than once.
    Shared,
    /// Routines for what the core has no instruction for.
    Library,
    Descriptor,
    Constants,
    /// Literals of the code, and bytes that align what comes next.
    Between,
}

impl Part {
    /// What it is, and its name where it has one.
    pub fn told(&self) -> String {
        format!("{} {}", self.kind.word(), self.name).trim_end().to_owned()
    }
}

impl PartKind {
    /// In one word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Handler => "handler",
            Self::Shared => "shared",
            Self::Library => "library",
            Self::Descriptor => "descriptor",
            Self::Constants => "constants",
            Self::Between => "literals and gaps",
        }
    }
}

/// A linked kernel.
pub(super) struct Image<'a> {
    file: object::File<'a>,
    descriptor: u64,
    end: u64,
}

impl<'a> Image<'a> {
    pub fn read(elf: &'a [u8]) -> Result<Self, String> {
        let file = object::File::parse(elf).map_err(|error| error.to_string())?;
        let place = |name: &str| {
            let symbol = file.symbols().find(|symbol| symbol.name() == Ok(name));
            symbol.map(|symbol| symbol.address()).ok_or_else(|| format!("the image has no symbol '{name}'"))
        };
        let (descriptor, end) = (place("swarm_descriptor")?, place("swarm_image_end")?);
        Ok(Self { file, descriptor, end })
    }

    /// Bytes of the state block, as the descriptor has them.
    pub fn state_bytes(&self) -> Option<u64> {
        let word = self.bytes_at(self.descriptor + 16)?;
        Some(u64::from(u32::from_le_bytes(word.get(..4)?.try_into().ok()?)))
    }

    fn bytes_at(&self, address: u64) -> Option<&'a [u8]> {
        self.file.sections().find_map(|section| {
            let at = address
                .checked_sub(section.address())
                .filter(|at| is_loaded(&section) && *at < section.size())?;
            section.data().ok()?.get(at as usize..)
        })
    }

    /// What takes the flash.
    pub fn flash(&self, board: &Board, source: &str) -> Flash {
        let bytes = self.end.saturating_sub(self.descriptor);
        let mut parts = Vec::new();
        for section in self.file.sections() {
            let (start, size) = (section.address(), section.size());
            let inside = start >= self.descriptor && start + size <= self.end && size > 0;
            if !inside || !is_loaded(&section) {
                continue;
            }
            parts.extend(self.parts(section.name().unwrap_or_default(), (start, start + size)));
        }
        let counted: u64 = parts.iter().map(|part| part.bytes).sum();
        add(&mut parts, ("", PartKind::Between, ""), bytes.saturating_sub(counted));
        parts.sort_by_key(|part| (part.kind, std::cmp::Reverse(part.bytes)));
        Flash { bytes, room: board.banks.size, parts, ops: lines::by_op(&self.file, source) }
    }

    /// The symbols of a section, and what is between them.
    fn parts(&self, section: &str, (start, end): (u64, u64)) -> Vec<Part> {
        if start == self.descriptor {
            let mut parts = Vec::new();
            add(&mut parts, ("", PartKind::Descriptor, section), end - start);
            return parts;
        }
        let mut symbols: Vec<(u64, u64, String, SymbolKind)> = self
            .file
            .symbols()
            .filter(|symbol| {
                symbol.size() > 0 && matches!(symbol.kind(), SymbolKind::Text | SymbolKind::Data)
            })
            .map(|symbol| {
                // Thumb's bit is not part of the place.
                let is_odd = symbol.kind() == SymbolKind::Text && symbol.address() % 2 == 1;
                let address = symbol.address() - u64::from(is_odd && self.is_thumb());
                (address, symbol.size(), symbol.name().unwrap_or_default().to_owned(), symbol.kind())
            })
            .filter(|(address, ..)| (start..end).contains(address))
            .collect();
        symbols.sort_by_key(|(address, size, ..)| (*address, *size));
        let (mut parts, mut at) = (Vec::new(), start);
        for (address, size, name, kind) in symbols {
            // Two names of one function.
            let size = (address + size).min(end).saturating_sub(at.max(address));
            at = at.max(address + size);
            add(&mut parts, (&name, part_kind(&name, kind), section), size);
        }
        let counted: u64 = parts.iter().map(|part| part.bytes).sum();
        add(&mut parts, ("", PartKind::Between, section), end - start - counted);
        parts
    }

    fn is_thumb(&self) -> bool {
        self.file.architecture() == object::Architecture::Arm
    }
}

/// Whether a section is part of an image.
fn is_loaded(section: &object::Section) -> bool {
    matches!(section.kind(), SectionKind::Text | SectionKind::ReadOnlyData | SectionKind::Data)
}

fn part_kind(name: &str, kind: SymbolKind) -> PartKind {
    match kind {
        SymbolKind::Text if name.starts_with(HANDLER) => PartKind::Handler,
        SymbolKind::Text if name.starts_with("swarm.") || name.starts_with("OUTLINED_") => PartKind::Shared,
        SymbolKind::Text => PartKind::Library,
        _ => PartKind::Constants,
    }
}

fn add(parts: &mut Vec<Part>, (name, kind, section): (&str, PartKind, &str), bytes: u64) {
    if bytes > 0 {
        let name = name.strip_prefix(HANDLER).unwrap_or(name).to_owned();
        parts.push(Part { name, kind, section: section.to_owned(), bytes });
    }
}
