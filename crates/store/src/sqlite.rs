//! The `SQLite` engine: one writer thread, a pool of readers, the key file.

mod backup;
mod connection;
mod plan;
mod readers;
mod start;
mod statements;
mod writer;

use crate::Error;
use crate::engine::Statements;
use crate::journal::Journal;
use crate::key_file::{Holders, KeyFile};
use crate::places::{Places, Seams};
use crate::pool::Pool;
use crate::queue::Writer;
use crate::shared::Shared;
use crate::work::Work;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use writer::Group;

pub(crate) use backup::in_one_transaction;
pub(crate) use plan::Plan;
pub(crate) use statements::{cell, each, execute, one, overwrite_freed};

/// A store in one `SQLite` file. Its methods are those of [`crate::Store`].
#[derive(Clone)]
pub struct SqliteStore {
    inner: Arc<Inner>,
}

struct Inner {
    writer: Writer,
    readers: Pool<rusqlite::Connection>,
    shared: Shared,
    path: PathBuf,
    changing: Mutex<()>,
    held: Arc<AtomicU32>,
}

/// As long as it lives, no slot of a destroyed key is used again.
#[derive(Debug)]
pub(crate) struct HeldKeys(Arc<AtomicU32>);

impl Drop for HeldKeys {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl SqliteStore {
    pub(crate) fn open(
        path: &Path,
        places: &Places,
        readers: usize,
        seams: Seams,
    ) -> Result<Self, Error> {
        for file in [path, &places.keys] {
            if let Some(folder) = file.parent() {
                std::fs::create_dir_all(folder).map_err(Error::file("make the folder", folder))?;
            }
        }
        let keys = Arc::new(KeyFile::open(&places.keys, path.exists(), Holders::One, &seams)?);
        let connection = connection::open_writer(path)?;
        let mut journal = Journal::open(&places.log)?;
        let held = Arc::new(AtomicU32::new(0));
        let plan = start::start(&connection, (&keys, &mut journal), Arc::clone(&held))?;
        let readers =
            (0..readers.max(1)).map(|_| connection::open_reader(path)).collect::<Result<_, _>>()?;
        let shared = Shared::new(places, keys, seams)?;
        let group = Group {
            connection,
            keys: Arc::clone(&shared.keys),
            seams: shared.seams.clone(),
            plan,
            journal,
            unfolded: false,
            crashed: Arc::clone(&shared.crashed),
        };
        let writer = Writer::start(move |jobs| group.serve(jobs))?;
        let (readers, path) = (Pool::new(readers), path.to_owned());
        let inner = Inner { writer, readers, shared, path, changing: Mutex::new(()), held };
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
        self.inner.shared.alive()?;
        self.inner.readers.with(|connection| readers::inside(connection, doing, work))
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.inner.shared
    }

    /// Writes a copy of the database at one moment.
    pub(crate) fn copy_database(&self, to: &Path) -> Result<(), Error> {
        backup::copy_database(&self.inner.path, to)
    }

    /// While what is returned lives, no slot of a destroyed key is used again.
    pub(crate) fn hold_keys(&self) -> HeldKeys {
        self.inner.held.fetch_add(1, Ordering::AcqRel);
        HeldKeys(Arc::clone(&self.inner.held))
    }

    /// Held while what is told to others must be what stands.
    pub(crate) fn changing(&self) -> &Mutex<()> {
        &self.inner.changing
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
        write!(f, "SqliteStore({})", self.inner.path.display())
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
