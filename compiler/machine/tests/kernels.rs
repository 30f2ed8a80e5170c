//! Small kernels with one handler: what they take of the stack by which path, or why they are refused.

#[path = "kernels/image.rs"]
mod image;
#[path = "kernels/riscv.rs"]
mod riscv;
#[path = "kernels/thumb.rs"]
mod thumb;
#[path = "kernels/xtensa.rs"]
mod xtensa;

use swarm_machine::Code;

/// Code with its functions, of which the first is the handler.
pub struct Case {
    name: &'static str,
    /// In hexadecimal.
    code: &'static str,
    /// Names and offsets.
    functions: &'static [(&'static str, u32)],
    /// What the code was made of.
    assembly: &'static str,
    /// Bytes of stack and the path, or the error.
    expected: &'static str,
}

/// What services take in these tests, in bytes.
const SERVICE: u32 = 100;

#[test]
fn each_takes_what_it_takes_or_is_refused() {
    let mut wrong = Vec::new();
    for (machine, cases) in
        [(image::ARM, thumb::CASES), (image::RISCV, riscv::CASES), (image::XTENSA, xtensa::CASES)]
    {
        for case in cases {
            let got = seen(&image::kernel(machine, case.code, case.functions));
            if got != case.expected {
                wrong
                    .push(format!("case {}: {got}\n  not {}\n  {}", case.name, case.expected, case.assembly));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn seen(elf: &[u8]) -> String {
    let code = match Code::read(elf) {
        Ok(code) => code,
        Err(error) => return format!("{}: {error}", error.code()),
    };
    let stack = code.stack(code.handlers[0].function, |_| SERVICE).expect("the handler is there");
    let path = stack.path.iter().map(|frame| {
        let back = frame.return_address.map(|address| format!(" ({address:#x})")).unwrap_or_default();
        format!("{} {}{back}", frame.function, frame.bytes)
    });
    let service = stack.service.map(|number| format!("service {number}"));
    let path: Vec<_> = path.chain(service).collect();
    format!("{}: {}", stack.bytes, path.join(" > "))
}
