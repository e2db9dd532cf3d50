//! The owner corrects, ends and erases records of his register.

use crate::disseminate::Telling;
use crate::fault::Fault;
use crate::import::row;
use crate::node::Node;
use crate::officer::Officer;
use access::Grant;
use audit_log::Entry;
use instrument::Instrument;
use serde_json::{Map, Value};
use std::sync::Arc;
use store::{ChangeRecord, Draft, LogReceipt, NameRecord, NameRecords};
use vocabulary::{ProcessingOperation, QueryId, Record, RecordId, RegisterId, Timestamp};

/// A decided change of one register.
pub(crate) struct Change {
    pub(crate) instrument: Arc<Instrument>,
    pub(crate) grant: Grant,
    pub(crate) entry: Draft,
    pub(crate) at: Timestamp,
}

/// What becomes of a record for the holders of its copies.
#[derive(Clone, Copy)]
enum Told<'a> {
    Corrected(&'a Record),
    Gone(&'a [RecordId]),
}

/// What becomes of records that are taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakeAway {
    /// They answer no query any more and are kept only as long as the instrument says.
    End,
    /// Their payload keys are destroyed, and every copy goes on the owner's word.
    Erase,
}

/// What came of taking several records away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenAway {
    /// The log entry of all that were there.
    pub entry: QueryId,
    /// Those that were not there, or had ended before they were to be ended.
    pub missing: Vec<RecordId>,
}

impl Node {
    pub(crate) fn decide_change(
        &self,
        officer: &Officer,
        register: &RegisterId,
        operation: ProcessingOperation,
    ) -> Result<Change, Fault> {
        let at = self.now();
        let instrument = Arc::clone(self.instrument(register.instrument())?);
        let asker = self.keeper(officer, register, at)?;
        let (grant, mut entry): (Grant, Entry) =
            self.decide_keeping(&asker, &instrument, operation, at)?;
        entry.registers = vec![register.clone()];
        Ok(Change { instrument, grant, entry: Draft { entry }, at })
    }

    /// Replaces a record by a corrected one with the same id.
    ///
    /// # Errors
    /// When the officer may not, the record is not as the instrument wants it, or is not there.
    pub fn correct_record(
        &self,
        officer: &Officer,
        register: &RegisterId,
        record: &Record,
    ) -> Result<QueryId, Fault> {
        let Change { instrument, grant, entry, at } =
            self.decide_change(officer, register, ProcessingOperation::Alteration)?;
        let (record, _) = instrument.only_listed(record);
        let problems = wrong_with(&instrument, &record, at);
        if !problems.is_empty() {
            return Err(Fault::invalid("record", problems.join("; ")));
        }
        let _one_by_one = self.change_of_record()?;
        let telling = self.told_of(register, &instrument, Told::Corrected(&record))?;
        let change = ChangeRecord {
            grant: &grant,
            entry,
            register: register.clone(),
            record: record.clone(),
            tell: telling.as_ref().map(Telling::job),
            at,
        };
        let (receipt, key) =
            self.store().correct_record(change)?.ok_or(Fault::NotFound("record"))?;
        self.index_put(register.authority(), &instrument, key, &record);
        Ok(receipt.entry_id())
    }

    /// Replaces a record by a row in the form of the import; the row may leave its id out.
    ///
    /// # Errors
    /// As [`Node::correct_record`], and with everything that is wrong with the row.
    pub fn correct_row(
        &self,
        officer: &Officer,
        register: &RegisterId,
        id: &RecordId,
        row: Map<String, Value>,
    ) -> Result<QueryId, Fault> {
        let instrument = self.instrument(register.instrument())?;
        let kind = *instrument.subjects().first().ok_or(Fault::NotFound("record"))?;
        let fresh = || id.clone();
        let record = row::record(row, kind, &fresh).map_err(|problems| {
            let told = problems.iter().map(|p| format!("{}: {}", p.field, p.problem));
            Fault::invalid("record", told.collect::<Vec<_>>().join("; "))
        })?;
        if record.id != *id {
            return Err(Fault::invalid("id", "it differs from that of the record; leave it out"));
        }
        self.correct_record(officer, register, &record)
    }

    /// Ends a record: it answers no query any more and is kept only as long as the instrument says.
    ///
    /// # Errors
    /// When the officer may not, or there is no such record.
    pub fn end_record(
        &self,
        officer: &Officer,
        register: &RegisterId,
        id: &RecordId,
    ) -> Result<QueryId, Fault> {
        let change = self.decide_change(officer, register, ProcessingOperation::Alteration)?;
        self.take_away(register, id, change, |node, job| node.store().end_record(job))
    }

