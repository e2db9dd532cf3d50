//! What can be wrong with an index that is read or changed.

/// Why an index cannot be read or a change cannot be applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The bytes do not begin as an index does.
    #[error("this is not an index of this software; rebuild the index from the register")]
    NotAnIndex,
    /// The index was written by another version.
    #[error(
        "the index has version `{found}`, this software reads `{expected}`; rebuild the index from the register"
    )]
    OtherVersion {
        /// The version it has.
        found: u32,
        /// The version that is read here.
        expected: u32,
    },
    /// The check sum does not fit the content.
    #[error(
        "the index is damaged: its check sum does not fit; rebuild the index from the register"
    )]
    CheckSum,
    /// The content is not what an index may hold.
    #[error("the index is damaged at byte `{at}`; rebuild the index from the register")]
    Damaged {
        /// Where reading stopped.
        at: usize,
    },
    /// A record of the other kind: names in clear for an index of pseudonyms, or the reverse.
    #[error(
        "record `{key}` is not of the kind this index holds; put it into an index of its own kind"
    )]
    OtherKind {
        /// The number of the record.
        key: u64,
    },
}
