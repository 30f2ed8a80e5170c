//! Peers: other people's implementations of the formats that we speak, for tests to compare with.
//!
//! They are Python packages in a virtual environment of their own, `target/peers`. Tests run them as processes and never
//! link them. Where the list is as it was at the last installation, nothing is done.

use crate::steps::run;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A package of PyPI, its version, and what it is asked.
const PEERS: [(&str, &str, &str); 6] = [
    ("bthome-ble", "3.25.0", "reads BTHome adverts as Home Assistant does"),
    ("cryptography", "50.0.2", "AES-CTR, independently of ours"),
    ("meshcoredecoder", "0.3.2", "reads MeshCore packets"),
    ("meshtastic", "2.7.11", "Meshtastic's own protobufs"),
    ("protobuf", "7.36.2", "encodes and decodes messages of any schema"),
    ("pymc_core", "1.0.12", "makes and reads MeshCore packets"),
];

/// Installs the peers where the list has changed.
pub fn setup() -> Result<(), String> {
    let folder = folder();
    let stamp = folder.join("installed.txt");
    let wanted = list();
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        eprintln!("setup: the peers for tests are installed");
        return Ok(());
    }
    eprintln!("setup: these packages of PyPI will be installed into {}:", folder.display());
    for (name, version, reason) in PEERS {
        eprintln!("  {name:<18} {version:<9} {reason}");
    }
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    let mut pip = Command::new(folder.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    run(pip.args(wanted.lines()))?;
    fs::write(&stamp, wanted).map_err(|error| format!("{} cannot be written: {error}", stamp.display()))
}

/// As pip takes them, one on a line.
fn list() -> String {
    PEERS.iter().map(|(name, version, _)| format!("{name}=={version}\n")).collect()
}

/// The same whatever folder cargo builds into: tests look here.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/peers")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_pinned() {
        let list = list();
        let lines: Vec<&str> = list.lines().collect();
        assert!(lines.is_sorted(), "{lines:?}");
        assert!(
            lines.iter().all(|line| line.split("==").nth(1).is_some_and(|version| version.contains('.')))
        );
    }
}
