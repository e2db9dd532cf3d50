//! Loading records: staged out of sight in chunks, made visible together with one log entry.

use super::{Holding, Stamp, count_of};
use crate::draft::Draft;
use crate::engine::{Sql, values};
use crate::store::Store;
use crate::work::{Touched, Urgency, to_i64, to_u64};
use crate::{Error, LogReceipt};
use access::Grant;
use seal::Digest;
use vocabulary::{AuthorityId, Record, RecordId, RegisterId, Timestamp};

/// Records in one chunk at most: a chunk is one job of a group, and others wait for it.
const CHUNK: usize = 2_000;

/// A chunk of records to be staged.
#[derive(Debug)]
pub struct Stage<'a> {
    /// The grant of the collection.
    pub grant: &'a Grant,
    /// The load it belongs to.
    pub batch: u64,
    /// The register.
    pub register: RegisterId,
    /// At most 2,000 records.
    pub records: Vec<Record>,
    /// When.
    pub at: Timestamp,
}

/// What became of one staged record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageResult {
    /// It becomes visible with its load.
    Staged {
        /// Its number.
        key: u64,
        /// The salted digest of its content, for the root of the load.
        commitment: Digest,
    },
    /// The register holds a record with this id; correct that one.
    AlreadyThere,
}

/// A load to be made visible.
#[derive(Debug)]
pub struct FinishBatch<'a> {
    /// The grant of the collection.
    pub grant: &'a Grant,
    /// What is to be logged.
    pub entry: Draft,
    /// The load.
    pub batch: u64,
    /// When.
    pub at: Timestamp,
}

const NO_BATCH: Error = Error::Unfit { what: "there is no such unfinished load; begin one first" };

/// The next number and the row of a load. Where several processes load at once, it names the one that began it.
const BEGIN_BATCH: Sql = Sql {
    sqlite: "INSERT INTO batch (authority_id, batch_id, owner_id, instrument_id, begun_at, staged, \
             first_key) SELECT ?1, coalesce(max(batch_id), 0) + 1, ?2, ?3, ?4, 0, ?5 \
             FROM batch WHERE authority_id = ?1 AND ?6 = 0 RETURNING batch_id",
    postgres: "INSERT INTO batch (authority_id, batch_id, owner_id, instrument_id, begun_at, staged, \
               first_key, process) SELECT ?1, coalesce(max(batch_id), 0) + 1, ?2, ?3, ?4, 0, ?5, ?6 \
               FROM batch WHERE authority_id = ?1 RETURNING batch_id",
};

impl Store {
    /// Begins a load into a register of `grant`'s owner and gives its number.
    ///
    /// # Errors
    /// [`Error::NotGranted`] when the register is not of the granted owner and instrument.
    pub fn begin_batch(
        &self,
        grant: &Grant,
        register: &RegisterId,
        at: Timestamp,
    ) -> Result<u64, Error> {
        let holding = holding_of(grant, register)?;
        let process = self.process();
        self.write(move |work| {
            let [authority, owner, instrument] = holding.key();
            let first = work.peek_record(&holding.authority)?;
            let batch = work.one(
                BEGIN_BATCH,
                values![authority, owner, instrument, at.as_micros(), first, process],
                |row| row.get(0),
            )?;
            to_u64(batch.ok_or(Error::Damaged { what: "the list of loads" })?)
        })
    }

    /// Stages a chunk of records; nobody sees them before [`Store::finish_batch`]. One result per record, in
    /// order. Of two records with the same id in a load the first one counts.
    ///
    /// # Errors
    /// [`Error::Unfit`] with more than 2,000 records or when the load is not open.
    pub fn stage_records(&self, job: Stage<'_>) -> Result<Vec<StageResult>, Error> {
        let Stage { grant, batch, register, records, at } = job;
        if records.len() > CHUNK {
            return Err(Error::Unfit { what: "more than 2000 records at once; stage fewer" });
        }
        let holding = holding_of(grant, &register)?;
        let ready = self.ready_records(&holding, &records)?;
        let batch = to_i64(batch)?;
        self.write(move |work| {
            let [authority, owner, instrument] = holding.key();
            let open = work.execute(
                "UPDATE batch SET staged = staged WHERE authority_id = ?1 AND batch_id = ?2 \
                 AND owner_id = ?3 AND instrument_id = ?4 AND finished_at IS NULL",
                values![authority, batch, owner, instrument],
            )?;
            if open == 0 {
                return Err(NO_BATCH);
            }
            let stamp = Stamp { batch, at, as_of: None, valid_until: None };
            let mut results = Vec::with_capacity(ready.len());
            let mut staged = 0_i64;
            for record in &ready {
                if holding.find(work, &record.lookup)?.is_some() {
                    results.push(StageResult::AlreadyThere);
                    continue;
                }
                staged = staged.saturating_add(1);
                let key = to_u64(holding.insert(work, record, stamp)?)?;
                results.push(StageResult::Staged { key, commitment: record.commitment });
            }
            work.execute(
                "UPDATE batch SET staged = staged + ?1 WHERE authority_id = ?2 AND batch_id = ?3",
                values![staged, authority, batch],
            )?;
            Ok(results)
        })
    }

