//! What is put in order when a database is opened.

use super::plan::Plan;
use super::refused;
use crate::Error;
use crate::engine::{Statements, values};
use crate::key_file::KeyFile;
use rusqlite::Connection;

/// Erases what unfinished loads left behind, overwrites destroyed keys once more (the power may have gone
/// between commit and overwriting), and gives the plan from which slots are taken.
pub(super) fn start(connection: &Connection, keys: &KeyFile) -> Result<Plan, Error> {
    abandon_unfinished(connection)?;
    let rows = Statements::sqlite(connection, "opening the database");
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
    Ok(Plan::new(next.unwrap_or(1), free))
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
