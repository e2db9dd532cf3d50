//! The `PostgreSQL` engine: a writer thread and a pool of readers in each of several processes, one database, one
//! key file and one log folder for all of them.
//!
//! The client runs an executor of its own inside every call, so nothing here may be called from an asynchronous
//! thread.

mod address;
mod connection;
mod migrations;
mod plan;
mod session;
mod slots;
mod start;
mod statements;
mod turn;
mod writer;

use crate::Error;
use crate::engine::Statements;
use crate::places::{Places, Seams};
use crate::pool::Pool;
use crate::queue::Writer;
use crate::shared::Shared;
use crate::work::Work;
use session::Session;
use std::fmt;
use std::sync::{Arc, Mutex};
use writer::Group;

pub use address::Address;
pub(crate) use connection::Connection;
pub(crate) use plan::Plan;
pub(crate) use statements::{cell, each, execute, one};
pub(crate) use turn::Turn;

/// A store in a `PostgreSQL` database. Its methods are those of [`crate::Store`].
#[derive(Clone)]
pub struct PostgresStore {
    inner: Arc<Inner>,
}

struct Inner {
    writer: Writer,
    readers: Pool<Session>,
    shared: Shared,
    address: Address,
    /// The number of this process among those on the database.
    process: i32,
    /// Holds the lock of whoever changes a record.
    changing: Mutex<Session>,
}

impl PostgresStore {
    pub(crate) fn open(
        address: &Address,
        places: &Places,
        readers: usize,
        seams: Seams,
    ) -> Result<Self, Error> {
        if let Some(folder) = places.keys.parent() {
            std::fs::create_dir_all(folder).map_err(Error::file("make the folder", folder))?;
        }
        let start::Started { slots, keys, process } = start::start(address, places, &seams)?;
        let shared = Shared::new(places, keys, seams)?;
        let group = Group {
            session: Session::new(address),
            keys: Arc::clone(&shared.keys),
            seams: shared.seams.clone(),
            plan: Plan::new(slots),
            process: i64::from(process),
            crashed: Arc::clone(&shared.crashed),
        };
        let writer = Writer::start(move |jobs| group.serve(jobs))?;
        let readers = Pool::new((0..readers.max(1)).map(|_| Session::new(address)).collect());
        let (address, changing) = (address.clone(), Mutex::new(Session::new(address)));
        let inner = Inner { writer, readers, shared, address, process, changing };
        Ok(Self { inner: Arc::new(inner) })
    }

    pub(crate) fn close(&self) {
        self.inner.readers.close();
        self.inner.writer.close();
    }

    pub(crate) fn write<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Work<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.inner.writer.run(work)
    }

    /// Runs `work` on one snapshot of the database.
    pub(crate) fn read<T>(
        &self,
        doing: &'static str,
        work: impl Fn(Statements<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.inner.shared.alive()?;
        self.inner.readers.with(|session| session.read(doing, &work))
    }

    /// The number of this process among those on the database.
    pub(crate) fn process(&self) -> i64 {
        i64::from(self.inner.process)
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.inner.shared
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.readers.close();
        self.writer.close();
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgresStore({})", self.inner.address)
    }
}
