//! What can stand against a trust list. A reader is told all of it at once.

use crate::Error;
use seal::KeyId;
use vocabulary::{NodeId, Timestamp};

/// One thing that stands against a trust list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The file or the list in it is not of the right form.
    #[error("the trust list cannot be read; ask its keepers for a fresh copy")]
    Form(#[source] Error),
    /// Too few keepers signed.
    #[error(
        "{signed} of the {whose} keepers signed and {threshold} must; have the missing keepers sign the same bytes"
    )]
    TooFewKeepers {
        /// `pinned`, `own` or `previous`.
        whose: &'static str,
        /// Distinct keepers with a good signature.
        signed: usize,
        /// How many are needed.
        threshold: usize,
    },
    /// A keeper's signature does not belong to these bytes.
    #[error("the signature of keeper `{0}` does not belong to this list; have it signed again")]
    BadSignature(KeyId),
    /// The threshold cannot be met, or needs nobody.
    #[error(
        "a threshold of {threshold} with {keepers} keepers; set it from 1 to the number of keepers"
    )]
    Threshold {
        /// The threshold as written.
        threshold: usize,
        /// How many keepers there are.
        keepers: usize,
    },
    /// Something that must be unique is not.
    #[error("the {what} `{id}` stands twice in the trust list; keep one")]
    Twice {
        /// `node`, `authority`, `key`, `keeper`, `TLS key` or `instrument`.
        what: &'static str,
        /// Which.
        id: String,
    },
    /// A node cannot sign.
    #[error("the node `{0}` has no key; give it one")]
    NodeWithoutKey(NodeId),
    /// A key ends before it begins.
    #[error(
        "the key `{key}` of node `{node}` ends before it begins; set `until` later than `from`"
    )]
    KeyPeriod {
        /// The node.
        node: NodeId,
        /// The key.
        key: KeyId,
    },
    /// The name of an authority is not fit to be shown.
    #[error(
        "the name of authority `{0}` is not one line of 1 to 200 characters; write its official name"
    )]
    Name(vocabulary::AuthorityId),
    /// The dates are out of order.
    #[error("the dates are out of order; set `issued` before `fresh_until` before `valid_until`")]
    Dates,
    /// There is no version 0.
    #[error("the version is 0; count versions from 1")]
    VersionZero,
    /// The version does not rise.
    #[error(
        "version {version} cannot follow version {previous}; keep the list you have and ask the keepers for a later one"
    )]
    VersionBack {
        /// Of the new list.
        version: u64,
        /// Of the list in force.
        previous: u64,
    },
    /// It was issued before the one it is to follow.
    #[error(
        "issued at {issued}, before the list in force of {previous}; ask the keepers for a later one"
    )]
    IssuedBack {
        /// Of the new list.
        issued: Timestamp,
        /// Of the list in force.
        previous: Timestamp,
    },
    /// A revoked key stands among the keys of a node.
    #[error(
        "the key `{key}` of node `{node}` was revoked and cannot come back; give the node a fresh one"
    )]
    RevokedKeyInUse {
        /// The node.
        node: NodeId,
        /// The key.
        key: KeyId,
    },
    /// An agreement is not whole.
    #[error("the agreement `{id}` {what}")]
    Agreement {
        /// The agreement.
        id: String,
        /// What is wrong and what to write.
        what: &'static str,
    },
    /// A change speaks of something that the list does not have.
    #[error("the trust list has no {what} `{id}`; look at it with `eunomia trust show`")]
    NoSuch {
        /// `node`, `key`, `agreement` or `instrument`.
        what: &'static str,
        /// Which.
        id: String,
    },
    /// A request is not signed by the keys it speaks of.
    #[error("the request of node `{node}` is not signed by {whose}; have the node make it again")]
    RequestNotSigned {
        /// The node.
        node: NodeId,
        /// Whose signature is missing.
        whose: &'static str,
    },
    /// Nothing would change.
    #[error("nothing would change; name at least one change, or let only the dates move on")]
    NoChange,
}
