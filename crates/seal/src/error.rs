//! What can be wrong with keys, signatures and sealed payloads.

/// An error of this crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A text is not a value of this kind.
    #[error("not {0}; expected hexadecimal digits or base64 of the right length")]
    Malformed(&'static str),
    /// The signature does not belong to this key and these bytes.
    #[error("the signature does not verify under this key")]
    BadSignature,
    /// The key bytes are not a key.
    #[error("the bytes are not a usable key")]
    BadKey,
    /// The sealed payload was altered, belongs elsewhere, or its key was destroyed.
    #[error("the sealed payload does not open: altered, moved, or its key was destroyed")]
    CannotOpen,
}
