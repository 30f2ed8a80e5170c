//! Chips and boards as data, and the linker scripts made from them
