//! A consistent copy of a database in use.

use super::refused;
use crate::Error;
use crate::engine::Statements;
use rusqlite::{Connection, OpenFlags, params};
use std::path::Path;

/// Writes a copy of the database at one moment, without what was freed; the writer goes on meanwhile.
pub(super) fn copy_database(from: &Path, to: &Path) -> Result<(), Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(from, flags).map_err(refused("backing up"))?;
    connection.busy_timeout(std::time::Duration::from_secs(10)).map_err(refused("backing up"))?;
    connection
        .execute("VACUUM INTO ?1", params![to.to_string_lossy()])
        .map_err(refused("backing up"))?;
    Ok(())
}

/// Runs `work` on a database that nothing else has open, in one transaction that is undone when it fails.
pub(crate) fn in_one_transaction<T>(
    path: &Path,
    work: impl FnOnce(Statements<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let connection = super::connection::open_writer(path)?;
    connection.execute_batch("BEGIN IMMEDIATE").map_err(refused("restoring"))?;
    let result = work(Statements::sqlite(&connection, "restoring"));
    let end = if result.is_ok() { "COMMIT" } else { "ROLLBACK" };
    connection.execute_batch(end).map_err(refused("restoring"))?;
    connection.flush_prepared_statement_cache();
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").map_err(refused("restoring"))?;
    result
}
