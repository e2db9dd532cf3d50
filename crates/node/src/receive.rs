//! Receiving: an envelope from another node is verified, decided by this node's own law, logged and answered.

use crate::entries::{Act, commitment};
use crate::fault::Fault;
use crate::law::digest_of;
use crate::meters::{QuerySide, Stage};
use crate::node::Node;
use crate::replies::{Replying, refusal_body};
use crate::trust::no_agreement;
use access::{Asker, AskerHome, Grant};
use audit_log::{Entry, OutcomeCounts, Partner, Side};
use exchange::{
    AnswerBody, Body, Envelope, Kind, Question, RefusalBody, Transfer, VerifiedEnvelope, verify,
};
use instrument::{Instrument, MatchingKind, QueryShape};
use std::sync::Arc;
use store::{AnswerQuery, Answered, Answering, Draft};
use vocabulary::{NodeId, Outcome, ProcessingOperation, Subject, SubjectKind, Timestamp};

/// What the asked side works with while it answers one query.
struct Asked<'a> {
    incoming: &'a VerifiedEnvelope,
    instrument: &'a Arc<Instrument>,
    question: &'a Question,
    at: Timestamp,
}

impl<'a> Asked<'a> {
    fn replying(&self) -> Replying<'a> {
        Replying { incoming: self.incoming, instrument: self.instrument, at: self.at }
    }
}

impl Node {
    /// Takes one envelope that came over the connection of `from` and gives the envelope to send back.
    ///
    /// A repeated envelope gets the stored answer again; nothing is done or logged twice.
    ///
    /// # Errors
    /// When it is not to be believed, not to be read, or not to be stored. Then nothing was done.
    pub fn receive(&self, from: Option<&NodeId>, envelope: &Envelope) -> Result<Envelope, Fault> {
        let at = self.now();
        let incoming =
            verify(envelope, &self.trust(), &self.shared.settings.node, at, &self.shared.limits)?;
        let header = incoming.header();
        if from.is_some_and(|from| *from != header.from_node) {
            let what = "the connection is of another node than the envelope; send it yourself";
            return Err(Fault::invalid("from_node", what));
        }
        let instrument = Arc::clone(self.instrument(&header.instrument)?);
        let (ours, theirs) = (digest_of(&instrument), header.instrument_digest);
        if theirs != ours && !self.trust().knows_instrument(&header.instrument, &theirs) {
            let what = format!(
                "version {theirs} of `{}` is not known here and no keeper vouches for it; use {ours}",
                header.instrument
            );
            return Err(Fault::invalid("instrument_digest", what));
        }
        match (header.kind, incoming.decode_body()?) {
            (Kind::Query, Body::Query(body)) => {
                let (instrument, question) = (&instrument, &body.question);
                let asked = Asked { incoming: &incoming, instrument, question, at };
                self.timed(Stage::Answer, || self.answer(&asked))
            }
            (Kind::Copies, Body::Copies(body)) => self.accept_copies(&incoming, &instrument, body),
            (Kind::Inventory, Body::Inventory(body)) => {
                self.accept_inventory(&incoming, &instrument, &body)
            }
            (kind, _) => {
                Err(Fault::invalid("kind", format!("`{kind}` is not sent by itself; send a query")))
            }
        }
    }

    fn answer(&self, asked: &Asked<'_>) -> Result<Envelope, Fault> {
        check_form(asked.instrument, asked.question)?;
        let header = asked.incoming.header();
        let absent = |field: &str| Fault::invalid(field, "a query needs it; add it to the header");
        let justification = header.justification.as_ref().ok_or_else(|| absent("justification"))?;
        let query = header.query.ok_or_else(|| absent("query"))?;
        let partner = Asker::new(
            header.from_authority.clone(),
            header.officer.clone().ok_or_else(|| absent("officer"))?,
            header.role.clone().ok_or_else(|| absent("role"))?,
            AskerHome::Partner,
        );
        let shape = match asked.question {
            Question::Clear(subject) => QueryShape::of(subject),
            Question::Pseudonymised(person) => QueryShape::of_pseudonymised(person),
        };
        let act = Act {
            authority: &header.to_authority,
            instrument: asked.instrument,
            asker: &partner,
            justification,
            operation: ProcessingOperation::Consultation,
            query: Some((query, &shape)),
            side: Side::Asked,
            at: asked.at,
        };
        let purpose = &justification.purpose;
        let (instrument, subject) = (asked.instrument.id(), question_kind(asked.question));
        let transfer = Transfer::Query { instrument, purpose, subject };
        let between = (&header.from_authority, &header.to_authority);
        if let Err(why) = self.trust().lets_pass(between, &transfer, asked.at) {
            let salt = self.shared.environment.bytes();
            let entry = about(act.barred(self, why.word(), &salt), asked.incoming);
            let reasons = vec![no_agreement(&why)];
            let body = Body::from(RefusalBody { reasons, promise: self.promise(&entry)? });
            let reply = self.write_reply(&asked.replying(), &body, salt)?;
            return self.commit_answer(asked, entry, None, Answering::Plain(reply));
        }
        match self.timed(Stage::Decide, || act.decide(self)) {
            Ok(grant) => self.answer_granted(asked, &act, &grant),
            Err(refusal) => {
                let salt = self.shared.environment.bytes();
                let entry = about(act.refused(self, &refusal, &salt), asked.incoming);
                let body = Body::from(refusal_body(&refusal, self.promise(&entry)?));
                let reply = self.write_reply(&asked.replying(), &body, salt)?;
                self.commit_answer(asked, entry, None, Answering::Plain(reply))
            }
        }
    }

