//! What a job may do inside its group: statements, fresh key slots, log entries, destroyed keys.

use crate::Error;
use crate::engine::{Row, Sql, Statements, Value};
use crate::log::{Leaf, NewEntry};
use crate::sealing::Sealing;
use crate::sqlite::Plan;
use vocabulary::AuthorityId;

/// A job's view of its group.
pub(crate) struct Work<'a> {
    /// The connection, inside the transaction of the group.
    pub(crate) tx: Statements<'a>,
    plan: &'a mut Plan,
}

/// Who waits until a destroyed key is overwritten on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Urgency {
    /// The caller: personal data are erased by right.
    BeforeTheCallReturns,
    /// Nobody: a message has done its work; its key goes with the next group.
    WithTheNextGroup,
}

impl<'a> Work<'a> {
    pub(crate) fn new(tx: Statements<'a>, plan: &'a mut Plan) -> Self {
        Self { tx, plan }
    }

    /// Takes a slot for the key of a payload; the key is durable before the database is.
    pub(crate) fn keep_key(&mut self, sealing: &Sealing) -> Result<i64, Error> {
        self.plan.keep_key(self.tx, sealing)
    }

    /// Destroys the key in `slot` as soon as the group is durable; `urgency` says who waits for that.
    pub(crate) fn destroy_key(
        &mut self,
        authority: &AuthorityId,
        slot: i64,
        urgency: Urgency,
    ) -> Result<(), Error> {
        self.plan.destroy_key(self.tx, (authority, slot), urgency)
    }

    /// Appends an entry to the log of its authority.
    pub(crate) fn append(&mut self, leaf: &Leaf, granted: bool) -> Result<(), Error> {
        self.plan.append(self.tx, leaf, granted)
    }

    /// Where the next entry of `authority` will stand among all its entries.
    pub(crate) fn peek_index(&self, authority: &AuthorityId) -> Result<u64, Error> {
        self.plan.peek_index(self.tx, authority)
    }

    /// Puts the first entry of a new log after all that its authority has logged.
    pub(crate) fn begin_log(&mut self, first: NewEntry) -> Result<(), Error> {
        self.plan.begin_log(self.tx, first)
    }

    /// Has the position of the next entry of `authority` read again, and with it whether there may be one.
    pub(crate) fn forget_index(&mut self, authority: &AuthorityId) {
        self.plan.forget_index(authority);
    }

    /// The number for a new record of `authority`.
    pub(crate) fn next_record(&mut self, authority: &AuthorityId) -> Result<i64, Error> {
        self.plan.next_record(self.tx, authority)
    }

    /// A number that no new record of `authority` stays below.
    pub(crate) fn peek_record(&self, authority: &AuthorityId) -> Result<i64, Error> {
        self.plan.peek_record(self.tx, authority)
    }

    /// Sets whether what `SQLite` frees is overwritten with zeros.
    pub(crate) fn overwrite_freed(&self, overwrite: bool) -> Result<(), Error> {
        self.tx.overwrite_freed(overwrite)
    }

    /// Runs a statement and gives the number of rows it changed.
    pub(crate) fn execute(
        &self,
        sql: impl Into<Sql>,
        values: &[Value<'_>],
    ) -> Result<usize, Error> {
        self.tx.execute(sql, values)
    }

    /// The first row of a query, if there is one.
    pub(crate) fn one<T>(
        &self,
        sql: impl Into<Sql>,
        values: &[Value<'_>],
        read: impl FnOnce(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        self.tx.one(sql, values, read)
    }

    /// True when a query has a row.
    pub(crate) fn any(&self, sql: impl Into<Sql>, values: &[Value<'_>]) -> Result<bool, Error> {
        self.tx.any(sql, values)
    }

    /// All rows of a query, in their order.
    pub(crate) fn all<T>(
        &self,
        sql: impl Into<Sql>,
        values: &[Value<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        self.tx.all(sql, values, read)
    }
}

/// A number as the database keeps it.
pub(crate) fn to_i64(number: u64) -> Result<i64, Error> {
    i64::try_from(number).map_err(|_| Error::Unfit { what: "a number is too large for the store" })
}

/// A number out of the database.
pub(crate) fn to_u64(number: i64) -> Result<u64, Error> {
    u64::try_from(number).map_err(|_| Error::Damaged { what: "a number" })
}
