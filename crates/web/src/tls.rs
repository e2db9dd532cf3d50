//! Mutual TLS between nodes: TLS 1.3 only (RFC 8446), keys pinned by the trust list, X25519MLKEM768 preferred.
//!
//! A node is known by the SHA-256 digest of its certificate's public key (`SubjectPublicKeyInfo`, RFC 5280, section 4.1.2.7),
//! which stands in the trust list. Names and dates in a certificate decide nothing: how long a key is good for the trust
//! list says, and it is asked again for every parcel, not only when the connection is made.

mod config;
mod identity;
mod pinning;
mod validity;

pub use config::{dialling_config, listening_config};
pub use identity::{Identity, make_identity, spki_digest};
pub use validity::validity;

use seal::Digest;
use std::sync::Arc;
use vocabulary::NodeId;

/// Which node the trust list names for the digest of a public key; `None` when it names none.
pub type TrustedKeys = Arc<dyn Fn(&Digest) -> Option<NodeId> + Send + Sync>;
