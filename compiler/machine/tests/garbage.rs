//! Bytes that no compiler made: reading ends, with code or with an error, and never panics.

#[path = "kernels/image.rs"]
mod image;

use swarm_machine::{Code, Error};

/// Xorshift, so that a failure comes again.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.next() as u8).collect()
    }
}

/// A handler that calls a function and a service, for each machine.
const SEEDS: [(u16, &str); 3] = [
    // push {r4, lr}; ldr r2, [r1, #8]; mov r0, r1; blx r2; bl helper; pop {r4, pc}; helper: sub sp, #8; add sp, #8; bx lr
    (image::ARM, "10b58a680846904700f001f810bd82b002b07047"),
    // addi sp, sp, -16; sw ra, 12(sp); lw a2, 8(a1); mv a0, a1; jalr a2; lw ra, 12(sp); addi sp, sp, 16; nop; nop; ret
    (image::RISCV, "411106c690452e850296b2404101010001008280"),
    // entry a1, 48; l32i a8, a3, 8; or a10, a3, a3; callx8 a8; retw.n
    (image::XTENSA, "36610082230230a320e008001df0"),
];

fn seeds() -> Vec<Vec<u8>> {
    let kernel = |(machine, code)| image::kernel(machine, code, &[("swarm_handler_tick", 0)]);
    SEEDS.into_iter().map(kernel).collect()
}

/// Reads, and uses what was read.
fn read(bytes: &[u8]) -> Result<usize, Error> {
    let code = Code::read(bytes)?;
    for handler in &code.handlers {
        let stack = code.stack(handler.function, |_| u32::MAX).expect("handlers are reached");
        assert!(!stack.path.is_empty());
        // Rounds of all loops, as if all were routines; or none, so that any loop is refused.
        let bounded = code.time(handler.function, |_| u64::MAX, |_| Some(u64::MAX));
        assert!(!bounded.is_ok_and(|time| time.instructions == 0), "a function has an instruction");
        let _ = code.time(handler.function, |_| 0, |_| None);
    }
    Ok(code.functions.len())
}

#[test]
fn the_seeds_are_kernels() {
    for seed in seeds() {
        assert!(read(&seed).is_ok_and(|functions| functions >= 1), "{:?}", read(&seed));
    }
}

#[test]
fn random_bytes_are_no_file() {
    let mut random = Random(1);
    for length in 0..600 {
        assert!(matches!(read(&random.bytes(length)), Err(Error::Elf { .. })), "{length} bytes");
    }
}

#[test]
fn changed_files_are_read_or_refused() {
    let mut random = Random(2);
    let (mut read_well, mut refused) = (0, 0);
    for seed in seeds() {
        for _ in 0..20_000 {
            let mut bytes = seed.clone();
            for _ in 0..=random.below(4) {
                let at = random.below(bytes.len());
                bytes[at] = random.next() as u8;
            }
            if random.below(8) == 0 {
                bytes.truncate(random.below(bytes.len()));
            }
            match read(&bytes) {
                Ok(_) => read_well += 1,
                Err(_) => refused += 1,
            }
        }
    }
    assert!(read_well > 1000 && refused > 1000, "{read_well} read, {refused} refused");
}

#[test]
fn random_code_is_read_or_refused() {
    let mut random = Random(3);
    let mut refused = 0;
    for machine in [image::ARM, image::RISCV, image::XTENSA] {
        for _ in 0..3000 {
            let mut code = random.bytes(400);
            // Most begin as functions of Xtensa must.
            if machine == image::XTENSA {
                code[..3].copy_from_slice(&[0x36, 0x61, 0]);
            }
            let hex: String = code.iter().map(|byte| format!("{byte:02x}")).collect();
            let functions = [("swarm_handler_tick", 0), ("helper", 100), ("other", 200)];
            refused += usize::from(read(&image::kernel(machine, &hex, &functions)).is_err());
        }
    }
    assert!(refused > 8000, "{refused} refused");
}

/// Each function calls the next one twice, with the host's table in ever other places.
#[test]
fn calls_without_end_are_refused() {
    let mut code = String::new();
    let functions: Vec<_> = (0..60).map(|number| (format!("swarm_handler_{number}"), number * 16)).collect();
    for _ in 0..59 {
        // push {r4, lr}; bl next; add r1, #4 (of the host); bl next; pop {r4, pc}
        code += "10b500f005f8043100f002f810bd00bf";
    }
    // bx lr
    code += "7047";
    let functions: Vec<_> = functions.iter().map(|(name, at)| (name.as_str(), *at)).collect();
    let read = read(&image::kernel(image::ARM, &code, &functions));
    assert!(matches!(read, Err(Error::Size { .. })), "{read:?}");
}
