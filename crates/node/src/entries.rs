//! Log entries, written from the grant or the refusal they record.

use crate::fault::Fault;
use crate::law::digest_of;
use crate::node::Node;
use access::{Asker, Decision, Grant, Refusal, Request, decide};
use audit_log::{Entry, EntryWord, InstrumentVersion, Side};
use instrument::{Instrument, QueryShape};
use seal::{Digest, salted};
use vocabulary::{AuthorityId, Justification, ProcessingOperation, QueryId, Timestamp};

/// One thing that somebody wants to do, as it is decided and logged.
pub(crate) struct Act<'a> {
    /// Whose log, whose decision.
    pub(crate) authority: &'a AuthorityId,
    /// Under which instrument.
    pub(crate) instrument: &'a Instrument,
    /// Who.
    pub(crate) asker: &'a Asker,
    /// Why.
    pub(crate) justification: &'a Justification,
    /// What.
    pub(crate) operation: ProcessingOperation,
    /// For which query, and what that query gives.
    pub(crate) query: Option<(QueryId, &'a QueryShape)>,
    /// Seen from which side.
    pub(crate) side: Side,
    /// When.
    pub(crate) at: Timestamp,
}

impl Act<'_> {
    /// Decides it by the law of the node.
    pub(crate) fn decide(&self, node: &Node) -> Result<Grant, Refusal> {
        let request = Request {
            instrument: self.instrument,
            owner: self.authority,
            asker: self.asker,
            justification: self.justification,
            operation: self.operation,
            query: self.query.map(|(query, _)| query),
            shape: self.query.map(|(_, shape)| shape),
        };
        match decide(node.law().access(), &request, self.at) {
            Decision::Granted(grant) => Ok(grant),
            Decision::Refused(refusal) => Err(refusal),
        }
    }

    fn entry(&self, node: &Node, salt: &[u8; 32]) -> Entry {
        let id = node.fresh_query(self.at);
        let mut entry = Entry::new(id, self.at, self.authority.clone(), self.side, self.operation);
        entry.query = self.query.map(|(query, _)| query);
        entry.officer = Some(self.asker.officer().clone());
        entry.role = Some(self.asker.role().clone());
        entry.instrument = Some(InstrumentVersion {
            id: self.instrument.id().clone(),
            digest: digest_of(self.instrument),
        });
        entry.purpose = Some(self.justification.purpose.clone());
        entry.offence.clone_from(&self.justification.offence);
        entry.urgent = self.justification.urgent.is_some();
        entry.widened = !self.justification.widened_to.is_empty();
        entry.case_commitment = self
            .justification
            .case_reference
            .as_ref()
            .map(|case| salted(salt, case.as_str().as_bytes()));
        entry.data_used = self
            .query
            .map(|(_, shape)| shape.fields().filter_map(|f| f.parse().ok()).collect())
            .unwrap_or_default();
        entry
    }

    /// The entry of the act when it was granted.
    pub(crate) fn granted(&self, node: &Node, grant: &Grant, salt: &[u8; 32]) -> Entry {
        let mut entry = self.entry(node, salt);
        entry.articles = grant.articles().to_vec();
        entry.exercise = grant.exercise();
        entry
    }

    /// The entry of the act when the trust list keeps it from being done, for the reason of this word.
    pub(crate) fn barred(&self, node: &Node, word: &str, salt: &[u8; 32]) -> Entry {
        self.entry(node, salt).refused(word.parse().ok().into_iter().collect())
    }

    /// The entry of the act when it was refused.
    pub(crate) fn refused(&self, node: &Node, refusal: &Refusal, salt: &[u8; 32]) -> Entry {
        let words: Vec<EntryWord> =
            refusal.reasons().iter().filter_map(|(reason, _)| reason.word().parse().ok()).collect();
        let mut entry = self.entry(node, salt).refused(words);
        entry.articles = refusal.reasons().iter().map(|(_, article)| article.clone()).collect();
        entry
    }
}

/// A word of a closed list of this program.
pub(crate) fn word(text: &str) -> Result<EntryWord, Fault> {
    Ok(text.parse::<EntryWord>()?)
}

/// The commitment to a subject: its JSON under a salt that can be erased.
pub(crate) fn commitment<T: serde::Serialize>(salt: &[u8; 32], value: &T) -> Digest {
    salted(salt, &serde_json::to_vec(value).unwrap_or_default())
}
