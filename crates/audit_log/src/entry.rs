//! What one log entry says: who processed what kind of data why, and never about whom.

use crate::entry_parts::{
    Batch, EntryDecision, EntryVersion, EntryWord, HumanDecision, InstrumentVersion, OutcomeCounts,
    Partner, Side,
};
use crate::{Error, MAX_ENTRY, leaf_hash};
use seal::Digest;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use vocabulary::{
    Article, AuthorityId, OffenceCode, OfficerPseudonym, ProcessingOperation, PurposeId, QueryId,
    RegisterId, Role, Timestamp,
};

/// One processing operation as the log keeps it (Directive (EU) 2016/680, Article 25; Regulation (EU) 2018/1862,
/// Article 12; Regulation (EU) 2024/982, Articles 18, 40 and 45; Regulation (EU) 2019/818, Article 24).
///
/// Nothing in it identifies a person concerned: what does stands in the store, and here only as a salted
/// commitment that says nothing once the salt is destroyed. Officers appear under a pseudonym. As bytes it is
/// JSON with the keys in the order below; what is not said is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The version of this form.
    pub version: EntryVersion,
    /// The id of the entry.
    pub entry_id: QueryId,
    /// When.
    pub at: Timestamp,
    /// Whose log this is.
    pub authority: AuthorityId,
    /// Which side wrote it.
    pub side: Side,
    /// What kind of processing.
    pub operation: ProcessingOperation,
    /// Whether it was allowed.
    pub decision: EntryDecision,
    /// Why not; at least one word when refused, none when granted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refusal: Vec<EntryWord>,
    /// The query it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<QueryId>,
    /// The other side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<Partner>,
    /// The officer who acted, under a pseudonym.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub officer: Option<OfficerPseudonym>,
    /// The officer who ordered it, under a pseudonym.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ordered_by: Option<OfficerPseudonym>,
    /// In which role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Under which instrument.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instrument: Option<InstrumentVersion>,
    /// For which purpose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<PurposeId>,
    /// What was sought: to identify, or to learn more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aim: Option<EntryWord>,
    /// The case: a salted commitment to its reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case_commitment: Option<Digest>,
    /// The person or thing: a salted commitment to the identifiers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject_commitment: Option<Digest>,
    /// The category of the person concerned (Directive (EU) 2016/680, Article 6).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject_category: Option<EntryWord>,
    /// The kinds of data that were searched with; never the data.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub data_used: Vec<EntryWord>,
    /// The offence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offence: Option<OffenceCode>,
    /// The urgent path was taken.
    #[serde(default, skip_serializing_if = "is_false")]
    pub urgent: bool,
    /// More registers were asked than the smallest necessary set.
    #[serde(default, skip_serializing_if = "is_false")]
    pub widened: bool,
    /// The articles the decision rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub articles: Vec<Article>,
    /// The registers asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub registers: Vec<RegisterId>,
    /// How many registers gave which outcome.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcomes: Option<OutcomeCounts>,
    /// To whom data were disclosed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<AuthorityId>,
    /// The digest of the envelope's header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header_digest: Option<Digest>,
    /// The salted digest of the envelope's body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_digest: Option<Digest>,
    /// The salted digest of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_digest: Option<Digest>,
    /// A file of records taken in at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<Batch>,
    /// A person's decision about a match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub human_decision: Option<HumanDecision>,
    /// The maintenance task, such as a backup or an index rebuild.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maintenance: Option<EntryWord>,
    /// What the task touched, and how much of each.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub counts: BTreeMap<EntryWord, u64>,
    /// Made-up data: the instrument ran in exercise mode.
    #[serde(default, skip_serializing_if = "is_false")]
    pub exercise: bool,
    /// Until when the entry and what it commits to are kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention_end: Option<Timestamp>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes the field by reference")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

impl Entry {
    /// A granted operation in the log of `authority`, of which nothing more is said yet.
    pub const fn new(
        entry_id: QueryId,
        at: Timestamp,
        authority: AuthorityId,
        side: Side,
        operation: ProcessingOperation,
    ) -> Self {
        Self {
            version: EntryVersion::V1,
            entry_id,
            at,
            authority,
            side,
            operation,
            decision: EntryDecision::Granted,
            refusal: Vec::new(),
            query: None,
            partner: None,
            officer: None,
            ordered_by: None,
            role: None,
            instrument: None,
            purpose: None,
            aim: None,
            case_commitment: None,
            subject_commitment: None,
            subject_category: None,
            data_used: Vec::new(),
            offence: None,
            urgent: false,
            widened: false,
            articles: Vec::new(),
            registers: Vec::new(),
            outcomes: None,
            recipient: None,
            header_digest: None,
            body_digest: None,
            answer_digest: None,
            batch: None,
            human_decision: None,
            maintenance: None,
            counts: BTreeMap::new(),
            exercise: false,
            retention_end: None,
        }
    }

    /// The same operation, refused for these reasons.
    #[must_use]
    pub fn refused(mut self, reasons: Vec<EntryWord>) -> Self {
        self.decision = EntryDecision::Refused;
        self.refusal = reasons;
        self
    }

    /// The bytes that enter the log.
    ///
    /// # Errors
    /// When it contradicts itself or is longer than [`MAX_ENTRY`].
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        self.check()?;
        let bytes = serde_json::to_vec(self)
            .map_err(|error| Error::malformed("a log entry", error.to_string()))?;
        if bytes.len() > MAX_ENTRY { Err(Error::EntryTooLong(bytes.len())) } else { Ok(bytes) }
    }

    /// Reads an entry; the bytes remain what counts for the hash.
    ///
    /// # Errors
    /// When the bytes are not an entry of this form, or it contradicts itself.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() > MAX_ENTRY {
            return Err(Error::EntryTooLong(bytes.len()));
        }
        let entry: Self = serde_json::from_slice(bytes)
            .map_err(|error| Error::malformed("a log entry", error.to_string()))?;
        entry.check()?;
        Ok(entry)
    }

    /// The hash of the leaf it becomes.
    ///
    /// # Errors
    /// As [`Entry::encode`].
    pub fn leaf_hash(&self) -> Result<Digest, Error> {
        Ok(leaf_hash(&self.encode()?))
    }

    fn check(&self) -> Result<(), Error> {
        match self.decision {
            EntryDecision::Granted if !self.refusal.is_empty() => {
                Err(Error::Contradiction("it is granted and has a reason of refusal"))
            }
            EntryDecision::Refused if self.refusal.is_empty() => {
                Err(Error::Contradiction("it is refused without a reason; give at least one"))
            }
            EntryDecision::Granted | EntryDecision::Refused => Ok(()),
        }
    }
}
