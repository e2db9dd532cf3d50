//! Where a store lies, where its entropy comes from, and where a test may cut the power.

use crate::Error;
use crate::postgres::Address;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// The three places of one store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// The database.
    pub database: Database,
    /// The key file. It is backed up apart from the database and its backups live at most 30 days. Processes that
    /// share a database share it.
    pub keys: PathBuf,
    /// The folder that holds one folder per authority with its published log.
    pub log: PathBuf,
}

/// Which database a store works on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Database {
    /// A file of `SQLite`, for one process.
    Sqlite(PathBuf),
    /// A database of `PostgreSQL`. Several processes may work on it that share key file and log folder.
    Postgres(Address),
}

/// Fills a slice with fresh entropy.
pub type Entropy = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// Disasters that a test lets happen to a store. A function that answers for every point is one without full disks.
pub trait Disasters: Send + Sync {
    /// True to die at this point.
    fn dies_at(&self, point: CrashPoint) -> bool;

    /// True while there is no room for anything more there.
    fn is_full(&self, disk: Disk) -> bool {
        let _ = disk;
        false
    }
}

impl<F: Fn(CrashPoint) -> bool + Send + Sync> Disasters for F {
    fn dies_at(&self, point: CrashPoint) -> bool {
        self(point)
    }
}

/// Asked at each [`CrashPoint`] and before each write.
pub type Crash = Arc<dyn Disasters>;

/// Where a store writes, each of them maybe on a disk of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Disk {
    /// Where the database lies.
    Database,
    /// Where the key file lies.
    Keys,
    /// Where the logs are published.
    Log,
}

impl Disk {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Database, Self::Keys, Self::Log];
}

/// A point between two writes at which a power cut leaves the disk in a state of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CrashPoint {
    /// The jobs of a group ran; neither keys nor database are written.
    JobsRan,
    /// The keys of a group are durable, the database is not.
    KeysWritten,
    /// The group is durable; nobody has been told.
    Committed,
    /// Destroyed keys are overwritten; their slots are not yet marked free.
    KeysDestroyed,
    /// The indices of a log are durable; no tile is written.
    Sequenced,
    /// Some tiles are written, others not.
    TileWritten,
    /// All tiles are durable; the checkpoint is the old one.
    TilesWritten,
    /// The checkpoint is the new one; the database still counts its entries as unpublished.
    CheckpointWritten,
}

impl CrashPoint {
    /// Every point, in the order in which they are passed.
    pub const ALL: [Self; 8] = [
        Self::JobsRan,
        Self::KeysWritten,
        Self::Committed,
        Self::KeysDestroyed,
        Self::Sequenced,
        Self::TileWritten,
        Self::TilesWritten,
        Self::CheckpointWritten,
    ];
}

/// The seams of a store: entropy, and the power cut of a test.
#[derive(Clone)]
pub(crate) struct Seams {
    pub(crate) entropy: Entropy,
    pub(crate) crash: Option<Crash>,
}

impl Seams {
    /// True when a test wants the power cut here.
    pub(crate) fn dies_at(&self, point: CrashPoint) -> bool {
        self.crash.as_ref().is_some_and(|crash| crash.dies_at(point))
    }

    /// Whether a test wants the disk to be full; none without a test.
    pub(crate) fn is_full(&self, disk: Disk) -> Option<bool> {
        self.crash.as_ref().map(|crash| crash.is_full(disk))
    }

    /// Refuses when a test wants the disk to be full.
    pub(crate) fn room(&self, disk: Disk, doing: &'static str) -> Result<(), Error> {
        if self.is_full(disk) == Some(true) { Err(Error::Full { doing }) } else { Ok(()) }
    }

    /// Fresh bytes.
    pub(crate) fn fresh<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.entropy)(&mut bytes);
        bytes
    }
}

impl fmt::Debug for Seams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seams")
    }
}
