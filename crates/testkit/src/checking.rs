//! Checks on every answer and every search, while things happen.

use crate::carrying::header;
use crate::copies::Held;
use crate::error::{Failure, Invariant};
use crate::journal::Standing;
use crate::made::mark_of;
use crate::simulation::Simulation;
use exchange::{AnswerBody, Body, Envelope, Header, RefusalBody};
use instrument::Topology;
use node::{Officer, PartState, SearchState};
use vocabulary::{Match, Outcome, QueryId, RecordId, RegisterId, Subject, Timestamp};

/// Records of one register as matches name them, with their versions.
type Marks = Vec<(RecordId, u32)>;

impl Simulation {
    /// An answer came out of the node of an owner.
    pub(crate) fn check_answer(
        &mut self,
        (question, _): (&Header, &Body),
        (reply, answer): (&Envelope, &AnswerBody),
    ) -> Result<(), Failure> {
        let register = RegisterId::new(question.to_authority.clone(), question.instrument.clone());
        let at = self.federation.now();
        let marks = marks(&answer.matches)?;
        let asked = question.query.and_then(|query| self.journal.searches.get(&query));
        let subject = asked.map(|asked| asked.ask.subject.clone());
        self.check_against_owner(&register, subject.as_ref(), &marks, at)?;
        if answer.outcome == Outcome::NoMatch {
            self.journal.count("no match");
            return self.check_silence(reply, Outcome::NoMatch);
        }
        self.journal.count("match");
        Ok(())
    }

    /// A refusal came out of the node of an owner.
    pub(crate) fn check_refusal(
        &mut self,
        reply: &Envelope,
        refusal: &RefusalBody,
    ) -> Result<(), Failure> {
        self.journal.count("refused by the owner");
        if refusal.reasons.is_empty() {
            return Err(Failure::broken(Invariant::FiveWords, "a refusal without reason"));
        }
        self.check_silence(reply, Outcome::Refused)
    }

    /// Nothing of any record, and always the same length.
    fn check_silence(&mut self, reply: &Envelope, outcome: Outcome) -> Result<(), Failure> {
        let body = reply.body().unwrap_or_default();
        let text = String::from_utf8_lossy(body);
        let told = self.journal.records.keys().find(|(_, id)| text.contains(id.as_str()));
        if let Some((register, id)) = told {
            let what = format!("an answer of kind {outcome} names {register} {id}");
            return Err(Failure::broken(Invariant::Silence, what));
        }
        let lengths = self.journal.lengths.entry(outcome).or_default();
        lengths.insert(reply.encoded_len().saturating_sub(reply.header_bytes().len()));
        if lengths.len() > 1 {
            let what = format!("answers of kind {outcome} have the lengths {lengths:?}");
            return Err(Failure::broken(Invariant::Silence, what));
        }
        let promised = header(reply)?.reply_to.is_some();
        if promised { Ok(()) } else { Err(Failure::broken(Invariant::Silence, "no reply_to")) }
    }

    /// What came from the owner's own register: live records in their version, and the one asked for.
    fn check_against_owner(
        &mut self,
        register: &RegisterId,
        subject: Option<&Subject>,
        found: &Marks,
        at: Timestamp,
    ) -> Result<(), Failure> {
        for (id, version) in found {
            let tracked = self.tracked(register, id);
            if !tracked.is_some_and(|tracked| tracked.may_answer(*version, at)) {
                let stands = tracked.map(|tracked| (&tracked.standings, &tracked.hidden));
                let what = format!("{register} {id}.v{version} answers and stands as {stands:?}");
                return Err(Failure::broken(Invariant::ErasureIsReal, what));
            }
        }
        let Some(subject) = subject else { return Ok(()) };
        let of_register = self.journal.records.iter_mut().filter(|((of, _), _)| of == register);
        for ((_, id), tracked) in of_register {
            if tracked.record.subject != *subject {
                continue;
            }
            let version = found.iter().find(|(found, _)| found == id).map(|(_, version)| *version);
            match (version, tracked.certainly_live(at)) {
                (None, Some(live)) => {
                    let what = format!("{register} {id}.v{live} was asked for and not found");
                    return Err(Failure::broken(Invariant::Truth, what));
                }
                (Some(version), _) => tracked.settle(Standing::Live(version)),
                (None, None) => {
                    let hidden = tracked.hidden.clone();
                    tracked.standings.retain(|standing| match standing {
                        Standing::Live(version) => {
                            hidden.get(version).is_some_and(|until| at < *until)
                        }
                        Standing::Absent | Standing::Ended | Standing::Erased => true,
                    });
                }
            }
        }
        Ok(())
    }

