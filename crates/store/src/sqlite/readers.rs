//! Reading transactions.

use super::refused;
use crate::Error;
use crate::engine::Statements;
use rusqlite::Connection;

/// Runs `work` on one connection, in one read transaction.
pub(super) fn inside<T>(
    connection: &Connection,
    doing: &'static str,
    work: impl FnOnce(Statements<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let run = |sql| -> Result<(), Error> {
        let run = connection.prepare_cached(sql).and_then(|mut statement| statement.execute([]));
        run.map_err(refused(doing)).map(drop)
    };
    run("BEGIN")?;
    let result = work(Statements::sqlite(connection, doing));
    run("COMMIT")?;
    result
}
