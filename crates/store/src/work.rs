//! What a job may do inside its group: statements, fresh key slots, log entries, destroyed keys.

use crate::Error;
use crate::engine::{Row, Sql, Statements, Value, for_update, values};
use crate::log::{Leaf, NewEntry};
use crate::sealing::Sealing;
use crate::{postgres, sqlite};
use vocabulary::{AuthorityId, InstrumentId};

/// A job's view of its group.
pub(crate) struct Work<'a> {
    /// The connection, inside the transaction of the group.
    pub(crate) tx: Statements<'a>,
    plan: Plan<'a>,
}

/// What the jobs of a group want besides their rows, as the engine keeps it.
pub(crate) enum Plan<'a> {
    Sqlite(&'a mut sqlite::Plan),
    Postgres(&'a mut postgres::Plan, &'a postgres::Connection),
}

/// A record, or a whole load, that an entry touched: what those who follow the log put into their indexes or take out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Touched<'a> {
    pub(crate) authority: &'a AuthorityId,
    pub(crate) instrument: &'a InstrumentId,
    /// The number of the record; 0 when it is a load.
    pub(crate) record: i64,
    /// The number of the load; 0 when it is a record.
    pub(crate) batch: i64,
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
    pub(crate) fn new(tx: Statements<'a>, plan: Plan<'a>) -> Self {
        Self { tx, plan }
    }

    /// Takes a slot for the key of a payload; the key is durable before the database is.
    pub(crate) fn keep_key(&mut self, sealing: &Sealing) -> Result<i64, Error> {
        match &mut self.plan {
            Plan::Sqlite(plan) => plan.keep_key(self.tx, sealing),
            Plan::Postgres(plan, _) => plan.keep_key(sealing),
        }
    }

    /// Destroys the key in `slot` as soon as the group is durable; `urgency` says who waits for that.
    pub(crate) fn destroy_key(
        &mut self,
        authority: &AuthorityId,
        slot: i64,
        urgency: Urgency,
    ) -> Result<(), Error> {
        match &mut self.plan {
            Plan::Sqlite(plan) => plan.destroy_key(self.tx, (authority, slot), urgency),
            Plan::Postgres(plan, _) => plan.destroy_key(self.tx, (authority, slot), urgency),
        }
    }

    /// Appends an entry to the log of its authority.
    pub(crate) fn append(&mut self, leaf: &Leaf, granted: bool) -> Result<(), Error> {
        match &mut self.plan {
            Plan::Sqlite(plan) => plan.append(self.tx, leaf, granted),
            Plan::Postgres(plan, _) => plan.append(self.tx, leaf, granted),
        }
    }

    /// Notes what an entry of this job touches, for other processes on the same database. `SQLite` has none.
    pub(crate) fn touch(&mut self, touched: Touched<'_>) {
        match &mut self.plan {
            Plan::Sqlite(_) => {}
            Plan::Postgres(plan, _) => plan.touched(touched),
        }
    }

    /// Where the next entry of `authority` will stand among all its entries.
    pub(crate) fn peek_index(&self, authority: &AuthorityId) -> Result<u64, Error> {
        match &self.plan {
            Plan::Sqlite(plan) => plan.peek_index(self.tx, authority),
            Plan::Postgres(..) => postgres::Plan::peek_index(self.tx, authority),
        }
    }

    /// Puts the first entry of a new log after all that its authority has logged, at `index` among all its entries.
    pub(crate) fn begin_log(&mut self, first: NewEntry, index: u64) -> Result<(), Error> {
        match &mut self.plan {
            Plan::Sqlite(plan) => plan.begin_log(self.tx, first),
            Plan::Postgres(..) => postgres::Plan::begin_log(self.tx, &first, index),
        }
    }

    /// Has the position of the next entry of `authority` read again, and with it whether there may be one.
    pub(crate) fn forget_index(&mut self, authority: &AuthorityId) {
        match &mut self.plan {
            Plan::Sqlite(plan) => plan.forget_index(authority),
            Plan::Postgres(plan, _) => plan.forget_log(authority),
        }
    }

    /// Waits until no other transaction moves the log of `authority` or changes what stands beside it.
    pub(crate) fn lock_log(&self, authority: &AuthorityId) -> Result<(), Error> {
        let sql = for_update!("SELECT 1 FROM log_state WHERE authority_id = ?1");
        self.any(sql, values![authority.as_str()]).map(drop)
    }

    /// The number for a new record of `authority`.
    pub(crate) fn next_record(&mut self, authority: &AuthorityId) -> Result<i64, Error> {
        match &mut self.plan {
            Plan::Sqlite(plan) => plan.next_record(self.tx, authority),
            Plan::Postgres(plan, _) => plan.next_record(self.tx),
        }
    }

    /// A number that no new record of `authority` stays below.
    pub(crate) fn peek_record(&self, authority: &AuthorityId) -> Result<i64, Error> {
        match &self.plan {
            Plan::Sqlite(plan) => plan.peek_record(self.tx, authority),
            Plan::Postgres(..) => postgres::Plan::peek_record(self.tx),
        }
    }

    /// Gives the entries that arrived with the commits `arrivals` their indices, from `size` on. In `SQLite` they have
    /// them from the beginning: one process commits.
    pub(crate) fn place_commits(
        &self,
        authority: &AuthorityId,
        size: u64,
        arrivals: &[i64],
    ) -> Result<(), Error> {
        match &self.plan {
            Plan::Sqlite(_) => Ok(()),
            Plan::Postgres(_, on) => postgres::Plan::place_commits(on, authority, size, arrivals),
        }
    }

    /// The job has done its part.
    pub(crate) fn ran(&mut self) -> Result<(), Error> {
        match &mut self.plan {
            Plan::Sqlite(_) => Ok(()),
            Plan::Postgres(plan, on) => plan.ran(on),
        }
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
