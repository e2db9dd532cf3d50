//! What is to be logged, checked against what was granted.

use crate::Error;
use crate::log::Leaf;
use access::Grant;
use audit_log::{Entry, EntryDecision};

/// An entry that is to be logged. It is checked against its grant before anything is written: what stands in
/// the log is what was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The entry.
    pub entry: Entry,
}

impl Draft {
    /// The entry as a leaf, when it says what `grant` says.
    pub(crate) fn under(&self, grant: &Grant) -> Result<Leaf, Error> {
        let entry = &self.entry;
        let instrument = entry.instrument.as_ref();
        let asker = grant.asker();
        let agrees = [
            ("decision", entry.decision == EntryDecision::Granted),
            (
                "authority",
                entry.authority == *grant.owner() || entry.authority == *asker.authority(),
            ),
            ("instrument", instrument.map(|version| &version.id) == Some(grant.instrument())),
            (
                "version of the instrument",
                instrument.map(|version| *version.digest.as_bytes())
                    == Some(grant.instrument_digest()),
            ),
            ("purpose", entry.purpose.as_ref() == Some(grant.purpose())),
            ("query", entry.query == grant.query()),
            ("operation", entry.operation == grant.operation()),
            ("officer", entry.officer.as_ref().is_none_or(|officer| officer == asker.officer())),
            ("role", entry.role.as_ref().is_none_or(|role| role == asker.role())),
            ("exercise mode", entry.exercise == grant.exercise()),
        ];
        match agrees.iter().find(|(_, same)| !same) {
            Some((what, _)) => Err(Error::NotGranted { what }),
            None => Leaf::of(entry),
        }
    }

    /// The entry as a leaf, when it records a refusal.
    pub(crate) fn refused(&self) -> Result<Leaf, Error> {
        match self.entry.decision {
            EntryDecision::Refused => Leaf::of(&self.entry),
            EntryDecision::Granted => Err(Error::NotGranted { what: "decision" }),
        }
    }
}
