//! Changing records: one corrected, one or several ended or erased; each change with its log entry.

use super::{Holding, Lookup, RecordState, Stamp};
use crate::draft::Draft;
use crate::engine::values;
use crate::outbox::SendEnvelopes;
use crate::store::Store;
use crate::work::{Work, to_u64};
use crate::{Error, LogReceipt};
use access::Grant;
use vocabulary::{Record, RecordId, RegisterId, Timestamp};

/// A record in its new form.
#[derive(Debug)]
pub struct ChangeRecord<'a> {
    /// The grant of the alteration.
    pub grant: &'a Grant,
    /// What is to be logged.
    pub entry: Draft,
    /// The register.
    pub register: RegisterId,
    /// The record as it is to be; its id says which one.
    pub record: Record,
    /// What the holders of copies are told, in the same transaction.
    pub tell: Option<SendEnvelopes<'a>>,
    /// When.
    pub at: Timestamp,
}

/// A record by its id.
#[derive(Debug)]
pub struct NameRecord<'a> {
    /// The grant of the alteration or erasure.
    pub grant: &'a Grant,
    /// What is to be logged.
    pub entry: Draft,
    /// The register.
    pub register: RegisterId,
    /// Which record.
    pub id: RecordId,
    /// What the holders of copies are told, in the same transaction.
    pub tell: Option<SendEnvelopes<'a>>,
    /// When.
    pub at: Timestamp,
}

/// Several records of one register by their ids.
#[derive(Debug)]
pub struct NameRecords<'a> {
    /// The grant of the alteration or erasure.
    pub grant: &'a Grant,
    /// What is to be logged, once for all of them.
    pub entry: Draft,
    /// The register.
    pub register: RegisterId,
    /// Which records: at most 2,000.
    pub ids: Vec<RecordId>,
    /// What the holders of copies are told, in the same transaction.
    pub tell: Option<SendEnvelopes<'a>>,
    /// When.
    pub at: Timestamp,
}

/// The receipt of a change of several records, and the number of each that was there, in the order of the ids.
pub type ChangedRecords = (LogReceipt, Vec<Option<u64>>);

/// Records that change in one transaction at most: others wait for it.
const AT_ONCE: usize = 2_000;

/// What becomes of a named record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    End,
    Erase,
}

impl Store {
    /// Replaces the content of a live record; its number stays, the old content is erased. None, and nothing
    /// logged, when the register has no such live record.
    ///
    /// # Errors
    /// [`Error::NotGranted`] when entry, grant and register differ.
    pub fn correct_record(
        &self,
        job: ChangeRecord<'_>,
    ) -> Result<Option<(LogReceipt, u64)>, Error> {
        let leaf = job.entry.under(job.grant)?;
        let holding = Holding { authority: leaf.authority.clone(), register: job.register };
        holding.must_fit(&leaf)?;
        let ready = self.ready_record(&holding, &job.record)?;
        let tell = job.tell.map(|tell| self.ready_to_send(tell)).transpose()?;
        let stamp = Stamp { batch: 0, at: job.at, as_of: None, valid_until: None };
        self.write(move |work| {
            let Some(old) = holding.find_visible(work, &ready.lookup)? else { return Ok(None) };
            if old.state != RecordState::Live {
                return Ok(None);
            }
            holding.replace(work, &old, &ready, stamp)?;
            work.append(&leaf, true)?;
            tell.iter().try_for_each(|tell| tell.write(work).map(drop))?;
            Ok(Some((LogReceipt::of(&leaf, true), to_u64(old.key)?)))
        })
    }

    /// Ends a live record: it answers no more queries and is kept until it is erased. None, and nothing
    /// logged, when the register has no such live record.
    ///
    /// # Errors
    /// [`Error::NotGranted`] when entry, grant and register differ.
    pub fn end_record(&self, job: NameRecord<'_>) -> Result<Option<(LogReceipt, u64)>, Error> {
        self.change_one(job, Change::End)
    }