    fn answer_granted(
        &self,
        asked: &Asked<'_>,
        act: &Act<'_>,
        grant: &Grant,
    ) -> Result<Envelope, Fault> {
        let salt: [u8; 32] = self.shared.environment.bytes();
        let look = || self.look(grant, asked.instrument, asked.question, asked.at);
        let answer = self.timed(Stage::Look, look)?;
        let mut entry = about(act.granted(self, grant, &salt), asked.incoming);
        entry.answer_digest = Some(answer.digest(|answer| commitment(&salt, answer)));
        entry.retention_end =
            rules::retention_end(asked.instrument, instrument::KeptThing::Log, asked.at);
        let reply = answer.try_map(|answer| {
            // The outcome goes into the entry from inside the seal, and with the entry into the log first.
            entry.outcomes = Some(count_of(answer.outcome));
            let promise = self.promise(&entry)?;
            let body = Body::from(AnswerBody {
                outcome: answer.outcome,
                matches: answer.matches,
                count: answer.count,
                cut: answer.cut,
                current_to: None,
                promise,
            });
            self.write_reply(&asked.replying(), &body, salt)
        })?;
        self.commit_answer(asked, entry, Some(grant), Answering::Sealed(reply))
    }

    fn commit_answer(
        &self,
        asked: &Asked<'_>,
        entry: Entry,
        grant: Option<&Grant>,
        answer: Answering,
    ) -> Result<Envelope, Fault> {
        let outcome = outcome_of(&entry);
        let job = AnswerQuery {
            entry: Draft { entry },
            grant,
            incoming: asked.incoming,
            answer,
            at: asked.at,
        };
        match self.timed(Stage::Commit, || self.store().answer_query(job))? {
            Answered::Fresh { receipt, answer } => {
                self.meters().outcome(asked.instrument.id(), QuerySide::Asked, outcome);
                Ok(answer.open(&receipt)?)
            }
            Answered::Again(envelope) => Ok(envelope),
        }
    }
}

fn question_kind(question: &Question) -> SubjectKind {
    match question {
        Question::Clear(subject) => subject.kind(),
        Question::Pseudonymised(_) => SubjectKind::Person,
    }
}

/// What an entry of the asked side says about the envelope it answers.
pub(crate) fn about(mut entry: Entry, incoming: &VerifiedEnvelope) -> Entry {
    let header = incoming.header();
    entry.partner =
        Some(Partner { authority: header.from_authority.clone(), node: header.from_node.clone() });
    entry.header_digest = Some(incoming.header_digest());
    entry.body_digest = Some(header.body_digest);
    entry
}

/// The counts of one outcome.
pub(crate) fn count_of(outcome: Outcome) -> OutcomeCounts {
    let mut counts = OutcomeCounts::default();
    match outcome {
        Outcome::Match => counts.matched = 1,
        Outcome::NoMatch => counts.no_match = 1,
        Outcome::Refused => counts.refused = 1,
        Outcome::Late => counts.late = 1,
        Outcome::Unreachable => counts.unreachable = 1,
    }
    counts
}

/// The outcome an entry of the asked side records; a refusal has no counts.
fn outcome_of(entry: &Entry) -> Outcome {
    match &entry.outcomes {
        Some(counts) if counts.matched > 0 => Outcome::Match,
        Some(counts) if counts.refused == 0 => Outcome::NoMatch,
        _ => Outcome::Refused,
    }
}

/// Names come in the form that the instrument compares: pseudonyms under one, clear under another, never the reverse.
fn check_form(instrument: &Instrument, question: &Question) -> Result<(), Fault> {
    let pseudonyms = instrument.matching().kind() == MatchingKind::Pseudonymised;
    let what = match question {
        Question::Clear(Subject::Person(_)) if pseudonyms => {
            "names came in clear; send them as pseudonyms, as this instrument compares them"
        }
        Question::Pseudonymised(_) if !pseudonyms => {
            "names came as pseudonyms; this instrument compares them in clear"
        }
        Question::Clear(_) | Question::Pseudonymised(_) => return Ok(()),
    };
    Err(Fault::invalid("question", what))
}
