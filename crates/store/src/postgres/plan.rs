//! What the jobs of a group want besides their rows: keys, destroyed keys, log entries, numbers of records.
//!
//! Several processes write at once, so nothing here counts on what was read before: slots come from stretches that
//! the database gave to this process alone, numbers and the order of arrival from its sequences.

use super::connection::Connection;
use super::slots::Slots;
use crate::Error;
use crate::engine::{Statements, values};
use crate::key_file::{KeyFile, Slot};
use crate::log::{Leaf, may_go_on};
use crate::sealing::Sealing;
use crate::work::{Touched, Urgency, to_i64, to_u64};
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::AuthorityId;

mod entries;

/// Numbers of records taken at once at most.
const NUMBERS: i64 = 1_024;

struct Appended {
    leaf: Leaf,
    granted: bool,
}

/// What one record or load is to the change stream.
#[derive(Debug, Clone)]
struct Change {
    authority: AuthorityId,
    instrument: String,
    record: i64,
    batch: i64,
}

/// How much of a plan stood at some moment.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Mark {
    keys: usize,
    appended: usize,
    written: usize,
    destroyed: usize,
    changes: usize,
}

/// The plan. It is undone with the savepoint that wanted it.
pub(crate) struct Plan {
    pub(super) slots: Slots,
    keys: Vec<(Slot, seal::PayloadKey)>,
    destroyed: Vec<Slot>,
    urgent: bool,
    /// Entries of the group, and how many of them have their row.
    appended: Vec<Appended>,
    written: usize,
    /// The group's place in the order of arrival, once one of its jobs appended something.
    arrival: Option<i64>,
    changes: Vec<Change>,
    /// Numbers taken for records of this group.
    numbers: Vec<i64>,
    taken: i64,
    /// Logs that this group may append to.
    logs: BTreeSet<AuthorityId>,
    /// True while each job has a savepoint: its entries get their rows inside it.
    pub(super) one_by_one: bool,
}

impl Plan {
    pub(super) fn new(slots: Slots) -> Self {
        Self {
            slots,
            keys: Vec::new(),
            destroyed: Vec::new(),
            urgent: false,
            appended: Vec::new(),
            written: 0,
            arrival: None,
            changes: Vec::new(),
            numbers: Vec::new(),
            taken: 0,
            logs: BTreeSet::new(),
            one_by_one: false,
        }
    }

    /// Takes a slot for the key of a payload.
    pub(crate) fn keep_key(&mut self, sealing: &Sealing) -> Result<i64, Error> {
        let slot = self.slots.take()?;
        self.keys.push((slot, sealing.key.clone()));
        to_i64(slot)
    }

    /// Destroys the key in `slot` as soon as the group is durable.
    pub(crate) fn destroy_key(
        &mut self,
        tx: Statements<'_>,
        (authority, slot): (&AuthorityId, i64),
        urgency: Urgency,
    ) -> Result<(), Error> {
        tx.execute(
            "INSERT INTO key_slot_free (authority_id, slot, zeroed) VALUES (?1, ?2, 0)",
            values![authority.as_str(), slot],
        )?;
        self.urgent |= urgency == Urgency::BeforeTheCallReturns;
        self.destroyed.push(to_u64(slot)?);
        Ok(())
    }

    /// Appends an entry to the log of its authority.
    pub(crate) fn append(
        &mut self,
        tx: Statements<'_>,
        leaf: &Leaf,
        granted: bool,
    ) -> Result<(), Error> {
        let authority = &leaf.authority;
        if !self.logs.contains(authority) {
            let sql = "SELECT 1 FROM log_state WHERE authority_id = ?1";
            if !tx.any(sql, values![authority.as_str()])? {
                return Err(Error::NoLog { authority: authority.clone() });
            }
            may_go_on(tx, authority)?;
            self.logs.insert(authority.clone());
        }
        self.appended.push(Appended { leaf: leaf.clone(), granted });
        Ok(())
    }

