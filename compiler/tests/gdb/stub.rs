//! The few words of gdb's remote protocol that a test needs: `$BODY#CHECKSUM`, each answered by `+`.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// How long the emulator may take to listen, or to answer.
const PATIENCE: Duration = Duration::from_secs(30);

pub struct Stub {
    stream: TcpStream,
}

impl Stub {
    pub fn connect(port: u16) -> Self {
        let begun = Instant::now();
        let stream = loop {
            match TcpStream::connect(("127.0.0.1", port)) {
                Ok(stream) => break stream,
                Err(error) if error.kind() == ErrorKind::ConnectionRefused && begun.elapsed() < PATIENCE => {
                    std::thread::sleep(Duration::from_millis(50));
                }
                Err(error) => panic!("the emulator's stub: {error}"),
            }
        };
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
        Self { stream }
    }

    pub fn set_breakpoint(&mut self, address: u32) {
        assert_eq!(self.ask(&format!("Z0,{address:x},2")), "OK");
    }

    pub fn clear_breakpoint(&mut self, address: u32) {
        assert_eq!(self.ask(&format!("z0,{address:x},2")), "OK");
    }

    /// Lets the board run until it stops; a stop is signal 5, a trap.
    pub fn go_on(&mut self) {
        let stop = self.ask("c");
        assert!(stop.starts_with("T05") || stop.starts_with("S05"), "{stop}");
    }

    /// The program counter, which is the first of Xtensa's registers in the order of gdb.
    pub fn counter(&mut self) -> u32 {
        let registers = self.ask("g");
        let first = registers.get(..8).and_then(|word| u32::from_str_radix(word, 16).ok());
        first.unwrap_or_else(|| panic!("the registers are '{registers}'")).swap_bytes()
    }

    pub fn detach(mut self) {
        assert_eq!(self.ask("D;1"), "OK");
    }

    fn ask(&mut self, body: &str) -> String {
        let sum = body.bytes().fold(0u8, u8::wrapping_add);
        write!(self.stream, "${body}#{sum:02x}").expect("the stub listens");
        let answer: Vec<u8> = std::iter::from_fn(|| Some(self.byte()))
            .skip_while(|byte| *byte != b'$')
            .skip(1)
            .take_while(|byte| *byte != b'#')
            .collect();
        let _sum = [self.byte(), self.byte()];
        self.stream.write_all(b"+").expect("the stub listens");
        String::from_utf8(answer).expect("answers are text")
    }

    fn byte(&mut self) -> u8 {
        let mut byte = [0];
        self.stream.read_exact(&mut byte).expect("the stub answers in time");
        byte[0]
    }
}
