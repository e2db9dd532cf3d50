//! Officers at work: they ask, wait, confirm and reject.

use crate::error::{Failure, Invariant};
use crate::federation::Called;
use crate::journal::Asked;
use crate::keeping::refused;
use crate::network::{Course, Message, place};
use crate::op::{Manner, Pick};
use crate::simulation::{Simulation, pick_of};
use audit_log::HumanVerdict;
use node::{Ask, Carry, Fault, Officer, SearchState, Started};
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::{
    Justification, NodeId, Outcome, PurposeId, QueryId, RegisterId, Subject, SubjectKind,
};

impl Simulation {
    pub(crate) fn ask(
        &mut self,
        officer: Pick,
        record: Pick,
        manner: Manner,
    ) -> Result<(), Failure> {
        let asks = |one: &&Officer| {
            let role = one.role.as_str();
            (role == "case_desk") == (manner == Manner::NotHis) && role != "register_owner"
        };
        let officers: Vec<Officer> = self.officers.iter().filter(asks).cloned().collect();
        let officer = pick_of(&officers, officer)?;
        let subject = self.any_record(record).and_then(|place| {
            self.journal.records.get(&place).map(|tracked| tracked.record.subject.clone())
        });
        let Some(subject) = subject else { return Ok(()) };
        let Some(ask) = self.question(&officer, &subject, manner)? else { return Ok(()) };
        self.search(&officer, &ask, manner).map(drop)
    }

    /// Lets an officer ask lawfully; gives the query when it was acknowledged.
    ///
    /// # Errors
    /// When a law does not hold over it.
    pub fn search_for(
        &mut self,
        officer: &Officer,
        subject: &Subject,
    ) -> Result<Option<QueryId>, Failure> {
        match self.question(officer, subject, Manner::Lawful)? {
            Some(ask) => self.search(officer, &ask, Manner::Lawful),
            None => Ok(None),
        }
    }

    fn search(
        &mut self,
        officer: &Officer,
        ask: &Ask,
        manner: Manner,
    ) -> Result<Option<QueryId>, Failure> {
        let home = self.federation.home_of(&officer.authority)?;
        let called = self.federation.call(&home, |node| node.start_search(officer, ask))?;
        match (called, manner) {
            (Called::Done(started), Manner::Lawful | Manner::NotHis) => {
                self.journal.count("search");
                self.started(officer, ask, &home, started).map(Some)
            }
            (Called::Failed(Fault::Refused(_) | Fault::Invalid { .. }), Manner::WrongPurpose) => {
                self.journal.count("refused at home");
                Ok(None)
            }
            (Called::Failed(fault), _) => Err(refused(&format!("{ask:?}"), &fault)),
            (Called::Done(_), Manner::WrongPurpose) => {
                let what = format!("{} asked for no reason and was answered", officer.id);
                Err(Failure::broken(Invariant::LogFirst, what))
            }
            (Called::Died | Called::Down, _) => Ok(None),
        }
    }

    fn started(
        &mut self,
        officer: &Officer,
        ask: &Ask,
        home: &NodeId,
        started: Started,
    ) -> Result<QueryId, Failure> {
        let Started { query, carry } = started;
        let asked = Asked {
            officer: officer.clone(),
            ask: ask.clone(),
            outcomes: BTreeMap::new(),
            doubtful: BTreeSet::new(),
            decisions: BTreeMap::new(),
        };
        self.journal.searches.insert(query, asked);
        for Carry { to_node, envelope, .. } in carry {
            let course = Course::Out(0);
            self.leave(Message { from: home.clone(), to: to_node, envelope, course })?;
        }
        let state = self.state(query)?;
        for part in state.iter().flat_map(|state| &state.parts) {
            if let Some(outcome) = part.outcome {
                self.note_outcome(query, &part.register, outcome);
                self.check_home(officer, &ask.subject, part)?;
            }
        }
        Ok(query)
    }

    fn note_outcome(&mut self, query: QueryId, register: &RegisterId, outcome: Outcome) {
        if let Some(asked) = self.journal.searches.get_mut(&query) {
            asked.outcomes.insert(register.clone(), outcome);
        }
    }

