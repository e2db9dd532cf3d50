//! A bounded pool of connections that read.

use crate::Error;
use std::sync::{Condvar, Mutex, PoisonError};

/// The pool. A caller waits until a connection is free.
#[derive(Debug)]
pub(crate) struct Pool<C> {
    /// The connections nobody uses; none at all once the pool is closed.
    free: Mutex<Option<Vec<C>>>,
    freed: Condvar,
}

impl<C> Pool<C> {
    pub(crate) fn new(connections: Vec<C>) -> Self {
        Self { free: Mutex::new(Some(connections)), freed: Condvar::new() }
    }

    /// Runs `work` on one connection.
    pub(crate) fn with<T>(
        &self,
        work: impl FnOnce(&mut C) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut connection = self.take()?;
        let result = work(&mut connection);
        if let Some(free) = self.free.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            free.push(connection);
        }
        self.freed.notify_one();
        result
    }

    fn take(&self) -> Result<C, Error> {
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
    pub(crate) fn close(&self) {
        self.free.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.freed.notify_all();
    }
}
