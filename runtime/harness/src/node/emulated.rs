//! A node on an emulated board: the shell hosts the kernel, two pipes carry the link.
//!
//! The emulator runs in a folder of its own, in which the driver has made the pipes `in` and `out`. The driver opens
//! both for reading and writing, so that neither side waits for the other to come or go.

use super::image::image;
use super::{Identity, Inputs, KernelFacts, Node, NodeError, Outcome, wire};
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};
use swarm_abi::{Event, event};
use swarm_link::frame::{self, BODY_MAX, CHUNK_MAX, HEADER_BYTES, UNKNOWN, command, ended, reply, word};
use tempfile::TempDir;

/// How often a waiting driver looks whether the emulator is still there.
const GLANCE: Duration = Duration::from_millis(100);

/// Name of the threads that read from boards.
const READER: &str = "swarm-board";

/// How a board is emulated.
#[derive(Debug, Clone)]
pub struct Emulator {
    /// QEMU's program for the board.
    pub program: PathBuf,
    /// Machine and what belongs to it. The link is semihosting where that is among them, else the board's serial port.
    pub arguments: Vec<String>,
    /// QEMU's stub for gdb listens here, on loopback, and waits.
    pub gdb_port: Option<u16>,
    /// How long an answer may take.
    pub timeout: Duration,
}

/// What the board's memory holds.
#[derive(Debug, Clone, Copy)]
pub struct Images<'a> {
    /// The ELF of the board's shell.
    pub shell: &'a [u8],
    /// The ELF of the kernel, linked for the board.
    pub kernel: &'a [u8],
    /// Where the kernel is put instead of where it is linked, for images that run anywhere.
    pub address: Option<u64>,
}

/// A kernel on an emulated board.
pub struct EmulatedNode {
    facts: KernelFacts,
    identity: Identity,
    emulator: Emulator,
    child: Child,
    to_board: File,
    from_board: Receiver<Vec<u8>>,
    /// The board's end of its pipe, to wake the thread that reads it.
    wake: File,
    pending: Vec<u8>,
    folder: TempDir,
}