    /// A register was searched at the asker's home: his own, or copies.
    pub(crate) fn check_home(
        &mut self,
        officer: &Officer,
        subject: &Subject,
        part: &PartState,
    ) -> Result<(), Failure> {
        let at = self.federation.now();
        let marks = marks(&part.answer.matches)?;
        if *part.register.authority() == officer.authority {
            self.journal.count("own register");
            return self.check_against_owner(&part.register, Some(subject), &marks, at);
        }
        let instrument = self.instrument(part.register.instrument())?;
        if instrument.topology() != Topology::Disseminated {
            let what = format!("{} answered before it was asked", part.register);
            return Err(Failure::broken(Invariant::FiveWords, what));
        }
        self.journal.count("copies searched");
        let held = self.copies.held(&officer.authority, &part.register);
        check_copies(&part.register, part.outcome, (held, at), &marks)?;
        let Some(held) = held.filter(|held| !held.is_doubtful()) else { return Ok(()) };
        for ((of, id), tracked) in &self.journal.records {
            if *of != part.register || tracked.record.subject != *subject {
                continue;
            }
            let place = format!("the copy of {of} {id} at {}", officer.authority);
            let found = marks.iter().any(|(found, _)| found == id);
            if held.answers(id, at).is_some() && !found {
                let what = format!("{place} was asked for and not found: {:?}", part.outcome);
                return Err(Failure::broken(Invariant::Truth, what));
            }
            if held.lacks(id) && part.outcome == Some(Outcome::NoMatch) {
                let what = format!("{place} is known to be missing and `no_match` was said");
                return Err(Failure::broken(Invariant::FiveWords, what));
            }
        }
        Ok(())
    }

    /// A search as its officer sees it must be what the journal knows.
    pub(crate) fn check_state(
        &mut self,
        query: QueryId,
        state: &SearchState,
    ) -> Result<(), Failure> {
        let Some(asked) = self.journal.searches.get(&query) else { return Ok(()) };
        let lost = |what: String| Failure::broken(Invariant::NothingLost, what);
        if state.content.subject != asked.ask.subject {
            return Err(lost(format!("search {query} asks for somebody else")));
        }
        for (register, outcome) in &asked.outcomes {
            let part = state.parts.iter().find(|part| part.register == *register);
            let shown = part.and_then(|part| part.outcome);
            if shown != Some(*outcome) && !asked.doubtful.contains(register) {
                let what = format!("{query} {register} was {outcome} and is {shown:?}");
                return Err(lost(what));
            }
        }
        for ((register, reference), verdict) in &asked.decisions {
            let part = state.parts.iter().find(|part| part.register == *register);
            if part.and_then(|part| part.decisions.get(reference)) != Some(verdict) {
                return Err(lost(format!("the verdict on {register} in {query}")));
            }
        }
        for part in &state.parts {
            let Some(promise) = &part.answer.promise else { continue };
            if !self.journal.promises.contains(promise) {
                let what = format!("{query} shows an answer of {} nobody gave", part.register);
                return Err(Failure::broken(Invariant::FiveWords, what));
            }
        }
        Ok(())
    }
}

/// What copies answered must be held, of that version, and within its life.
fn check_copies(
    register: &RegisterId,
    outcome: Option<Outcome>,
    (held, at): (Option<&Held>, Timestamp),
    found: &Marks,
) -> Result<(), Failure> {
    let silent = outcome == Some(Outcome::NoMatch);
    let doubtful = held.is_some_and(Held::is_doubtful);
    let vouched = held.is_some_and(|held| held.is_vouched_for(at));
    if silent && !vouched && !doubtful {
        let what = format!("copies of {register} answer {outcome:?}; nobody vouches for them");
        return Err(Failure::broken(Invariant::FiveWords, what));
    }
    for (id, version) in found {
        let live = held.and_then(|held| held.answers(id, at));
        if live != Some(*version) && !doubtful {
            let what = format!("a copy of {register} {id}.v{version} answers; held is {live:?}");
            return Err(Failure::broken(Invariant::CopiesAge, what));
        }
    }
    Ok(())
}

fn marks(matches: &[Match]) -> Result<Marks, Failure> {
    let unmarked = || Failure::broken(Invariant::Truth, "a match without its reference");
    matches.iter().map(|one| mark_of(&one.fields).ok_or_else(unmarked)).collect()
}
