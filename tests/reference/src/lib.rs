//! NUMERICS.md in plain Rust: what every target is compared with
