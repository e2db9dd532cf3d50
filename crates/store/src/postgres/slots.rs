//! Slots of the key file, shared by all processes of one database.
//!
//! A process writes only into slots that the database gave to it alone: from the end of the file in stretches, or
//! recycled ones. A destroyed slot is recycled when it is overwritten and that is durable, never before, so that
//! nobody's late zeros destroy somebody else's fresh key: who overwrites holds the lock of its row.

use super::session::Session;
use crate::Error;
use crate::engine::{Statements, values};
use crate::key_file::{KeyFile, Slot};
use crate::work::{to_i64, to_u64};
use std::sync::Arc;

/// Slots taken at once.
const STRETCH: i64 = 1_024;
/// So many destroyed slots are overwritten together at most.
const TOGETHER: usize = 512;

/// The slots this process may write, and those it has to overwrite.
pub(crate) struct Slots {
    /// A connection of its own: what is taken stays taken whatever becomes of a group.
    session: Session,
    file: Arc<KeyFile>,
    fresh: Vec<Slot>,
    destroyed: Vec<i64>,
}

impl Slots {
    pub(super) fn new(session: Session, file: Arc<KeyFile>) -> Self {
        Self { session, file, fresh: Vec::new(), destroyed: Vec::new() }
    }

    /// A slot that only this process may write.
    pub(super) fn take(&mut self) -> Result<Slot, Error> {
        if self.fresh.is_empty() {
            self.fresh = self.session.run("taking slots of the key file", stretch)?;
        }
        self.fresh.pop().ok_or(Error::Damaged { what: "the end of the key file" })
    }

    /// Slots that were not used after all.
    pub(super) fn give_back(&mut self, slots: impl Iterator<Item = Slot>) {
        self.fresh.extend(slots);
    }

    /// Slots whose keys are destroyed by a durable group.
    pub(super) fn destroyed(&mut self, slots: &[Slot]) {
        self.destroyed.extend(slots.iter().filter_map(|slot| to_i64(*slot).ok()));
    }

    /// True while destroyed keys lie in the file.
    pub(super) fn has_destroyed(&self) -> bool {
        !self.destroyed.is_empty()
    }

    /// Overwrites destroyed keys when there are many of them, or when somebody waits for it; true when it did.
    pub(super) fn overwrite(&mut self, urgent: bool) -> Result<bool, Error> {
        if self.destroyed.is_empty() || (!urgent && self.destroyed.len() < TOGETHER) {
            return Ok(false);
        }
        let (file, slots) = (Arc::clone(&self.file), std::mem::take(&mut self.destroyed));
        let ran = self.session.run("overwriting destroyed keys", |tx| {
            let locked = tx.all(
                "UPDATE key_slot_free SET zeroed = 1 WHERE zeroed = 0 \
                 AND slot = ANY(string_to_array(?1, ',')::bigint[]) RETURNING slot",
                values![listed(&slots)],
                |row| row.get::<i64>(0),
            )?;
            overwrite(&file, &locked)
        });
        if ran.is_err() {
            self.destroyed = slots;
        }
        ran.map(|()| true)
    }

    /// Overwrites every destroyed key that any process left behind.
    pub(super) fn overwrite_all(&mut self) -> Result<(), Error> {
        let file = Arc::clone(&self.file);
        self.session.run("overwriting destroyed keys", |tx| {
            let locked = tx.all(
                "UPDATE key_slot_free SET zeroed = 1 WHERE zeroed = 0 RETURNING slot",
                values![],
                |row| row.get::<i64>(0),
            )?;
            overwrite(&file, &locked)
        })
    }

    /// Overwrites what is left and lets others have the slots that were taken and not used.
    pub(super) fn close(&mut self) {
        self.overwrite(true).ok();
        let fresh = std::mem::take(&mut self.fresh);
        let fresh: Vec<i64> = fresh.iter().filter_map(|slot| to_i64(*slot).ok()).collect();
        // A process that dies leaves them lying; they cost 32 bytes each.
        self.session
            .run("giving slots back", |tx| {
                tx.execute(
                    "INSERT INTO key_slot_free (authority_id, slot, zeroed) \
                     SELECT '', unnest(string_to_array(?1, ',')::bigint[]), 0",
                    values![listed(&fresh)],
                )
            })
            .map(drop)
            .and_then(|()| self.overwrite_all())
            .ok();
    }

    pub(super) fn session(&mut self) -> &mut Session {
        &mut self.session
    }
}

/// Recycled slots, or a stretch at the end of the file.
fn stretch(tx: Statements<'_>) -> Result<Vec<Slot>, Error> {
    let recycled = tx.all(
        "DELETE FROM key_slot_free WHERE (authority_id, slot) IN (SELECT authority_id, slot FROM key_slot_free \
         WHERE zeroed = 1 LIMIT ?1 FOR UPDATE SKIP LOCKED) RETURNING slot",
        values![STRETCH],
        |row| row.get(0),
    )?;
    if !recycled.is_empty() {
        return Ok(recycled);
    }
    let end = tx.one(
        "INSERT INTO key_slot_next (authority_id, next_slot) VALUES ('', 1 + ?1) \
         ON CONFLICT (authority_id) DO UPDATE SET next_slot = key_slot_next.next_slot + ?1 RETURNING next_slot",
        values![STRETCH],
        |row| row.get::<i64>(0),
    )?;
    let end = to_u64(end.ok_or(Error::Damaged { what: "the end of the key file" })?)?;
    Ok((end.saturating_sub(to_u64(STRETCH)?)..end).rev().collect())
}

fn overwrite(file: &KeyFile, slots: &[i64]) -> Result<(), Error> {
    if slots.is_empty() {
        return Ok(());
    }
    file.destroy(slots.iter().filter_map(|slot| to_u64(*slot).ok()))?;
    file.sync()
}

/// Slots as one parameter.
fn listed(slots: &[i64]) -> String {
    slots.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}
