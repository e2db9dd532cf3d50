//! What is put in order when a process opens the database.

use super::address::Address;
use super::connection::Connection;
use super::migrations;
use super::session::{Session, is_dead};
use super::slots::Slots;
use crate::Error;
use crate::engine::{Statements, values};
use crate::key_file::{Holders, KeyFile};
use crate::places::{Places, Seams};
use std::sync::Arc;

/// What a process begins with.
pub(super) struct Started {
    pub(super) slots: Slots,
    pub(super) keys: Arc<KeyFile>,
    /// Its number among the processes of the database.
    pub(super) process: i32,
}

/// Brings the schema to its version, opens the key file, erases what loads of dead processes left behind, and
/// overwrites destroyed keys once more. One process at a time does so.
pub(super) fn start(address: &Address, places: &Places, seams: &Seams) -> Result<Started, Error> {
    let connection = Connection::open(address)?;
    migrations::lock(&connection)?;
    let version = migrations::version(&connection)?;
    let keys = KeyFile::open(&places.keys, version > 0, Holders::Several, seams)?;
    let keys = Arc::new(keys);
    migrations::migrate(&connection, version)?;
    let rows = Statements::postgres(&connection, "opening the database");
    let process = rows
        .one("SELECT nextval('process_number')::integer", values![], |row| row.get::<i64>(0))?
        .and_then(|number| i32::try_from(number).ok())
        .ok_or(Error::Damaged { what: "the number of a process" })?;
    let mut session = Session::new(address);
    session.live_as(process)?;
    session.run("clearing unfinished loads", abandon_unfinished)?;
    let mut slots = Slots::new(session, Arc::clone(&keys));
    slots.overwrite_all()?;
    migrations::unlock(&connection)?;
    Ok(Started { slots, keys, process })
}

/// Staged rows of loads that never finished go, when the process that began them lives no more; nobody has ever seen
/// them.
fn abandon_unfinished(tx: Statements<'_>) -> Result<(), Error> {
    let abandoned = tx.all(
        concat!(
            "DELETE FROM batch AS b WHERE finished_at IS NULL AND ",
            is_dead!("b.process"),
            " RETURNING authority_id, batch_id, first_key"
        ),
        values![],
        |row| Ok((row.get::<String>(0)?, row.get::<i64>(1)?, row.get::<i64>(2)?)),
    )?;
    for (authority, batch, first) in abandoned {
        tx.execute(
            "WITH gone AS (DELETE FROM record WHERE authority_id = ?1 AND record_key >= ?3 AND batch_id = ?2 \
             RETURNING authority_id, key_slot) INSERT INTO key_slot_free (authority_id, slot, zeroed) \
             SELECT authority_id, key_slot, 0 FROM gone WHERE key_slot IS NOT NULL",
            values![authority, batch, first],
        )?;
    }
    Ok(())
}
