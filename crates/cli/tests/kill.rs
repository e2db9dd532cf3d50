//! Real processes that die: what was acknowledged is there, what was not is there whole or not at all.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "test code"
)]

#[path = "support/bundle.rs"]
mod bundle;
#[path = "kill/cut.rs"]
mod cut;
#[path = "kill/deaths.rs"]
mod deaths;
#[path = "kill/running.rs"]
mod running;
#[path = "kill/upload.rs"]
mod upload;
