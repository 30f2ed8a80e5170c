//! A linked ELF file around some code, with a descriptor of one handler.

pub const ARM: u16 = 40;
pub const RISCV: u16 = 243;
pub const XTENSA: u16 = 94;

const DESCRIPTOR: u32 = 0xf00;
const CODE: u32 = 0x1000;
const FILE_HEADER: usize = 52;

/// The file: descriptor at 0xf00, code at 0x1000, then symbols and section headers.
pub fn kernel(machine: u16, code: &str, functions: &[(&str, u32)]) -> Vec<u8> {
    let thumb = u32::from(machine == ARM);
    let code: Vec<u8> = (0..code.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&code[at..at + 2], 16).expect("hexadecimal"))
        .collect();
    let descriptor = descriptor((CODE + functions[0].1 + thumb).wrapping_sub(DESCRIPTOR), code.len() as u32);
    let (mut names, mut symbols) = (vec![0], vec![0; 16]);
    let mut symbol = |name: &str, address: u32, kind: u8, section: u16| {
        symbols.extend(words(&[names.len() as u32, address, 0]));
        symbols.extend([0x10 | kind, 0]);
        symbols.extend(section.to_le_bytes());
        names.extend(name.bytes().chain([0]));
    };
    symbol("swarm_descriptor", DESCRIPTOR, 0, 1);
    for (name, offset) in functions {
        symbol(name, CODE + offset + thumb, 2, 2);
    }
    let parts = [&descriptor, &code, &symbols, &names];
    let mut file = words(&[0x464c_457f, 0x0001_0101, 0, 0]);
    file.extend(words(&[u32::from(machine) << 16 | 2, 1, 0, 0]));
    let headers = FILE_HEADER + parts.iter().map(|part| part.len()).sum::<usize>();
    file.extend(words(&[headers as u32, 0, FILE_HEADER as u32, 40 << 16, 4 << 16 | 5]));
    let mut table = vec![0; 40];
    // Kind, flags, address, link, first symbol that is not local, size of an entry.
    let kinds = [[1, 2, DESCRIPTOR, 0, 0, 0], [1, 6, CODE, 0, 0, 0], [2, 0, 0, 4, 1, 16], [3, 0, 0, 0, 0, 0]];
    for (part, [kind, flags, address, link, info, entry]) in parts.iter().zip(kinds) {
        let (at, size) = (file.len() as u32, part.len() as u32);
        table.extend(words(&[0, kind, flags, address, at, size, link, info, 1, entry]));
        file.extend_from_slice(part);
    }
    file.extend(table);
    file
}

fn descriptor(handler: u32, code: u32) -> Vec<u8> {
    let mut fields = vec![0x4d52_5753, 1, CODE - DESCRIPTOR + code, 1, 8, 4, 0, 0, 1, 0, 0, 0];
    fields.extend([handler, 2, 0, 1000, 1000, 1000]);
    words(&fields)
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}
