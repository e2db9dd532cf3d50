//! The right to do one thing with personal data once: only a decision makes it.

use crate::asker::Asker;
use vocabulary::{
    Article, AuthorityId, FieldName, InstrumentId, ProcessingOperation, PurposeId, QueryId,
    Timestamp,
};

/// The right to one processing operation on the data of one owner for one purpose.
///
/// Its fields are private, it is not `Clone`, and only [`crate::decide`] makes it: who holds a grant has been
/// checked. The log entry that a receipt proves is written from it.
///
/// Nobody else makes one, and nobody uses one twice by copying it:
///
/// ```compile_fail
/// fn twice(grant: &access::Grant) -> access::Grant {
///     grant.clone()
/// }
/// ```
///
/// ```compile_fail
/// fn made_up(true_one: access::Grant) -> access::Grant {
///     access::Grant { exercise: false, ..true_one }
/// }
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct Grant {
    pub(crate) owner: AuthorityId,
    pub(crate) asker: Asker,
    pub(crate) instrument: InstrumentId,
    pub(crate) instrument_digest: [u8; 32],
    pub(crate) purpose: PurposeId,
    pub(crate) operation: ProcessingOperation,
    pub(crate) query: Option<QueryId>,
    pub(crate) rules: Vec<String>,
    pub(crate) articles: Vec<Article>,
    pub(crate) decided_at: Timestamp,
    pub(crate) visible_on_match: Vec<FieldName>,
    pub(crate) visible_after_confirmation: Vec<FieldName>,
    pub(crate) exercise: bool,
    pub(crate) validate_until: Option<Timestamp>,
}

impl Grant {
    /// Whose data.
    pub fn owner(&self) -> &AuthorityId {
        &self.owner
    }

    /// Who may.
    pub fn asker(&self) -> &Asker {
        &self.asker
    }

    /// Under which instrument.
    pub fn instrument(&self) -> &InstrumentId {
        &self.instrument
    }

    /// SHA-256 of the file of that instrument.
    pub fn instrument_digest(&self) -> [u8; 32] {
        self.instrument_digest
    }

    /// For which purpose.
    pub fn purpose(&self) -> &PurposeId {
        &self.purpose
    }

    /// What he may do.
    pub fn operation(&self) -> ProcessingOperation {
        self.operation
    }

    /// For which query, where it is about one.
    pub fn query(&self) -> Option<QueryId> {
        self.query
    }

    /// The rules that let him: rows of the access table, counted from 1, such as `sis_arrest/access[2]`.
    pub fn rules(&self) -> &[String] {
        &self.rules
    }

    /// The articles the grant rests on: of the purpose, of what it requires, of the access rules.
    pub fn articles(&self) -> &[Article] {
        &self.articles
    }

    /// When it was decided.
    pub fn decided_at(&self) -> Timestamp {
        self.decided_at
    }

    /// The fields the asker may see at once with a match.
    pub fn visible_on_match(&self) -> &[FieldName] {
        &self.visible_on_match
    }

    /// The further fields the asker may see once a person has confirmed the match.
    pub fn visible_after_confirmation(&self) -> &[FieldName] {
        &self.visible_after_confirmation
    }

    /// True when the instrument runs in exercise mode: made-up data only.
    pub fn exercise(&self) -> bool {
        self.exercise
    }

    /// True when the urgent path was taken.
    pub fn urgent(&self) -> bool {
        self.validate_until.is_some()
    }

    /// Until when a second person must have validated it, when the urgent path was taken.
    pub fn validate_until(&self) -> Option<Timestamp> {
        self.validate_until
    }
}
