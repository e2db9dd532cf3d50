//! What a node counts about its own work: how often, and how long. Counts only; nothing of any person or officer.

mod histogram;

pub use histogram::{BOUNDS_MICROS, Histogram, HistogramReading};

use crate::law::Law;
use crate::node::Node;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use vocabulary::{InstrumentId, Outcome, Timestamp};

/// On which side of a query this node was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum QuerySide {
    /// An officer of this node asked.
    Asking,
    /// Another node asked.
    Asked,
}

impl QuerySide {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Asking, Self::Asked];

    /// The word in metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asking => "asking",
            Self::Asked => "asked",
        }
    }
}

/// A stretch of work whose length is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Opening a search, until it is durable and the registers at home have answered.
    Search,
    /// Answering a query of another node, from the envelope that came to the envelope that may leave.
    Answer,
    /// Deciding whether somebody may.
    Decide,
    /// Looking into the index and reading what it found.
    Look,
    /// Making entry and effect durable.
    Commit,
}

impl Stage {
    /// Every stage, in the order in which a search passes them.
    pub const ALL: [Self; 5] = [Self::Search, Self::Answer, Self::Decide, Self::Look, Self::Commit];

    /// The word in metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Search => "search",
            Self::Answer => "answer",
            Self::Decide => "decide",
            Self::Look => "look",
            Self::Commit => "commit",
        }
    }
}

type Outcomes = BTreeMap<(InstrumentId, QuerySide, Outcome), AtomicU64>;

/// The counters of a node. Counting is an addition to an atomic; the set of labels is fixed when the node is opened.
#[derive(Debug)]
pub struct Meters {
    outcomes: Outcomes,
    stages: BTreeMap<Stage, Histogram>,
    index_built_micros: AtomicU64,
}

impl Meters {
    /// Counters at zero, for every instrument of `law`.
    pub(crate) fn new(law: &Law) -> Self {
        let mut outcomes = BTreeMap::new();
        for instrument in law.all() {
            for side in QuerySide::ALL {
                for outcome in Outcome::ALL {
                    let of = (instrument.id().clone(), side, *outcome);
                    outcomes.insert(of, AtomicU64::new(0));
                }
            }
        }
        let stages = Stage::ALL.into_iter().map(|stage| (stage, Histogram::default())).collect();
        Self { outcomes, stages, index_built_micros: AtomicU64::new(0) }
    }

    /// Counts one outcome of one register.
    pub(crate) fn outcome(&self, instrument: &InstrumentId, side: QuerySide, outcome: Outcome) {
        if let Some(count) = self.outcomes.get(&(instrument.clone(), side, outcome)) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Counts one stretch of work. A clock that was set back meanwhile counts as no time.
    pub(crate) fn stage(&self, stage: Stage, begun: Timestamp, ended: Timestamp) {
        if let Some(histogram) = self.stages.get(&stage) {
            let micros = ended.as_micros().saturating_sub(begun.as_micros());
            histogram.observe(Duration::from_micros(u64::try_from(micros).unwrap_or(0)));
        }
    }

    /// Notes how long it took to build the indexes from the store.
    pub(crate) fn index_built(&self, begun: Timestamp, ended: Timestamp) {
        let micros = ended.as_micros().saturating_sub(begun.as_micros());
        self.index_built_micros.store(u64::try_from(micros).unwrap_or(0), Ordering::Relaxed);
    }

    /// How long it took to build the indexes at the start.
    pub fn index_build_time(&self) -> Duration {
        Duration::from_micros(self.index_built_micros.load(Ordering::Relaxed))
    }

    /// Every outcome counted so far, by instrument, side and outcome.
    pub fn outcomes(&self) -> impl Iterator<Item = (&InstrumentId, QuerySide, Outcome, u64)> {
        self.outcomes
            .iter()
            .map(|((id, side, outcome), n)| (id, *side, *outcome, n.load(Ordering::Relaxed)))
    }

    /// How long each stage took.
    pub fn stages(&self) -> impl Iterator<Item = (Stage, HistogramReading)> {
        self.stages.iter().map(|(stage, histogram)| (*stage, histogram.read()))
    }
}

impl Node {
    /// What the node has counted since it was opened.
    pub fn meters(&self) -> &Meters {
        &self.shared.meters
    }

    /// Does `work` and measures how long it took.
    pub(crate) fn timed<T>(&self, stage: Stage, work: impl FnOnce() -> T) -> T {
        let begun = self.now();
        let done = work();
        self.meters().stage(stage, begun, self.now());
        done
    }
}
