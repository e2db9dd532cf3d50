//! A review: the owner found that a record is still needed, and why.

use super::{Holding, RecordState};
use crate::draft::Draft;
use crate::engine::values;
use crate::sealing::{Place, frame};
use crate::store::Store;
use crate::work::{Urgency, Work, to_u64};
use crate::{Error, LogReceipt};
use access::Grant;
use vocabulary::{AuthorityId, OfficerId, RecordId, RegisterId, Timestamp};

/// A record that is to be kept for another period.
#[derive(Debug)]
pub struct RetainRecord<'a> {
    /// The grant of the alteration.
    pub grant: &'a Grant,
    /// What is to be logged.
    pub entry: Draft,
    /// The register.
    pub register: RegisterId,
    /// Which record.
    pub id: RecordId,
    /// Who reviewed it.
    pub officer: &'a OfficerId,
    /// Why it is still needed; stored sealed.
    pub reason: &'a str,
    /// When: its keeping is counted anew from here.
    pub at: Timestamp,
}

impl Store {
    /// Keeps a live record for another period. None, and nothing logged, when the register has no such live record.
    ///
    /// # Errors
    /// [`Error::NotGranted`] when entry, grant and register differ.
    pub fn retain_record(
        &self,
        job: &RetainRecord<'_>,
    ) -> Result<Option<(LogReceipt, u64)>, Error> {
        let leaf = job.entry.under(job.grant)?;
        let register = job.register.clone();
        let holding = Holding { authority: leaf.authority.clone(), register };
        holding.must_fit(&leaf)?;
        let (lookup, at) = (self.lookup(&holding, &job.id), job.at);
        let parts = [job.officer.as_str().as_bytes(), job.reason.as_bytes()];
        let place = review_place(&holding.authority, job.entry.entry.entry_id.to_bytes());
        let reason = self.seal(&place, &frame(parts.into_iter()))?;
        self.write(move |work| {
            let Some(old) = holding.find_visible(work, &lookup)? else { return Ok(None) };
            if old.state != RecordState::Live {
                return Ok(None);
            }
            let authority = holding.authority.as_str();
            work.execute(
                "UPDATE record SET kept_from = ?1 WHERE authority_id = ?2 AND record_key = ?3",
                values![at.as_micros(), authority, old.key],
            )?;
            let slot = work.keep_key(&reason)?;
            work.execute(
                "INSERT INTO record_review (authority_id, record_key, reviewed_at, entry_id, key_slot, \
                 reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                values![
                    authority,
                    old.key,
                    at.as_micros(),
                    leaf.entry_id.to_bytes(),
                    slot,
                    reason.bytes
                ],
            )?;
            work.append(&leaf, true)?;
            Ok(Some((LogReceipt::of(&leaf, true), to_u64(old.key)?)))
        })
    }
}

/// The reasons of the reviews of a record go with it.
pub(super) fn forget_reviews(
    work: &mut Work<'_>,
    authority: &AuthorityId,
    key: i64,
) -> Result<(), Error> {
    let slots: Vec<i64> = work.all(
        "DELETE FROM record_review WHERE authority_id = ?1 AND record_key = ?2 RETURNING key_slot",
        values![authority.as_str(), key],
        |row| row.get(0),
    )?;
    slots
        .into_iter()
        .try_for_each(|slot| work.destroy_key(authority, slot, Urgency::BeforeTheCallReturns))
}

fn review_place(authority: &AuthorityId, entry: [u8; 16]) -> Place {
    Place::new("record_review", &[authority.as_str().as_bytes(), &entry])
}