    /// Has it read again whether the log of `authority` may be appended to.
    pub(crate) fn forget_log(&mut self, authority: &AuthorityId) {
        self.logs.remove(authority);
    }

    /// Notes what an entry of this job touched, for those who follow the log.
    pub(crate) fn touched(&mut self, touched: Touched<'_>) {
        let Touched { authority, instrument, record, batch } = touched;
        let (authority, instrument) = (authority.clone(), instrument.as_str().to_owned());
        self.changes.push(Change { authority, instrument, record, batch });
    }

    /// The number for a new record. Numbers are taken in growing handfuls within the group and never kept beyond it:
    /// a load finds its records above the number it began at, whoever staged them.
    pub(crate) fn next_record(&mut self, tx: Statements<'_>) -> Result<i64, Error> {
        if let Some(number) = self.numbers.pop() {
            return Ok(number);
        }
        self.taken = self.taken.saturating_mul(2).clamp(1, NUMBERS);
        let numbers = "SELECT nextval('record_number') FROM generate_series(1, ?1::bigint) \
                       ORDER BY 1 DESC";
        self.numbers = tx.all(numbers, values![self.taken], |row| row.get(0))?;
        self.numbers.pop().ok_or(Error::Damaged { what: "the numbers of records" })
    }

    /// A number that no new record stays below.
    pub(crate) fn peek_record(tx: Statements<'_>) -> Result<i64, Error> {
        let last = tx.one("SELECT last_value FROM record_number", values![], |row| row.get(0))?;
        Ok(last.unwrap_or(1))
    }

    /// A job has done its part.
    pub(crate) fn ran(&mut self, on: &Connection) -> Result<(), Error> {
        if self.one_by_one { self.write_entries(on) } else { Ok(()) }
    }

    pub(super) fn mark(&self) -> Mark {
        Mark {
            keys: self.keys.len(),
            appended: self.appended.len(),
            written: self.written,
            destroyed: self.destroyed.len(),
            changes: self.changes.len(),
        }
    }

    /// Takes back everything planned since the last commit.
    pub(super) fn undo(&mut self) {
        self.undo_to(Mark::default());
        self.end_of_group();
    }

    /// Takes back everything planned since `mark`.
    pub(super) fn undo_to(&mut self, mark: Mark) {
        let back = self.keys.split_off(mark.keys.min(self.keys.len()));
        self.slots.give_back(back.into_iter().map(|(slot, _)| slot));
        self.appended.truncate(mark.appended);
        self.written = mark.written;
        self.destroyed.truncate(mark.destroyed);
        self.changes.truncate(mark.changes);
    }

    /// Forgets the plan of a group of which nobody knows whether it is durable. Its slots are never used again.
    pub(super) fn leave(&mut self) {
        self.keys.clear();
        self.undo();
    }

    fn end_of_group(&mut self) {
        self.arrival = None;
        self.written = 0;
        self.logs.clear();
        self.numbers.clear();
        self.taken = 0;
        self.urgent = false;
        self.one_by_one = false;
    }

    /// True when the group has keys that are to be kept.
    pub(super) fn has_keys(&self) -> bool {
        !self.keys.is_empty()
    }

    /// Makes the keys of the group durable; false when it has none.
    pub(super) fn write_keys(&mut self, file: &KeyFile) -> Result<bool, Error> {
        if self.keys.is_empty() {
            return Ok(false);
        }
        self.keys.sort_unstable_by_key(|(slot, _)| *slot);
        file.write(self.keys.iter().map(|(slot, key)| (*slot, key)))?;
        file.sync()?;
        Ok(true)
    }

    /// Forgets the plan of a durable group and hands the slots it destroyed on; true when somebody waits for that.
    pub(super) fn committed(&mut self) -> bool {
        self.keys.clear();
        self.appended.clear();
        self.changes.clear();
        self.slots.destroyed(&std::mem::take(&mut self.destroyed));
        let urgent = self.urgent;
        self.end_of_group();
        urgent
    }
}
