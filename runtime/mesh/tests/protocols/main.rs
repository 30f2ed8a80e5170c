//! Packets, and their time on air, against other people's implementations, and against noise.

mod airtime;
mod fuzz;
mod meshcore;
mod meshtastic;
mod peer;
mod random;
mod raw;
mod round_trips;
