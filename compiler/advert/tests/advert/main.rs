//! Tests of the planner from outside: only what callers see.

mod bthome;
mod decoders;
mod exhaustive;
mod fail;
mod gatt;
mod generate;
mod layouts;
mod optimal;
mod peer;
mod random;
mod round_trip;
mod spec;
