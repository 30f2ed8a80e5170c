//! Plans BLE adverts: fields with ranges in, the bytes of each packet out.
//!
//! [`plan`] turns a [`Beacon`] into a [`Layout`] of the fewest adverts and bytes; [`pack`] and [`unpack`] are what
//! the layout means, slow and exact. `FORMAT.md` has the bytes in words. The same beacon gives the same layout on
//! every machine: nothing here sees files, a clock or the environment.
#![forbid(unsafe_code)]

mod arrange;
mod assign;
mod beacon;
pub mod bthome;
mod check;
mod decoder;
mod error;
mod field;
pub mod gatt;
mod identify;
mod layout;
mod overflow;
mod pack;
mod picture;
mod plan;
mod product;
mod stores;
pub mod structures;
mod table;

pub use assign::Proof;
pub use beacon::{Beacon, Connectability, Identity, Places, Rotation};
pub use check::{
    MAXIMUM_CHOICES, MAXIMUM_DECIMALS, MAXIMUM_FIELDS, MAXIMUM_NAME, MAXIMUM_STEPS, MAXIMUM_UNIT,
};
pub use decoder::{Language, decoder};
pub use error::AdvertError;
pub use field::{Field, Kind, Misfit, Number, Presence, Repeat, Rounding, Value, bits_for, decimal};
pub use identify::check_ids;
pub use layout::{Cell, Digit, Frame, Layout, Packet, Step};
pub use pack::{PackError, Reading, UnpackError, pack, unpack, unpack_frame};
pub use plan::plan;
pub use stores::{Shift, Store, Term, Widest};
