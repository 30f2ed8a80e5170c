//! The shells of the emulated boards, built once and embedded
