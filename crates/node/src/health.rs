//! What has to hold for a node to do its work, looked at now and then, and how far its logs and indexes are.

use crate::fault::Fault;
use crate::node::{Node, covered};
use exchange::Standing;
use std::error::Error;
use vocabulary::{AuthorityId, InstrumentId};

/// One thing that has to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Its name in `/health/ready` and in metrics.
    pub name: &'static str,
    /// Why it does not hold and what to do; none when it holds.
    pub fault: Option<String>,
}

/// How far the log of one authority is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogProgress {
    /// Whose log.
    pub authority: AuthorityId,
    /// Entries under the last published checkpoint.
    pub published: u64,
    /// Entries that have an index.
    pub size: u64,
    /// Durable entries that have no index yet.
    pub waiting: u64,
}

/// What an index holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexSize {
    /// Whose index.
    pub authority: AuthorityId,
    /// Under which instrument.
    pub instrument: InstrumentId,
    /// Records in it.
    pub records: u64,
    /// Bytes of memory, reserves included.
    pub bytes: u64,
}

impl Node {
    /// Looks whether the store can be written and the trust list is in force.
    pub fn checks(&self) -> Vec<Check> {
        let store = self.store().probe().err().map(|fault| told(&Fault::Store(fault)));
        let trust = self.trust();
        let frozen = (trust.standing(self.now()) == Standing::Frozen).then(|| {
            format!(
                "the trust list ended at {}; fetch the current one: until then no query leaves",
                trust.content().valid_until
            )
        });
        vec![Check { name: "store", fault: store }, Check { name: "trust_list", fault: frozen }]
    }

    /// How far the log of every hosted authority is.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn log_progress(&self) -> Result<Vec<LogProgress>, Fault> {
        let mut all = Vec::new();
        for authority in self.hosted().keys() {
            if let Some(state) = self.store().log_state(authority)? {
                all.push(LogProgress {
                    authority: authority.clone(),
                    published: state.published.get(),
                    size: state.size.get(),
                    waiting: state.waiting,
                });
            }
        }
        Ok(all)
    }

    /// What every index that is not empty holds.
    pub fn index_sizes(&self) -> Vec<IndexSize> {
        let covered = covered(self.hosted(), self.law());
        let sizes = covered.filter_map(|(authority, instrument)| {
            let read = |index: &matching::Index| (index.len(), index.memory_bytes());
            let (records, bytes) = self.shared.indexes.read(authority, instrument.id(), read)?;
            (records > 0).then(|| IndexSize {
                authority: authority.clone(),
                instrument: instrument.id().clone(),
                records: u64::try_from(records).unwrap_or(u64::MAX),
                bytes: u64::try_from(bytes).unwrap_or(u64::MAX),
            })
        });
        sizes.collect()
    }
}

/// A fault with its nearest cause: what lies deeper may quote a message, and nothing of messages is told here.
fn told(fault: &Fault) -> String {
    match fault.source() {
        Some(cause) => format!("{fault}: {cause}"),
        None => fault.to_string(),
    }
}
