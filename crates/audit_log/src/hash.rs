//! The two hashes of the tree, and positions and sizes in it (RFC 6962, section 2.1).

use seal::{Digest, sha256, sha256_parts};
use std::fmt;

/// The root of a tree: the Merkle Tree Hash of RFC 6962, section 2.1.
pub type RootHash = Digest;

/// The hash of a leaf: SHA-256 of a zero byte and the entry. The byte keeps leaves and nodes apart.
pub fn leaf_hash(entry: &[u8]) -> Digest {
    sha256_parts(&[&[0], entry])
}

/// The hash of an inner node: SHA-256 of a one byte, the left and the right child.
pub fn node_hash(left: &Digest, right: &Digest) -> Digest {
    let mut bytes = [1; 65];
    let (_, children) = bytes.split_at_mut(1);
    let (to_left, to_right) = children.split_at_mut(32);
    to_left.copy_from_slice(left.as_bytes());
    to_right.copy_from_slice(right.as_bytes());
    sha256(&bytes)
}

/// The root of the tree without entries: SHA-256 of nothing.
pub fn empty_root() -> RootHash {
    sha256(&[])
}

/// The largest integer that every JSON reader takes exactly (RFC 8259, section 6).
pub(crate) const MAX_JSON: u64 = 1 << 53;

macro_rules! count {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u64);

        impl $name {
            /// Takes a number.
            pub const fn new(number: u64) -> Self {
                Self(number)
            }

            /// The number.
            pub const fn get(self) -> u64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<u64> for $name {
            fn from(number: u64) -> Self {
                Self(number)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if self.0 > MAX_JSON {
                    return Err(serde::ser::Error::custom("a number above 2^53 is not exact in JSON"));
                }
                serializer.serialize_u64(self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let number = u64::deserialize(deserializer)?;
                if number > MAX_JSON {
                    return Err(serde::de::Error::custom("a number above 2^53 is not exact in JSON"));
                }
                Ok(Self(number))
            }
        }
    };
}

count!(
    /// The position of an entry in the log, from 0. In JSON at most 2^53.
    LogIndex
);
count!(
    /// How many entries a log has. In JSON at most 2^53.
    TreeSize
);

/// Parses a decimal number as C2SP formats write it: digits only, no leading zero.
pub(crate) fn plain_number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let plain = text == "0" || !text.starts_with('0');
    if digits && plain { text.parse().ok() } else { None }
}

/// Cuts bytes into digests; `None` when they are not a multiple of 32.
pub(crate) fn digests(bytes: &[u8]) -> Option<Vec<Digest>> {
    let (chunks, rest) = bytes.as_chunks::<32>();
    rest.is_empty().then(|| chunks.iter().copied().map(Digest::from_bytes).collect())
}

/// Lays digests end to end.
pub(crate) fn concat(digests: &[Digest]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(digests.len() * 32);
    for digest in digests {
        bytes.extend_from_slice(digest.as_bytes());
    }
    bytes
}
