//! Asking: one question, every register that needs to be asked, decided and logged before anything leaves.

mod home;

use crate::entries::{Act, commitment};
use crate::fault::Fault;
use crate::looking::Answer;
use crate::meters::{QuerySide, Stage};
use crate::node::Node;
use crate::officer::Officer;
use crate::replies::{Address, Asking, told};
use crate::settle::PartAnswer;
use access::{Asker, AskerHome, Grant, PlannedRegister, Refusal, RegisterPlan, registers_to_ask};
use audit_log::Side;
use exchange::{Envelope, Question, RefusalReason, Transfer};
pub(crate) use home::is_home;
use instrument::{Instrument, MatchingKind, QueryShape};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Draft, NewPart, OpenSearch, Sealed};
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
    /// Registers of the plan that the trust list keeps from being asked now.
    barred: BTreeMap<RegisterId, RefusalReason>,
}

/// One instrument of a search, refused on the asking side. Its registers are shown as refused, never left out.
struct Declined {
    refusal: Refusal,
    draft: Draft,
    registers: Vec<RegisterId>,
}

impl Declined {
    fn part(&self, register: &RegisterId, at: Timestamp) -> NewPart {
        refused_part(register, told(&self.refusal), at)
    }
}

/// A register that is shown as refused on the asking side.
fn refused_part(register: &RegisterId, refusal: Vec<RefusalReason>, at: Timestamp) -> NewPart {
    let answer = PartAnswer { refusal, ..PartAnswer::default() };
    NewPart {
        outcome: Some(Outcome::Refused),
        answer: Some(answer.to_bytes()),
        ..new_part(register, at)
    }
}

fn new_part(register: &RegisterId, at: Timestamp) -> NewPart {
    NewPart {
        register: register.clone(),
        outcome: None,
        answer: None,
        envelope: None,
        to_node: None,
        expires: at,
    }
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
        self.timed(Stage::Search, || self.open_search(officer, ask))
    }

    fn open_search(&self, officer: &Officer, ask: &Ask) -> Result<Started, Fault> {
        ask.subject.check_query().map_err(|invalid| Fault::invalid("subject", invalid.help))?;
        let at = self.now();
        let query = self.fresh_query(at);
        let asked = Asked { officer, ask, query, salt: self.shared.environment.bytes(), at };
        let (mut lines, mut declined) = (Vec::new(), Vec::new());
        for instrument in self.instruments_for(ask)? {
            match self.line(&asked, &instrument)? {
                Ok(line) => lines.push(line),
                Err(one) => declined.push(one),
            }
        }
        if lines.is_empty() && declined.is_empty() {
            let what = "no instrument of this node has this purpose for this kind of subject";
            return Err(Fault::invalid("purpose", what));
        }
        let refusal = match lines.as_slice() {
            [] => declined.first().map(|one| one.refusal.clone()),
            _ => None,
        };
        let started = self.commit_search(&asked, lines, declined)?;
        refusal.map_or(Ok(started), |refusal| Err(Fault::Refused(refusal)))
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
    ) -> Result<Result<Line, Declined>, Fault> {
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
        let decided = self.timed(Stage::Decide, || act.decide(self)).and_then(|grant| {
            let plan = registers_to_ask(instrument, authority, &ask.justification, &available)?;
            Ok((grant, plan))
        });
        let (grant, plan) = match decided {
            Ok(decided) => decided,
            Err(refusal) => {
                let draft = Draft { entry: act.refused(self, &refusal, salt) };
                return Ok(Err(Declined { refusal, draft, registers: available }));
            }
        };
        let mut entry = act.granted(self, &grant, salt);
        entry.subject_commitment = Some(commitment(salt, &ask.subject));
        let transfer = Transfer::Query {
            instrument: instrument.id(),
            purpose: &ask.justification.purpose,
            subject: ask.subject.kind(),
        };
        let barred = self.barred(&plan, authority, &transfer, *at);
        let leaves = plan.asked().iter().map(PlannedRegister::register);
        entry.registers = leaves.filter(|one| !barred.contains_key(*one)).cloned().collect();
        entry.retention_end = rules::retention_end(instrument, instrument::KeptThing::Log, *at);
        let at_home = plan.asked().iter().any(|one| is_home(one.place()));
        let look = || self.look(&grant, instrument, &question, *at);
        let local = if at_home { Some(self.timed(Stage::Look, look)?) } else { None };
        entry.answer_digest =
            local.as_ref().map(|local| local.digest(|answer| commitment(salt, answer)));
        let instrument = Arc::clone(instrument);
        let draft = Draft { entry };
        Ok(Ok(Line { instrument, grant, draft, plan, question, local, barred }))
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
        declined: Vec<Declined>,
    ) -> Result<Started, Fault> {
        let (mut parts, mut carry) = (Vec::new(), Vec::new());
        let (mut entries, mut home) = (Vec::new(), Vec::new());
        let mut refused = Vec::new();
        for one in declined {
            for register in &one.registers {
                self.meters().outcome(register.instrument(), QuerySide::Asking, Outcome::Refused);
                parts.push(one.part(register, asked.at));
            }
            refused.push(one.draft);
        }
        for line in lines {
            for planned in line.plan.asked() {
                if let Some(reason) = line.barred.get(planned.register()) {
                    let reasons = vec![reason.clone()];
                    parts.push(refused_part(planned.register(), reasons, asked.at));
                    continue;
                }
                let mut part = new_part(planned.register(), asked.at);
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
        let opened = OpenSearch {
            authority: officer.authority.clone(),
            query: *query,
            officer: officer.id.clone(),
            role: officer.role.clone(),
            at: *at,
            content: serde_json::to_vec(&content).unwrap_or_default(),
            entries: entries.iter().map(|(grant, draft)| (grant, draft.clone())).collect(),
            refused,
            parts,
        };
        let receipts = self.timed(Stage::Commit, || self.store().open_search(opened))?;
        self.settle_home(home, &receipts)?;
        Ok(Started { query: *query, carry })
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

fn shape_of(question: &Question) -> QueryShape {
    match question {
        Question::Clear(subject) => QueryShape::of(subject),
        Question::Pseudonymised(person) => QueryShape::of_pseudonymised(person),
    }
}
