//! Schemas and messages against protoc and Python's protobuf.

mod compotastic;
mod generated;
#[path = "../../../mesh/tests/protocols/peer.rs"]
mod peer;
mod python;
#[path = "../../../mesh/tests/protocols/random.rs"]
mod random;
mod wrong;
