//! The network between the nodes, carried by hand: what is on its way, and what may become of it.

use exchange::{Envelope, EnvelopeId};
use seal::Digest;
use std::collections::BTreeSet;
use vocabulary::{AuthorityId, InstrumentId, NodeId, QueryId};

/// A query envelope as an onlooker sees it leave.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    /// The authority that asks.
    pub(crate) from: AuthorityId,
    /// The authority asked.
    pub(crate) to: AuthorityId,
    /// The query.
    pub(crate) query: QueryId,
    /// Under which instrument.
    pub(crate) instrument: InstrumentId,
    /// SHA-256 of its signed header.
    pub(crate) header: Digest,
    /// The salted digest of its body.
    pub(crate) body: Digest,
}

/// An envelope on its way.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    /// The node that sent it.
    pub(crate) from: NodeId,
    /// The node it goes to.
    pub(crate) to: NodeId,
    /// The envelope.
    pub(crate) envelope: Envelope,
    /// Whether it is a reply, and to what.
    pub(crate) course: Course,
}

/// Which way a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Course {
    /// To be received, after it was tried so often.
    Out(u32),
    /// A reply to the envelope of this id.
    Back(EnvelopeId),
}

/// Everything that is on its way.
#[derive(Debug, Default)]
pub(crate) struct Network {
    on_the_way: Vec<Message>,
    /// Lines that carry nothing, each one way.
    broken: BTreeSet<(NodeId, NodeId)>,
}

impl Network {
    /// Lets a message leave.
    pub(crate) fn put(&mut self, message: Message) {
        self.on_the_way.push(message);
    }

    /// True when nothing is on its way.
    pub(crate) fn is_empty(&self) -> bool {
        self.on_the_way.is_empty()
    }

    /// Takes any message out: messages overtake each other.
    pub(crate) fn take(&mut self, pick: u32) -> Option<Message> {
        let place = place(pick, self.on_the_way.len())?;
        Some(self.on_the_way.swap_remove(place))
    }

    /// Takes out all messages whose envelopes are wanted, in their order.
    pub(crate) fn take_where(&mut self, wanted: impl Fn(&Envelope) -> bool) -> Vec<Message> {
        let all = std::mem::take(&mut self.on_the_way);
        let (taken, left) = all.into_iter().partition(|message| wanted(&message.envelope));
        self.on_the_way = left;
        taken
    }

    /// Breaks the line from one node to another, or mends it; the other way goes on as before.
    pub(crate) fn line(&mut self, from: NodeId, to: NodeId, open: bool) {
        if open {
            self.broken.remove(&(from, to));
        } else if from != to {
            self.broken.insert((from, to));
        }
    }

    /// Mends every line.
    pub(crate) fn mend(&mut self) {
        self.broken.clear();
    }

    /// True while nothing gets from one node to the other.
    pub(crate) fn is_broken(&self, from: &NodeId, to: &NodeId) -> bool {
        self.broken.contains(&(from.clone(), to.clone()))
    }

    /// Doubles any message.
    pub(crate) fn double(&mut self, pick: u32) {
        let twin = place(pick, self.on_the_way.len())
            .and_then(|place| self.on_the_way.get(place))
            .cloned();
        self.on_the_way.extend(twin);
    }
}

/// The place that `pick` names among `count` things; none when there are none.
pub(crate) fn place(pick: u32, count: usize) -> Option<usize> {
    usize::try_from(pick).ok()?.checked_rem(count)
}
