//! The wire between a shell and the machine that drives it
