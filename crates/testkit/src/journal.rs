//! What was acknowledged to anybody: the yardstick by which a simulation is judged.

use crate::network::Question;
use exchange::{Envelope, EnvelopeId, Promise};
use node::{Ask, Officer};
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::{MatchReference, Outcome, QueryId, Record, RecordId, RegisterId, Timestamp};

/// How a record may stand with its owner. After a power cut there may be several ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Standing {
    /// It was never taken in.
    Absent,
    /// It answers queries, in this version.
    Live(u32),
    /// It answers none any more.
    Ended,
    /// Its content is gone.
    Erased,
}

/// One record with everything that is known of it.
#[derive(Debug, Clone)]
pub(crate) struct Tracked {
    /// The record as it was first imported.
    pub(crate) record: Record,
    /// The ways in which it may stand.
    pub(crate) standings: BTreeSet<Standing>,
    /// The last version that was ever given to it.
    pub(crate) version: u32,
    /// Until when a version answers no query.
    pub(crate) hidden: BTreeMap<u32, Timestamp>,
}

impl Tracked {
    /// The version in which it certainly answers queries at `at`.
    pub(crate) fn certainly_live(&self, at: Timestamp) -> Option<u32> {
        match self.only()? {
            Standing::Live(version) if !self.is_hidden(version, at) => Some(version),
            Standing::Live(_) | Standing::Absent | Standing::Ended | Standing::Erased => None,
        }
    }

    /// The one way in which it stands, when that is known.
    pub(crate) fn only(&self) -> Option<Standing> {
        let first = self.standings.first().copied();
        first.filter(|_| self.standings.len() == 1)
    }

    /// True when it may answer queries in this version at `at`.
    pub(crate) fn may_answer(&self, version: u32, at: Timestamp) -> bool {
        self.standings.contains(&Standing::Live(version)) && !self.is_hidden(version, at)
    }

    /// True while the version answers no query although it is live.
    pub(crate) fn is_hidden(&self, version: u32, at: Timestamp) -> bool {
        self.hidden.get(&version).is_some_and(|until| at < *until)
    }

    /// Notes that the only way left is `standing`.
    pub(crate) fn settle(&mut self, standing: Standing) {
        self.standings = BTreeSet::from([standing]);
    }
}

/// A search that was acknowledged to its officer.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// Whose.
    pub(crate) officer: Officer,
    /// What was asked.
    pub(crate) ask: Ask,
    /// The last outcome acknowledged for each register.
    pub(crate) outcomes: BTreeMap<RegisterId, Outcome>,
    /// Registers whose settling was cut off.
    pub(crate) doubtful: BTreeSet<RegisterId>,
    /// Verdicts acknowledged.
    pub(crate) decisions: BTreeMap<(RegisterId, MatchReference), audit_log::HumanVerdict>,
}

/// The journal of one simulation.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    /// Every record ever offered for import.
    pub(crate) records: BTreeMap<(RegisterId, RecordId), Tracked>,
    /// Every search acknowledged.
    pub(crate) searches: BTreeMap<QueryId, Asked>,
    /// Every query envelope that left its node.
    pub(crate) left: BTreeMap<EnvelopeId, Question>,
    /// The reply that each envelope got, of any kind.
    pub(crate) replies: BTreeMap<EnvelopeId, Envelope>,
    /// Every promise that came out of a node.
    pub(crate) promises: Vec<Promise>,
    /// Log entries acknowledged to officers: of changes and imports.
    pub(crate) entries: Vec<(vocabulary::AuthorityId, QueryId)>,
    /// The lengths of answers without a match and of refusals.
    pub(crate) lengths: BTreeMap<Outcome, BTreeSet<usize>>,
    /// How often things happened, for the report of a run.
    pub(crate) seen: BTreeMap<String, u64>,
}

impl Journal {
    /// Counts a happening.
    pub(crate) fn count(&mut self, what: &str) {
        let count = self.seen.entry(what.to_owned()).or_default();
        *count = count.saturating_add(1);
    }
}
