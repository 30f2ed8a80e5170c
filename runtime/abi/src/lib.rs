//! The structs that a kernel and its host share, without code
