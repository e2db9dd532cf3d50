//! Statements on a connection: prepared once and kept.

use super::refused;
use crate::Error;
use crate::engine::{Row, Value};
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, params_from_iter};
use std::ops::ControlFlow;

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// What is done with each row, and what for.
type Reading<'f> = (&'static str, &'f mut dyn FnMut(&Row<'_>) -> Result<ControlFlow<()>, Error>);

pub(crate) fn execute(
    connection: &Connection,
    sql: &'static str,
    values: &[Value<'_>],
    doing: &'static str,
) -> Result<usize, Error> {
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.execute(params_from_iter(values)))
        .map_err(refused(doing))
}

pub(crate) fn one<T>(
    connection: &Connection,
    sql: &'static str,
    values: &[Value<'_>],
    (doing, read): (&'static str, impl FnOnce(&Row<'_>) -> Result<T, Error>),
) -> Result<Option<T>, Error> {
    let mut statement = connection.prepare_cached(sql).map_err(refused(doing))?;
    let mut rows = statement.query(params_from_iter(values)).map_err(refused(doing))?;
    let row = rows.next().map_err(refused(doing))?;
    row.map(|row| read(&Row::sqlite(row))).transpose()
}

pub(crate) fn each(
    connection: &Connection,
    sql: &'static str,
    values: &[Value<'_>],
    (doing, read): Reading<'_>,
) -> Result<(), Error> {
    let mut statement = connection.prepare_cached(sql).map_err(refused(doing))?;
    let mut rows = statement.query(params_from_iter(values)).map_err(refused(doing))?;
    while let Some(row) = rows.next().map_err(refused(doing))? {
        if read(&Row::sqlite(row))?.is_break() {
            break;
        }
    }
    Ok(())
}

pub(crate) fn cell<'a>(row: &'a rusqlite::Row<'_>, at: usize) -> Result<Value<'a>, Error> {
    let damaged = |_| Error::Damaged { what: "a text" };
    Ok(match row.get_ref(at).map_err(|_| Error::Damaged { what: "a row" })? {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Text(text) => Value::Text(std::str::from_utf8(text).map_err(damaged)?),
        ValueRef::Blob(bytes) => Value::Bytes(bytes),
        ValueRef::Real(_) => return Err(Error::Damaged { what: "a number" }),
    })
}

/// Sets whether freed pages are overwritten with zeros.
pub(crate) fn overwrite_freed(connection: &Connection, overwrite: bool) -> Result<(), Error> {
    let pragma = if overwrite { "PRAGMA secure_delete = ON" } else { "PRAGMA secure_delete = OFF" };
    connection.execute_batch(pragma).map_err(refused("writing"))
}
