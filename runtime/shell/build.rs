//! The linker script comes by a flag, which cargo does not follow: a changed script links the shell anew.

fn main() {
    println!("cargo::rerun-if-changed=link");
}
