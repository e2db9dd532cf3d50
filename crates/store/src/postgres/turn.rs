//! A lock of the database that one caller of all processes holds.

use super::PostgresStore;
use super::session::Session;
use crate::Error;
use std::sync::{MutexGuard, PoisonError};

/// The lock for changes of records.
const CHANGING: i64 = 0x0065_756E_6368_616E;

/// The lock, let go when dropped.
pub(crate) struct Turn<'a> {
    session: MutexGuard<'a, Session>,
}

impl PostgresStore {
    /// Waits for the lock.
    pub(crate) fn turn(&self) -> Result<Turn<'_>, Error> {
        let mut session = self.inner.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let doing = "waiting for the turn to change a record";
        session.batch(&format!("SELECT pg_advisory_lock({CHANGING})"), doing)?;
        Ok(Turn { session })
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let unlock = format!("SELECT pg_advisory_unlock({CHANGING})");
        if self.session.batch(&unlock, "ending a turn").is_err() {
            // With its connection the lock is gone too.
            self.session.close();
        }
    }
}
