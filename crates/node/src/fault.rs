//! What can go wrong in a use case, with a part for the outside and a part for the operator.

use access::Refusal;

/// A use case that could not be carried out. The caller sees `Display`; the operator sees the chain of sources.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The law, as the instruments say it, does not allow it.
    #[error("refused: {0}")]
    Refused(Refusal),
    /// What was given is not usable.
    #[error("{what}")]
    Invalid {
        /// Which part of the request.
        field: String,
        /// What is wrong and what to do.
        what: String,
    },
    /// There is no such thing, or the asker may not know of it.
    #[error("there is no such {0} that you may see")]
    NotFound(&'static str),
    /// An envelope was not taken.
    #[error("the envelope was not taken: {0}")]
    Rejected(#[from] exchange::Rejection),
    /// A message could not be read or written.
    #[error("a message could not be read or written")]
    Message(#[from] exchange::Error),
    /// The store could not do it; nothing was acknowledged.
    #[error("the node could not store this; nothing was done")]
    Store(#[from] store::Error),
    /// Keys or digests do not work.
    #[error("a key of this node does not work")]
    Key(#[from] seal::Error),
    /// A file that is imported cannot be read.
    #[error("the file cannot be read further")]
    File(#[from] std::io::Error),
    /// A trust list was not taken; what was in force stays in force.
    #[error("the trust list is not taken: {0}")]
    TrustList(String),
    /// The trust list names no agreement under which this could pass to or from a third country.
    #[error("no agreement: {0}")]
    NoAgreement(exchange::NoAgreement),
    /// Something that the program relies on does not hold.
    #[error("the node is not set up for this: {0}")]
    NotSetUp(String),
}

impl Fault {
    /// True when a disk of this node is full. Reading goes on; what was to be stored was not.
    pub fn is_for_want_of_room(&self) -> bool {
        matches!(self, Self::Store(store::Error::Full { .. }))
    }

    /// The fault for a field of a request.
    pub fn invalid(field: &str, what: impl Into<String>) -> Self {
        Self::Invalid { field: field.to_owned(), what: what.into() }
    }
}

impl From<vocabulary::Invalid> for Fault {
    fn from(invalid: vocabulary::Invalid) -> Self {
        Self::Invalid { field: invalid.expected.to_owned(), what: invalid.to_string() }
    }
}
