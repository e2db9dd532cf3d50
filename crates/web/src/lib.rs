//! HTTP between nodes, the programming interface and the pages of the officer. The only crate that knows HTTP,
//! HTML and async.
//!
//! It decides nothing: what a parcel means, who may ask what and what a search found comes from closures given at
//! the start ([`reception::Receive`], [`carrier::CarrierSetup`], [`desk::DeskCalls`]). Those closures block; they run on a bounded
//! number of blocking threads, and what does not fit is answered *late* instead of queueing for ever.

pub mod blocking;
pub mod carrier;
pub mod client;
mod damping;
pub mod desk;
mod error;
pub mod operations;
pub mod problem;
pub mod reception;
pub mod service;
pub mod tls;
pub mod views;

pub use error::Error;
