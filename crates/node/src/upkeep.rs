//! Upkeep: the log is sequenced and published, queues are moved on, what is over goes.

use crate::fault::Fault;
use crate::node::Node;
use audit_log::{Checkpoint, NoteKey};
use exchange::EnvelopeId;
use store::OutboxItem;
use vocabulary::{AuthorityId, NodeId};

/// How many entries one pass gives an index to.
const SEQUENCE_MOST: usize = 20_000;

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
            let origin = own.origin.clone();
            let sign = |checkpoint: &Checkpoint| checkpoint.sign(&origin, signer);
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
        NoteKey::ed25519(origin, &self.shared.environment.signer.verifying_key())
            .map_err(|error| Fault::NotSetUp(error.to_string()))
    }

    /// Envelopes of the outbox that are due again.
    ///
    /// # Errors
    /// When the store fails.
    pub fn outbox_due(&self, most: usize) -> Result<Vec<OutboxItem>, Fault> {
        Ok(self.store().outbox_due(self.now(), None, most)?)
    }

    /// Notes that envelopes were offered to `node` and are to be offered again after a while that grows.
    ///
    /// # Errors
    /// When the store fails.
    pub fn outbox_tried(&self, items: &[(EnvelopeId, u32)], note: &str) -> Result<(), Fault> {
        for (id, tries) in items {
            let wait = 1_000_i64.saturating_mul(1_i64 << (*tries).min(6));
            self.store().outbox_tried(&[*id], self.now().plus_millis(wait), note)?;
        }
        Ok(())
    }

    /// Drops envelopes that expired undelivered and returns them, for the page and the log of the program.
    ///
    /// # Errors
    /// When the store fails.
    pub fn outbox_expire(&self) -> Result<Vec<OutboxItem>, Fault> {
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
