//! A quick memory of the envelopes already seen.

use crate::EnvelopeId;
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::Timestamp;

/// Whether an envelope came before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// Not within memory.
    First,
    /// It did.
    Again,
}

/// Remembers envelope ids until they expire, at most a given number of them. When it is full it forgets what expires
/// first; the store, which keeps ids durably, has the last word.
#[derive(Debug, Clone)]
pub struct ReplayGuard {
    capacity: usize,
    expiry: BTreeMap<EnvelopeId, Timestamp>,
    order: BTreeSet<(Timestamp, EnvelopeId)>,
}

impl ReplayGuard {
    /// An empty memory for `capacity` ids, at least one. An id takes about 100 bytes.
    pub fn new(capacity: usize) -> Self {
        Self { capacity: capacity.max(1), expiry: BTreeMap::new(), order: BTreeSet::new() }
    }

    /// Notes an id that is valid until `expires`, and says whether it was noted before. Ids that expired before
    /// `now` are forgotten: [`crate::verify()`] refuses their envelopes anyway.
    pub fn observe(&mut self, id: EnvelopeId, expires: Timestamp, now: Timestamp) -> Seen {
        self.forget_before(now);
        if self.expiry.contains_key(&id) {
            return Seen::Again;
        }
        if self.expiry.len() >= self.capacity {
            self.forget_first();
        }
        self.expiry.insert(id, expires);
        self.order.insert((expires, id));
        Seen::First
    }

    /// Forgets an id, so that the sender can try again when keeping the envelope failed.
    pub fn withdraw(&mut self, id: EnvelopeId) {
        if let Some(expires) = self.expiry.remove(&id) {
            self.order.remove(&(expires, id));
        }
    }

    /// How many ids are remembered.
    pub fn len(&self) -> usize {
        self.expiry.len()
    }

    /// True when nothing is remembered.
    pub fn is_empty(&self) -> bool {
        self.expiry.is_empty()
    }

    fn forget_before(&mut self, now: Timestamp) {
        while self.order.first().is_some_and(|(expires, _)| *expires < now) {
            self.forget_first();
        }
    }

    fn forget_first(&mut self) {
        if let Some((_, id)) = self.order.pop_first() {
            self.expiry.remove(&id);
        }
    }
}
