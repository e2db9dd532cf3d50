//! Records of registers and copies of records.

mod change;
mod copies;
mod inventory;
mod listing;
mod parts;
mod read;
mod review;
mod stage;

use crate::Error;
use crate::engine::{for_update, values};
use crate::sealing::{Place, Sealing, frame, unframe};
use crate::store::Store;
use crate::work::{Touched, Urgency, Work};
use seal::{Digest, keyed_hash, salted};
use vocabulary::{AuthorityId, Record, RecordId, RegisterId, Timestamp};

pub use change::{ChangeRecord, ChangedRecords, NameRecord, NameRecords};
pub use copies::{AcceptCopies, Accepted};
pub use inventory::{AcceptInventory, Inventoried};
pub use listing::{KeptRecord, OverRecord};
pub use read::{RegisterCount, StoredRecord};
pub use review::RetainRecord;
pub use stage::{FinishBatch, Stage, StageResult};

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordState {
    /// It answers queries.
    Live,
    /// It answers none; it is kept until its retention ends.
    Ended,
    /// Its content is gone; its number and its commitment are left.
    Erased,
}

impl RecordState {
    pub(crate) fn of(number: i64) -> Result<Self, Error> {
        match number {
            1 => Ok(Self::Live),
            2 => Ok(Self::Ended),
            3 => Ok(Self::Erased),
            _ => Err(Error::Damaged { what: "the state of a record" }),
        }
    }
}

/// Keyed hash of a record id: what the id is found by while it lies only in the payload.
pub(crate) type Lookup = [u8; 32];

/// A record ready for its row; made outside the writer.
pub(crate) struct ReadyRecord {
    pub(crate) lookup: Lookup,
    pub(crate) commitment: Digest,
    sealing: Sealing,
}

/// Where a record is held, and as whose.
#[derive(Debug, Clone)]
pub(crate) struct Holding {
    pub(crate) authority: AuthorityId,
    pub(crate) register: RegisterId,
}

/// What a row is written with besides the record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stamp {
    pub(crate) batch: i64,
    pub(crate) at: Timestamp,
    pub(crate) as_of: Option<Timestamp>,
    pub(crate) valid_until: Option<Timestamp>,
}

/// A row found by its lookup.
pub(crate) struct Found {
    pub(crate) key: i64,
    pub(crate) state: RecordState,
    pub(crate) slot: Option<i64>,
    pub(crate) as_of: Option<i64>,
}

impl Store {
    pub(crate) fn lookup(&self, holding: &Holding, id: &RecordId) -> Lookup {
        let parts = [
            b"record".as_slice(),
            holding.authority.as_str().as_bytes(),
            holding.register.authority().as_str().as_bytes(),
            holding.register.instrument().as_str().as_bytes(),
            id.as_str().as_bytes(),
        ];
        *keyed_hash(self.engine().lookup_secret(), &[&frame(parts.into_iter())]).as_bytes()
    }

    pub(crate) fn ready_record(
        &self,
        holding: &Holding,
        record: &Record,
    ) -> Result<ReadyRecord, Error> {
        let json = serde_json::to_vec(record)
            .map_err(|_| Error::Unfit { what: "the record cannot be written as JSON" })?;
        let salt: [u8; 32] = self.engine().seams().fresh();
        let lookup = self.lookup(holding, &record.id);
        let content = frame([salt.as_slice(), json.as_slice()].into_iter());
        let sealing = self.seal(&record_place(&holding.authority, &lookup), &content)?;
        Ok(ReadyRecord { lookup, commitment: salted(&salt, &json), sealing })
    }

    pub(crate) fn ready_records(
        &self,
        holding: &Holding,
        records: &[Record],
    ) -> Result<Vec<ReadyRecord>, Error> {
        records.iter().map(|record| self.ready_record(holding, record)).collect()
    }
}

/// The record inside an opened payload.
fn record_of(content: &[u8]) -> Result<Record, Error> {
    let mut rest = content;
    unframe(&mut rest)?;
    serde_json::from_slice(unframe(&mut rest)?).map_err(|_| Error::Damaged { what: "a record" })
}

fn record_place(authority: &AuthorityId, lookup: &Lookup) -> Place {
    Place::new("record", &[authority.as_str().as_bytes(), lookup])
}

impl Holding {
    fn key(&self) -> [&str; 3] {
        let register = &self.register;
        [self.authority.as_str(), register.authority().as_str(), register.instrument().as_str()]
    }

