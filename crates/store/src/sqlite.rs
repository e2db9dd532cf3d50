//! The `SQLite` engine: one writer thread, a pool of readers, the key file.

mod connection;
mod plan;
mod readers;
mod start;
mod statements;
mod writer;

use crate::Error;
use crate::engine::Statements;
use crate::key_file::{Holders, KeyFile};
use crate::places::{Places, Seams};
use crate::pool::Pool;
use crate::queue::Writer;
use crate::shared::Shared;
use crate::work::Work;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use writer::Group;

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
        let plan = start::start(&connection, &keys)?;
        let readers =
            (0..readers.max(1)).map(|_| connection::open_reader(path)).collect::<Result<_, _>>()?;
        let shared = Shared::new(places, keys, seams)?;
        let group = Group {
            connection,
            keys: Arc::clone(&shared.keys),
            seams: shared.seams.clone(),
            plan,
            crashed: Arc::clone(&shared.crashed),
        };
        let writer = Writer::start(move |jobs| group.serve(jobs))?;
        let (readers, path) = (Pool::new(readers), path.to_owned());
        let inner = Inner { writer, readers, shared, path, changing: Mutex::new(()) };
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
