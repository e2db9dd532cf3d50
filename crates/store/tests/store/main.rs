//! The store against the real engine, in temporary folders.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "test code"
)]

mod crash;
mod databases;
mod erasing;
mod holding;
mod loading;
mod logging;
mod restoring;
mod schema;
mod searching;
mod support;
mod witnessing;
mod years;

/// Which engine this run of the suite is for.
const ENGINE: databases::Engine = databases::Engine { postgres: false };