    /// Erases a record: its payload key is destroyed, and every copy goes on the owner's word.
    ///
    /// # Errors
    /// When the officer may not, or there is no such record.
    pub fn erase_record(
        &self,
        officer: &Officer,
        register: &RegisterId,
        id: &RecordId,
    ) -> Result<QueryId, Fault> {
        let change = self.decide_change(officer, register, ProcessingOperation::Erasure)?;
        self.take_away(register, id, change, |node, job| node.store().erase_record(job))
    }

    fn take_away(
        &self,
        register: &RegisterId,
        id: &RecordId,
        change: Change,
        act: impl FnOnce(&Self, NameRecord<'_>) -> Result<Option<(LogReceipt, u64)>, store::Error>,
    ) -> Result<QueryId, Fault> {
        let Change { instrument, grant, entry, at } = change;
        let _one_by_one = self.change_of_record()?;
        let telling = self.told_of(register, &instrument, Told::Gone(std::slice::from_ref(id)))?;
        let job = NameRecord {
            grant: &grant,
            entry,
            register: register.clone(),
            id: id.clone(),
            tell: telling.as_ref().map(Telling::job),
            at,
        };
        let (receipt, key) = act(self, job)?.ok_or(Fault::NotFound("record"))?;
        self.index_erase(register.authority(), instrument.id(), key);
        Ok(receipt.entry_id())
    }

    /// Ends or erases several records of a register, at most 2,000, in one transaction with one log entry. Those that
    /// are not there are named; the others are done.
    ///
    /// # Errors
    /// When the officer may not, or none of the records is there.
    pub fn take_away_records(
        &self,
        officer: &Officer,
        register: &RegisterId,
        ids: &[RecordId],
        act: TakeAway,
    ) -> Result<TakenAway, Fault> {
        let operation = match act {
            TakeAway::End => ProcessingOperation::Alteration,
            TakeAway::Erase => ProcessingOperation::Erasure,
        };
        let change = self.decide_change(officer, register, operation)?;
        let Change { instrument, grant, entry, at } = change;
        let _one_by_one = self.change_of_record()?;
        let telling = self.told_of(register, &instrument, Told::Gone(ids))?;
        let job = NameRecords {
            grant: &grant,
            entry,
            register: register.clone(),
            ids: ids.to_vec(),
            tell: telling.as_ref().map(Telling::job),
            at,
        };
        let changed = match act {
            TakeAway::End => self.store().end_records(job)?,
            TakeAway::Erase => self.store().erase_records(job)?,
        };
        let (receipt, keys) = changed.ok_or(Fault::NotFound("record"))?;
        for key in keys.iter().flatten() {
            self.index_erase(register.authority(), instrument.id(), *key);
        }
        let missing = ids.iter().zip(&keys).filter(|(_, key)| key.is_none());
        let missing = missing.map(|(id, _)| id.clone()).collect();
        Ok(TakenAway { entry: receipt.entry_id(), missing })
    }

    /// What the holders of copies are told in the transaction of the change: the corrected record, or that it is no
    /// more.
    fn told_of(
        &self,
        register: &RegisterId,
        instrument: &Instrument,
        told: Told<'_>,
    ) -> Result<Option<Telling>, Fault> {
        let owner = register.authority();
        match told {
            _ if instrument.topology() != instrument::Topology::Disseminated => Ok(None),
            Told::Corrected(record) => {
                let records = vec![record.clone()];
                self.copies_to((owner, None), instrument, records, self.now())
            }
            Told::Gone(ids) => self.gone(owner, instrument, ids.to_vec()),
        }
    }

    /// Changes of records follow one another, whichever process of this node makes them, so that what holders are told
    /// last is what stands.
    pub(crate) fn change_of_record(&self) -> Result<store::Turn<'_>, Fault> {
        Ok(self.store().turn_to_change()?)
    }
}

/// Everything that is wrong with a record that is entered or corrected at `at`: by its form, and by how long it is to
/// answer no query.
pub(crate) fn wrong_with(instrument: &Instrument, record: &Record, at: Timestamp) -> Vec<String> {
    let mut wrong: Vec<String> =
        instrument.check_record(record).iter().map(ToString::to_string).collect();
    let limit = rules::unsearchable_limit(instrument, at);
    if let (Some(until), Some(limit)) = (record.unsearchable_until, limit)
        && until > limit
    {
        wrong.push(format!(
            "`unsearchable_until` is later than the act allows; write at most {limit} and renew it"
        ));
    }
    wrong
}
