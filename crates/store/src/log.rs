//! The logs of the authorities: entries as they are appended, sequenced and published.

mod behind;
mod cosigned;
mod files;
mod follow;
mod lead;
mod publish;
mod read;
mod replay;
mod sequence;
mod state;
mod witness;
mod years;

use crate::Error;
use audit_log::Entry;
use seal::Digest;
use vocabulary::{AuthorityId, InstrumentId, QueryId};

pub(crate) use behind::may_go_on;
pub use cosigned::Cosigned;
pub use follow::Changes;
pub(crate) use publish::Publications;
pub(crate) use replay::replay;
pub use sequence::Sequenced;
pub use state::{EntryPlace, LogState};
pub use years::{LogYear, NextLog};

/// An entry in the form in which it enters the log.
#[derive(Debug, Clone)]
pub(crate) struct Leaf {
    pub(crate) authority: AuthorityId,
    pub(crate) entry_id: QueryId,
    pub(crate) query: Option<QueryId>,
    pub(crate) instrument: InstrumentId,
    pub(crate) hash: Digest,
    pub(crate) digest: Digest,
    /// The bytes of the entry after their length in two bytes, as an entry bundle holds them.
    pub(crate) framed: Vec<u8>,
}

impl Leaf {
    pub(crate) fn of(entry: &Entry) -> Result<Self, Error> {
        let body = entry.encode().map_err(|_| Error::Unfit {
            what: "the entry contradicts itself or is too long; say each thing once",
        })?;
        let instrument =
            entry.instrument.as_ref().ok_or(Error::NotGranted { what: "instrument" })?;
        let length = u16::try_from(body.len())
            .map_err(|_| Error::Unfit { what: "the entry is longer than 65535 bytes" })?;
        let mut framed = Vec::with_capacity(body.len().saturating_add(2));
        framed.extend_from_slice(&length.to_be_bytes());
        framed.extend_from_slice(&body);
        Ok(Self {
            authority: entry.authority.clone(),
            entry_id: entry.entry_id,
            query: entry.query,
            instrument: instrument.id.clone(),
            hash: audit_log::leaf_hash(&body),
            digest: seal::sha256(&body),
            framed,
        })
    }
}

/// The bytes of an entry on their way into the log.
#[derive(Debug, Clone)]
pub(crate) struct NewEntry {
    pub(crate) authority: AuthorityId,
    pub(crate) hash: Digest,
    /// The bytes of the entry after their length in two bytes.
    pub(crate) framed: Vec<u8>,
}

impl From<&Leaf> for NewEntry {
    fn from(leaf: &Leaf) -> Self {
        let Leaf { authority, hash, framed, .. } = leaf.clone();
        Self { authority, hash, framed }
    }
}

impl NewEntry {
    /// An entry of these bytes, which is not one of a processing operation.
    pub(crate) fn of(authority: &AuthorityId, body: &[u8]) -> Result<Self, Error> {
        let length = u16::try_from(body.len())
            .map_err(|_| Error::Unfit { what: "the entry is longer than 65535 bytes" })?;
        let mut framed = length.to_be_bytes().to_vec();
        framed.extend_from_slice(body);
        Ok(Self { authority: authority.clone(), hash: audit_log::leaf_hash(body), framed })
    }
}
