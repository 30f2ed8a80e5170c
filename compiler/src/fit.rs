//! What a kernel takes of its place: air time and energy. What each figure assumes is in `compiler/FIT.md`.

pub mod airtime;
pub mod energy;
mod speaking;

pub use speaking::Speaking;
