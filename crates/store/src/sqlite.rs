//! The `SQLite` engine: one writer thread, a pool of readers, the key file.

mod connection;
mod plan;
mod readers;
mod start;
mod statements;
mod writer;

use crate::Error;
use crate::engine::Statements;
use crate::key_file::KeyFile;
use crate::log::Publications;
use crate::places::{Places, Seams};
use crate::work::Work;
use readers::Readers;
use seal::Secret;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use writer::{Group, Writer};

pub(crate) use plan::Plan;
pub(crate) use statements::{cell, each, execute, one, overwrite_freed};

/// A store in one `SQLite` file. Its methods are those of [`crate::Store`].
#[derive(Clone)]
pub struct SqliteStore {
    inner: Arc<Inner>,
}

struct Inner {
    writer: Writer,
    readers: Readers,
    keys: Arc<KeyFile>,
    lookup: Secret,
    seams: Seams,
    places: Places,
    publications: Publications,
    crashed: Arc<AtomicBool>,
}

impl SqliteStore {
    pub(crate) fn open(places: &Places, readers: usize, seams: Seams) -> Result<Self, Error> {
        for file in [&places.database, &places.keys] {
            if let Some(folder) = file.parent() {
                std::fs::create_dir_all(folder).map_err(Error::file("make the folder", folder))?;
            }
        }
        let exists = places.database.exists();
        let keys = Arc::new(KeyFile::open(&places.keys, exists, &seams)?);
        let connection = connection::open_writer(&places.database)?;
        let plan = start::start(&connection, &keys)?;
        let readers = Readers::open(&places.database, readers)?;
        let crashed = Arc::new(AtomicBool::new(false));
        let group = Group {
            connection,
            keys: Arc::clone(&keys),
            seams: seams.clone(),
            plan,
            crashed: Arc::clone(&crashed),
        };
        let writer = Writer::start(group)?;
        let lookup = keys.lookup_secret()?;
        let (places, publications) = (places.clone(), Publications::default());
        let inner = Inner { writer, readers, keys, lookup, seams, places, publications, crashed };
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

    pub(crate) fn read<T>(
        &self,
        doing: &'static str,
        work: impl FnOnce(Statements<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if self.inner.crashed.load(Ordering::Acquire) {
            return Err(Error::Crashed);
        }
        self.inner.readers.read(doing, work)
    }

    /// Dies as at a power cut: from here on every call is refused.
    pub(crate) fn crash(&self) -> Error {
        self.inner.crashed.store(true, Ordering::Release);
        Error::Crashed
    }

    pub(crate) fn seams(&self) -> &Seams {
        &self.inner.seams
    }

    pub(crate) fn keys(&self) -> &Arc<KeyFile> {
        &self.inner.keys
    }

    pub(crate) fn places(&self) -> &Places {
        &self.inner.places
    }

    pub(crate) fn lookup_secret(&self) -> &Secret {
        &self.inner.lookup
    }

    pub(crate) fn publications(&self) -> &Publications {
        &self.inner.publications
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.readers.close();
        self.writer.close();
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SqliteStore({})", self.inner.places.database.display())
    }
}

/// Turns what the engine said while `doing` into an error of this crate.
fn refused(doing: &'static str) -> impl Fn(rusqlite::Error) -> Error {
    move |source| {
        if source.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull) {
            return Error::Full { doing };
        }
        Error::Engine { doing, source: Arc::new(source) }
    }
}
