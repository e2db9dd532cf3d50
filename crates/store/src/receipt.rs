//! The receipt of a committed log entry: the only key to what lies in the store.

use crate::Error;
use crate::log::Leaf;
use seal::Digest;
use vocabulary::{AuthorityId, InstrumentId, QueryId};

/// Proof that an entry is durable in the log of its authority. Made only here and only after the commit;
/// whoever wants to see or change personal data must show one (Directive (EU) 2016/680, Article 25).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogReceipt {
    authority: AuthorityId,
    entry_id: QueryId,
    query: Option<QueryId>,
    instrument: InstrumentId,
    leaf_hash: Digest,
    entry_digest: Digest,
    granted: bool,
}

impl LogReceipt {
    pub(crate) fn of(leaf: &Leaf, granted: bool) -> Self {
        Self {
            authority: leaf.authority.clone(),
            entry_id: leaf.entry_id,
            query: leaf.query,
            instrument: leaf.instrument.clone(),
            leaf_hash: leaf.hash,
            entry_digest: leaf.digest,
            granted,
        }
    }

    /// Whose log holds the entry.
    pub fn authority(&self) -> &AuthorityId {
        &self.authority
    }

    /// The id of the entry.
    pub fn entry_id(&self) -> QueryId {
        self.entry_id
    }

    /// The query that the entry belongs to.
    pub fn query(&self) -> Option<QueryId> {
        self.query
    }

    /// The instrument under which the entry was made.
    pub fn instrument(&self) -> &InstrumentId {
        &self.instrument
    }

    /// The hash of the entry as a leaf of the log (RFC 6962, section 2.1).
    pub fn leaf_hash(&self) -> Digest {
        self.leaf_hash
    }

    /// SHA-256 of the bytes of the entry.
    pub fn entry_digest(&self) -> Digest {
        self.entry_digest
    }

    /// True when the entry records a grant. The receipt of a refusal opens nothing.
    pub fn is_granted(&self) -> bool {
        self.granted
    }

    /// Refuses unless the receipt is for data of this authority under this instrument.
    pub(crate) fn must_cover(
        &self,
        authority: &AuthorityId,
        instrument: &InstrumentId,
    ) -> Result<(), Error> {
        self.must_open(authority)?;
        if self.instrument != *instrument {
            return Err(Error::WrongReceipt { what: "instrument" });
        }
        Ok(())
    }

    /// Refuses unless the receipt records a grant of this authority.
    pub(crate) fn must_open(&self, authority: &AuthorityId) -> Result<(), Error> {
        if !self.granted {
            return Err(Error::WrongReceipt { what: "grant" });
        }
        if self.authority != *authority {
            return Err(Error::WrongReceipt { what: "authority" });
        }
        Ok(())
    }

    /// The query of the receipt, which must have one.
    pub(crate) fn must_have_query(&self) -> Result<QueryId, Error> {
        if !self.granted {
            return Err(Error::WrongReceipt { what: "grant" });
        }
        self.query.ok_or(Error::WrongReceipt { what: "query" })
    }
}
