//! What is put in order when a database is opened.

use super::work::{Plan, to_u64};
use crate::Error;
use crate::key_file::KeyFile;
use rusqlite::{Connection, OptionalExtension};
use vocabulary::AuthorityId;

/// Erases what unfinished loads left behind, overwrites destroyed keys once more (the power may have gone
/// between commit and overwriting), and gives the plan from which slots are taken.
pub(super) fn start(connection: &Connection, keys: &KeyFile) -> Result<Plan, Error> {
    abandon_unfinished(connection)?;
    let engine = Error::engine("opening the database");
    let mut statement = connection
        .prepare("SELECT authority_id, slot FROM key_slot_free ORDER BY slot")
        .map_err(&engine)?;
    let rows = statement
        .query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))
        .map_err(&engine)?;
    let mut free: Vec<(AuthorityId, u64)> = Vec::new();
    for row in rows {
        let (authority, slot) = row.map_err(&engine)?;
        let authority =
            authority.parse().map_err(|_| Error::Damaged { what: "an authority id" })?;
        free.push((authority, to_u64(slot)?));
    }
    if !free.is_empty() {
        keys.destroy(free.iter().map(|(_, slot)| *slot))?;
        keys.sync()?;
    }
    let next: Option<i64> = connection
        .query_row("SELECT next_slot FROM key_slot_next WHERE authority_id = ''", [], |row| {
            row.get(0)
        })
        .optional()
        .map_err(&engine)?;
    Ok(Plan::new(next.map_or(Ok(1), to_u64)?, free))
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
        .map_err(Error::engine("clearing unfinished loads"))
}
