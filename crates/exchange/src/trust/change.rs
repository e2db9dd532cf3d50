//! The next version of a trust list: the one in force and what is to be different.

use super::{
    Agreement, InstrumentEntry, Keepers, NodeEntry, NodeKey, Problem, RevokedKey, SignedTrustList,
    TrustList, TrustListContent,
};
use seal::{Digest, KeyId};
use vocabulary::{NodeId, Timestamp};

/// One thing that a new list says differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A node comes in.
    AddNode(NodeEntry),
    /// A node leaves in peace: its keys end with the list, and what it signed stays good.
    RemoveNode(NodeId),
    /// A node leaves and all its keys are revoked.
    RevokeNode {
        /// The node.
        node: NodeId,
        /// Since when others may have had its keys, where that is known.
        since: Option<Timestamp>,
    },
    /// One key is revoked; its node keeps the others.
    RevokeKey {
        /// The key.
        key: KeyId,
        /// Since when others may have had it, where that is known.
        since: Option<Timestamp>,
    },
    /// A node gets one more key to sign with.
    AddKey {
        /// The node.
        node: NodeId,
        /// The key.
        key: NodeKey,
    },
    /// A node will change to another TLS key.
    NextTlsKey {
        /// The node.
        node: NodeId,
        /// SHA-256 of the `SubjectPublicKeyInfo` of its next certificate.
        next: Digest,
    },
    /// A node has changed to its next TLS key: the old one goes.
    TlsKeyChanged(NodeId),
    /// Other keepers.
    Keepers(Keepers),
    /// An agreement comes in, in place of an earlier one of the same id.
    AddAgreement(Agreement),
    /// An agreement goes.
    RemoveAgreement(String),
    /// The keepers vouch for a version of an instrument.
    AddInstrument(InstrumentEntry),
    /// They vouch for it no more.
    RemoveInstrument(InstrumentEntry),
}

/// The dates of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListDates {
    /// When it is issued.
    pub issued: Timestamp,
    /// From when on operators are warned.
    pub fresh_until: Timestamp,
    /// From when on nothing new goes by it.
    pub valid_until: Timestamp,
}

const DAY_MILLIS: i64 = 24 * 3_600_000;

impl ListDates {
    /// Dates counted in days from the moment of issue.
    pub fn of_days(issued: Timestamp, fresh: u32, valid: u32) -> Self {
        let after = |days: u32| issued.plus_millis(i64::from(days).saturating_mul(DAY_MILLIS));
        Self { issued, fresh_until: after(fresh), valid_until: after(valid) }
    }
}

impl TrustListContent {
    /// The first list of a federation: keepers, and nothing else yet.
    pub fn first(keepers: Keepers, dates: ListDates) -> Self {
        Self {
            version: 0,
            issued: dates.issued,
            fresh_until: dates.fresh_until,
            valid_until: dates.valid_until,
            keepers,
            nodes: Vec::new(),
            instruments: Vec::new(),
            agreements: Vec::new(),
            revoked: Vec::new(),
        }
    }

    /// The list that follows this one: one version on, with `changes` in their order and new dates.
    ///
    /// # Errors
    /// Everything that does not fit, of all changes and of the list they lead to.
    pub fn next(&self, changes: Vec<Change>, dates: ListDates) -> Result<Self, Vec<Problem>> {
        let mut next = Self {
            version: self.version.saturating_add(1),
            issued: dates.issued,
            fresh_until: dates.fresh_until,
            valid_until: dates.valid_until,
            ..self.clone()
        };
        let mut problems = Vec::new();
        for change in changes {
            if let Err(problem) = next.apply(change) {
                problems.push(problem);
            }
        }
        problems.extend(next.all_problems());
        if problems.is_empty() { Ok(next) } else { Err(problems) }
    }

    /// Everything wrong with the content, signed or not.
    pub fn all_problems(&self) -> Vec<Problem> {
        TrustList::index(self.clone(), SignedTrustList::sign(Vec::new(), &[])).1
    }

    fn apply(&mut self, change: Change) -> Result<(), Problem> {
        match change {
            Change::AddNode(node) => self.nodes.push(node),
            Change::RemoveNode(node) => drop(self.take_node(&node)?),
            Change::RevokeNode { node, since } => {
                let entry = self.take_node(&node)?;
                for key in entry.keys {
                    self.revoke(&entry.node, &key, since);
                }
            }
            Change::RevokeKey { key, since } => self.revoke_key(&key, since)?,
            Change::AddKey { node, key } => self.node_mut(&node)?.keys.push(key),
            Change::NextTlsKey { node, next } => {
                self.node_mut(&node)?.next_tls_key = Some(next);
            }
            Change::TlsKeyChanged(node) => {
                let entry = self.node_mut(&node)?;
                let next = entry.next_tls_key.take();
                entry.tls_key = next.ok_or_else(|| no_such("next TLS key of node", &node))?;
            }
            Change::Keepers(keepers) => self.keepers = keepers,
            Change::AddAgreement(agreement) => {
                self.agreements.retain(|one| one.id != agreement.id);
                self.agreements.push(agreement);
            }
            Change::RemoveAgreement(id) => {
                remove(&mut self.agreements, |one| one.id == id)
                    .ok_or_else(|| no_such("agreement", &id))?;
            }
            Change::AddInstrument(entry) => {
                self.instruments.retain(|one| *one != entry);
                self.instruments.push(entry);
            }
            Change::RemoveInstrument(entry) => {
                remove(&mut self.instruments, |one| *one == entry)
                    .ok_or_else(|| no_such("instrument", &entry.id))?;
            }
        }
        Ok(())
    }

    fn take_node(&mut self, node: &NodeId) -> Result<NodeEntry, Problem> {
        remove(&mut self.nodes, |entry| entry.node == *node).ok_or_else(|| no_such("node", node))
    }

    fn node_mut(&mut self, node: &NodeId) -> Result<&mut NodeEntry, Problem> {
        let found = self.nodes.iter_mut().find(|entry| entry.node == *node);
        found.ok_or_else(|| no_such("node", node))
    }

    fn revoke_key(&mut self, key: &KeyId, since: Option<Timestamp>) -> Result<(), Problem> {
        let taken = self.nodes.iter_mut().find_map(|entry| {
            let taken = remove(&mut entry.keys, |one| one.key.key_id() == *key)?;
            Some((entry.node.clone(), taken))
        });
        let (node, taken) = taken.ok_or_else(|| no_such("key", key))?;
        self.revoke(&node, &taken, since);
        Ok(())
    }

    fn revoke(&mut self, node: &NodeId, key: &NodeKey, compromised_since: Option<Timestamp>) {
        let (key, node, revoked) = (key.key, node.clone(), self.issued);
        self.revoked.push(RevokedKey { key, node, revoked, compromised_since });
    }
}

fn no_such(what: &'static str, id: &impl ToString) -> Problem {
    Problem::NoSuch { what, id: id.to_string() }
}

/// Takes the first of `all` that fits.
fn remove<T>(all: &mut Vec<T>, fits: impl FnMut(&T) -> bool) -> Option<T> {
    let place = all.iter().position(fits)?;
    Some(all.remove(place))
}