    /// Which of these ids a register of `grant`'s owner holds, so that a load can be tried without staging it.
    ///
    /// # Errors
    /// [`Error::NotGranted`] when the register is not of the granted owner and instrument.
    pub fn ids_held(
        &self,
        grant: &Grant,
        register: &RegisterId,
        ids: &[&RecordId],
    ) -> Result<Vec<bool>, Error> {
        let holding = holding_of(grant, register)?;
        let lookups: Vec<_> = ids.iter().map(|id| self.lookup(&holding, id)).collect();
        let [authority, owner, instrument] = holding.key();
        self.read_rows("looking for ids", |rows| {
            let held = lookups.iter().map(|lookup| {
                rows.any(
                    "SELECT 1 FROM record WHERE authority_id = ?1 AND owner_id = ?2 \
                     AND instrument_id = ?3 AND lookup = ?4",
                    values![authority, owner, instrument, lookup],
                )
            });
            held.collect()
        })
    }

    /// Logs a load and makes its records visible, in one transaction.
    ///
    /// # Errors
    /// [`Error::NotGranted`] when entry, grant and load differ; [`Error::Unfit`] when it is not open.
    pub fn finish_batch(&self, job: FinishBatch<'_>) -> Result<LogReceipt, Error> {
        let FinishBatch { grant, entry, batch, at } = job;
        let leaf = entry.under(grant)?;
        if leaf.authority != *grant.owner() {
            return Err(Error::NotGranted { what: "authority" });
        }
        let batch = to_i64(batch)?;
        self.write(move |work| {
            let row: Option<(String, i64)> = work.one(
                "UPDATE batch SET finished_at = ?1 WHERE authority_id = ?2 AND batch_id = ?3 \
                 AND instrument_id = ?4 AND finished_at IS NULL RETURNING owner_id, staged",
                values![at.as_micros(), leaf.authority.as_str(), batch, leaf.instrument.as_str()],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )?;
            let (owner, staged) = row.ok_or(NO_BATCH)?;
            let owner = owner.parse().map_err(|_| Error::Damaged { what: "an authority id" })?;
            let register = RegisterId::new(owner, leaf.instrument.clone());
            Holding { authority: leaf.authority.clone(), register }.count(work, staged, 0)?;
            let (authority, instrument) = (&leaf.authority, &leaf.instrument);
            work.touch(Touched { authority, instrument, record: 0, batch });
            work.append(&leaf, true)?;
            Ok(LogReceipt::of(&leaf, true))
        })
    }

    /// Gives up a load: what it staged is erased. Gives the number of its records.
    ///
    /// # Errors
    /// [`Error::Unfit`] when it is not open.
    pub fn abandon_batch(&self, authority: &AuthorityId, batch: u64) -> Result<u64, Error> {
        let (authority, batch) = (authority.clone(), to_i64(batch)?);
        self.write(move |work| {
            let first: Option<i64> = work.one(
                "DELETE FROM batch WHERE authority_id = ?1 AND batch_id = ?2 AND finished_at IS NULL \
                 RETURNING first_key",
                values![authority.as_str(), batch],
                |row| row.get(0),
            )?;
            let first = first.ok_or(NO_BATCH)?;
            let slots: Vec<i64> = work.all(
                "DELETE FROM record WHERE authority_id = ?1 AND record_key >= ?2 \
                 AND batch_id = ?3 RETURNING key_slot",
                values![authority.as_str(), first, batch],
                |row| row.get(0),
            )?;
            for slot in &slots {
                work.destroy_key(&authority, *slot, Urgency::BeforeTheCallReturns)?;
            }
            to_u64(count_of(slots.len()))
        })
    }
}

/// The holding of an own register of the granted owner.
fn holding_of(grant: &Grant, register: &RegisterId) -> Result<Holding, Error> {
    if register.authority() != grant.owner() {
        return Err(Error::NotGranted { what: "authority" });
    }
    if register.instrument() != grant.instrument() {
        return Err(Error::NotGranted { what: "instrument" });
    }
    Ok(Holding { authority: grant.owner().clone(), register: register.clone() })
}
