//! What a job may do inside its group: statements, fresh key slots, log entries, destroyed keys.

use crate::Error;
use crate::key_file::{KeyFile, Slot};
use crate::log::Leaf;
use crate::sealing::Sealing;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeMap;
use vocabulary::AuthorityId;

/// A job's view of its group.
pub(crate) struct Work<'a> {
    /// The connection, inside the savepoint of the job.
    pub(crate) tx: &'a Connection,
    pub(super) plan: &'a mut Plan,
}

impl Work<'_> {
    /// Takes a slot for the key of a payload; the key is durable before the database is.
    pub(crate) fn keep_key(&mut self, sealing: &Sealing) -> Result<i64, Error> {
        let (slot, reused) = match self.plan.free.last() {
            Some((authority, slot)) => {
                self.execute(
                    "DELETE FROM key_slot_free WHERE authority_id = ? AND slot = ?",
                    params![authority.as_str(), to_i64(*slot)?],
                )?;
                (*slot, Some(authority.clone()))
            }
            None => (self.plan.next_slot, None),
        };
        if reused.is_some() {
            self.plan.free.pop();
        } else {
            self.plan.next_slot = next(slot)?;
        }
        self.plan.keys.push(PlannedKey { slot, key: sealing.key.clone(), reused });
        to_i64(slot)
    }

    /// Destroys the key in `slot` as soon as the group is durable; `urgency` says who waits for that.
    pub(crate) fn destroy_key(
        &mut self,
        authority: &AuthorityId,
        slot: i64,
        urgency: Urgency,
    ) -> Result<(), Error> {
        self.execute(
            "INSERT INTO key_slot_free (authority_id, slot) VALUES (?, ?)",
            params![authority.as_str(), slot],
        )?;
        self.plan.urgent |= urgency == Urgency::BeforeTheCallReturns;
        self.plan.destroyed.push((authority.clone(), to_u64(slot)?));
        Ok(())
    }

    /// Appends an entry to the log of its authority and gives its place in the order of commits.
    pub(crate) fn append(&mut self, leaf: &Leaf, granted: bool) -> Result<u64, Error> {
        let index = self.next_index(&leaf.authority)?;
        self.execute(
            "INSERT INTO log_entry (authority_id, entry_id, log_index, query_id, instrument_id, \
             granted, leaf_hash, entry_digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            params![
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
        self.plan.next_index.insert(leaf.authority.clone(), next(index)?);
        self.plan.appended.push(leaf.clone());
        Ok(index)
    }

    fn next_index(&self, authority: &AuthorityId) -> Result<u64, Error> {
        if let Some(next) = self.plan.next_index.get(authority) {
            return Ok(*next);
        }
        let next: Option<i64> = self.one(
            "SELECT max(size, coalesce((SELECT max(first_index + entries) FROM log_waiting AS w \
             WHERE w.authority_id = s.authority_id), 0)) FROM log_state AS s WHERE authority_id = ?",
            [authority.as_str()],
            |row| row.get(0),
        )?;
        next.map_or_else(|| Err(Error::NoLog { authority: authority.clone() }), to_u64)
    }

    /// The number for a new record of `authority`.
    pub(crate) fn next_record(&mut self, authority: &AuthorityId) -> Result<i64, Error> {
        let key = self.peek_record(authority)?;
        self.plan.next_record.insert(authority.clone(), key.saturating_add(1));
        Ok(key)
    }

    /// The number that the next new record of `authority` gets.
    pub(crate) fn peek_record(&self, authority: &AuthorityId) -> Result<i64, Error> {
        if let Some(key) = self.plan.next_record.get(authority) {
            return Ok(*key);
        }
        let next = self.one(
            "SELECT coalesce(max(record_key), 0) + 1 FROM record WHERE authority_id = ?",
            [authority.as_str()],
            |row| row.get(0),
        )?;
        Ok(next.unwrap_or(1))
    }

    /// Sets how thoroughly freed pages are overwritten.
    pub(crate) fn overwrite_freed(&self, pragma: &'static str) -> Result<(), Error> {
        self.tx.execute_batch(pragma).map_err(Error::engine("writing"))
    }

    /// Runs a statement and gives the number of rows it changed.
    pub(crate) fn execute(
        &self,
        sql: &'static str,
        parameters: impl rusqlite::Params,
    ) -> Result<usize, Error> {
        self.tx
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute(parameters))
            .map_err(Error::engine("writing"))
    }

    /// The first row of a query, if there is one.
    pub(crate) fn one<T>(
        &self,
        sql: &'static str,
        parameters: impl rusqlite::Params,
        read: impl FnOnce(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, Error> {
        self.tx
            .prepare_cached(sql)
            .and_then(|mut statement| statement.query_row(parameters, read).optional())
            .map_err(Error::engine("writing"))
    }
}

/// Who waits until a destroyed key is overwritten on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Urgency {
    /// The caller: personal data are erased by right.
    BeforeTheCallReturns,
    /// Nobody: a message has done its work; its key goes with the next group.
    WithTheNextGroup,
}

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
pub(super) struct Plan {
    next_slot: Slot,
    free: Vec<(AuthorityId, Slot)>,
    keys: Vec<PlannedKey>,
    destroyed: Vec<(AuthorityId, Slot)>,
    urgent: bool,
    /// Zeros were written to the key file and are not yet durable.
    unsynced: bool,
    next_index: BTreeMap<AuthorityId, u64>,
    next_record: BTreeMap<AuthorityId, i64>,
    appended: Vec<Leaf>,
}

