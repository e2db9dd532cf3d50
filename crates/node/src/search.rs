//! Asking: one question, every register that needs to be asked, decided and logged before anything leaves.

use crate::entries::{Act, commitment};
use crate::fault::Fault;
use crate::looking::Answer;
use crate::node::Node;
use crate::officer::Officer;
use crate::replies::{Address, Asking};
use crate::settle::PartAnswer;
use access::{Asker, AskerHome, Grant, Refusal, RegisterPlace, RegisterPlan, registers_to_ask};
use audit_log::Side;
use exchange::{Envelope, Question, Standing};
use instrument::{Instrument, MatchingKind, QueryShape};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Draft, LogReceipt, NewPart, OpenSearch, Sealed, SettlePart};
use vocabulary::{
    InstrumentId, Justification, NodeId, Outcome, ProcessingOperation, QueryId, RegisterId,
    Subject, Timestamp,
};

/// What an officer asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// The person or thing.
    pub subject: Subject,
    /// Why.
    pub justification: Justification,
    /// Under which instruments; empty for all that cover the subject and know the purpose.
    #[serde(default)]
    pub instruments: Vec<InstrumentId>,
}

/// What a search stores of the question, sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// The person or thing.
    pub subject: Subject,
    /// Why.
    pub justification: Justification,
    /// The salt of the commitments in the log, 64 hexadecimal digits.
    pub salt: seal::Digest,
}

/// An envelope that is durable in the outbox and may now be carried.
#[derive(Debug, Clone)]
pub struct Carry {
    /// The register it asks.
    pub register: RegisterId,
    /// The node it goes to.
    pub to_node: NodeId,
    /// The envelope.
    pub envelope: Envelope,
}

/// A search that is open: local registers are settled, envelopes wait to be carried.
#[derive(Debug)]
pub struct Started {
    /// Its id.
    pub query: QueryId,
    /// What may now be carried.
    pub carry: Vec<Carry>,
}

/// One instrument of a search, decided.
struct Line {
    instrument: Arc<Instrument>,
    grant: Grant,
    draft: Draft,
    plan: RegisterPlan,
    question: Question,
    local: Option<Sealed<Answer>>,
}

/// What stays the same through one search.
struct Asked<'a> {
    officer: &'a Officer,
    ask: &'a Ask,
    query: QueryId,
    salt: [u8; 32],
    at: Timestamp,
}

impl Node {
    /// Opens a search. Returns when the log entries, the search and its envelopes are durable and the registers
    /// of this node have answered.
    ///
    /// # Errors
    /// When nothing may be asked, with every reason; when the question is not usable; when the store fails.
    pub fn start_search(&self, officer: &Officer, ask: &Ask) -> Result<Started, Fault> {
        ask.subject.check_query().map_err(|invalid| Fault::invalid("subject", invalid.help))?;
        let at = self.now();
        let query = self.fresh_query(at);
        let asked = Asked { officer, ask, query, salt: self.shared.environment.bytes(), at };
        let (mut lines, mut refused, mut first) = (Vec::new(), Vec::new(), None);
        for instrument in self.instruments_for(ask)? {
            match self.line(&asked, &instrument)? {
                Ok(line) => lines.push(line),
                Err((refusal, draft)) => {
                    refused.push(draft);
                    first.get_or_insert(refusal);
                }
            }
        }
        if lines.is_empty() && refused.is_empty() {
            let what = "no instrument of this node has this purpose for this kind of subject";
            return Err(Fault::invalid("purpose", what));
        }
        let nothing_granted = lines.is_empty();
        let started = self.commit_search(&asked, lines, refused)?;
        match first.filter(|_| nothing_granted) {
            Some(refusal) => Err(Fault::Refused(refusal)),
            None => Ok(started),
        }
    }

    /// The instruments named, or all that cover the subject and have the purpose.
    fn instruments_for(&self, ask: &Ask) -> Result<Vec<Arc<Instrument>>, Fault> {
        if !ask.instruments.is_empty() {
            return ask.instruments.iter().map(|id| self.instrument(id).cloned()).collect();
        }
        let kind = ask.subject.kind();
        let purpose = &ask.justification.purpose;
        let fits = |one: &&Arc<Instrument>| {
            one.subjects().contains(&kind) && one.purpose(purpose).is_some()
        };
        Ok(self.law().all().filter(fits).cloned().collect())
    }

