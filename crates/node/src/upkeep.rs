//! Upkeep: queues are moved on, what is over goes.

use crate::fault::Fault;
use crate::node::Node;
use exchange::{EnvelopeId, Kind, Standing};
use store::{ExpiredItem, OutboxItem};
use vocabulary::NodeId;

impl Node {
    /// Envelopes of the outbox that are due again. Past the end of the trust list queries and copies stay where they are
    /// until a later list comes.
    ///
    /// # Errors
    /// When the store fails.
    pub fn outbox_due(&self, to: Option<&NodeId>, most: u32) -> Result<Vec<OutboxItem>, Fault> {
        let mut due = self.store().outbox_due(self.now(), to, most)?;
        if self.list_standing() == Standing::Frozen {
            due.retain(|item| {
                item.envelope.unverified_header().is_ok_and(|header| !is_new(header.kind))
            });
        }
        Ok(due)
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

/// True for what asks or discloses something new, rather than bringing something to its end.
fn is_new(kind: Kind) -> bool {
    matches!(kind, Kind::Query | Kind::Copies)
}
