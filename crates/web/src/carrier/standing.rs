//! How it stands with a partner, kept for the page that shows it.

use super::Partner;
use node::{Histogram, HistogramReading};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use vocabulary::{NodeId, Timestamp};

/// Whether a partner can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Not tried yet.
    Untried,
    /// A connection stands.
    Reachable,
    /// The last try failed; the next follows by itself.
    Unreachable,
}

/// How it stands with one partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartnerStanding {
    /// The partner.
    pub node: NodeId,
    /// Where it listens.
    pub address: String,
    /// Whether it can be reached.
    pub reach: Reach,
    /// When it last answered anything.
    pub last_contact: Option<Timestamp>,
    /// Envelopes waiting for it or on the way.
    pub waiting: usize,
    /// The last fault in words, and when it was.
    pub last_fault: Option<(Timestamp, String)>,
    /// From parcels leaving to the parcels of their answers.
    pub round_trips: HistogramReading,
}

/// The standing that a courier writes and everybody else reads.
#[derive(Debug)]
pub(super) struct SharedStanding {
    present: AtomicUsize,
    round_trips: Histogram,
    standing: Mutex<PartnerStanding>,
}

impl SharedStanding {
    pub(super) fn new(partner: &Partner) -> Self {
        let standing = PartnerStanding {
            node: partner.node.clone(),
            address: partner.address.clone(),
            reach: Reach::Untried,
            last_contact: None,
            waiting: 0,
            last_fault: None,
            round_trips: Histogram::default().read(),
        };
        let (present, round_trips) = (AtomicUsize::new(0), Histogram::default());
        Self { present, round_trips, standing: Mutex::new(standing) }
    }

    fn lock(&self) -> MutexGuard<'_, PartnerStanding> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn address(&self) -> String {
        self.lock().address.clone()
    }

    pub(super) fn present(&self) -> usize {
        self.present.load(Ordering::Relaxed)
    }

    pub(super) fn arrived(&self) {
        self.present.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn left(&self) {
        self.present.fetch_sub(1, Ordering::Relaxed);
    }

    /// Whether the last try reached the partner; none before the first one.
    pub(super) fn is_reachable(&self) -> Option<bool> {
        match self.lock().reach {
            Reach::Untried => None,
            Reach::Reachable => Some(true),
            Reach::Unreachable => Some(false),
        }
    }

    pub(super) fn round_trip(&self, length: Duration) {
        self.round_trips.observe(length);
    }

    pub(super) fn contact(&self, at: Timestamp) {
        let mut standing = self.lock();
        standing.reach = Reach::Reachable;
        standing.last_contact = Some(at);
    }

    pub(super) fn fault(&self, at: Timestamp, words: &str, reach: Reach) {
        let mut standing = self.lock();
        standing.reach = reach;
        standing.last_fault = Some((at, words.to_owned()));
    }

    pub(super) fn snapshot(&self) -> PartnerStanding {
        let round_trips = self.round_trips.read();
        PartnerStanding { waiting: self.present(), round_trips, ..self.lock().clone() }
    }
}
