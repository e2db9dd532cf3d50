//! A bounded pool of connections that read.

use super::connection::open_reader;
use super::refused;
use crate::Error;
use crate::engine::Statements;
use rusqlite::Connection;
use std::path::Path;
use std::sync::{Condvar, Mutex, PoisonError};

/// The pool. A caller waits until a connection is free.
#[derive(Debug)]
pub(crate) struct Readers {
    /// The connections nobody uses; none at all once the pool is closed.
    free: Mutex<Option<Vec<Connection>>>,
    freed: Condvar,
}

impl Readers {
    pub(super) fn open(path: &Path, most: usize) -> Result<Self, Error> {
        let free = (0..most.max(1)).map(|_| open_reader(path)).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { free: Mutex::new(Some(free)), freed: Condvar::new() })
    }

    /// Runs `work` on one connection, in one read transaction.
    pub(crate) fn read<T>(
        &self,
        doing: &'static str,
        work: impl FnOnce(Statements<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let connection = self.take()?;
        let result = inside(&connection, doing, work);
        if let Some(free) = self.free.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            free.push(connection);
        }
        self.freed.notify_one();
        result
    }

    fn take(&self) -> Result<Connection, Error> {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match free.as_mut().map(Vec::pop) {
                None => return Err(Error::Closed),
                Some(Some(connection)) => return Ok(connection),
                Some(None) => {
                    free = self.freed.wait(free).unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }

    /// Closes the pool; who waits for a connection is told so.
    pub(super) fn close(&self) {
        self.free.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.freed.notify_all();
    }
}

fn inside<T>(
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
