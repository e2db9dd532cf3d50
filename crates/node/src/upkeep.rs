//! Upkeep: the log is sequenced and published, queues are moved on, what is over goes.

use crate::fault::Fault;
use crate::node::Node;
use audit_log::{Note, NoteKey, NoteKeyKind};
use exchange::EnvelopeId;
use seal::SigningKey;
use store::{ExpiredItem, OutboxItem};
use vocabulary::{AuthorityId, NodeId};

/// How many entries one pass gives an index to.
const SEQUENCE_MOST: u32 = 20_000;

impl Node {
    /// Gives waiting entries their index, writes tiles and signs a checkpoint, for every hosted authority.
    /// Returns true when anything was waiting.
    ///
    /// # Errors
    /// When the store fails, or the disk shows a larger tree than the store knows.
    pub fn upkeep_logs(&self) -> Result<bool, Fault> {
        let mut worked = false;
        for (authority, own) in self.hosted() {
            if self.store().sequence(authority, SEQUENCE_MOST)?.is_some() {
                worked = true;
            }
            let signer = &self.shared.environment.signer;
            let origin = own.origin.as_str();
            // The text comes from the store, which made it; it cannot be anything but a checkpoint.
            let sign = |text: &str| signed_note(text, origin, signer).unwrap_or_default();
            self.store().publish(authority, &sign)?;
        }
        Ok(worked)
    }

    /// The key with which the log of `authority` is verified (C2SP `signed-note`).
    ///
    /// # Errors
    /// When this node does not host the authority.
    pub fn log_key(&self, authority: &AuthorityId) -> Result<NoteKey, Fault> {
        let origin = &self.own(authority)?.origin;
        NoteKey::new(origin, NoteKeyKind::Log, self.shared.environment.signer.verifying_key())
            .map_err(|error| Fault::NotSetUp(error.to_string()))
    }

    /// Envelopes of the outbox that are due again.
    ///
    /// # Errors
    /// When the store fails.
    pub fn outbox_due(&self, to: Option<&NodeId>, most: u32) -> Result<Vec<OutboxItem>, Fault> {
        Ok(self.store().outbox_due(self.now(), to, most)?)
    }

    /// Makes everything that waits for `node` due now: it can be reached again.
    ///
    /// # Errors
    /// When the store fails.
    pub fn outbox_hurry(&self, node: &NodeId) -> Result<(), Fault> {
        Ok(self.store().outbox_hurry(node, self.now())?)
    }

    /// Notes why an envelope that was tried `tries` times before was not delivered; it is offered again after a
    /// while that grows to about a minute.
    ///
    /// # Errors
    /// When the store fails.
    pub fn outbox_tried(&self, id: EnvelopeId, tries: u32, note: &str) -> Result<(), Fault> {
        let wait = 1_000_i64.saturating_mul(1_i64 << tries.min(6));
        Ok(self.store().outbox_tried(&[id], self.now().plus_millis(wait), note)?)
    }

    /// Drops envelopes that expired undelivered and returns them, for the page and the log of the program.
    ///
    /// # Errors
    /// When the store fails.
    pub fn outbox_expire(&self) -> Result<Vec<ExpiredItem>, Fault> {
        Ok(self.store().outbox_expire(self.now())?)
    }

    /// The queue to each node: how many wait, since when, and why.
    ///
    /// # Errors
    /// When the store fails.
    pub fn queues(&self) -> Result<Vec<store::QueueRow>, Fault> {
        Ok(self.store().outbox_state()?)
    }

    /// True when `node` is this node.
    pub fn is_self(&self, node: &NodeId) -> bool {
        *node == self.shared.settings.node
    }
}

/// The checkpoint text as a note signed by the log.
fn signed_note(text: &str, origin: &str, key: &SigningKey) -> Option<String> {
    let mut note = Note::new(text).ok()?;
    note.sign(origin, key).ok()?;
    Some(note.to_string())
}
