//! What can be wrong with an envelope's form, before anybody asks whether to trust it.

use crate::{Kind, strict_json};

/// An error of form, in something written here or read from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The JSON of this part is not acceptable; the source says where and why.
    #[error("the JSON of {part} cannot be taken; write it as the wire format says")]
    Json {
        /// Which part: `an envelope header`.
        part: &'static str,
        /// Where and why. It may quote the content: for the sender and the officer, not for a program log.
        #[source]
        source: strict_json::Error,
    },
    /// The content contradicts itself.
    #[error("{part} contradicts itself: {what}")]
    Contradiction {
        /// Which part.
        part: &'static str,
        /// What is wrong and what to write instead.
        what: &'static str,
    },
    /// A kind of envelope lacks what it needs.
    #[error("an envelope of kind `{kind}` needs `{field}`; add it to the header")]
    Missing {
        /// The kind.
        kind: Kind,
        /// The missing header field.
        field: &'static str,
    },
    /// The bytes end too early, or say a length they do not have.
    #[error("the {what} ends too early or has bytes left over; send it whole and unaltered")]
    Framing {
        /// `parcel` or `envelope`.
        what: &'static str,
    },
    /// The bytes do not begin as a parcel of this version does.
    #[error("not a parcel of version 1; begin it with `eunomia/1` and a line feed")]
    NotAParcel,
    /// More bytes than the receiver takes.
    #[error("{what} of {bytes} bytes is over the limit of {most}; split it")]
    TooLarge {
        /// `a parcel`, `an envelope` or `a body`.
        what: &'static str,
        /// How many there are.
        bytes: usize,
        /// How many may be.
        most: usize,
    },
    /// More parts than the receiver takes.
    #[error("{count} {what} are over the limit of {most}; send fewer at once")]
    TooMany {
        /// `envelopes in a parcel` or `signatures on an envelope`.
        what: &'static str,
        /// How many there are.
        count: usize,
        /// How many may be.
        most: usize,
    },
    /// Nobody signs.
    #[error("no key to sign with; give the signing key of the sending node")]
    NoKey,
    /// The body was erased.
    #[error("the body of this envelope was erased; only header and signatures are left")]
    BodyErased,
}
