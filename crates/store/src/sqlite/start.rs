//! What is put in order when a database is opened.

use super::plan::Plan;
use super::refused;
use crate::Error;
use crate::engine::{Statements, values};
use crate::journal::Journal;
use crate::key_file::KeyFile;
use rusqlite::Connection;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;

/// Erases what unfinished loads left behind, overwrites destroyed keys once more (the power may have gone
/// between commit and overwriting), and gives the plan from which slots are taken.
///
/// The journal of erasures gets the line it lacks. One that knows of later erasures than the database belongs to a
/// younger database: erased records would come back with an older one.
pub(super) fn start(
    connection: &Connection,
    (keys, journal): (&KeyFile, &mut Journal),
    held: Arc<AtomicU32>,
) -> Result<Plan, Error> {
    let rows = Statements::sqlite(connection, "opening the database");
    let lines = rows.all(
        "SELECT number, slots FROM erasure_waiting WHERE authority_id = '' ORDER BY number",
        values![],
        |row| Ok((row.get::<u64>(0)?, row.get::<Vec<u8>>(1)?)),
    )?;
    let known = lines.last().map_or(0, |(number, _)| *number);
    if journal.last() > known {
        return Err(Error::LaterErasures { journal: journal.last(), known });
    }
    for (number, packed) in &lines {
        journal.add(*number, packed)?;
    }
    abandon_unfinished(connection)?;
    let free =
        rows.all("SELECT authority_id, slot FROM key_slot_free ORDER BY slot", values![], |row| {
            let authority: String = row.get(0)?;
            let authority =
                authority.parse().map_err(|_| Error::Damaged { what: "an authority id" })?;
            Ok((authority, row.get(1)?))
        })?;
    if !free.is_empty() {
        keys.destroy(free.iter().map(|(_, slot)| *slot))?;
        keys.sync()?;
    }
    let next = rows.one(
        "SELECT next_slot FROM key_slot_next WHERE authority_id = ''",
        values![],
        |row| row.get(0),
    )?;
    Ok(Plan::new((next.unwrap_or(1), free), known, held))
}

/// Staged rows of loads that never finished go; nobody has ever seen them.
fn abandon_unfinished(connection: &Connection) -> Result<(), Error> {
    connection
        .execute_batch(
            "BEGIN IMMEDIATE;
             INSERT INTO key_slot_free (authority_id, slot)
               SELECT r.authority_id, r.key_slot FROM batch AS b
               JOIN record AS r ON r.authority_id = b.authority_id AND r.record_key >= b.first_key
               WHERE b.finished_at IS NULL AND r.batch_id = b.batch_id AND r.key_slot IS NOT NULL;
             DELETE FROM record WHERE (authority_id, record_key) IN
               (SELECT r.authority_id, r.record_key FROM batch AS b
                JOIN record AS r ON r.authority_id = b.authority_id AND r.record_key >= b.first_key
                WHERE b.finished_at IS NULL AND r.batch_id = b.batch_id);
             DELETE FROM batch WHERE finished_at IS NULL;
             COMMIT;",
        )
        .map_err(refused("clearing unfinished loads"))
}
