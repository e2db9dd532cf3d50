//! What an officer sees of his searches, and everybody of the node: values for pages and the API.

use crate::fault::Fault;
use crate::node::Node;
use crate::officer::Officer;
use crate::search::Content;
use crate::settle::PartAnswer;
use audit_log::HumanVerdict;
use std::collections::BTreeMap;
use store::{LogReceipt, RegisterCount, SearchRow};
use vocabulary::{
    AuthorityId, FieldName, InstrumentId, MatchReference, Outcome, ProcessingOperation, QueryId,
    RegisterId, Timestamp,
};

/// One search with everything that has come so far.
#[derive(Debug, Clone)]
pub struct SearchState {
    /// Its id.
    pub query: QueryId,
    /// When it was opened.
    pub at: Timestamp,
    /// What was asked and why.
    pub content: Content,
    /// Every register it goes to.
    pub parts: Vec<PartState>,
}

/// One register of a search.
#[derive(Debug, Clone)]
pub struct PartState {
    /// The register.
    pub register: RegisterId,
    /// What became of it; none while it is awaited.
    pub outcome: Option<Outcome>,
    /// When it answered.
    pub answered_at: Option<Timestamp>,
    /// What it answered.
    pub answer: PartAnswer,
    /// What the officer decided about its matches.
    pub decisions: BTreeMap<MatchReference, HumanVerdict>,
    /// What may be seen of confirmed matches beyond what was seen at once.
    pub further: BTreeMap<MatchReference, BTreeMap<FieldName, String>>,
}

impl Node {
    /// A search of this officer, with its answers.
    ///
    /// # Errors
    /// When he has no such search, or nothing of it was granted.
    pub fn search_of(&self, officer: &Officer, query: QueryId) -> Result<SearchState, Fault> {
        let receipt = self.receipt_for(officer, query)?;
        let view = self.store().search(&receipt)?.ok_or(Fault::NotFound("search"))?;
        if view.officer != officer.id {
            return Err(Fault::NotFound("search"));
        }
        let content: Content = serde_json::from_slice(&view.content).map_err(|_| unreadable())?;
        let mut parts = Vec::with_capacity(view.parts.len());
        for part in view.parts {
            let answer: PartAnswer = match &part.answer {
                Some(bytes) => serde_json::from_slice(bytes).map_err(|_| unreadable())?,
                None => PartAnswer::default(),
            };
            let decisions: BTreeMap<MatchReference, HumanVerdict> =
                part.decisions.into_iter().map(|one| (one.reference, one.verdict)).collect();
            let confirmed =
                |one: &&MatchReference| decisions.get(*one) == Some(&HumanVerdict::Confirmed);
            let mut further = BTreeMap::new();
            for reference in answer.held.keys().filter(confirmed) {
                let key = answer.held.get(reference).copied().unwrap_or_default();
                let place = (&part.register, key);
                let fields = self.after_confirmation(officer, query, &content, place)?;
                further.insert(reference.clone(), fields);
            }
            parts.push(PartState {
                further,
                register: part.register,
                outcome: part.outcome,
                answered_at: part.answered_at,
                answer,
                decisions,
            });
        }
        Ok(SearchState { query, at: view.at, content, parts })
    }

    /// Any receipt of the query: all of them open the same search.
    fn receipt_for(&self, officer: &Officer, query: QueryId) -> Result<LogReceipt, Fault> {
        for instrument in self.law().all() {
            let receipt = self.store().receipt_of(&officer.authority, query, instrument.id())?;
            if let Some(receipt) = receipt.filter(LogReceipt::is_granted) {
                return Ok(receipt);
            }
        }
        Err(Fault::NotFound("search"))
    }

    /// The officer's last searches, without anything personal.
    ///
    /// # Errors
    /// When the store fails.
    pub fn searches_of(&self, officer: &Officer, most: u32) -> Result<Vec<SearchRow>, Fault> {
        Ok(self.store().searches_of(&officer.authority, &officer.id, most)?)
    }

    /// How many records this node holds for an authority, by owner and instrument.
    ///
    /// # Errors
    /// When the store fails.
    pub fn register_counts(&self, authority: &AuthorityId) -> Result<Vec<RegisterCount>, Fault> {
        Ok(self.store().register_counts(authority)?)
    }

    /// Purposes for which an officer's role may search, by instrument.
    pub fn purposes_of(
        &self,
        officer: &Officer,
    ) -> BTreeMap<InstrumentId, Vec<&instrument::Purpose>> {
        let mut purposes = BTreeMap::new();
        for instrument in self.law().all() {
            let may = |purpose: &&instrument::Purpose| {
                instrument.access().iter().any(|rule| {
                    *rule.role() == officer.role
                        && rule.purposes().contains(purpose.id())
                        && rule.may().contains(&ProcessingOperation::Consultation)
                })
            };
            let known: Vec<_> = instrument.purposes().iter().filter(may).collect();
            if !known.is_empty() {
                purposes.insert(instrument.id().clone(), known);
            }
        }
        purposes
    }
}

fn unreadable() -> Fault {
    Fault::NotSetUp("a stored search cannot be read by this version".to_owned())
}
