//! Carrying: envelopes set out, arrive, get lost; replies come back.

use crate::error::{Failure, Invariant, chain};
use crate::federation::Called;
use crate::keeping::refused;
use crate::network::{Course, Message, Question};
use crate::op::Pick;
use crate::simulation::Simulation;
use exchange::{Body, Envelope, EnvelopeId, Header, Kind, Rejection};
use node::Fault;
use vocabulary::{NodeId, Outcome, RegisterId};

/// Envelopes that set out at once.
const AT_ONCE: u32 = 256;

impl Simulation {
    /// What is due in the outbox of `node` sets out.
    pub(crate) fn carry(&mut self, node: &NodeId) -> Result<(), Failure> {
        let due = match self.federation.call(node, |node| node.outbox_due(None, AT_ONCE))? {
            Called::Done(due) => due,
            Called::Failed(fault) => return Err(refused("reading the outbox", &fault)),
            Called::Died | Called::Down => return Ok(()),
        };
        for item in due {
            let (id, tries) = (item.id, item.tries);
            let course = Course::Out(tries);
            let to = item.to_node;
            self.leave(Message { from: node.clone(), to, envelope: item.envelope, course })?;
            let called =
                self.federation.call(node, |node| node.outbox_tried(id, tries, "on its way"))?;
            if let Called::Failed(fault) = called {
                return Err(refused("noting a try", &fault));
            }
        }
        Ok(())
    }

    /// A message sets out; whoever watches the line notes the questions.
    pub(crate) fn leave(&mut self, message: Message) -> Result<(), Failure> {
        let header = header(&message.envelope)?;
        if let (Kind::Query, Some(query)) = (header.kind, header.query) {
            let question = Question {
                from: header.from_authority,
                to: header.to_authority,
                query,
                instrument: header.instrument,
                header: message.envelope.header_digest(),
                body: header.body_digest,
            };
            self.journal.left.insert(header.id, question);
        }
        self.network.put(message);
        Ok(())
    }

    pub(crate) fn deliver_any(&mut self, pick: Pick) -> Result<(), Failure> {
        let Some(message) = self.network.take(pick) else { return Ok(()) };
        self.deliver(message)
    }

    pub(crate) fn deliver(&mut self, message: Message) -> Result<(), Failure> {
        match message.course {
            Course::Out(tries) => self.deliver_out(message, tries),
            Course::Back(question) => self.deliver_back(&message, question),
        }
    }

    /// Delivers what is on its way, the oldest first, as far as it is wanted.
    ///
    /// # Errors
    /// When a law does not hold over it.
    pub fn deliver_where(&mut self, wanted: impl Fn(&Header) -> bool) -> Result<(), Failure> {
        for message in
            self.network.take_where(|envelope| header(envelope).is_ok_and(|h| wanted(&h)))
        {
            self.deliver(message)?;
        }
        Ok(())
    }

    /// Loses what is on its way, as far as it is not wanted.
    pub fn lose_where(&mut self, unwanted: impl Fn(&Header) -> bool) {
        drop(self.network.take_where(|envelope| header(envelope).is_ok_and(|h| unwanted(&h))));
    }

    fn deliver_out(&mut self, message: Message, tries: u32) -> Result<(), Failure> {
        let Message { from, to, envelope, .. } = message;
        if self.network.is_broken(&from, &to) {
            return self.not_reached(&from, &header(&envelope)?, tries);
        }
        let called = self.federation.call(&to, |node| node.receive(Some(&from), &envelope))?;
        let header = header(&envelope)?;
        match called {
            Called::Done(reply) => {
                self.journal.count("delivered");
                self.taken(&envelope, &header, &reply)?;
                let course = Course::Back(header.id);
                self.leave(Message { from: to, to: from, envelope: reply, course })
            }
            Called::Down => self.not_reached(&from, &header, tries),
            Called::Died => {
                self.journal.count("died receiving");
                if let Ok(body) = body(&envelope, header.kind) {
                    self.copies.doubt(&header, &body);
                }
                Ok(())
            }
            Called::Failed(Fault::Rejected(Rejection::Expired(_)))
                if header.expires < self.federation.now() =>
            {
                self.journal.count("expired on the way");
                Ok(())
            }
            Called::Failed(fault) => {
                let what = format!("an honest {} from {from} to {to}", header.kind);
                Err(refused(&what, &fault))
            }
        }
    }

    /// The receiving node could not be reached: its sender notes it, as the carrier of a real node does.
    fn not_reached(&mut self, from: &NodeId, header: &Header, tries: u32) -> Result<(), Failure> {
        self.journal.count("not reached");
        let id = header.id;
        let called =
            self.federation.call(from, |node| node.outbox_tried(id, tries, "not reached"))?;
        if let Called::Failed(fault) = called {
            return Err(refused("noting a try", &fault));
        }
        let (Kind::Query, Some(query)) = (header.kind, header.query) else { return Ok(()) };
        let register = RegisterId::new(header.to_authority.clone(), header.instrument.clone());
        self.fall_silent(&header.from_authority, query, &register, Outcome::Unreachable)
    }

