//! Reviews: the owner is told in time what would be erased, and says with a reason what is still needed.

use crate::fault::Fault;
use crate::node::Node;
use crate::officer::Officer;
use crate::record::Change;
use instrument::flat_fields;
use rules::{Due, record_due, records_due_from_before};
use serde::Serialize;
use store::RetainRecord;
use vocabulary::{Article, ProcessingOperation, QueryId, RecordId, RegisterId, Timestamp};

/// How many reviews are listed at once, the most urgent ones.
const LISTED: usize = 1_000;
/// How long a reason may be, in characters.
const REASON: usize = 2_000;

/// A record that is erased unless its owner finds that it is still needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReviewDue {
    /// The record.
    pub id: RecordId,
    /// When it is erased without an extension.
    pub erased_at: Timestamp,
    /// The article.
    pub article: Article,
}

impl Node {
    /// The records of a register that must be reviewed, the most urgent first, at most 1,000. Looking is a log entry.
    ///
    /// # Errors
    /// When the officer may not, or the store fails.
    pub fn reviews_due(
        &self,
        officer: &Officer,
        register: &RegisterId,
    ) -> Result<Vec<ReviewDue>, Fault> {
        let Change { instrument, grant, entry, at } =
            self.decide_change(officer, register, ProcessingOperation::Consultation)?;
        let receipt = self.store().log_maintenance(&grant, &entry)?;
        let Some(before) = records_due_from_before(&instrument, at) else {
            return Ok(Vec::new());
        };
        let mut due = Vec::new();
        self.store().kept_records(&receipt, Some(before), &mut |kept| {
            let fields = flat_fields(&kept.record);
            match record_due(&instrument, &fields, kept.kept_from, at) {
                Due::Review(end) | Due::Erase(end) => due.push(ReviewDue {
                    id: kept.record.id.clone(),
                    erased_at: end.at(),
                    article: end.article().clone(),
                }),
                Due::Nothing => {}
            }
        })?;
        due.sort_by(|one, other| (one.erased_at, &one.id).cmp(&(other.erased_at, &other.id)));
        due.truncate(LISTED);
        Ok(due)
    }

    /// Keeps a record for another period, because its review found that it is still needed.
    ///
    /// # Errors
    /// When the officer may not, the reason is missing or too long, or there is no such live record.
    pub fn retain_record(
        &self,
        officer: &Officer,
        register: &RegisterId,
        id: &RecordId,
        reason: &str,
    ) -> Result<QueryId, Fault> {
        let reason = reason.trim();
        if reason.is_empty() || reason.chars().count() > REASON {
            let what = format!("say in 1 to {REASON} characters why the record is still needed");
            return Err(Fault::invalid("reason", what));
        }
        let Change { grant, entry, at, .. } =
            self.decide_change(officer, register, ProcessingOperation::Alteration)?;
        let _one_by_one = self.change_of_record()?;
        let retained = self.store().retain_record(&RetainRecord {
            grant: &grant,
            entry,
            register: register.clone(),
            id: id.clone(),
            officer: &officer.id,
            reason,
            at,
        })?;
        let (receipt, _) = retained.ok_or(Fault::NotFound("record"))?;
        Ok(receipt.entry_id())
    }
}
