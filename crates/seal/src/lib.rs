//! Keys, signatures, digests and sealed payloads, over one C library (`aws-lc`).
//!
//! Nothing here draws randomness: seeds, payload keys and salts come in as arguments. What is signed is
//! always bound to a [`Domain`], so that a signature made for one purpose is worth nothing for another.

mod digest;
mod error;
mod keys;
mod payload;
mod secret;

pub use digest::{Digest, Hasher, keyed_hash, salted, sha256, sha256_parts};
pub use error::Error;
pub use keys::{Domain, KeyId, Signature, SigningKey, VerifyingKey};
pub use payload::{PAYLOAD_OVERHEAD, PayloadKey, open_payload, seal_payload};
pub use secret::{Secret, officer_pseudonym};
