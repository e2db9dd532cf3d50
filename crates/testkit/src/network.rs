//! The network between the nodes, carried by hand: what is on its way, and what may become of it.

use exchange::{Envelope, EnvelopeId};
use seal::Digest;
use vocabulary::{AuthorityId, InstrumentId, NodeId, QueryId};

/// A query envelope as an onlooker sees it leave.
#[derive(Debug, Clone)]
pub struct Question {
    /// The authority that asks.
    pub from: AuthorityId,
    /// The authority asked.
    pub to: AuthorityId,
    /// The query.
    pub query: QueryId,
    /// Under which instrument.
    pub instrument: InstrumentId,
    /// SHA-256 of its signed header.
    pub header: Digest,
    /// The salted digest of its body.
    pub body: Digest,
}

/// An envelope on its way.
#[derive(Debug, Clone)]
pub struct Message {
    /// The node that sent it.
    pub from: NodeId,
    /// The node it goes to.
    pub to: NodeId,
    /// The envelope.
    pub envelope: Envelope,
    /// Whether it is a reply, and to what.
    pub course: Course,
}

/// Which way a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// To be received, after it was tried so often.
    Out(u32),
    /// A reply to the envelope of this id.
    Back(EnvelopeId),
}

/// Everything that is on its way.
#[derive(Debug, Default)]
pub struct Network {
    on_the_way: Vec<Message>,
}

impl Network {
    /// Lets a message leave.
    pub fn put(&mut self, message: Message) {
        self.on_the_way.push(message);
    }

    /// How many messages are on their way.
    pub fn len(&self) -> usize {
        self.on_the_way.len()
    }

    /// True when nothing is on its way.
    pub fn is_empty(&self) -> bool {
        self.on_the_way.is_empty()
    }

    /// Takes any message out: messages overtake each other.
    pub fn take(&mut self, pick: u32) -> Option<Message> {
        let place = place(pick, self.on_the_way.len())?;
        Some(self.on_the_way.swap_remove(place))
    }

    /// Takes out all messages whose envelopes are wanted, in their order.
    pub fn take_where(&mut self, wanted: impl Fn(&Envelope) -> bool) -> Vec<Message> {
        let all = std::mem::take(&mut self.on_the_way);
        let (taken, left) = all.into_iter().partition(|message| wanted(&message.envelope));
        self.on_the_way = left;
        taken
    }

    /// Doubles any message.
    pub fn double(&mut self, pick: u32) {
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
