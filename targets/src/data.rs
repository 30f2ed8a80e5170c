//! The files of `cores/`, `chips/` and `boards/`, built in.

/// A built-in file: what others call it, its path below `targets/`, its text.
pub(crate) type File = (&'static str, &'static str, &'static str);

macro_rules! data {
    ($folder:literal: $($name:literal),* $(,)?) => {
        &[$(($name, concat!($folder, "/", $name, ".toml"), include_str!(concat!("../", $folder, "/", $name, ".toml")))),*]
    };
}

pub(crate) const CORES: &[File] =
    data!("cores": "cortex-m0", "cortex-m4f", "rv32imc", "rv32imac", "xtensa-windowed");

pub(crate) const CHIPS: &[File] = data!("chips":
    "nrf51822", "nrf52840", "nrf52840-adafruit", "esp32", "esp32s3", "esp32c3", "esp32c6");

/// Real boards, emulated ones, then the host.
pub(crate) const BOARDS: &[File] = data!("boards":
    "microbit-v1", "rak4631", "t-echo", "nrf52840dk", "tbeam", "heltec-v3", "tbeam-supreme", "heltec-ht-ct62",
    "esp32c3-devkit", "xiao-esp32c6", "qemu-cortex-m4", "qemu-riscv32", "qemu-xtensa", "host");

/// All files.
pub(crate) fn files() -> impl Iterator<Item = &'static File> {
    BOARDS.iter().chain(CHIPS).chain(CORES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_in_the_folders_is_built_in() {
        for (folder, known) in [("cores", CORES), ("chips", CHIPS), ("boards", BOARDS)] {
            let mut found: Vec<String> =
                std::fs::read_dir(format!("{}/{folder}", env!("CARGO_MANIFEST_DIR")))
                    .unwrap()
                    .map(|entry| format!("{folder}/{}", entry.unwrap().file_name().to_str().unwrap()))
                    .collect();
            found.sort();
            let mut known: Vec<&str> = known.iter().map(|(_, path, _)| *path).collect();
            known.sort();
            assert_eq!(found, known);
        }
    }
}
