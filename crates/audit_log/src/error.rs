//! What can be wrong with a log and what is read from it.

use crate::TilePath;

/// An error of this crate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A text is not what its format says.
    #[error("not {what}: {why}")]
    Malformed {
        /// What was expected, such as `a checkpoint`.
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// An entry does not fit the two bytes of its length prefix.
    #[error("an entry of {0} bytes is too long; at most 65535 bytes fit")]
    EntryTooLong(usize),
    /// An entry contradicts itself.
    #[error("the entry contradicts itself: {0}")]
    Contradiction(&'static str),
    /// A tile is missing.
    #[error("`{0}` is missing; fetch it from a mirror or a backup")]
    Missing(TilePath),
    /// A tile could not be read.
    #[error("`{path}` cannot be read: {why}")]
    Unreadable {
        /// Which file.
        path: TilePath,
        /// What the reader said.
        why: String,
    },
    /// A tile has the wrong number of bytes or its parts do not fit.
    #[error("`{path}` is malformed: {why}")]
    BadTile {
        /// Which file.
        path: TilePath,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A range does not lie in the tree, or is not a subtree.
    #[error("entries {start} to {end} are not a part of a tree of {size} entries")]
    OutOfTree {
        /// The first entry.
        start: u64,
        /// The entry after the last.
        end: u64,
        /// The size of the tree.
        size: u64,
    },
    /// A proof does not lead from what is claimed to the root.
    #[error("the proof does not lead to the root; the claim is not proven")]
    BadProof,
    /// The tiles do not have the root that was expected.
    #[error("the tiles have the root `{found}`, expected `{expected}`")]
    OtherRoot {
        /// The expected root.
        expected: seal::Digest,
        /// The root of the tiles.
        found: seal::Digest,
    },
    /// A signature of a known key does not verify.
    #[error("the signature of `{0}` does not verify; the note was altered")]
    BadSignature(String),
    /// No known key signed the note.
    #[error("none of the given keys signed the note; give the key of the log")]
    NotSigned,
    /// Too few witnesses cosigned for the policy.
    #[error(
        "too few witnesses cosigned the checkpoint: {missing}; wait for them, or fetch the proof again"
    )]
    NoQuorum {
        /// Who is missing, in words.
        missing: String,
    },
}

impl Error {
    pub(crate) fn malformed(what: &'static str, why: impl Into<String>) -> Self {
        Self::Malformed { what, why: why.into() }
    }
}
