//! The image as an ELF: headers, the sections of both, one load segment for each loaded section, the kernel's symbols.

use crate::ImageError;
use crate::parts::{Parts, Section, Symbol};
use object::Endianness;
use object::elf::{self, ProgramFlags, SectionFlags};
use object::write::StringId;
use object::write::elf::{FileHeader, ProgramHeader, SectionHeader, SectionIndex, Sym, Writer};

/// A section on its way into the image.
struct Placed<'a> {
    section: &'a Section<'a>,
    name: StringId,
    index: SectionIndex,
    offset: u64,
}

/// A symbol on its way into the image.
struct Named<'a> {
    symbol: &'a Symbol<'a>,
    name: Option<StringId>,
    section: Option<SectionIndex>,
}

pub fn elf(shell: &Parts<'_>, kernel: &Parts<'_>) -> Result<Vec<u8>, ImageError> {
    let mut bytes = Vec::new();
    let mut writer = Writer::new(Endianness::Little, false, &mut bytes);
    let loaded =
        [shell, kernel].into_iter().flat_map(|parts| &parts.sections).filter(|section| section.is_loaded());

    // First everything reserves its place, in the order in which it is written afterwards.
    writer.reserve_file_header();
    writer.reserve_program_headers(loaded.count() as u32);
    writer.reserve_null_section_index();
    let shells = place(&mut writer, shell);
    let kernels = place(&mut writer, kernel);
    writer.reserve_symtab_section_index();
    writer.reserve_strtab_section_index();
    writer.reserve_shstrtab_section_index();
    let placed: Vec<&Placed<'_>> = shells.iter().chain(&kernels).collect();
    let symbols = name_symbols(&mut writer, kernel, &kernels);
    writer.reserve_symtab();
    writer.reserve_strtab().map_err(failed)?;
    writer.reserve_shstrtab().map_err(failed)?;
    writer.reserve_section_headers();

    write_headers(&mut writer, shell, &placed)?;
    for part in placed.iter().filter(|part| !part.section.data.is_empty()) {
        writer.write_align(part.section.alignment);
        writer.write(part.section.data);
    }
    writer.write_null_symbol();
    for named in &symbols {
        let symbol = symbol_entry(&writer, named);
        writer.write_symbol(&symbol);
    }
    writer.write_strtab();
    writer.write_shstrtab();
    writer.write_null_section_header();
    for part in &placed {
        let header = section_header(&writer, part);
        writer.write_section_header(&header);
    }
    let locals = 1 + kernel.symbols.iter().filter(|symbol| symbol.is_local()).count();
    writer.write_symtab_section_header(locals as u32);
    writer.write_strtab_section_header();
    writer.write_shstrtab_section_header();
    Ok(bytes)
}

fn place<'a>(writer: &mut Writer<'a>, parts: &'a Parts<'a>) -> Vec<Placed<'a>> {
    let sections = parts.sections.iter();
    sections
        .map(|section| Placed {
            section,
            name: writer.add_section_name(section.name),
            index: writer.reserve_section_index(),
            offset: match section.data.len() {
                0 => 0,
                length => writer.reserve(length as u64, section.alignment),
            },
        })
        .collect()
}

/// The kernel's symbols, local ones first, as the format wants them.
fn name_symbols<'a>(
    writer: &mut Writer<'a>,
    kernel: &'a Parts<'a>,
    sections: &[Placed<'a>],
) -> Vec<Named<'a>> {
    writer.reserve_null_symbol_index();
    let (locals, others): (Vec<&Symbol<'_>>, Vec<_>) =
        kernel.symbols.iter().partition(|symbol| symbol.is_local());
    let mut symbols = Vec::new();
    for symbol in locals.into_iter().chain(others) {
        let home =
            sections.iter().find(|part| Some(part.section.number) == symbol.section.index().map(usize::from));
        let section = home.map(|part| part.index);
        writer.reserve_symbol_index(section);
        let name = (!symbol.name.is_empty()).then(|| writer.add_string(symbol.name));
        symbols.push(Named { symbol, name, section });
    }
    symbols
}

fn write_headers(
    writer: &mut Writer<'_>,
    shell: &Parts<'_>,
    placed: &[&Placed<'_>],
) -> Result<(), ImageError> {
    let header = FileHeader {
        os_abi: elf::ELFOSABI_NONE,
        abi_version: 0,
        e_type: elf::ET_EXEC,
        e_machine: shell.machine,
        e_entry: shell.entry,
        e_flags: shell.flags,
    };
    writer.write_file_header(&header).map_err(failed)?;
    writer.write_align_program_headers();
    for part in placed.iter().filter(|part| part.section.is_loaded()) {
        let section = part.section;
        writer.write_program_header(&ProgramHeader {
            p_type: elf::PT_LOAD,
            p_flags: access(section.flags),
            p_offset: part.offset,
            p_vaddr: section.address,
            p_paddr: section.address,
            p_filesz: section.size,
            p_memsz: section.size,
            p_align: section.alignment,
        });
    }
    Ok(())
}

fn section_header(writer: &Writer<'_>, part: &Placed<'_>) -> SectionHeader {
    let section = part.section;
    SectionHeader {
        sh_name: writer.section_name_offset(Some(part.name)),
        sh_type: section.kind,
        sh_flags: section.flags,
        sh_addr: section.address,
        sh_offset: part.offset,
        sh_size: section.size,
        sh_link: 0,
        sh_info: 0,
        sh_addralign: section.alignment,
        sh_entsize: section.element,
    }
}

fn symbol_entry(writer: &Writer<'_>, named: &Named<'_>) -> Sym {
    Sym {
        section: named.section.map(|index| index.0),
        st_name: writer.string_offset(named.name),
        st_info: named.symbol.info,
        st_other: named.symbol.other,
        st_shndx: named.symbol.section,
        st_value: named.symbol.value,
        st_size: named.symbol.size,
    }
}

fn access(flags: SectionFlags) -> ProgramFlags {
    let mut access = elf::PF_R.0;
    if flags.0 & elf::SHF_WRITE.0 != 0 {
        access |= elf::PF_W.0;
    }
    if flags.0 & elf::SHF_EXECINSTR.0 != 0 {
        access |= elf::PF_X.0;
    }
    ProgramFlags(access)
}

fn failed(error: object::write::Error) -> ImageError {
    ImageError::Write(error.to_string())
}