impl Plan {
    pub(super) fn new(next_slot: Slot, free: Vec<(AuthorityId, Slot)>) -> Self {
        Self { next_slot, free, ..Self::default() }
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

    /// Makes the keys of the group durable; false when it has none.
    pub(super) fn write_keys(&mut self, tx: &Connection, file: &KeyFile) -> Result<bool, Error> {
        if self.keys.is_empty() {
            return Ok(false);
        }
        let engine = Error::engine("writing");
        tx.prepare_cached(
            "INSERT INTO key_slot_next (authority_id, next_slot) VALUES ('', ?) \
             ON CONFLICT DO UPDATE SET next_slot = excluded.next_slot",
        )
        .and_then(|mut statement| {
            statement.execute([i64::try_from(self.next_slot).unwrap_or(i64::MAX)])
        })
        .map_err(engine)?;
        self.keys.sort_unstable_by_key(|planned| planned.slot);
        file.write(self.keys.iter().map(|planned| (planned.slot, &planned.key)))?;
        file.sync()?;
        self.unsynced = false;
        Ok(true)
    }

    /// Writes the entries of the group, one row per authority.
    pub(super) fn write_log(&self, tx: &Connection) -> Result<(), Error> {
        let mut by_authority: BTreeMap<&AuthorityId, Vec<&Leaf>> = BTreeMap::new();
        for leaf in &self.appended {
            by_authority.entry(&leaf.authority).or_default().push(leaf);
        }
        for (authority, leaves) in by_authority {
            let count = u64::try_from(leaves.len()).unwrap_or(0);
            let end = self.next_index.get(authority).copied().unwrap_or(count);
            let bodies: Vec<u8> =
                leaves.iter().flat_map(|leaf| leaf.framed.iter().copied()).collect();
            let hashes: Vec<u8> = leaves.iter().flat_map(|leaf| *leaf.hash.as_bytes()).collect();
            tx.prepare_cached(
                "INSERT INTO log_waiting (authority_id, first_index, entries, bodies, leaf_hashes) \
                 VALUES (?, ?, ?, ?, ?)",
            )
            .and_then(|mut statement| {
                let first = i64::try_from(end.saturating_sub(count)).unwrap_or(i64::MAX);
                let count = i64::try_from(count).unwrap_or(i64::MAX);
                statement.execute(params![authority.as_str(), first, count, bodies, hashes])
            })
            .map_err(Error::engine("writing the log"))?;
        }
        Ok(())
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

/// A number as the database keeps it.
pub(crate) fn to_i64(number: u64) -> Result<i64, Error> {
    i64::try_from(number).map_err(|_| Error::Unfit { what: "a number is too large for the store" })
}

/// A number out of the database.
pub(crate) fn to_u64(number: i64) -> Result<u64, Error> {
    u64::try_from(number).map_err(|_| Error::Damaged { what: "a number" })
}
