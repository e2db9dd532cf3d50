//! What the jobs of a group want besides their rows: keys, destroyed keys, log entries, numbers of records.

use crate::Error;
use crate::engine::{Statements, values};
use crate::journal::pack;
use crate::key_file::{KeyFile, Slot};
use crate::log::{Leaf, NewEntry, may_go_on};
use crate::sealing::Sealing;
use crate::work::{Urgency, to_i64, to_u64};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use vocabulary::AuthorityId;

struct PlannedKey {
    slot: Slot,
    key: seal::PayloadKey,
    reused: Option<AuthorityId>,
}

/// How much of a plan stood at some moment.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Mark {
    keys: usize,
    appended: usize,
    destroyed: usize,
}

/// What the jobs of a group want besides their rows. It is undone with the savepoint that wanted it.
#[derive(Default)]
pub(crate) struct Plan {
    next_slot: Slot,
    free: Vec<(AuthorityId, Slot)>,
    keys: Vec<PlannedKey>,
    destroyed: Vec<(AuthorityId, Slot)>,
    urgent: bool,
    /// Zeros were written to the key file and are not yet durable.
    unsynced: bool,
    next_index: BTreeMap<AuthorityId, u64>,
    next_record: BTreeMap<AuthorityId, i64>,
    appended: Vec<NewEntry>,
    /// The number of the last line of the journal of erasures that a durable group stands for.
    erasures: u64,
    /// While it is not 0, no slot of a destroyed key is used again.
    held: Arc<AtomicU32>,
}

impl Plan {
    pub(super) fn new(
        (next_slot, free): (Slot, Vec<(AuthorityId, Slot)>),
        erasures: u64,
        held: Arc<AtomicU32>,
    ) -> Self {
        Self { next_slot, free, erasures, held, ..Self::default() }
    }

