//! Tests across crates: exactness, learning, failures, formats
