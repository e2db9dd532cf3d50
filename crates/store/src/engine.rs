//! Statements as the transactions write them, the same for every engine; what an engine does with them stands
//! in its own files.
//!
//! SQL is written by hand. Where the engines agree it is one text with numbered parameters (`?1`); where they
//! do not it is an [`Sql`] with one text for each.

mod value;

use crate::Error;
use crate::{postgres, sqlite};
use std::ops::ControlFlow;

pub(crate) use value::{Column, Parameter, Value, values};

/// A query whose rows the transaction is about to change. `SQLite` has one writer; in `PostgreSQL` the rows are locked,
/// and what another transaction changed meanwhile is read as it became.
macro_rules! for_update {
    ($query:literal) => {
        $crate::engine::Sql { sqlite: $query, postgres: concat!($query, " FOR UPDATE") }
    };
}

/// As [`for_update`], but rows that another transaction holds are left out.
macro_rules! for_update_if_free {
    ($query:literal) => {
        $crate::engine::Sql { sqlite: $query, postgres: concat!($query, " FOR UPDATE SKIP LOCKED") }
    };
}

pub(crate) use {for_update, for_update_if_free};

/// The text of one statement.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sql {
    /// As `SQLite` wants it.
    pub(crate) sqlite: &'static str,
    /// As `PostgreSQL` wants it.
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
    Postgres(&'a postgres::Connection),
}

impl<'a> Statements<'a> {
    pub(crate) fn sqlite(connection: &'a rusqlite::Connection, doing: &'static str) -> Self {
        Self { connection: Connection::Sqlite(connection), doing }
    }

    pub(crate) fn postgres(connection: &'a postgres::Connection, doing: &'static str) -> Self {
        Self { connection: Connection::Postgres(connection), doing }
    }

    /// The same connection, doing something else.
    pub(crate) fn doing(self, doing: &'static str) -> Self {
        Self { doing, ..self }
    }

    /// Sets whether what `SQLite` frees is overwritten with zeros; other engines keep no file of ours.
    pub(crate) fn overwrite_freed(self, overwrite: bool) -> Result<(), Error> {
        match self.connection {
            Connection::Sqlite(connection) => sqlite::overwrite_freed(connection, overwrite),
            Connection::Postgres(_) => Ok(()),
        }
    }

    /// Runs a statement and gives the number of rows it changed.
    pub(crate) fn execute(self, sql: impl Into<Sql>, values: &[Value<'_>]) -> Result<usize, Error> {
        match self.connection {
            Connection::Sqlite(connection) => {
                sqlite::execute(connection, sql.into().sqlite, values, self.doing)
            }
            Connection::Postgres(connection) => {
                postgres::execute(connection, sql.into().postgres, values, self.doing)
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
            Connection::Postgres(connection) => {
                postgres::one(connection, sql.into().postgres, values, (self.doing, read))
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
            Connection::Postgres(connection) => {
                postgres::each(connection, sql.into().postgres, values, (self.doing, &mut read))
            }
        }
    }
}

/// One row of an answer.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    cells: Cells<'a>,
}

#[derive(Debug)]
enum Cells<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a ::postgres::Row),
}

impl<'a> Row<'a> {
    pub(crate) fn sqlite(row: &'a rusqlite::Row<'a>) -> Self {
        Self { cells: Cells::Sqlite(row) }
    }

    pub(crate) fn postgres(row: &'a ::postgres::Row) -> Self {
        Self { cells: Cells::Postgres(row) }
    }

    /// The value of a column as a `T`.
    pub(crate) fn get<T: Column>(&self, at: usize) -> Result<T, Error> {
        T::of(self.cell(at)?).ok_or(Error::Damaged { what: "a row" })
    }

    /// The value of a column where it lies.
    pub(crate) fn cell(&self, at: usize) -> Result<Value<'_>, Error> {
        match &self.cells {
            Cells::Sqlite(row) => sqlite::cell(row, at),
            Cells::Postgres(row) => postgres::cell(row, at),
        }
    }
}
