//! A connection that is made again when it is lost, for short transactions of one thread.

use super::address::Address;
use super::connection::{Connection, Failure};
use crate::Error;
use crate::engine::Statements;
use std::thread;
use std::time::Duration;

/// How often a lost connection is made again before the caller is told.
const TRIES: u32 = 7;
/// The first wait between two tries; each is twice as long as the one before.
const FIRST_WAIT: Duration = Duration::from_millis(50);

/// First part of the advisory lock that a living process holds on its number.
const ALIVE: i32 = 0x0065_756E;

/// What a transaction is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Read,
    Write,
}

impl Purpose {
    const fn begin(self) -> &'static str {
        match self {
            Self::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Self::Write => "BEGIN",
        }
    }
}

/// The session.
#[derive(Debug)]
pub(crate) struct Session {
    address: Address,
    connection: Option<Connection>,
    /// The number of this process; its lock says that the process lives.
    process: Option<i32>,
}

impl Session {
    pub(super) fn new(address: &Address) -> Self {
        Self { address: address.clone(), connection: None, process: None }
    }

    /// From now on this session says that process `number` lives.
    pub(super) fn live_as(&mut self, number: i32) -> Result<(), Error> {
        self.process = Some(number);
        let connection = self.connection()?;
        self.connection = Some(connection);
        Ok(())
    }

    /// Takes the connection out, made anew when there is none.
    pub(super) fn connection(&mut self) -> Result<Connection, Error> {
        if let Some(connection) = self.connection.take().filter(|one| !one.is_closed()) {
            return Ok(connection);
        }
        let connection = Connection::open(&self.address)?;
        if let Some(process) = self.process {
            let lock = format!("SELECT pg_advisory_lock({ALIVE}, {process})");
            connection.batch(&lock, "connecting")?;
        }
        Ok(connection)
    }

    /// Puts a connection back that is outside any transaction.
    pub(super) fn keep(&mut self, connection: Connection) {
        self.connection = Some(connection);
    }

    /// Runs `work` in a transaction of its own and commits it; again when the connection was lost before the commit
    /// or somebody else was in the way.
    pub(super) fn run<T>(
        &mut self,
        doing: &'static str,
        work: impl Fn(Statements<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.tries(doing, Purpose::Write, &work)
    }

    /// Runs `work` on one snapshot of the database; again when the connection was lost.
    pub(super) fn read<T>(
        &mut self,
        doing: &'static str,
        work: impl Fn(Statements<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.tries(doing, Purpose::Read, &work)
    }

    fn tries<T>(
        &mut self,
        doing: &'static str,
        purpose: Purpose,
        work: &impl Fn(Statements<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut wait = FIRST_WAIT;
        let mut tries = 1_u32;
        loop {
            let (error, again) = match self.once(doing, purpose, work) {
                Ok(result) => return Ok(result),
                Err(failed) => failed,
            };
            if !again || tries >= TRIES {
                return Err(error);
            }
            thread::park_timeout(wait);
            wait = wait.saturating_mul(2);
            tries = tries.saturating_add(1);
        }
    }

    /// One try; with an error, whether another one may go better.
    fn once<T>(
        &mut self,
        doing: &'static str,
        purpose: Purpose,
        work: &impl Fn(Statements<'_>) -> Result<T, Error>,
    ) -> Result<T, (Error, bool)> {
        let connection = self.connection().map_err(|error| {
            let again = matches!(error, Error::Unreachable { .. });
            (error, again)
        })?;
        let ran = connection
            .batch(purpose.begin(), doing)
            .and_then(|()| work(Statements::postgres(&connection, doing)));
        let (result, sent) = match ran {
            Ok(result) => (connection.batch("COMMIT", doing).map(|()| result), true),
            Err(error) => (Err(error), false),
        };
        let failure = connection.failure();
        match (result, failure) {
            (Ok(result), _) => {
                self.keep(connection);
                Ok(result)
            }
            (Err(error), Some(Failure::Lost)) => Err((error, !sent || purpose == Purpose::Read)),
            (Err(error), failure) => {
                if connection.batch("ROLLBACK", doing).is_ok() {
                    self.keep(connection);
                }
                Err((error, failure == Some(Failure::InTheWay)))
            }
        }
    }

    /// Runs a statement outside any transaction; again on a new connection when the one it had was lost meanwhile.
    pub(super) fn batch(&mut self, sql: &str, doing: &'static str) -> Result<(), Error> {
        let connection = self.connection()?;
        match connection.batch(sql, doing) {
            Err(_) if connection.failure() == Some(Failure::Lost) => {
                let connection = self.connection()?;
                connection.batch(sql, doing)?;
                self.keep(connection);
                Ok(())
            }
            result => {
                self.keep(connection);
                result
            }
        }
    }

    /// Ends the connection.
    pub(super) fn close(&mut self) {
        self.connection = None;
    }
}

/// The condition under which the process whose number stands in `$column` lives no more: its lock is free.
macro_rules! is_dead {
    ($column:literal) => {
        concat!(
            "NOT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 \
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
             AND classid::bigint = 6649198 AND granted AND objid::bigint = ",
            $column,
            ")"
        )
    };
}

pub(super) use is_dead;