    /// The search as its node shows it to its officer; none while the node is down.
    pub(crate) fn state(&mut self, query: QueryId) -> Result<Option<SearchState>, Failure> {
        let Some(asked) = self.journal.searches.get(&query) else { return Ok(None) };
        let officer = asked.officer.clone();
        let home = self.federation.home_of(&officer.authority)?;
        match self.federation.call(&home, |node| node.search_of(&officer, query))? {
            Called::Done(state) => Ok(Some(state)),
            Called::Failed(fault) => {
                let what = format!("search {query}: {}", crate::error::chain(&fault));
                Err(Failure::broken(Invariant::NothingLost, what))
            }
            Called::Died | Called::Down => Ok(None),
        }
    }

    pub(crate) fn decide(&mut self, pick: Pick, confirm: bool) -> Result<(), Failure> {
        let Some(query) = self.any_search(pick) else { return Ok(()) };
        let Some(state) = self.state(query)? else { return Ok(()) };
        self.check_state(query, &state)?;
        let found = state
            .parts
            .iter()
            .find_map(|part| Some((part.register.clone(), part.answer.matches.first()?.clone())));
        let Some((register, found)) = found else { return Ok(()) };
        let Some(asked) = self.journal.searches.get(&query) else { return Ok(()) };
        let officer = asked.officer.clone();
        let verdict = if confirm { HumanVerdict::Confirmed } else { HumanVerdict::Rejected };
        let home = self.federation.home_of(&officer.authority)?;
        let reference = found.reference;
        let called = self.federation.call(&home, |node| {
            node.decide_match(&officer, query, (&register, &reference), verdict)
        })?;
        let place = (register, reference);
        let asked = self.journal.searches.get_mut(&query);
        match (called, asked) {
            (Called::Done(()), Some(asked)) => {
                asked.decisions.insert(place, verdict);
                self.journal.count("decision");
            }
            (Called::Died, Some(asked)) => drop(asked.decisions.remove(&place)),
            (Called::Failed(fault), _) => return Err(refused("a verdict", &fault)),
            _ => {}
        }
        Ok(())
    }

    /// What has not answered counts as late.
    pub(crate) fn count_as_late(&mut self, pick: Pick) -> Result<(), Failure> {
        let Some(query) = self.any_search(pick) else { return Ok(()) };
        let Some(state) = self.state(query)? else { return Ok(()) };
        let Some(asked) = self.journal.searches.get(&query) else { return Ok(()) };
        let authority = asked.officer.authority.clone();
        for part in state.parts.iter().filter(|part| part.outcome.is_none()) {
            self.fall_silent(&authority, query, &part.register, Outcome::Late)?;
        }
        Ok(())
    }

    fn any_search(&self, pick: Pick) -> Option<QueryId> {
        let place = place(pick, self.journal.searches.len())?;
        self.journal.searches.keys().nth(place).copied()
    }

    /// How this officer asks for this subject; none when his role never does.
    fn question(
        &self,
        officer: &Officer,
        subject: &Subject,
        manner: Manner,
    ) -> Result<Option<Ask>, Failure> {
        let role = officer.role.as_str();
        let is_person = subject.kind() == SubjectKind::Person;
        let purpose = match manner {
            Manner::WrongPurpose if role == "europol_analyst" => Some("border_check"),
            Manner::WrongPurpose => Some("europol_tasks"),
            Manner::NotHis => Some("follow_up").filter(|_| is_person),
            Manner::Lawful => match role {
                "police_officer" if is_person => Some("criminal_investigation"),
                "police_officer" | "customs_officer" => Some("police_or_customs_check"),
                "border_guard" => Some("border_check"),
                "europol_analyst" => Some("europol_tasks"),
                _ => None,
            },
        };
        let Some(purpose) = purpose else { return Ok(None) };
        let mut justification = Justification::of(purpose.parse::<PurposeId>()?);
        if is_person && role != "customs_officer" {
            justification.case_reference = Some("made-up case 17".parse()?);
            justification.offence = Some("0203".parse()?);
        }
        let mut instruments = Vec::new();
        if manner == Manner::NotHis {
            let index: vocabulary::InstrumentId = "police_records_index".parse()?;
            let others = self.stock.registers().filter(|register| {
                *register.instrument() == index && *register.authority() != officer.authority
            });
            justification.widened_to = others.cloned().collect();
            justification.widening_reason = Some("made up for a simulation".parse()?);
            instruments.push(index);
        }
        Ok(Some(Ask { subject: subject.clone(), justification, instruments }))
    }
}
