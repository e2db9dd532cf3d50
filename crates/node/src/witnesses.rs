//! The witnesses of this node's logs: which partner is offered which head, what came of it, and how it stands.
//!
//! A missing witness is a warning, never an outage: answers, entries and checkpoints do not wait for any of this.

mod offer;
mod standing;

pub use offer::{CheckpointOffer, OfferOutcome};
pub use standing::{Cosigner, LogStanding, WitnessStanding};

use std::collections::BTreeMap;
use vocabulary::{NodeId, Timestamp};

/// After a failure a witness is left alone for so long.
const PAUSE_MILLIS: i64 = 15_000;

/// What is known of all witnesses, by the name of the log and the witness. It is learnt anew after each start.
#[derive(Debug, Default)]
pub(crate) struct Witnesses {
    known: BTreeMap<(String, NodeId), Known>,
    /// Alarms of this run, in the order in which they came; each once.
    alarms: Vec<String>,
}

/// What is known of one witness and one log.
#[derive(Debug, Clone, Default)]
struct Known {
    /// The size of the head it keeps.
    keeps: Option<u64>,
    /// The size it has cosigned last, and when, in seconds since 1970-01-01T00:00:00Z.
    cosigned: Option<(u64, u64)>,
    /// When and why it last failed; none after it has cosigned.
    failed: Option<(Timestamp, String)>,
}

impl Witnesses {
    fn of(&mut self, origin: &str, node: &NodeId) -> &mut Known {
        self.known.entry((origin.to_owned(), node.clone())).or_default()
    }

    fn get(&self, origin: &str, node: &NodeId) -> Option<&Known> {
        self.known.get(&(origin.to_owned(), node.clone()))
    }

    fn alarm(&mut self, what: String) {
        if !self.alarms.contains(&what) {
            self.alarms.push(what);
        }
    }
}
