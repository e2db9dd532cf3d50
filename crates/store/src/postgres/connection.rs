//! One connection, with the statements it has prepared and with what became of it.

use super::address::Address;
use crate::Error;
use postgres::error::SqlState;
use postgres::types::ToSql;
use postgres::{Client, NoTls, SimpleQueryMessage, SimpleQueryRow, Statement};
use std::cell::{Cell, RefCell, RefMut};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// What every session is set to: nothing waits for ever, and plans are not compiled.
const SESSION: &str = "SELECT set_config('lock_timeout', '10s', false), \
                       set_config('idle_in_transaction_session_timeout', '60s', false), \
                       set_config('jit', 'off', false), \
                       set_config('client_min_messages', 'warning', false)";

/// A connection. One thread uses it at a time.
pub(crate) struct Connection {
    client: RefCell<Client>,
    prepared: RefCell<BTreeMap<&'static str, Statement>>,
    failure: Cell<Option<Failure>>,
}

/// What tells one group of commits from every other.
pub(super) type Mark = [u8; 16];

/// A transaction that has begun.
#[derive(Debug, Clone)]
pub(super) struct Begun {
    transaction: String,
    served_by: String,
}

/// Why a statement failed last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// The connection is gone.
    Lost,
    /// Somebody else was in the way; it may go well the next time.
    InTheWay,
    /// Anything else: it would fail again.
    Refused,
}

impl Connection {
    pub(super) fn open(address: &Address) -> Result<Self, Error> {
        let unreachable = |error: postgres::Error| match error.code() {
            // The database is there and says why not.
            Some(_) => Error::Engine { doing: "connecting", source: Arc::new(error) },
            None => Error::Unreachable { address: address.to_string(), source: Arc::new(error) },
        };
        let mut client = address.config()?.connect(NoTls).map_err(unreachable)?;
        client.batch_execute(SESSION).map_err(unreachable)?;
        Ok(Self {
            client: RefCell::new(client),
            prepared: RefCell::default(),
            failure: Cell::new(None),
        })
    }

