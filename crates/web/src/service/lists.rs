//! Trust lists while the node runs: taken from the file, from whoever hands one over, and from partners.
//!
//! Two nodes compare lists by one call: the caller says which version it goes by, and is given what is later. The called
//! node learns from the same call when the caller has a later one, and calls back. So a list that one member takes
//! reaches all of them, whether they exchange anything or not.

use super::Service;
use crate::carrier::Partner;
use crate::reception::{ListsOffered, ReceiveFault};
use exchange::{Envelope, Expiry, Nearness, Standing};
use node::{Fault, ListChange};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use vocabulary::NodeId;

/// Every how many looks a partner chosen at random is compared with, so that no list is missed for long.
const COMPARE_EVERY: u64 = 10;

/// What was told of expiries, so that each level is told once.
#[derive(Debug, Default)]
pub(super) struct Told {
    levels: Mutex<BTreeMap<String, Nearness>>,
    looks: Mutex<u64>,
}

impl Service {
    /// Takes a list that was handed over.
    ///
    /// # Errors
    /// Those of [`node::Node::take_lists`].
    pub fn take_lists(self: &Arc<Self>, bytes: &[u8]) -> Result<Option<ListChange>, Fault> {
        let change = self.node.take_lists(bytes)?;
        if let Some(change) = &change {
            self.list_changed(change);
        }
        Ok(change)
    }

    /// The list as partners ask for it.
    pub(super) fn lists_offered(self: &Arc<Self>) -> ListsOffered {
        let service = Arc::clone(self);
        ListsOffered {
            after: Arc::new(move |partner, version| {
                service.hear_of_version(partner, version);
                let lists = service.node.lists_after(version);
                lists.map_err(|fault| ReceiveFault::Fault(fault.to_string()))
            }),
            changes: self.lists.subscribe(),
        }
    }

    /// Looks for a newer list in the file of the configuration, and now and then at a partner.
    pub(super) fn look_for_list(self: &Arc<Self>) {
        match self.node.look_for_list() {
            Ok(Some(change)) => self.list_changed(&change),
            Ok(None) => {}
            Err(fault) => tracing::error!(%fault, "the trust list of the configuration"),
        }
        let looks = {
            let mut looks = self.told.looks.lock().unwrap_or_else(PoisonError::into_inner);
            *looks = looks.wrapping_add(1);
            *looks
        };
        if !self.node.is_entered() || self.node.list_standing() == Standing::Frozen {
            // Whoever waits for a list asks everybody.
            self.compare_with_all();
        } else if looks.checked_rem(COMPARE_EVERY) == Some(1) {
            let partners = super::partners(&self.node);
            let drawn = u64::from_be_bytes(self.node.fresh_bytes());
            let count = u64::try_from(partners.len()).unwrap_or(0);
            let place = drawn.checked_rem(count).and_then(|place| usize::try_from(place).ok());
            if let Some(partner) = place.and_then(|place| partners.get(place)) {
                self.compare_with(&partner.node);
            }
        }
    }

    /// Tells the program log of what ends soon, each level once.
    pub(super) fn tell_expiries(&self) {
        let mut told = self.told.levels.lock().unwrap_or_else(PoisonError::into_inner);
        for Expiry { what, when, days_left, nearness, to_do, .. } in self.node.expiries() {
            let before = told.insert(what.clone(), nearness).unwrap_or(Nearness::Far);
            if nearness > before {
                tracing::warn!(%what, %when, days_left, to_do, "ends soon or has ended");
            }
        }
    }

    /// What follows from a new list: couriers for its nodes only, connections of those that left are closed, and partners hear.
    fn list_changed(self: &Arc<Self>, change: &ListChange) {
        let ListChange { before, version, came, left } = change;
        tracing::info!(before, version, ?came, ?left, "a newer trust list is in force");
        self.carrier.set_partners(&super::partners(&self.node));
        self.lists.send_replace(*version);
        self.compare_with_all();
    }

    fn compare_with_all(self: &Arc<Self>) {
        for Partner { node, .. } in super::partners(&self.node) {
            self.compare_with(&node);
        }
    }

    /// The version that a message speaks of: when it is later than ours, its sender is asked for the list. A hint only; what
    /// comes is checked.
    pub(super) fn hear_of_version(self: &Arc<Self>, partner: &NodeId, version: u64) {
        if version > self.node.trust().version() {
            self.compare_with(partner);
        }
    }

    /// The same of an envelope that came or was answered.
    pub(super) fn hear_of_envelope(self: &Arc<Self>, envelope: &Envelope) {
        if let Ok(header) = envelope.unverified_header() {
            self.hear_of_version(&header.from_node, header.list_version);
        }
    }

    /// Asks a partner for a later list and takes it; once at a time.
    fn compare_with(self: &Arc<Self>, partner: &NodeId) {
        {
            let mut comparing = self.comparing.lock().unwrap_or_else(PoisonError::into_inner);
            if !comparing.insert(partner.clone()) {
                return;
            }
        }
        let (service, partner) = (Arc::clone(self), partner.clone());
        let asking = self.carrier.ask_list(&partner, self.node.trust().version());
        self.runtime.spawn(async move {
            let answer = asking.await;
            service.comparing.lock().unwrap_or_else(PoisonError::into_inner).remove(&partner);
            match answer {
                Ok(Some(chain)) => {
                    let inner = Arc::clone(&service);
                    service.spawn(move || {
                        if let Err(fault) = inner.take_lists(&chain) {
                            tracing::warn!(%partner, %fault, "the list of a partner");
                        }
                    });
                }
                Ok(None) => {}
                Err(words) => tracing::debug!(%partner, words, "lists could not be compared"),
            }
        });
    }
}
