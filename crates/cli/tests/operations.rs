//! A node as its operator sees it: health, readiness, metrics, program log, and how it stops.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "test code"
)]

#[path = "support/bundle.rs"]
mod bundle;
#[path = "operations/exposition.rs"]
mod exposition;
#[path = "operations/health.rs"]
mod health;
#[path = "operations/http.rs"]
mod http;
#[path = "operations/nothing_personal.rs"]
mod nothing_personal;
#[path = "operations/removing.rs"]
mod removing;
#[path = "kill/running.rs"]
mod running;
#[path = "operations/stopping.rs"]
mod stopping;
#[path = "kill/upload.rs"]
mod upload;