    /// The visible or invisible row of an id, unless it was erased.
    pub(crate) fn find(&self, work: &Work<'_>, lookup: &Lookup) -> Result<Option<Found>, Error> {
        let [authority, owner, instrument] = self.key();
        work.one(
            for_update!(
                "SELECT record_key, state, key_slot, as_of FROM record \
                 WHERE authority_id = ?1 AND owner_id = ?2 AND instrument_id = ?3 AND lookup = ?4"
            ),
            values![authority, owner, instrument, lookup],
            |row| {
                let state = RecordState::of(row.get(1)?)?;
                Ok(Found { key: row.get(0)?, state, slot: row.get(2)?, as_of: row.get(3)? })
            },
        )
    }

    /// Puts a new live record on the holding.
    pub(crate) fn insert(
        &self,
        work: &mut Work<'_>,
        record: &ReadyRecord,
        stamp: Stamp,
    ) -> Result<i64, Error> {
        let key = work.next_record(&self.authority)?;
        let slot = work.keep_key(&record.sealing)?;
        if stamp.batch == 0 {
            self.touch(work, key);
        }
        let [authority, owner, instrument] = self.key();
        work.execute(
            "INSERT INTO record (authority_id, record_key, owner_id, instrument_id, lookup, state, \
             batch_id, changed_at, kept_from, as_of, valid_until, commitment, key_slot, content) \
             VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?7, ?7, ?8, ?9, ?10, ?11, ?12)",
            values![
                authority,
                key,
                owner,
                instrument,
                record.lookup,
                stamp.batch,
                stamp.at.as_micros(),
                stamp.as_of.map(Timestamp::as_micros),
                stamp.valid_until.map(Timestamp::as_micros),
                record.commitment.as_bytes(),
                slot,
                record.sealing.bytes,
            ],
        )?;
        Ok(key)
    }

    /// Replaces the content of a row and makes it live; the old key is destroyed.
    pub(crate) fn replace(
        &self,
        work: &mut Work<'_>,
        old: &Found,
        record: &ReadyRecord,
        stamp: Stamp,
    ) -> Result<(), Error> {
        if let Some(slot) = old.slot {
            work.destroy_key(&self.authority, slot, Urgency::BeforeTheCallReturns)?;
        }
        let slot = work.keep_key(&record.sealing)?;
        self.touch(work, old.key);
        work.execute(
            "UPDATE record SET state = 1, changed_at = ?1, as_of = ?2, valid_until = ?3, commitment = ?4, \
             key_slot = ?5, content = ?6 WHERE authority_id = ?7 AND record_key = ?8",
            values![
                stamp.at.as_micros(),
                stamp.as_of.map(Timestamp::as_micros),
                stamp.valid_until.map(Timestamp::as_micros),
                record.commitment.as_bytes(),
                slot,
                record.sealing.bytes,
                self.authority.as_str(),
                old.key,
            ],
        )?;
        Ok(())
    }

    /// Erases the content of a row, and why it was retained, and leaves a tombstone.
    pub(crate) fn erase(
        &self,
        work: &mut Work<'_>,
        old: &Found,
        at: Timestamp,
    ) -> Result<(), Error> {
        if let Some(slot) = old.slot {
            work.destroy_key(&self.authority, slot, Urgency::BeforeTheCallReturns)?;
        }
        if self.authority == *self.register.authority() {
            review::forget_reviews(work, &self.authority, old.key)?;
        }
        self.touch(work, old.key);
        work.execute(
            "UPDATE record SET state = 3, lookup = ?1, changed_at = ?2, as_of = NULL, \
             valid_until = NULL, key_slot = NULL, content = NULL \
             WHERE authority_id = ?3 AND record_key = ?4",
            values![old.key.to_be_bytes(), at.as_micros(), self.authority.as_str(), old.key],
        )?;
        Ok(())
    }

    /// Notes for those who follow the log that a record came, changed or went.
    pub(crate) fn touch(&self, work: &mut Work<'_>, record: i64) {
        let instrument = self.register.instrument();
        work.touch(Touched { authority: &self.authority, instrument, record, batch: 0 });
    }

    /// Moves the numbers of the register.
    pub(crate) fn count(&self, work: &Work<'_>, live: i64, ended: i64) -> Result<(), Error> {
        let [authority, owner, instrument] = self.key();
        work.execute(
            "INSERT INTO register_count (authority_id, owner_id, instrument_id, live, ended) \
             VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (authority_id, owner_id, instrument_id) DO UPDATE \
             SET live = register_count.live + excluded.live, ended = register_count.ended + excluded.ended",
            values![authority, owner, instrument, live, ended],
        )?;
        Ok(())
    }

    /// Checks that a leaf is about this holding.
    pub(crate) fn must_fit(&self, leaf: &crate::log::Leaf) -> Result<(), Error> {
        if leaf.authority != self.authority {
            return Err(Error::NotGranted { what: "authority" });
        }
        if leaf.instrument != *self.register.instrument() {
            return Err(Error::NotGranted { what: "instrument" });
        }
        Ok(())
    }
}

/// A number of rows as the database keeps it.
fn count_of(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}