impl EmulatedNode {
    /// Starts the emulator and gives the shell its kernel.
    ///
    /// # Errors
    /// When the emulator is not installed or does not answer, or when the shell refuses the kernel.
    pub fn start(emulator: Emulator, images: Images, identity: Identity) -> Result<Self, NodeError> {
        let (linked, bytes) = image(images.kernel)?;
        let address = images.address.unwrap_or(linked);
        let facts = KernelFacts::parse(&bytes)?;
        let folder = tempfile::tempdir().map_err(NodeError::File)?;
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("shell.elf"), images.shell).map_err(NodeError::File)?;
        std::fs::write(path("kernel.bin"), &bytes).map_err(NodeError::File)?;
        let (to_board, mut from) = (pipe(&path("in"))?, pipe(&path("out"))?);
        let wake = from.try_clone().map_err(NodeError::File)?;
        let child = spawn(&emulator, folder.path(), address)?;
        let (sender, from_board) = channel();
        // The pipe never ends, because the driver holds both its ends: the node wakes the thread when it is dropped.
        let reader = std::thread::Builder::new().name(READER.to_string());
        let read = move || {
            let mut buffer = [0; 4096];
            while let Ok(count) = from.read(&mut buffer) {
                if count == 0 || sender.send(buffer[..count].to_vec()).is_err() {
                    return;
                }
            }
        };
        reader.spawn(read).map_err(NodeError::File)?;
        let pending = Vec::new();
        let mut node = Self { facts, identity, emulator, child, to_board, from_board, wake, pending, folder };
        let answer = node.ask(command::KERNEL, &(address as u32).to_le_bytes(), reply::KERNEL)?;
        match answer.first().copied().map(swarm_link::Refusal::from_code) {
            Some(None) => Ok(node),
            Some(Some(refusal)) => Err(NodeError::Refused(refusal)),
            None => Err(NodeError::Protocol("an empty answer".to_string())),
        }
    }

    /// Sends a command and waits for its answer.
    fn ask(&mut self, tag: u8, body: &[u8], expected: u8) -> Result<Vec<u8>, NodeError> {
        let mut message = frame::header(tag, body.len()).to_vec();
        message.extend_from_slice(body);
        self.to_board.write_all(&message).map_err(NodeError::File)?;
        match self.receive()? {
            (tag, body) if tag == expected => Ok(body),
            (tag, _) => Err(NodeError::Protocol(format!("an answer of kind {tag:#x}"))),
        }
    }

    fn receive(&mut self) -> Result<(u8, Vec<u8>), NodeError> {
        let header = self.take(HEADER_BYTES)?;
        let header = [header[0], header[1], header[2]];
        let (tag, length) =
            frame::parse_header(header).ok_or_else(|| NodeError::Protocol(format!("a frame {header:?}")))?;
        Ok((tag, self.take(length)?))
    }

    /// The next bytes from the board.
    fn take(&mut self, count: usize) -> Result<Vec<u8>, NodeError> {
        let begun = Instant::now();
        let mut ended = false;
        while self.pending.len() < count {
            match self.from_board.recv_timeout(GLANCE) {
                Ok(bytes) => self.pending.extend_from_slice(&bytes),
                Err(RecvTimeoutError::Disconnected) => return Err(NodeError::Gone { emulator: self.said() }),
                // Nobody answers for an emulator that has ended; what it wrote before has come by the next glance.
                Err(RecvTimeoutError::Timeout) if ended => {
                    return Err(NodeError::Gone { emulator: self.said() });
                }
                Err(RecvTimeoutError::Timeout) if begun.elapsed() >= self.emulator.timeout => {
                    let seconds = self.emulator.timeout.as_secs();
                    return Err(NodeError::Timeout { seconds, emulator: self.said() });
                }
                Err(RecvTimeoutError::Timeout) => ended = matches!(self.child.try_wait(), Ok(Some(_))),
            }
        }
        let rest = self.pending.split_off(count);
        Ok(std::mem::replace(&mut self.pending, rest))
    }

    /// What the emulator wrote to its standard error.
    fn said(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("stderr")).unwrap_or_default()
    }
}

impl Drop for EmulatedNode {
    fn drop(&mut self) {
        // Our own child; it may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
        // The thread finds that nobody takes what it has read, and ends.
        self.from_board = channel().1;
        let _ = self.wake.write_all(&[0]);
    }
}

fn spawn(emulator: &Emulator, folder: &Path, address: u64) -> Result<Child, NodeError> {
    let stderr = File::create(folder.join("stderr")).map_err(NodeError::File)?;
    let mut program = Command::new(&emulator.program);
    // Without semihosting the shell has its serial port, which takes the place of the two files.
    let by_files = emulator.arguments.iter().any(|argument| argument.starts_with("-semihosting"));
    let serial = if by_files { "none" } else { "stdio" };
    program.args(&emulator.arguments);
    program.args(["-display", "none", "-monitor", "none", "-serial", serial, "-parallel", "none"]);
    program.args(["-kernel", "shell.elf", "-device"]);
    program.arg(format!("loader,file=kernel.bin,addr={address:#x},force-raw=on"));
    if let Some(port) = emulator.gdb_port {
        program.args(["-S", "-gdb", &format!("tcp:127.0.0.1:{port}")]);
    }
    let pipe = |name: &str| {
        OpenOptions::new().read(true).write(true).open(folder.join(name)).map_err(NodeError::File)
    };
    program
        .current_dir(folder)
        .stdin(Stdio::from(pipe("in")?))
        .stdout(Stdio::from(pipe("out")?))
        .stderr(stderr);
    program.spawn().map_err(|source| NodeError::Start { program: emulator.program.clone(), source })
}

