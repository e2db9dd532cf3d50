//! The exchange as its callers see it: a made-up federation of three nodes that write, carry and verify.
#![expect(clippy::unwrap_used, reason = "test code")]

mod federation;
mod golden;
mod json;
mod random;
mod refused;
mod replay;
mod trust_life;
mod trust_list;
mod wire;