    /// As [`Store::end_record`] for several records under one log entry. None, and nothing logged, when none of
    /// them is there.
    ///
    /// # Errors
    /// As [`Store::end_record`]; [`Error::Unfit`] with more than 2,000.
    pub fn end_records(&self, job: NameRecords<'_>) -> Result<Option<ChangedRecords>, Error> {
        self.change(job, Change::End)
    }

    /// As [`Store::erase_record`] for several records under one log entry. None, and nothing logged, when none of
    /// them is there.
    ///
    /// # Errors
    /// As [`Store::erase_record`]; [`Error::Unfit`] with more than 2,000.
    pub fn erase_records(&self, job: NameRecords<'_>) -> Result<Option<ChangedRecords>, Error> {
        self.change(job, Change::Erase)
    }

    /// Erases a live or ended record: its key is destroyed before the call returns, its number and commitment
    /// stay. None, and nothing logged, when the register has no such record.
    ///
    /// # Errors
    /// [`Error::NotGranted`] when entry, grant and register differ. [`Error::File`] when the key file cannot be
    /// written: the erasure may then be durable already, and its key is overwritten at the next start.
    pub fn erase_record(&self, job: NameRecord<'_>) -> Result<Option<(LogReceipt, u64)>, Error> {
        self.change_one(job, Change::Erase)
    }

    fn change_one(
        &self,
        job: NameRecord<'_>,
        change: Change,
    ) -> Result<Option<(LogReceipt, u64)>, Error> {
        let NameRecord { grant, entry, register, id, tell, at } = job;
        let job = NameRecords { grant, entry, register, ids: vec![id], tell, at };
        let changed = self.change(job, change)?;
        Ok(changed.and_then(|(receipt, keys)| Some((receipt, keys.into_iter().flatten().next()?))))
    }

    fn change(
        &self,
        job: NameRecords<'_>,
        change: Change,
    ) -> Result<Option<ChangedRecords>, Error> {
        if job.ids.len() > AT_ONCE {
            return Err(Error::Unfit { what: "more than 2000 records at once; name fewer" });
        }
        let leaf = job.entry.under(job.grant)?;
        let holding = Holding { authority: leaf.authority.clone(), register: job.register };
        holding.must_fit(&leaf)?;
        let lookups: Vec<Lookup> = job.ids.iter().map(|id| self.lookup(&holding, id)).collect();
        let at = job.at;
        let tell = job.tell.map(|tell| self.ready_to_send(tell)).transpose()?;
        self.write(move |work| {
            let mut keys = Vec::with_capacity(lookups.len());
            for lookup in &lookups {
                keys.push(holding.take_away(work, lookup, change, at)?);
            }
            if keys.iter().all(Option::is_none) {
                return Ok(None);
            }
            work.append(&leaf, true)?;
            tell.iter().try_for_each(|tell| tell.write(work).map(drop))?;
            Ok(Some((LogReceipt::of(&leaf, true), keys)))
        })
    }
}

impl Holding {
    /// Ends or erases a record and gives its number; none when there is no such record in a state that allows it.
    fn take_away(
        &self,
        work: &mut Work<'_>,
        lookup: &Lookup,
        change: Change,
        at: Timestamp,
    ) -> Result<Option<u64>, Error> {
        let Some(old) = self.find_visible(work, lookup)? else { return Ok(None) };
        match (change, old.state) {
            (Change::End, RecordState::Live) => {
                self.touch(work, old.key);
                work.execute(
                    "UPDATE record SET state = 2, changed_at = ?1 \
                     WHERE authority_id = ?2 AND record_key = ?3",
                    values![at.as_micros(), self.authority.as_str(), old.key],
                )?;
                self.count(work, -1, 1)?;
            }
            (Change::Erase, RecordState::Live) => {
                self.erase(work, &old, at)?;
                self.count(work, -1, 0)?;
            }
            (Change::Erase, RecordState::Ended) => {
                self.erase(work, &old, at)?;
                self.count(work, 0, -1)?;
            }
            (_, RecordState::Erased) | (Change::End, RecordState::Ended) => return Ok(None),
        }
        Ok(Some(to_u64(old.key)?))
    }
}
