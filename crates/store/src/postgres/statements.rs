//! Statements on a connection.

use super::connection::Connection;
use crate::Error;
use crate::engine::{Row, Value};
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::private::BytesMut;
use postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use std::error;
use std::ops::ControlFlow;

type Any = Box<dyn error::Error + Sync + Send>;

impl ToSql for Value<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Any> {
        match *self {
            Self::Null => Ok(IsNull::Yes),
            Self::Text(text) => text.to_sql(kind, out),
            Self::Bytes(bytes) => bytes.to_sql(kind, out),
            Self::Int(number) if *kind == Type::INT2 => i16::try_from(number)?.to_sql(kind, out),
            Self::Int(number) if *kind == Type::INT4 => i32::try_from(number)?.to_sql(kind, out),
            Self::Int(number) => number.to_sql(kind, out),
        }
    }

    fn accepts(kind: &Type) -> bool {
        [Type::INT2, Type::INT4, Type::INT8, Type::TEXT, Type::VARCHAR, Type::BYTEA].contains(kind)
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Value<'a> {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Any> {
        Ok(match *kind {
            Type::INT2 => Self::Int(i16::from_sql(kind, raw)?.into()),
            Type::INT4 => Self::Int(i32::from_sql(kind, raw)?.into()),
            Type::INT8 => Self::Int(i64::from_sql(kind, raw)?),
            Type::BYTEA => Self::Bytes(raw),
            _ => Self::Text(std::str::from_utf8(raw)?),
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Any> {
        Ok(Self::Null)
    }

    fn accepts(kind: &Type) -> bool {
        <Value<'_> as ToSql>::accepts(kind)
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
    let statement = connection.prepare(sql, doing)?;
    let values: Vec<&(dyn ToSql + Sync)> =
        values.iter().map(|value| -> &(dyn ToSql + Sync) { value }).collect();
    let ran = connection.client().execute(&statement, &values);
    let changed = ran.map_err(connection.failed(doing))?;
    Ok(usize::try_from(changed).unwrap_or(usize::MAX))
}

pub(crate) fn one<T>(
    connection: &Connection,
    sql: &'static str,
    values: &[Value<'_>],
    (doing, read): (&'static str, impl FnOnce(&Row<'_>) -> Result<T, Error>),
) -> Result<Option<T>, Error> {
    let statement = connection.prepare(sql, doing)?;
    let mut client = connection.client();
    let asked = client.query_raw(&statement, values.iter().copied());
    let mut rows = asked.map_err(connection.failed(doing))?;
    let Some(row) = rows.next().map_err(connection.failed(doing))? else { return Ok(None) };
    // What the rest of the answer says counts too: an error may come after the first row.
    while rows.next().map_err(connection.failed(doing))?.is_some() {}
    read(&Row::postgres(&row)).map(Some)
}

pub(crate) fn each(
    connection: &Connection,
    sql: &'static str,
    values: &[Value<'_>],
    (doing, read): Reading<'_>,
) -> Result<(), Error> {
    let statement = connection.prepare(sql, doing)?;
    let mut client = connection.client();
    let asked = client.query_raw(&statement, values.iter().copied());
    let mut rows = asked.map_err(connection.failed(doing))?;
    while let Some(row) = rows.next().map_err(connection.failed(doing))? {
        if read(&Row::postgres(&row))?.is_break() {
            break;
        }
    }
    Ok(())
}

pub(crate) fn cell(row: &postgres::Row, at: usize) -> Result<Value<'_>, Error> {
    row.try_get(at).map_err(|_| Error::Damaged { what: "a row" })
}
