//! The store itself: one variant per engine, named transactions in files of their own.

use crate::engine::Statements;
use crate::log::Leaf;
use crate::places::{Crash, Database, Entropy, Places, Seams};
use crate::postgres::PostgresStore;
use crate::sealing::{Place, Sealing};
use crate::shared::Shared;
use crate::sqlite::SqliteStore;
use crate::work::Work;
use crate::{Error, LogReceipt};

/// The one database of a node. Cheap to clone; every call blocks until its effect is durable.
#[derive(Debug, Clone)]
pub enum Store {
    /// One `SQLite` file, one key file, one folder of logs.
    Sqlite(SqliteStore),
    /// One `PostgreSQL` database for several processes that share key file and log folder.
    Postgres(PostgresStore),
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
        let seams = Seams { entropy, crash };
        Ok(match &places.database {
            Database::Sqlite(path) => {
                Self::Sqlite(SqliteStore::open(path, places, readers, seams)?)
            }
            Database::Postgres(address) => {
                Self::Postgres(PostgresStore::open(address, places, readers, seams)?)
            }
        })
    }

    /// Waits for the writer, folds the journal into the database and refuses all further work.
    pub fn close(&self) {
        self.leave_logs();
        match self {
            Self::Sqlite(engine) => engine.close(),
            Self::Postgres(engine) => engine.close(),
        }
    }

    /// The number of this process among those on the database; 0 when it is the only one.
    pub(crate) fn process(&self) -> i64 {
        match self {
            Self::Sqlite(_) => 0,
            Self::Postgres(engine) => engine.process(),
        }
    }

    /// What is the same whatever the engine.
    pub(crate) fn engine(&self) -> &Shared {
        match self {
            Self::Sqlite(engine) => engine.shared(),
            Self::Postgres(engine) => engine.shared(),
        }
    }

    /// Runs `work` in the writer and waits until it is durable.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Work<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        match self {
            Self::Sqlite(engine) => engine.write(work),
            Self::Postgres(engine) => engine.write(work),
        }
    }

    /// Runs `work` on a reading connection. A payload whose key was destroyed under it is read once more:
    /// by then its row is gone too.
    pub(crate) fn read_rows<T>(
        &self,
        doing: &'static str,
        work: impl Fn(Statements<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let read = || match self {
            Self::Sqlite(engine) => engine.read(doing, &work),
            Self::Postgres(engine) => engine.read(doing, &work),
        };
        match read() {
            Err(Error::Payload(_)) => read(),
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
