//! The image as an ELF: headers, the sections of both, one load segment for each loaded section, the kernel's symbols.

use crate::ImageError;
use crate::parts::{Parts, Section, Symbol};
use object::write::StringId;
use object::write::elf::{FileHeader, ProgramHeader, SectionHeader, SectionIndex, Sym, Writer};
use object::{Endianness, elf};

/// A section on its way into the image.
struct Placed<'a> {
    section: &'a Section<'a>,
    name: StringId,
    index: SectionIndex,
    offset: usize,
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
    let symtab = writer.reserve_symtab_section_index();
    writer.reserve_strtab_section_index();
    writer.reserve_shstrtab_section_index();
    let placed: Vec<&Placed<'_>> = shells.iter().chain(&kernels).collect();
    let symbols = name_symbols(&mut writer, kernel, &kernels);
    writer.reserve_symtab();
    writer.reserve_strtab();
    writer.reserve_shstrtab();
    writer.reserve_section_headers();
    debug_assert!(symtab.0 as usize > placed.len());

    write_headers(&mut writer, shell, &placed)?;
    for part in placed.iter().filter(|part| !part.section.data.is_empty()) {
        writer.write_align(part.section.alignment as usize);
        writer.write(part.section.data);
    }
    writer.write_null_symbol();
    for symbol in &symbols {
        writer.write_symbol(symbol);
    }
    writer.write_strtab();
    writer.write_shstrtab();
    writer.write_null_section_header();
    for part in &placed {
        writer.write_section_header(&section_header(part));
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
                length => writer.reserve(length, section.alignment as usize),
            },
        })
        .collect()
}

/// The kernel's symbols, local ones first, as the format wants them.
fn name_symbols<'a>(writer: &mut Writer<'a>, kernel: &'a Parts<'a>, sections: &[Placed<'a>]) -> Vec<Sym> {
    writer.reserve_null_symbol_index();
    let (locals, others): (Vec<&Symbol<'_>>, Vec<_>) =
        kernel.symbols.iter().partition(|symbol| symbol.is_local());
    let mut symbols = Vec::new();
    for symbol in locals.into_iter().chain(others) {
        let home = sections.iter().find(|part| part.section.number == usize::from(symbol.section));
        let section = home.map(|part| part.index);
        writer.reserve_symbol_index(section);
        symbols.push(Sym {
            name: (!symbol.name.is_empty()).then(|| writer.add_string(symbol.name)),
            section,
            st_info: symbol.info,
            st_other: symbol.other,
            st_shndx: symbol.section,
            st_value: symbol.value,
            st_size: symbol.size,
        });
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
    writer.write_file_header(&header).map_err(|error| ImageError::Write(error.to_string()))?;
    writer.write_align_program_headers();
    for part in placed.iter().filter(|part| part.section.is_loaded()) {
        let section = part.section;
        writer.write_program_header(&ProgramHeader {
            p_type: elf::PT_LOAD,
            p_flags: access(section.flags),
            p_offset: part.offset as u64,
            p_vaddr: section.address,
            p_paddr: section.address,
            p_filesz: section.size,
            p_memsz: section.size,
            p_align: section.alignment,
        });
    }
    Ok(())
}

fn section_header(part: &Placed<'_>) -> SectionHeader {
    let section = part.section;
    SectionHeader {
        name: Some(part.name),
        sh_type: section.kind,
        sh_flags: section.flags,
        sh_addr: section.address,
        sh_offset: part.offset as u64,
        sh_size: section.size,
        sh_link: 0,
        sh_info: 0,
        sh_addralign: section.alignment,
        sh_entsize: section.element,
    }
}

fn access(flags: u64) -> u32 {
    let mut access = elf::PF_R;
    if flags & u64::from(elf::SHF_WRITE) != 0 {
        access |= elf::PF_W;
    }
    if flags & u64::from(elf::SHF_EXECINSTR) != 0 {
        access |= elf::PF_X;
    }
    access
}