    /// Takes a slot for the key of a payload.
    pub(crate) fn keep_key(&mut self, tx: Statements<'_>, sealing: &Sealing) -> Result<i64, Error> {
        let is_held = self.held.load(Ordering::Acquire) > 0;
        let (slot, reused) = match self.free.last().filter(|_| !is_held) {
            Some((authority, slot)) => {
                tx.execute(
                    "DELETE FROM key_slot_free WHERE authority_id = ?1 AND slot = ?2",
                    values![authority.as_str(), to_i64(*slot)?],
                )?;
                (*slot, Some(authority.clone()))
            }
            None => (self.next_slot, None),
        };
        if reused.is_some() {
            self.free.pop();
        } else {
            self.next_slot = next(slot)?;
        }
        self.keys.push(PlannedKey { slot, key: sealing.key.clone(), reused });
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
            "INSERT INTO key_slot_free (authority_id, slot) VALUES (?1, ?2)",
            values![authority.as_str(), slot],
        )?;
        self.urgent |= urgency == Urgency::BeforeTheCallReturns;
        self.destroyed.push((authority.clone(), to_u64(slot)?));
        Ok(())
    }

    /// Appends an entry to the log of its authority.
    pub(crate) fn append(
        &mut self,
        tx: Statements<'_>,
        leaf: &Leaf,
        granted: bool,
    ) -> Result<(), Error> {
        let index = self.next_index(tx, &leaf.authority)?;
        tx.execute(
            "INSERT INTO log_entry (authority_id, entry_id, log_index, query_id, instrument_id, \
             granted, leaf_hash, entry_digest) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            values![
                leaf.authority.as_str(),
                leaf.entry_id.to_bytes(),
                to_i64(index)?,
                leaf.query.map(vocabulary::QueryId::to_bytes),
                leaf.instrument.as_str(),
                granted,
                leaf.hash.as_bytes(),
                leaf.digest.as_bytes(),
            ],
        )?;
        // Only now: what fails above must leave the plan as it was.
        self.next_index.insert(leaf.authority.clone(), next(index)?);
        self.appended.push(NewEntry::from(leaf));
        Ok(())
    }

    fn next_index(&self, tx: Statements<'_>, authority: &AuthorityId) -> Result<u64, Error> {
        if let Some(next) = self.next_index.get(authority) {
            return Ok(*next);
        }
        let next = tx.one(
            "SELECT max(y.begins_at + s.size, coalesce((SELECT max(first_index + entries) \
             FROM log_waiting AS w WHERE w.authority_id = s.authority_id), 0)) \
             FROM log_state AS s JOIN log_year AS y ON y.authority_id = s.authority_id \
             WHERE s.authority_id = ?1 AND y.ended_size IS NULL",
            values![authority.as_str()],
            |row| row.get(0),
        )?;
        let next = next.ok_or_else(|| Error::NoLog { authority: authority.clone() })?;
        may_go_on(tx, authority)?;
        Ok(next)
    }

    /// Where the next entry of `authority` will stand among all its entries.
    pub(crate) fn peek_index(
        &self,
        tx: Statements<'_>,
        authority: &AuthorityId,
    ) -> Result<u64, Error> {
        self.next_index(tx, authority)
    }

    /// Puts the first entry of a new log after all that `authority` has logged.
    pub(crate) fn begin_log(&mut self, tx: Statements<'_>, first: NewEntry) -> Result<(), Error> {
        let index = self.next_index(tx, &first.authority)?;
        self.next_index.insert(first.authority.clone(), next(index)?);
        self.appended.push(first);
        Ok(())
    }

    /// Has the position of the next entry read again, and with it whether there may be one.
    pub(crate) fn forget_index(&mut self, authority: &AuthorityId) {
        self.next_index.remove(authority);
    }

    /// The number for a new record of `authority`.
    pub(crate) fn next_record(
        &mut self,
        tx: Statements<'_>,
        authority: &AuthorityId,
    ) -> Result<i64, Error> {
        let key = self.peek_record(tx, authority)?;
        self.next_record.insert(authority.clone(), key.saturating_add(1));
        Ok(key)
    }

    /// The number that the next new record of `authority` gets.
    pub(crate) fn peek_record(
        &self,
        tx: Statements<'_>,
        authority: &AuthorityId,
    ) -> Result<i64, Error> {
        if let Some(key) = self.next_record.get(authority) {
            return Ok(*key);
        }
        let next = tx.one(
            "SELECT coalesce(max(record_key), 0) + 1 FROM record WHERE authority_id = ?1",
            values![authority.as_str()],
            |row| row.get(0),
        )?;
        Ok(next.unwrap_or(1))
    }

    pub(super) fn mark(&self) -> Mark {
        Mark {
            keys: self.keys.len(),
            appended: self.appended.len(),
            destroyed: self.destroyed.len(),
        }
    }

    /// Takes back everything planned since the last commit, and forgets what was read since then.
    pub(super) fn undo(&mut self) {
        self.undo_to(Mark::default());
        self.next_index.clear();
        self.next_record.clear();
        self.urgent = false;
    }

    /// Takes back everything planned since `mark`.
    pub(super) fn undo_to(&mut self, mark: Mark) {
        while self.keys.len() > mark.keys {
            let Some(planned) = self.keys.pop() else { break };
            match planned.reused {
                Some(authority) => self.free.push((authority, planned.slot)),
                None => self.next_slot = planned.slot,
            }
        }
        while self.appended.len() > mark.appended {
            let Some(leaf) = self.appended.pop() else { break };
            if let Some(next) = self.next_index.get_mut(&leaf.authority) {
                *next = next.saturating_sub(1);
            }
        }
        self.destroyed.truncate(mark.destroyed);
    }

    /// True when the group has keys that are to be kept.
    pub(super) fn has_keys(&self) -> bool {
        !self.keys.is_empty()
    }

    /// Makes the keys of the group durable; false when it has none.
    pub(super) fn write_keys(&mut self, tx: Statements<'_>, file: &KeyFile) -> Result<bool, Error> {
        if self.keys.is_empty() {
            return Ok(false);
        }
        tx.execute(
            "INSERT INTO key_slot_next (authority_id, next_slot) VALUES ('', ?1) \
             ON CONFLICT DO UPDATE SET next_slot = excluded.next_slot",
            values![to_i64(self.next_slot)?],
        )?;
        self.keys.sort_unstable_by_key(|planned| planned.slot);
        file.write(self.keys.iter().map(|planned| (planned.slot, &planned.key)))?;
        file.sync()?;
        self.unsynced = false;
        Ok(true)
    }

    /// Writes the entries of the group, one row per authority.
    pub(super) fn write_log(&self, tx: Statements<'_>) -> Result<(), Error> {
        let mut by_authority: BTreeMap<&AuthorityId, Vec<&NewEntry>> = BTreeMap::new();
        for leaf in &self.appended {
            by_authority.entry(&leaf.authority).or_default().push(leaf);
        }
        for (authority, leaves) in by_authority {
            let count = u64::try_from(leaves.len()).unwrap_or(0);
            let end = self.next_index.get(authority).copied().unwrap_or(count);
            let bodies: Vec<u8> =
                leaves.iter().flat_map(|leaf| leaf.framed.iter().copied()).collect();
            let hashes: Vec<u8> = leaves.iter().flat_map(|leaf| *leaf.hash.as_bytes()).collect();
            let first = to_i64(end.saturating_sub(count))?;
            tx.doing("writing the log").execute(
                "INSERT INTO log_waiting (authority_id, first_index, entries, bodies, leaf_hashes) \
                 VALUES (?1, ?2, ?3, ?4, ?5)",
                values![authority.as_str(), first, to_i64(count)?, bodies, hashes],
            )?;
        }
        Ok(())
    }

    /// Writes down which keys the group destroys by right, so that the journal of erasures gets its line whatever
    /// happens after the commit. Gives the line.
    pub(super) fn write_erasures(
        &self,
        tx: Statements<'_>,
    ) -> Result<Option<(u64, Vec<u8>)>, Error> {
        if !self.urgent || self.destroyed.is_empty() {
            return Ok(None);
        }
        let number = next(self.erasures)?;
        let packed = pack(self.destroyed.iter().map(|(_, slot)| *slot));
        // Lines before the last one are in the journal: it got each before the next group began.
        tx.execute(
            "DELETE FROM erasure_waiting WHERE authority_id = '' AND number < ?1",
            values![to_i64(self.erasures)?],
        )?;
        tx.execute(
            "INSERT INTO erasure_waiting (authority_id, number, slots) VALUES ('', ?1, ?2)",
            values![to_i64(number)?, packed],
        )?;
        Ok(Some((number, packed)))
    }

    /// The group with this line is durable.
    pub(super) fn erased(&mut self, number: u64) {
        self.erasures = number;
    }

    /// Forgets the plan of a durable group and gives the slots it destroyed.
    pub(super) fn committed(&mut self) -> Vec<(AuthorityId, Slot)> {
        self.keys.clear();
        self.appended.clear();
        std::mem::take(&mut self.destroyed)
    }

    /// Overwrites destroyed keys; false when there are none.
    pub(super) fn destroy(
        &mut self,
        destroyed: Vec<(AuthorityId, Slot)>,
        file: &KeyFile,
    ) -> Result<bool, Error> {
        let urgent = std::mem::take(&mut self.urgent);
        if destroyed.is_empty() {
            return Ok(false);
        }
        match file.destroy(destroyed.iter().map(|(_, slot)| *slot)) {
            // Nobody waits for it, the group is durable, and the next start overwrites them again.
            Err(_) if !urgent => return Ok(false),
            result => result?,
        }
        self.unsynced = true;
        self.free.extend(destroyed);
        if urgent {
            self.sync_destroyed(file)?;
        }
        Ok(true)
    }

    /// True while zeros in the key file are not durable.
    pub(super) fn has_unsynced(&self) -> bool {
        self.unsynced
    }

    /// Makes zeros that were written to the key file durable.
    pub(super) fn sync_destroyed(&mut self, file: &KeyFile) -> Result<(), Error> {
        if self.unsynced {
            file.sync()?;
            self.unsynced = false;
        }
        Ok(())
    }
}

fn next(number: u64) -> Result<u64, Error> {
    number.checked_add(1).ok_or(Error::Damaged { what: "a counter" })
}
