//! Who waits for an answer of a partner, and until when.

use super::standing::SharedStanding;
use super::{Carriage, EnvelopeKey, Reply};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::time::Instant;

struct Waiter {
    until: Instant,
    /// True once the envelope has left in a parcel.
    sent: bool,
    replies: Vec<Reply>,
}

/// The open replies of one courier.
pub(super) struct Ledger {
    waiters: BTreeMap<EnvelopeKey, Waiter>,
    limits: BTreeSet<(Instant, EnvelopeKey)>,
    standing: Arc<SharedStanding>,
}

impl Ledger {
    pub(super) fn new(standing: Arc<SharedStanding>) -> Self {
        Self { waiters: BTreeMap::new(), limits: BTreeSet::new(), standing }
    }

    /// Notes who waits for `key`. False when somebody already does: then the envelope is on its way and need
    /// not be carried again.
    pub(super) fn open(&mut self, key: EnvelopeKey, until: Instant, reply: Reply) -> bool {
        if let Some(waiter) = self.waiters.get_mut(&key) {
            waiter.replies.push(reply);
            return false;
        }
        self.limits.insert((until, key));
        self.waiters.insert(key, Waiter { until, sent: false, replies: vec![reply] });
        true
    }

    /// Marks `key` as sent. False when nobody waits for it any more.
    pub(super) fn mark_sent(&mut self, key: &EnvelopeKey) -> bool {
        match self.waiters.get_mut(key) {
            Some(waiter) => {
                waiter.sent = true;
                true
            }
            None => false,
        }
    }

    /// Answers those who wait for `key`; gives the carriage back when nobody does.
    pub(super) fn close(&mut self, key: &EnvelopeKey, carriage: Carriage) -> Option<Carriage> {
        let Some(waiter) = self.waiters.remove(key) else { return Some(carriage) };
        self.limits.remove(&(waiter.until, *key));
        for reply in waiter.replies {
            self.standing.left();
            reply(carriage.clone());
        }
        None
    }

    /// The next moment at which somebody's time limit passes.
    pub(super) fn next_limit(&self) -> Option<Instant> {
        self.limits.first().map(|(until, _)| *until)
    }

    /// Answers everybody whose time limit has passed at `now`: *late* when the envelope is on its way,
    /// otherwise `unsent`.
    pub(super) fn expire(&mut self, now: Instant, unsent: &Carriage) {
        while let Some((until, key)) = self.limits.first().copied() {
            if until > now {
                return;
            }
            let sent = self.waiters.get(&key).is_some_and(|waiter| waiter.sent);
            self.close(&key, if sent { Carriage::Late } else { unsent.clone() });
        }
    }

    /// Answers everybody, because the courier ends.
    pub(super) fn close_all(&mut self, carriage: &Carriage) {
        let keys: Vec<EnvelopeKey> = self.waiters.keys().copied().collect();
        for key in keys {
            self.close(&key, carriage.clone());
        }
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        self.close_all(&Carriage::Unreachable("the partner is no longer in the list".to_owned()));
    }
}
