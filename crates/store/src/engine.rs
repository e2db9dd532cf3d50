//! Statements as the transactions write them, the same for every engine; what an engine does with them stands
//! in its own files.
//!
//! SQL is written by hand. Where the engines agree it is one text with numbered parameters (`?1`); where they
//! do not it is an [`Sql`] with one text for each.

mod value;

use crate::Error;
use crate::sqlite;
use std::ops::ControlFlow;

pub(crate) use value::{Column, Parameter, Value, values};

/// The text of one statement.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sql {
    /// As `SQLite` wants it.
    pub(crate) sqlite: &'static str,
    /// As `PostgreSQL` wants it.
    #[expect(dead_code, reason = "read by the second engine")]
    pub(crate) postgres: &'static str,
}

impl From<&'static str> for Sql {
    fn from(both: &'static str) -> Self {
        Self { sqlite: both, postgres: both }
    }
}

/// A connection inside a transaction, to ask it something.
///
/// Rows are given to a closure one by one. While [`Statements::each`] runs, nothing else is asked of the same
/// connection: `PostgreSQL` answers one question after the other.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Statements<'a> {
    connection: Connection<'a>,
    /// What is being done, for the errors.
    doing: &'static str,
}

#[derive(Debug, Clone, Copy)]
enum Connection<'a> {
    Sqlite(&'a rusqlite::Connection),
}

impl<'a> Statements<'a> {
    pub(crate) fn sqlite(connection: &'a rusqlite::Connection, doing: &'static str) -> Self {
        Self { connection: Connection::Sqlite(connection), doing }
    }

    /// The same connection, doing something else.
    pub(crate) fn doing(self, doing: &'static str) -> Self {
        Self { doing, ..self }
    }

    /// Sets whether what `SQLite` frees is overwritten with zeros; other engines keep no file of ours.
    pub(crate) fn overwrite_freed(self, overwrite: bool) -> Result<(), Error> {
        match self.connection {
            Connection::Sqlite(connection) => sqlite::overwrite_freed(connection, overwrite),
        }
    }

    /// Runs a statement and gives the number of rows it changed.
    pub(crate) fn execute(self, sql: impl Into<Sql>, values: &[Value<'_>]) -> Result<usize, Error> {
        match self.connection {
            Connection::Sqlite(connection) => {
                sqlite::execute(connection, sql.into().sqlite, values, self.doing)
            }
        }
    }

    /// The first row of a query, if there is one.
    pub(crate) fn one<T>(
        self,
        sql: impl Into<Sql>,
        values: &[Value<'_>],
        read: impl FnOnce(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        match self.connection {
            Connection::Sqlite(connection) => {
                sqlite::one(connection, sql.into().sqlite, values, (self.doing, read))
            }
        }
    }

    /// True when a query has a row.
    pub(crate) fn any(self, sql: impl Into<Sql>, values: &[Value<'_>]) -> Result<bool, Error> {
        Ok(self.one(sql, values, |_| Ok(()))?.is_some())
    }

    /// All rows of a query, in their order.
    pub(crate) fn all<T>(
        self,
        sql: impl Into<Sql>,
        values: &[Value<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        let mut rows = Vec::new();
        self.each(sql, values, |row| {
            rows.push(read(row)?);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(rows)
    }

    /// Gives the rows of a query to `read` as they come, until it has enough.
    pub(crate) fn each(
        self,
        sql: impl Into<Sql>,
        values: &[Value<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<ControlFlow<()>, Error>,
    ) -> Result<(), Error> {
        match self.connection {
            Connection::Sqlite(connection) => {
                sqlite::each(connection, sql.into().sqlite, values, (self.doing, &mut read))
            }
        }
    }
}

/// One row of an answer.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    cells: Cells<'a>,
    doing: &'static str,
}

#[derive(Debug)]
enum Cells<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
}

impl<'a> Row<'a> {
    pub(crate) fn sqlite(row: &'a rusqlite::Row<'a>, doing: &'static str) -> Self {
        Self { cells: Cells::Sqlite(row), doing }
    }

    /// The value of a column as a `T`.
    pub(crate) fn get<T: Column>(&self, at: usize) -> Result<T, Error> {
        T::of(self.cell(at)?).ok_or(Error::Damaged { what: "a row" })
    }

    /// The value of a column where it lies.
    pub(crate) fn cell(&self, at: usize) -> Result<Value<'_>, Error> {
        match &self.cells {
            Cells::Sqlite(row) => sqlite::cell(row, at, self.doing),
        }
    }
}