    /// The client; held only while one statement runs.
    pub(super) fn client(&self) -> RefMut<'_, Client> {
        self.client.borrow_mut()
    }

    /// A statement, prepared once.
    pub(super) fn prepare(
        &self,
        sql: &'static str,
        doing: &'static str,
    ) -> Result<Statement, Error> {
        if let Some(statement) = self.prepared.borrow().get(sql) {
            return Ok(statement.clone());
        }
        let prepared = self.client().prepare(&numbered(sql));
        let statement = prepared.map_err(self.failed(doing))?;
        self.prepared.borrow_mut().insert(sql, statement.clone());
        Ok(statement)
    }

    /// Runs a statement with whole columns as parameters and gives the number of rows it changed.
    pub(super) fn many(
        &self,
        sql: &'static str,
        columns: &[&(dyn ToSql + Sync)],
    ) -> Result<usize, Error> {
        let doing = "writing the log";
        let statement = self.prepare(sql, doing)?;
        let ran = self.client().execute(&statement, columns);
        let changed = ran.map_err(self.failed(doing))?;
        Ok(usize::try_from(changed).unwrap_or(usize::MAX))
    }

    /// Begins a transaction and gives its id and the number of the process that serves it, to ask what became of it.
    pub(super) fn begin(&self) -> Result<Begun, Error> {
        let sql = "BEGIN; SELECT pg_current_xact_id()::text, pg_backend_pid()::text";
        let asked = self.client().simple_query(sql);
        let answer = asked.map_err(self.failed("writing"))?;
        let cell = |row: &SimpleQueryRow, at: usize| row.get(at).map(str::to_owned);
        answer
            .iter()
            .find_map(|message| {
                let SimpleQueryMessage::Row(row) = message else { return None };
                Some(Begun { transaction: cell(row, 0)?, served_by: cell(row, 1)? })
            })
            .ok_or(Error::Damaged { what: "the number of a transaction" })
    }

    /// Leaves the mark of a group of `process` in the transaction that makes it durable.
    pub(super) fn mark(&self, process: i64, mark: &Mark) -> Result<(), Error> {
        let sql = "INSERT INTO commit_mark (authority_id, process, mark) VALUES ('', ?1, ?2) \
                   ON CONFLICT (authority_id, process) DO UPDATE SET mark = excluded.mark";
        self.many(sql, &[&process, &mark.as_slice()]).map(drop)
    }

    /// What became of a group whose connection was lost while it was committed; none while nobody knows.
    ///
    /// The mark says it, not the number of the transaction: a standby that became the primary, or a database that
    /// crashed, gives the number of a transaction that never reached its disk to another one.
    pub(super) fn became(
        &self,
        begun: &Begun,
        (process, mark): (i64, &Mark),
    ) -> Result<Option<bool>, Error> {
        let doing = "asking what became of a transaction";
        let (transaction, served_by) = (&begun.transaction, &begun.served_by);
        // The process that served it may not have noticed yet that nobody listens.
        let running = format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE pid = {served_by} AND backend_xid = '{transaction}'::xid8::xid"
        );
        let asked = |sql: &str| -> Result<bool, Error> {
            let answer = self.client().simple_query(sql).map_err(self.failed(doing))?;
            Ok(answer.iter().any(|message| matches!(message, SimpleQueryMessage::Row(_))))
        };
        if asked(&running)? {
            return Ok(None);
        }
        let mark = format!("{:032x}", u128::from_be_bytes(*mark));
        let durable = format!(
            "SELECT 1 FROM commit_mark WHERE authority_id = '' AND process = {process} AND mark = '\\x{mark}'"
        );
        if !asked(&durable)? {
            return Ok(Some(false));
        }
        // A commit of today is acknowledged only when what lies before it has reached the standby too.
        let again = format!(
            "UPDATE commit_mark SET mark = mark WHERE authority_id = '' AND process = {process}"
        );
        self.batch(&again, doing).map(|()| Some(true))
    }

    /// Runs statements without parameters whose rows nobody wants.
    pub(super) fn batch(&self, sql: &str, doing: &'static str) -> Result<(), Error> {
        let ran = self.client().batch_execute(sql);
        ran.map_err(self.failed(doing))
    }

    /// Turns what the database said while `doing` into an error of this crate, and notes what kind it is of.
    pub(super) fn failed(&self, doing: &'static str) -> impl Fn(postgres::Error) -> Error {
        move |error| {
            let failure = match error.code() {
                None => Failure::Lost,
                Some(code) if is_lost(code) => Failure::Lost,
                Some(code) if is_in_the_way(code) => Failure::InTheWay,
                Some(_) => Failure::Refused,
            };
            self.failure.set(Some(failure));
            if error.code() == Some(&SqlState::DISK_FULL) {
                return Error::Full { doing };
            }
            Error::Engine { doing, source: Arc::new(error) }
        }
    }

    /// Why a statement failed since this was last asked.
    pub(super) fn failure(&self) -> Option<Failure> {
        if self.is_closed() { Some(Failure::Lost) } else { self.failure.take() }
    }

    /// True when the connection is of no use any more.
    pub(super) fn is_closed(&self) -> bool {
        self.client.borrow().is_closed()
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connection")
    }
}

/// The database is going down or throws this session out.
fn is_lost(code: &SqlState) -> bool {
    code.code().starts_with("08")
        || [
            SqlState::ADMIN_SHUTDOWN,
            SqlState::CRASH_SHUTDOWN,
            SqlState::CANNOT_CONNECT_NOW,
            SqlState::DATABASE_DROPPED,
            SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
            SqlState::READ_ONLY_SQL_TRANSACTION,
        ]
        .contains(code)
}

/// Another transaction was first: what it wrote is seen the next time.
fn is_in_the_way(code: &SqlState) -> bool {
    code.code().starts_with("40")
        || [SqlState::UNIQUE_VIOLATION, SqlState::LOCK_NOT_AVAILABLE].contains(code)
}

/// `?1` becomes `$1`, which is how `PostgreSQL` numbers its parameters.
fn numbered(sql: &str) -> String {
    sql.replace('?', "$")
}
