//! How the schema gets to its version.

use super::connection::Connection;
use crate::Error;
use crate::engine::{Statements, values};

/// All migrations in order; the version of the schema is their number.
const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/postgres/0001_begin.sql"),
    include_str!("../../migrations/postgres/0002_life.sql"),
    include_str!("../../migrations/postgres/0003_logs.sql"),
    include_str!("../../migrations/postgres/0004_budget.sql"),
];

/// The oldest release that can be asked what became of a transaction.
const OLDEST: i64 = 130_000;

/// The lock under which one process at a time opens the database.
const OPENING: i64 = 0x0065_756E_6F6D_6961;

/// Waits until no other process opens the database. The lock ends with the connection or with [`unlock`].
pub(super) fn lock(connection: &Connection) -> Result<(), Error> {
    let doing = "waiting for another process that opens the database";
    connection.batch("SELECT set_config('lock_timeout', '0', false)", doing)?;
    connection.batch(&format!("SELECT pg_advisory_lock({OPENING})"), doing)?;
    connection.batch("SELECT set_config('lock_timeout', '10s', false)", doing)
}

/// Lets the next process open the database.
pub(super) fn unlock(connection: &Connection) -> Result<(), Error> {
    connection.batch(&format!("SELECT pg_advisory_unlock({OPENING})"), "opening the database")
}

/// The version of the schema; 0 when the database is empty.
pub(super) fn version(connection: &Connection) -> Result<usize, Error> {
    let rows = Statements::postgres(connection, "reading the version of the schema");
    let release = "SELECT current_setting('server_version_num')::bigint";
    let release: Option<i64> = rows.one(release, values![], |row| row.get(0))?;
    if release.unwrap_or(0) < OLDEST {
        let what = "the database is older than PostgreSQL 13; take a newer one";
        return Err(Error::Unfit { what });
    }
    let begun = rows.any(
        "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'schema_version'",
        values![],
    )?;
    if !begun {
        return Ok(0);
    }
    let version = "SELECT coalesce(max(version), 0) FROM schema_version";
    let version: Option<i64> = rows.one(version, values![], |row| row.get(0))?;
    let version = usize::try_from(version.unwrap_or(0)).unwrap_or(usize::MAX);
    if version > MIGRATIONS.len() {
        let what = "the database was written by a newer version of this software; run that version";
        return Err(Error::Unfit { what });
    }
    Ok(version)
}

/// Brings the schema from `version` to that of this program. Each step is one transaction: an interrupted one leaves
/// the old version whole.
pub(super) fn migrate(connection: &Connection, version: usize) -> Result<(), Error> {
    for (at, migration) in MIGRATIONS.iter().enumerate().skip(version) {
        let number = at.saturating_add(1);
        let done = format!("INSERT INTO schema_version (version) VALUES ({number})");
        let step = format!("BEGIN; {migration} {done}; COMMIT;");
        connection.batch(&step, "bringing the schema to its version")?;
    }
    Ok(())
}
