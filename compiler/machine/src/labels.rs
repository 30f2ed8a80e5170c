//! Where rounds of loops begin, and how many there are at most: debug labels that the compiler leaves in the code
//! (`compiler/shim/Loops.cpp`).

use crate::Machine;
use gimli::{AttributeValue, DebuggingInformationEntry, Dwarf, EndianSlice, LittleEndian, Unit};
use object::{Object, ObjectSection};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Labels of loops begin so. A number follows that keeps them apart, then the bounds.
const NAME: &str = "swarm.loop ";

/// A label: a round of a loop begins there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Of each loop around it, the outermost first, and its own.
    pub bounds: Vec<Bound>,
    /// Of the source; none if it is not known.
    pub line: Option<u64>,
}

/// How many rounds a loop has at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// Each time that it is come to; 0: that is not known.
    pub rounds: u64,
    /// How often it goes round again in all, while the loop around it has been come to once.
    pub all: Option<u64>,
}

impl Label {
    /// The bounds of a label's name.
    fn read(name: &str) -> Option<Vec<Bound>> {
        let mut words = name.strip_prefix(NAME)?.split(' ');
        words.next()?.parse::<u32>().ok()?;
        let bound = |word: &str| {
            let (rounds, all) =
                word.split_once(':').map_or((word, None), |(rounds, all)| (rounds, Some(all)));
            let all = all.map(str::parse).transpose().ok()?;
            Some(Bound { rounds: rounds.parse().ok()?, all })
        };
        words.map(bound).collect::<Option<Vec<_>>>().filter(|bounds| !bounds.is_empty())
    }
}

type Slice<'a> = EndianSlice<'a, LittleEndian>;

/// The labels of a linked file by address. What is no debug information has none: then loops have no bounds.
pub(crate) fn labels<'a>(file: &impl Object<'a>, machine: Machine) -> BTreeMap<u32, Vec<Label>> {
    let section = |id: gimli::SectionId| {
        let data = file.section_by_name(id.name()).and_then(|section| section.uncompressed_data().ok());
        Ok::<_, gimli::Error>(data.unwrap_or(Cow::Borrowed(&[])))
    };
    let mut labels = BTreeMap::new();
    let Ok(sections) = gimli::DwarfSections::load(section) else { return labels };
    let dwarf = sections.borrow(|section| EndianSlice::new(section, LittleEndian));
    let mut headers = dwarf.units();
    while let Ok(Some(header)) = headers.next() {
        if let Ok(unit) = dwarf.unit(header) {
            // What comes behind an error is not read: its loops have no bounds.
            let _ = of_unit(&dwarf, &unit, |address, label| {
                labels.entry(machine.address(address)).or_insert_with(Vec::new).push(label);
            });
        }
    }
    labels
}

fn of_unit(
    dwarf: &Dwarf<Slice>,
    unit: &Unit<Slice>,
    mut take: impl FnMut(u32, Label),
) -> Result<(), gimli::Error> {
    let mut entries = unit.entries();
    while let Some(entry) = entries.next_dfs()? {
        if entry.tag() != gimli::DW_TAG_label {
            continue;
        }
        let address = match entry.attr_value(gimli::DW_AT_low_pc) {
            Some(value) => dwarf.attr_address(unit, value)?,
            None => None,
        };
        // Of a function that is put in place elsewhere, too, the name is with that.
        let origin = match entry.attr_value(gimli::DW_AT_abstract_origin) {
            Some(AttributeValue::UnitRef(at)) => Some(unit.entry(at)?),
            _ => None,
        };
        let named = origin.as_ref().unwrap_or(entry);
        let Some(address) = address.and_then(|address| u32::try_from(address).ok()) else { continue };
        let Some(bounds) = name(dwarf, unit, named).and_then(|name| Label::read(&name)) else { continue };
        let line = named.attr_value(gimli::DW_AT_decl_line).and_then(|line| line.udata_value());
        take(address, Label { bounds, line });
    }
    Ok(())
}

fn name(
    dwarf: &Dwarf<Slice>,
    unit: &Unit<Slice>,
    entry: &DebuggingInformationEntry<Slice>,
) -> Option<String> {
    let name = dwarf.attr_string(unit, entry.attr_value(gimli::DW_AT_name)?).ok()?;
    Some(name.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_bounds_from_the_outermost_loop_on() {
        let bound = |rounds, all| Bound { rounds, all };
        assert_eq!(
            Label::read("swarm.loop 7 343 21:6650"),
            Some(vec![bound(343, None), bound(21, Some(6650))])
        );
        assert_eq!(Label::read("swarm.loop 0 0"), Some(vec![bound(0, None)]));
        for other in
            ["swarm.loop", "swarm.loop 7", "swarm.loop x 1", "swarm.loop 1 2:", "swarm.loop 1 -2", "loop 1 2"]
        {
            assert_eq!(Label::read(other), None, "{other}");
        }
    }
}