    /// Decides one instrument, plans its registers, and looks into those at home.
    fn line(
        &self,
        asked: &Asked<'_>,
        instrument: &Arc<Instrument>,
    ) -> Result<Result<Line, (Refusal, Draft)>, Fault> {
        let Asked { officer, ask, query, salt, at } = asked;
        let authority = &officer.authority;
        let pseudonym = self.pseudonym(authority, &officer.id, authority, *at)?;
        let role = officer.role.clone();
        let who = Asker::new(authority.clone(), pseudonym, role, AskerHome::ThisAuthority);
        let question = self.question(instrument, &instrument.only_compared(&ask.subject))?;
        let shape = shape_of(&question);
        let act = Act {
            authority,
            instrument,
            asker: &who,
            justification: &ask.justification,
            operation: ProcessingOperation::Consultation,
            query: Some((*query, &shape)),
            side: Side::Asking,
            at: *at,
        };
        let available = self.available(instrument);
        let decided = act.decide().and_then(|grant| {
            let plan = registers_to_ask(instrument, authority, &ask.justification, &available)?;
            Ok((grant, plan))
        });
        let (grant, plan) = match decided {
            Ok(decided) => decided,
            Err(refusal) => {
                let entry = act.refused(self, &refusal, salt);
                return Ok(Err((refusal, Draft { entry })));
            }
        };
        let mut entry = act.granted(self, &grant, salt);
        entry.subject_commitment = Some(commitment(salt, &ask.subject));
        entry.registers = plan.asked().iter().map(|one| one.register().clone()).collect();
        entry.retention_end = rules::retention_end(instrument, instrument::KeptThing::Log, *at);
        self.check_list(&plan, *at)?;
        let at_home = plan.asked().iter().any(|one| is_home(one.place()));
        let local =
            if at_home { Some(self.look(&grant, instrument, &question, *at)?) } else { None };
        entry.answer_digest =
            local.as_ref().map(|local| local.digest(|answer| commitment(salt, answer)));
        let instrument = Arc::clone(instrument);
        Ok(Ok(Line { instrument, grant, draft: Draft { entry }, plan, question, local }))
    }

    /// A list past its end carries nothing new out of the node; what is at home may still be asked.
    fn check_list(&self, plan: &RegisterPlan, at: Timestamp) -> Result<(), Fault> {
        let trust = self.trust();
        if plan.leaves_home() && trust.standing(at) == Standing::Frozen {
            let ended = trust.content().valid_until;
            let what = format!(
                "the trust list ended at {ended}; its operator should fetch the current one"
            );
            return Err(Fault::NotSetUp(what));
        }
        Ok(())
    }

    /// The question as it may leave. Names under an instrument of pseudonyms never leave in clear: without the
    /// participants' key there is no question.
    fn question(&self, instrument: &Instrument, subject: &Subject) -> Result<Question, Fault> {
        match (instrument.matching().kind(), subject) {
            (MatchingKind::Pseudonymised, Subject::Person(_)) => self
                .pseudonymised(instrument.id(), subject)
                .map(Question::Pseudonymised)
                .ok_or_else(|| {
                    Fault::NotSetUp(format!("no pseudonym key for `{}`", instrument.id()))
                }),
            (MatchingKind::Pseudonymised | MatchingKind::Clear | MatchingKind::Exact, _) => {
                Ok(Question::Clear(subject.clone()))
            }
        }
    }

    /// Every register under the instrument that the trust list names.
    fn available(&self, instrument: &Instrument) -> Vec<RegisterId> {
        let trust = self.trust();
        let keeps =
            trust.authorities().filter(|(_, entry)| entry.registers.contains(instrument.id()));
        keeps.map(|(_, entry)| RegisterId::new(entry.id.clone(), instrument.id().clone())).collect()
    }

    fn commit_search(
        &self,
        asked: &Asked<'_>,
        lines: Vec<Line>,
        refused: Vec<Draft>,
    ) -> Result<Started, Fault> {
        let (mut parts, mut carry) = (Vec::new(), Vec::new());
        let (mut entries, mut home) = (Vec::new(), Vec::new());
        for line in lines {
            for planned in line.plan.asked() {
                let mut part = NewPart {
                    register: planned.register().clone(),
                    outcome: None,
                    answer: None,
                    envelope: None,
                    to_node: None,
                    expires: asked.at,
                };
                if !is_home(planned.place()) {
                    let one = self.query_to(asked, &line, planned.register())?;
                    part.expires = one.envelope.unverified_header()?.expires;
                    part.to_node = Some(one.to_node.clone());
                    part.envelope = Some(one.envelope.clone());
                    carry.push(one);
                }
                parts.push(part);
            }
            if let Some(local) = line.local {
                home.push((line.plan, local));
            }
            entries.push((line.grant, line.draft));
        }
        let Asked { officer, ask, query, salt, at } = asked;
        let content = Content {
            subject: ask.subject.clone(),
            justification: ask.justification.clone(),
            salt: seal::Digest::from_bytes(*salt),
        };
        let receipts = self.store().open_search(OpenSearch {
            authority: officer.authority.clone(),
            query: *query,
            officer: officer.id.clone(),
            role: officer.role.clone(),
            at: *at,
            content: serde_json::to_vec(&content).unwrap_or_default(),
            entries: entries.iter().map(|(grant, draft)| (grant, draft.clone())).collect(),
            refused,
            parts,
        })?;
        self.settle_home(home, &receipts)?;
        Ok(Started { query: *query, carry })
    }

