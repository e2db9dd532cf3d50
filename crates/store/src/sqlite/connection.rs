//! How connections are opened, and how the schema gets to its version.

use super::refused;
use crate::Error;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::time::Duration;

/// All migrations in order; the version of the schema is their number.
const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/sqlite/0001_begin.sql"),
    include_str!("../../migrations/sqlite/0002_life.sql"),
    include_str!("../../migrations/sqlite/0003_logs.sql"),
    include_str!("../../migrations/sqlite/0004_budget.sql"),
];

/// Pages that the engine lets a database have at most.
const MOST_PAGES: u32 = 4_294_967_294;

/// Statements kept prepared per connection.
const STATEMENTS: usize = 128;

/// The one connection that writes.
pub(super) fn open_writer(path: &Path) -> Result<Connection, Error> {
    let engine = refused("opening the database");
    let connection = Connection::open(path).map_err(&engine)?;
    connection.busy_timeout(Duration::from_secs(10)).map_err(&engine)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL;
             PRAGMA synchronous = FULL;
             PRAGMA foreign_keys = ON;
             PRAGMA secure_delete = ON;
             PRAGMA temp_store = MEMORY;
             PRAGMA cache_size = -65536;
             PRAGMA wal_autocheckpoint = 8000;",
        )
        .map_err(&engine)?;
    migrate(&connection)?;
    Ok(connection)
}

/// Lets the database grow no more, as a full disk would, or lets it grow again.
pub(super) fn limit(connection: &Connection, full: bool) -> Result<(), Error> {
    // The engine takes no limit below the pages there are.
    let pages = if full { 1 } else { MOST_PAGES };
    let pragma = format!("PRAGMA max_page_count = {pages}");
    connection.query_row(&pragma, [], |_| Ok(())).map_err(refused("limiting the database"))
}

/// One of the connections that read.
pub(super) fn open_reader(path: &Path) -> Result<Connection, Error> {
    let engine = refused("opening the database for reading");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(&engine)?;
    connection.busy_timeout(Duration::from_secs(10)).map_err(&engine)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection
        .execute_batch("PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384;")
        .map_err(&engine)?;
    Ok(connection)
}

fn migrate(connection: &Connection) -> Result<(), Error> {
    let engine = refused("bringing the schema to its version");
    let version: i64 =
        connection.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(&engine)?;
    let version = usize::try_from(version).unwrap_or(usize::MAX);
    if version > MIGRATIONS.len() {
        let what = "the database was written by a newer version of this software; run that version";
        return Err(Error::Unfit { what });
    }
    for (at, migration) in MIGRATIONS.iter().enumerate().skip(version) {
        let step = format!(
            "BEGIN IMMEDIATE; {migration} PRAGMA user_version = {}; COMMIT;",
            at.saturating_add(1)
        );
        connection.execute_batch(&step).map_err(&engine)?;
    }
    Ok(())
}
