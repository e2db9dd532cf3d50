//! The owner corrects, ends and erases records of his register.

use crate::fault::Fault;
use crate::node::Node;
use crate::officer::Officer;
use access::Grant;
use audit_log::Entry;
use instrument::Instrument;
use std::sync::Arc;
use store::{ChangeRecord, Draft, LogReceipt, NameRecord};
use vocabulary::{ProcessingOperation, QueryId, Record, RecordId, RegisterId, Timestamp};

/// A decided change of one register.
struct Change {
    instrument: Arc<Instrument>,
    grant: Grant,
    entry: Draft,
    at: Timestamp,
}

impl Node {
    fn decide_change(
        &self,
        officer: &Officer,
        register: &RegisterId,
        operation: ProcessingOperation,
    ) -> Result<Change, Fault> {
        let at = self.now();
        let instrument = Arc::clone(self.instrument(register.instrument())?);
        let asker = self.keeper(officer, register, at)?;
        let (grant, mut entry): (Grant, Entry) =
            self.decide_keeping(&asker, register.authority(), &instrument, operation, at)?;
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
        record: Record,
    ) -> Result<QueryId, Fault> {
        let Change { instrument, grant, entry, at } =
            self.decide_change(officer, register, ProcessingOperation::Alteration)?;
        let (record, _) = instrument.only_listed(&record);
        let problems = instrument.check_record(&record);
        if !problems.is_empty() {
            let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
            return Err(Fault::invalid("record", told.join("; ")));
        }
        let change = ChangeRecord {
            grant: &grant,
            entry,
            register: register.clone(),
            record: record.clone(),
            at,
        };
        let (receipt, key) =
            self.store().correct_record(change)?.ok_or(Fault::NotFound("record"))?;
        self.index_put(register.authority(), &instrument, key, &record);
        self.tell_copies(register, &instrument, Some(record))?;
        Ok(receipt.entry_id())
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
        let job =
            NameRecord { grant: &grant, entry, register: register.clone(), id: id.clone(), at };
        let (receipt, key) = act(self, job)?.ok_or(Fault::NotFound("record"))?;
        self.index_erase(register.authority(), instrument.id(), key);
        self.tell_copies(register, &instrument, None)?;
        Ok(receipt.entry_id())
    }

    /// Tells the holders of copies: the changed record, or the inventory without the one that went.
    fn tell_copies(
        &self,
        register: &RegisterId,
        instrument: &Instrument,
        changed: Option<Record>,
    ) -> Result<(), Fault> {
        if instrument.topology() != instrument::Topology::Disseminated {
            return Ok(());
        }
        match changed {
            Some(record) => self.send_copies(register.authority(), instrument, vec![record]),
            None => self.send_inventory(register.authority(), instrument),
        }
    }
}
