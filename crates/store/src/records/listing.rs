//! The records of an own register with what their keeping is counted from: for inventories, reviews and retention.

use super::{RecordState, record_of, record_place};
use crate::engine::{Row, values};
use crate::store::Store;
use crate::work::{to_i64, to_u64};
use crate::{Error, LogReceipt};
use access::Grant;
use vocabulary::{AuthorityId, InstrumentId, Record, RecordId, Timestamp};

/// A record of an own register and how it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRecord {
    /// Its number.
    pub key: u64,
    /// The record.
    pub record: Record,
    /// Live or ended.
    pub state: RecordState,
    /// When it was entered, or last retained after a review.
    pub kept_from: Timestamp,
    /// When it was last corrected; of an ended one, when it ended.
    pub changed: Timestamp,
}

/// A record whose time is over, as it stood when that was found out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverRecord {
    /// Its number.
    pub key: u64,
    /// Its id.
    pub id: RecordId,
    /// When it was entered, or last retained.
    pub kept_from: Timestamp,
    /// When it was last changed.
    pub changed: Timestamp,
}

/// Which records of a register are looked at.
#[derive(Debug, Clone, Copy)]
struct Among {
    /// Live ones kept from before this moment, in microseconds since 1970.
    live_before: i64,
    /// Ended ones that ended before this moment.
    ended_before: i64,
}

const NEVER: i64 = i64::MIN;

impl Store {
    /// Gives every live record of the receipt's authority under its instrument that was entered, or last retained,
    /// before `before`, or all of them, to `each`.
    ///
    /// # Errors
    /// [`Error::WrongReceipt`] when the receipt is of a refusal.
    pub fn kept_records(
        &self,
        receipt: &LogReceipt,
        before: Option<Timestamp>,
        each: &mut dyn FnMut(&KeptRecord),
    ) -> Result<(), Error> {
        receipt.must_open(receipt.authority())?;
        let live_before = before.map_or(i64::MAX, Timestamp::as_micros);
        let among = Among { live_before, ended_before: NEVER };
        self.each_kept((receipt.authority(), receipt.instrument()), among, &mut |kept| {
            each(kept);
            true
        })
    }

    /// Numbers and ids of at most `most` own records of which `over` says that their time is over, among the live ones
    /// kept from before `live_before` and the ended ones. Nothing else of them comes out: no receipt is needed.
    ///
    /// # Errors
    /// Those of the database.
    pub fn records_over(
        &self,
        grant: &Grant,
        (live_before, most): (Option<Timestamp>, usize),
        over: &dyn Fn(&KeptRecord) -> bool,
    ) -> Result<Vec<OverRecord>, Error> {
        let live_before = live_before.map_or(NEVER, Timestamp::as_micros);
        let among = Among { live_before, ended_before: i64::MAX };
        let mut found = Vec::new();
        self.each_kept((grant.owner(), grant.instrument()), among, &mut |kept| {
            if over(kept) {
                found.push(OverRecord {
                    key: kept.key,
                    id: kept.record.id.clone(),
                    kept_from: kept.kept_from,
                    changed: kept.changed,
                });
            }
            found.len() < most
        })?;
        Ok(found)
    }

    /// Gives records to `each` until it wants no more.
    fn each_kept(
        &self,
        register: (&AuthorityId, &InstrumentId),
        among: Among,
        each: &mut dyn FnMut(&KeptRecord) -> bool,
    ) -> Result<(), Error> {
        let mut after = 0_u64;
        loop {
            let page = self.kept_page(register, among, after)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.key;
            if !page.iter().all(&mut *each) {
                return Ok(());
            }
        }
    }

    fn kept_page(
        &self,
        (authority, instrument): (&AuthorityId, &InstrumentId),
        among: Among,
        after: u64,
    ) -> Result<Vec<KeptRecord>, Error> {
        self.read_rows("reading records", |rows| {
            rows.all(
                "SELECT record_key, state, kept_from, changed_at, lookup, key_slot, content \
                 FROM record WHERE authority_id = ?1 AND record_key > ?2 AND owner_id = ?1 \
                 AND instrument_id = ?3 AND (state = 1 AND kept_from < ?4 OR state = 2 AND changed_at < ?5) \
                 AND (batch_id = 0 OR EXISTS (SELECT 1 FROM batch AS b \
                 WHERE b.authority_id = record.authority_id AND b.batch_id = record.batch_id \
                 AND b.finished_at IS NOT NULL)) ORDER BY record_key LIMIT 2000",
                values![
                    authority.as_str(),
                    to_i64(after)?,
                    instrument.as_str(),
                    among.live_before,
                    among.ended_before
                ],
                |row| self.kept(authority, row),
            )
        })
    }

    fn kept(&self, authority: &AuthorityId, row: &Row<'_>) -> Result<KeptRecord, Error> {
        let lookup: [u8; 32] = row.get(4)?;
        let sealed: Vec<u8> = row.get(6)?;
        let place = record_place(authority, &lookup);
        let content = place.open(self.engine().keys(), row.get(5)?, &sealed)?;
        Ok(KeptRecord {
            key: to_u64(row.get(0)?)?,
            record: record_of(&content)?,
            state: RecordState::of(row.get(1)?)?,
            kept_from: Timestamp::from_micros(row.get(2)?),
            changed: Timestamp::from_micros(row.get(3)?),
        })
    }
}
