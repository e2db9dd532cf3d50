//! The store itself: one variant per engine, named transactions in files of their own.

use crate::engine::Statements;
use crate::log::Leaf;
use crate::places::{Crash, Entropy, Places, Seams};
use crate::sealing::{Place, Sealing};
use crate::sqlite::SqliteStore;
use crate::work::Work;
use crate::{Error, LogReceipt};

/// The one database of a node. Cheap to clone; every call blocks until its effect is durable.
#[derive(Debug, Clone)]
pub enum Store {
    /// One `SQLite` file, one key file, one folder of logs.
    Sqlite(SqliteStore),
}

impl Store {
    /// Opens the store at `places`, or begins one there. At most `readers` calls read at once.
    ///
    /// # Errors
    /// When a file cannot be opened or is not what it should be, or the key file of a database is missing.
    pub fn open(
        places: &Places,
        readers: usize,
        entropy: Entropy,
        crash: Option<Crash>,
    ) -> Result<Self, Error> {
        Ok(Self::Sqlite(SqliteStore::open(places, readers, Seams { entropy, crash })?))
    }

    /// Waits for the writer, folds the journal into the database and refuses all further work.
    pub fn close(&self) {
        self.engine().close();
    }

    pub(crate) fn engine(&self) -> &SqliteStore {
        let Self::Sqlite(engine) = self;
        engine
    }

    /// Runs `work` in the writer and waits until it is durable.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Work<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.engine().write(work)
    }

    /// Runs `work` on a reading connection. A payload whose key was destroyed under it is read once more:
    /// by then its row is gone too.
    pub(crate) fn read_rows<T>(
        &self,
        doing: &'static str,
        work: impl Fn(Statements<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        match self.engine().read(doing, &work) {
            Err(Error::Payload(_)) => self.engine().read(doing, &work),
            result => result,
        }
    }

    pub(crate) fn seal(&self, place: &Place, content: &[u8]) -> Result<Sealing, Error> {
        Sealing::new(self.engine().seams(), place, content)
    }

    /// Logs one entry and does nothing else.
    pub(crate) fn log_only(&self, leaf: Leaf) -> Result<LogReceipt, Error> {
        self.write(move |work| {
            work.append(&leaf, true)?;
            Ok(LogReceipt::of(&leaf, true))
        })
    }
}