/// Makes a named pipe and opens it both ways, which does not wait for anybody.
fn pipe(path: &Path) -> Result<File, NodeError> {
    let made = Command::new("mkfifo").arg(path).status().map_err(NodeError::File)?;
    if !made.success() {
        return Err(NodeError::File(std::io::Error::other("mkfifo could not make a named pipe")));
    }
    OpenOptions::new().read(true).write(true).open(path).map_err(NodeError::File)
}

impl Node for EmulatedNode {
    fn facts(&self) -> &KernelFacts {
        &self.facts
    }

    fn dispatch(&mut self, event: &Event, inputs: &Inputs) -> Result<Outcome, NodeError> {
        if event.kind == event::INIT {
            let mut body = self.identity.node_id.to_le_bytes().to_vec();
            body.extend_from_slice(&self.identity.entropy_seed.to_le_bytes());
            body.extend_from_slice(&self.identity.deployment.to_bytes());
            self.ask(command::INIT, &body, reply::DONE)?;
        }
        let Some(number) = self.facts.handler_of(event) else { return Ok(Outcome::default()) };
        let offset = self.facts.handlers[number].offset as u32;
        let mut body = [offset.to_le_bytes(), inputs.now_ms.to_le_bytes()].concat();
        body.extend_from_slice(&self.facts.encode(inputs));
        body.extend_from_slice(&wire::event(event, inputs)?);
        if body.len() > BODY_MAX {
            return Err(NodeError::Protocol("more ports than a frame holds".to_string()));
        }
        let mut message = frame::header(command::EVENT, body.len()).to_vec();
        message.extend_from_slice(&body);
        self.to_board.write_all(&message).map_err(NodeError::File)?;
        let mut stream = Vec::new();
        let answer = loop {
            match self.receive()? {
                (reply::RECORDS, part) => stream.extend_from_slice(&part),
                (reply::EVENT, answer) => break answer,
                (tag, _) => {
                    return Err(NodeError::Protocol(format!("an answer of kind {tag:#x} to an event")));
                }
            }
        };
        let field = |index: usize| {
            word(&answer, 4 * index).ok_or_else(|| NodeError::Protocol("a short answer".to_string()))
        };
        match field(0)? {
            ended::RETURNED => {}
            ended::STACK => return Err(NodeError::Stack),
            _ => return Err(NodeError::Trapped { pc: field(3)?, cause: field(1)? }),
        }
        stream.extend_from_slice(answer.get(frame::ENDED_BYTES..).unwrap_or_default());
        let counted = field(2)?;
        Ok(Outcome {
            status: field(1)?,
            instructions: (counted != UNKNOWN).then_some(u64::from(counted)),
            records: wire::records(&stream)?,
        })
    }

    fn read_state(&mut self) -> Result<Vec<u8>, NodeError> {
        let total = self.facts.state_bytes();
        let mut state = Vec::with_capacity(total as usize);
        while (state.len() as u32) < total {
            let offset = state.len() as u32;
            let length = (total - offset).min(CHUNK_MAX as u32);
            let body = [offset.to_le_bytes(), length.to_le_bytes()].concat();
            state.extend(self.ask(command::READ, &body, reply::DATA)?);
        }
        Ok(state)
    }

    fn write_state(&mut self, offset: u32, bytes: &[u8]) -> Result<(), NodeError> {
        let state = self.facts.state_bytes();
        if offset as usize + bytes.len() > state as usize {
            return Err(NodeError::Bounds { offset, length: bytes.len(), state });
        }
        for (number, chunk) in bytes.chunks(CHUNK_MAX).enumerate() {
            let mut body = (offset + (number * CHUNK_MAX) as u32).to_le_bytes().to_vec();
            body.extend_from_slice(chunk);
            self.ask(command::WRITE, &body, reply::DONE)?;
        }
        Ok(())
    }
}