    /// An envelope was taken and replied to.
    fn taken(
        &mut self,
        envelope: &Envelope,
        header: &Header,
        reply: &Envelope,
    ) -> Result<(), Failure> {
        if let Some(before) = self.journal.replies.get(&header.id) {
            if before != reply {
                let what = format!("{} {} got two different replies", header.kind, header.id);
                return Err(Failure::broken(Invariant::OnceOnly, what));
            }
            self.journal.count("answered again");
            return Ok(());
        }
        self.journal.replies.insert(header.id, reply.clone());
        let instrument = self.instrument(&header.instrument)?;
        let asked = body(envelope, header.kind)?;
        let reply_header = self::header(reply)?;
        match body(reply, reply_header.kind)? {
            Body::Answer(answer) => {
                self.journal.promises.push(answer.promise.clone());
                self.check_answer((header, &asked), (reply, &answer))
            }
            Body::Refusal(refusal) => {
                self.journal.promises.push(refusal.promise.clone());
                self.check_refusal(reply, &refusal)
            }
            Body::Received(received) => {
                self.journal.promises.push(received.promise);
                self.copies.arrive((header, reply_header.sent), &asked, &instrument);
                Ok(())
            }
            other @ (Body::Query(_) | Body::Copies(_) | Body::Inventory(_)) => {
                let what = format!("a {} was answered by a {}", header.kind, other.kind());
                Err(Failure::broken(Invariant::Service, what))
            }
        }
    }

    fn deliver_back(&mut self, message: &Message, question: EnvelopeId) -> Result<(), Failure> {
        let reply = &message.envelope;
        let header = header(reply)?;
        if self.network.is_broken(&message.from, &message.to) {
            self.journal.count("reply lost");
            return Ok(());
        }
        let called = self.federation.call(&message.to, |node| node.settle_reply(reply))?;
        match called {
            Called::Done(Some(settled)) => {
                self.journal.count("settled");
                if let Some(asked) = self.journal.searches.get_mut(&settled.query) {
                    asked.doubtful.remove(&settled.register);
                    asked.outcomes.insert(settled.register, settled.outcome);
                }
                Ok(())
            }
            Called::Done(None) | Called::Down => Ok(()),
            Called::Died => {
                let asked = header.query.and_then(|query| self.journal.searches.get_mut(&query));
                if let Some(asked) = asked {
                    let from = header.from_authority.clone();
                    asked.doubtful.insert(RegisterId::new(from, header.instrument.clone()));
                }
                Ok(())
            }
            Called::Failed(Fault::Rejected(Rejection::Expired(_)))
                if header.expires < self.federation.now() =>
            {
                Ok(())
            }
            Called::Failed(fault) => {
                let what = format!("an honest reply to {question}: {}", chain(&fault));
                Err(Failure::broken(Invariant::Service, what))
            }
        }
    }

    /// Nothing came from a register: that is noted with the search.
    pub(crate) fn fall_silent(
        &mut self,
        authority: &vocabulary::AuthorityId,
        query: vocabulary::QueryId,
        register: &RegisterId,
        outcome: Outcome,
    ) -> Result<(), Failure> {
        let home = self.federation.home_of(authority)?;
        let called = self
            .federation
            .call(&home, |node| node.settle_silence(authority, query, register, outcome))?;
        let asked = self.journal.searches.get_mut(&query);
        match (called, asked) {
            (Called::Done(settled), Some(asked)) if settled.changed => {
                asked.outcomes.insert(register.clone(), outcome);
            }
            (Called::Died, Some(asked)) => drop(asked.doubtful.insert(register.clone())),
            (Called::Failed(fault), Some(_)) => return Err(refused("noting silence", &fault)),
            _ => {}
        }
        Ok(())
    }

    pub(crate) fn upkeep(&mut self, node: &NodeId) -> Result<(), Failure> {
        let called = self.federation.call(node, |node| {
            node.upkeep_logs()?;
            node.outbox_expire().map(drop)
        })?;
        self.federation.look_at_logs(node)?;
        unless_failed("upkeep", called)
    }

    pub(crate) fn renew(&mut self, node: &NodeId) -> Result<(), Failure> {
        let called = self.federation.call(node, node::Node::renew_inventories)?;
        unless_failed("renewing inventories", called)
    }

    pub(crate) fn expire_copies(&mut self, node: &NodeId) -> Result<(), Failure> {
        let at = self.federation.now();
        let called = self.federation.call(node, node::Node::expire_copies)?;
        if let Some(up) = self.federation.node(node) {
            let half = !matches!(called, Called::Done(_));
            for authority in up.hosted().keys() {
                self.copies.expire(authority, at, half);
            }
        }
        unless_failed("expiring copies", called)
    }
}

fn unless_failed<T>(what: &str, called: Called<T>) -> Result<(), Failure> {
    match called {
        Called::Failed(fault) => Err(refused(what, &fault)),
        Called::Done(_) | Called::Died | Called::Down => Ok(()),
    }
}

/// The header of an envelope that a node of the federation wrote.
pub(crate) fn header(envelope: &Envelope) -> Result<Header, Failure> {
    envelope.unverified_header().map_err(|error| {
        Failure::broken(
            Invariant::Service,
            format!("an envelope without header: {}", chain(&error)),
        )
    })
}

/// The body of an envelope that a node of the federation wrote.
pub(crate) fn body(envelope: &Envelope, kind: Kind) -> Result<Body, Failure> {
    Body::decode(kind, envelope.body().unwrap_or_default()).map_err(|error| {
        Failure::broken(
            Invariant::Service,
            format!("a {kind} that cannot be read: {}", chain(&error)),
        )
    })
}
