//! Flash images: a resident shell and a guest kernel in one ELF
