//! Messages as schemas: what a kernel declares, `.proto` text both ways, sizes, and a reference encoding.
//!
//! A schema is a subset of proto3 that is bounded: no text, no repetition, no recursion, bytes with a maximum. Beyond
//! proto3 it has bit fields within a `fixed32` or `fixed64`; in a `.proto` file they stand in a comment, so that any other
//! tool reads the number. The compiler generates encoders and decoders from a schema; [`encode`] and [`decode`] are what it
//! is compared with: slow and obvious.

pub mod bits;
mod decode;
mod encode;
mod error;
#[cfg(feature = "import")]
mod import;
mod model;
mod print;
mod size;
mod value;

pub use decode::decode;
pub use encode::encode;
pub use error::SchemaError;
#[cfg(feature = "import")]
pub use import::{ImportError, Places, import, import_placed};
pub use model::{BitField, Enumeration, Field, Kind, Message, Schema};
pub use print::print;
pub use size::{enum_bits, field_size_max, longest_field, size_max};
pub use value::{Record, Value};