    /// Opens what was found at home with the receipt of its instrument, and settles those registers.
    fn settle_home(
        &self,
        home: Vec<(RegisterPlan, Sealed<Answer>)>,
        receipts: &[LogReceipt],
    ) -> Result<(), Fault> {
        for (plan, local) in home {
            let instrument = plan.asked().first().map(|one| one.register().instrument().clone());
            let receipt = receipts.iter().find(|r| Some(r.instrument()) == instrument.as_ref());
            let receipt = receipt.ok_or(Fault::NotFound("receipt"))?;
            let answer = local.open(receipt)?;
            for planned in plan.asked().iter().filter(|one| is_home(one.place())) {
                let register = planned.register();
                let outcome_and_part = self.home_part(receipt, register, &answer)?;
                self.store().settle_part(SettlePart {
                    receipt: receipt.clone(),
                    register: register.clone(),
                    outcome: outcome_and_part.0,
                    answer: outcome_and_part.1.map(|part| part.to_bytes()),
                    reply: None,
                    at: self.now(),
                })?;
            }
        }
        Ok(())
    }

    /// What of an answer found at home belongs to one owner. An owner whose copies have not all come, or for whose
    /// copies nobody vouches any more, is not silent: he is unreachable.
    fn home_part(
        &self,
        receipt: &LogReceipt,
        register: &RegisterId,
        answer: &Answer,
    ) -> Result<(Outcome, Option<PartAnswer>), Fault> {
        let own = register.authority() == receipt.authority();
        let matches: Vec<_> = answer
            .matches
            .iter()
            .filter(|one| one.owner == *register.authority())
            .cloned()
            .collect();
        let count = u32::try_from(matches.len()).unwrap_or(u32::MAX);
        // A copy that matches is shown even while others are missing; that nothing matches is not said then.
        if count == 0 && !own && !self.holds_copies(receipt.authority(), register)? {
            return Ok((Outcome::Unreachable, None));
        }
        let outcome = if count == 0 { Outcome::NoMatch } else { Outcome::Match };
        let part = PartAnswer { matches, count, cut: answer.cut, ..PartAnswer::default() };
        Ok((outcome, Some(part)))
    }

    fn holds_copies(
        &self,
        holder: &vocabulary::AuthorityId,
        register: &RegisterId,
    ) -> Result<bool, Fault> {
        Ok(self.store().copies_standing(holder, register, self.now())?)
    }

    /// The query that an officer of an authority of this node would send to that authority itself, not logged and not
    /// sent: with it one can measure how the asked side answers.
    ///
    /// # Errors
    /// When the instrument is not known or the question is not usable.
    pub fn query_to_itself(&self, officer: &Officer, ask: &Ask) -> Result<Envelope, Fault> {
        let at = self.now();
        let id =
            ask.instruments.first().ok_or_else(|| Fault::invalid("instruments", "name one"))?;
        let instrument = Arc::clone(self.instrument(id)?);
        let question = self.question(&instrument, &instrument.only_compared(&ask.subject))?;
        let authority = &officer.authority;
        let asking = Asking {
            officer: self.pseudonym(authority, &officer.id, authority, at)?,
            role: officer.role.clone(),
            justification: ask.justification.clone(),
            query: self.fresh_query(at),
            question,
        };
        let node = self.settings().node.clone();
        let address = Address { from: authority, to_node: &node, to: authority };
        self.write_query(&address, &instrument, asking, at)
    }

    fn query_to(
        &self,
        asked: &Asked<'_>,
        line: &Line,
        register: &RegisterId,
    ) -> Result<Carry, Fault> {
        let Asked { officer, ask, query, at, .. } = asked;
        let trust = self.trust();
        let owner = register.authority();
        let node = trust.node_of(owner).ok_or(Fault::NotFound("node"))?.node.clone();
        let asking = Asking {
            officer: self.pseudonym(&officer.authority, &officer.id, owner, *at)?,
            role: officer.role.clone(),
            justification: ask.justification.clone(),
            query: *query,
            question: line.question.clone(),
        };
        let address = Address { from: &officer.authority, to_node: &node, to: owner };
        let envelope = self.write_query(&address, &line.instrument, asking, *at)?;
        Ok(Carry { register: register.clone(), to_node: node, envelope })
    }
}

fn is_home(place: RegisterPlace) -> bool {
    matches!(place, RegisterPlace::Own | RegisterPlace::LocalCopy)
}

fn shape_of(question: &Question) -> QueryShape {
    match question {
        Question::Clear(subject) => QueryShape::of(subject),
        Question::Pseudonymised(person) => QueryShape::of_pseudonymised(person),
    }
}
