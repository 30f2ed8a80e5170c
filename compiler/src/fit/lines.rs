//! Which op of the source the code is of: the line table has it.

use gimli::{Dwarf, DwarfSections, EndianSlice, LittleEndian, SectionId};
use object::{Object, ObjectSection};
use std::collections::BTreeMap;

/// Code of one line of the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpBytes {
    /// From 1 on. 0: code that is of no op alone.
    pub line: u64,
    /// The line, without the blanks around it.
    pub text: String,
    pub bytes: u64,
}

/// The lines of an image's code with their bytes, most first.
pub(super) fn by_op(file: &object::File, source: &str) -> Vec<OpBytes> {
    let mut found: Vec<OpBytes> = bytes_of_lines(file)
        .unwrap_or_default()
        .into_iter()
        .map(|(line, bytes)| OpBytes { line, text: text(source, line), bytes })
        .collect();
    found.sort_by_key(|op| (std::cmp::Reverse(op.bytes), op.line));
    found
}

/// A line of the source.
pub(super) fn text(source: &str, line: u64) -> String {
    let number = usize::try_from(line).ok().and_then(|line| line.checked_sub(1));
    number.and_then(|number| source.lines().nth(number)).unwrap_or_default().trim().to_owned()
}

fn bytes_of_lines(file: &object::File) -> gimli::Result<BTreeMap<u64, u64>> {
    let load = |id: SectionId| -> gimli::Result<Vec<u8>> {
        let section = file.section_by_name(id.name());
        Ok(section.and_then(|section| section.uncompressed_data().ok()).unwrap_or_default().into_owned())
    };
    let sections = DwarfSections::load(load)?;
    let dwarf: Dwarf<EndianSlice<LittleEndian>> =
        sections.borrow(|section| EndianSlice::new(section, LittleEndian));
    let mut lines = BTreeMap::new();
    let mut units = dwarf.units();
    while let Some(header) = units.next()? {
        let unit = dwarf.unit(header)?;
        let Some(program) = unit.line_program.clone() else { continue };
        let mut rows = program.rows();
        let mut before: Option<(u64, u64)> = None;
        while let Some((_, row)) = rows.next_row()? {
            if let Some((address, line)) = before {
                *lines.entry(line).or_default() += row.address().saturating_sub(address);
            }
            let line = row.line().map_or(0, |line| line.get());
            before = (!row.end_sequence()).then_some((row.address(), line));
        }
    }
    lines.retain(|_, bytes| *bytes > 0);
    Ok(lines)
}
