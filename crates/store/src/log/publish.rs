//! Publishing: tiles first, then the checkpoint, then forgetting what waited.

use super::behind::may_go_on;
use super::files::{self, Place};
use super::lead::database_now;
use super::state::{LogRow, LogState, Parts, log_row, waiting};
use crate::Error;
use crate::engine::{Sql, Statements, for_update, values};
use crate::places::{CrashPoint, Disk};
use crate::store::Store;
use crate::work::to_i64;
use audit_log::{Checkpoint, TileState, TreeSize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use vocabulary::AuthorityId;

/// The logs that this process has opened.
#[derive(Debug, Default)]
pub(crate) struct Publications {
    open: Mutex<BTreeMap<AuthorityId, Opened>>,
}

/// A log that this process has opened.
#[derive(Debug, Clone)]
pub(super) struct Opened {
    pub(super) epoch: u64,
    pub(super) origin: String,
    pub(super) folder: PathBuf,
    /// The right edge of the published tree. Whoever publishes holds it.
    tiles: Arc<Mutex<TileState>>,
}

impl Opened {
    /// Holds publication: while the guard lives, nothing is published and the checkpoint stays.
    pub(super) fn hold(&self) -> MutexGuard<'_, TileState> {
        self.tiles.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Publications {
    /// The epoch in which this process opened the log.
    pub(super) fn epoch(&self, authority: &AuthorityId) -> Result<u64, Error> {
        Ok(self.get(authority)?.epoch)
    }

    /// The logs that this process has opened, with the epoch in which it did.
    pub(super) fn all(&self) -> Vec<(AuthorityId, u64)> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.iter().map(|(authority, opened)| (authority.clone(), opened.epoch)).collect()
    }

    pub(super) fn get(&self, authority: &AuthorityId) -> Result<Opened, Error> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.get(authority).cloned().ok_or_else(|| Error::NoLog { authority: authority.clone() })
    }
}

const BEGIN_LOG: Sql = Sql {
    sqlite: "INSERT INTO log_state (authority_id, origin, epoch, size, frontier, published, published_root) \
             VALUES (?1, ?2, 0, 0, ?3, 0, ?4) ON CONFLICT DO NOTHING",
    postgres: "INSERT INTO log_state (authority_id, origin, epoch, size, frontier, published, published_root, \
               seen_at) VALUES (?1, ?2, 0, 0, ?3, 0, ?4, 0) ON CONFLICT DO NOTHING",
};

const TAKE_OVER: Sql = Sql {
    sqlite: "UPDATE log_state SET epoch = epoch + 1 WHERE authority_id = ?1",
    postgres: concat!(
        "UPDATE log_state SET epoch = epoch + 1, seen_at = ",
        database_now!(),
        " WHERE authority_id = ?1"
    ),
};

const FORGET: Sql = Sql {
    sqlite: "DELETE FROM log_waiting WHERE authority_id = ?1 AND first_index < ?2",
    postgres: "DELETE FROM log_waiting AS w USING log_commit AS c WHERE w.authority_id = ?1 \
               AND c.authority_id = w.authority_id AND c.arrival = w.arrival AND c.first_index < ?2",
};

impl Store {
    /// Opens the log of `authority`, or begins it under the name `origin`, and takes it over from any older
    /// sequencer. Nothing of this authority can be logged before.
    ///
    /// # Errors
    /// [`Error::LargerTreeOnDisk`] when the published log is ahead of the database; [`Error::WrongFile`] when
    /// published tiles are missing or altered; [`Error::Unfit`] when the log has another name.
    pub fn open_log(&self, authority: &AuthorityId, origin: &str) -> Result<LogState, Error> {
        Checkpoint::new(origin, TreeSize::new(0), audit_log::empty_root()).map_err(|_| {
            Error::Unfit { what: "the name of a log is one line; write `authority/year`" }
        })?;
        let row = self.take_over(authority, origin)?;
        self.read_rows("opening a log", |rows| may_go_on(rows, authority))?;
        self.adopt_log(authority, &row)?;
        self.log_state(authority)?.ok_or_else(|| Error::NoLog { authority: authority.clone() })
    }

    /// The name of the open log of `authority`.
    ///
    /// # Errors
    /// [`Error::NoLog`] when it is not open here.
    pub fn log_origin(&self, authority: &AuthorityId) -> Result<String, Error> {
        Ok(self.engine().publications().get(authority)?.origin)
    }

    /// Opens a log as its row says: from now on it is the one that is published.
    pub(super) fn adopt_log(&self, authority: &AuthorityId, row: &LogRow) -> Result<(), Error> {
        let top = &self.engine().places().log;
        let folder = folder_of(top, authority, (&row.origin, row.begins_at));
        files::make_folders(top, &folder, &mut BTreeSet::new())?;
        files::sync_folder(top)?;
        not_larger(authority, row, &folder)?;
        let tiles = Arc::new(Mutex::new(restore(row, &folder)?));
        let opened = Opened { epoch: row.epoch, origin: row.origin.clone(), folder, tiles };
        let publications = self.engine().publications();
        let mut open = publications.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.insert(authority.clone(), opened);
        Ok(())
    }

    fn take_over(&self, authority: &AuthorityId, origin: &str) -> Result<LogRow, Error> {
        let (owner, origin) = (authority.clone(), origin.to_owned());
        self.write(move |work| {
            let (empty, none): (Vec<u8>, [u8; 0]) = (audit_log::Frontier::new().encode(), []);
            work.execute(BEGIN_LOG, values![owner.as_str(), origin, empty, none])?;
            work.execute(
                "INSERT INTO log_year (authority_id, begins_at, origin) VALUES (?1, 0, ?2) \
                 ON CONFLICT DO NOTHING",
                values![owner.as_str(), origin],
            )?;
            work.execute(TAKE_OVER, values![owner.as_str()])?;
            let row = log_row(work.tx, &owner)?
                .ok_or_else(|| Error::NoLog { authority: owner.clone() })?;
            if row.origin != origin {
                let what = "the log has another name; open it under the name it was begun with";
                return Err(Error::Unfit { what });
            }
            Ok(row)
        })
    }

    /// Writes the tiles of all entries that have an index, then the checkpoint that `signer` signs, then
    /// forgets the entries that waited. `signer` takes the text of a checkpoint and gives the signed note.
    /// None when everything is published.
    ///
    /// # Errors
    /// [`Error::LargerTreeOnDisk`] when the folder shows more entries than the database knows of: nothing is
    /// signed then.
    pub fn publish(
        &self,
        authority: &AuthorityId,
        signer: &dyn Fn(&str) -> String,
    ) -> Result<Option<Checkpoint>, Error> {
        let opened = self.engine().publications().get(authority)?;
        let mut tiles = opened.hold();
        let from = tiles.size().get();
        let no_log = || Error::NoLog { authority: authority.clone() };
        let row =
            self.read_rows("reading the log", |rows| log_row(rows, authority)?.ok_or_else(no_log))?;
        if row.origin != opened.origin {
            // The year has turned since, here or in another process: what is new belongs to the next log. Whoever
            // adopts it holds the old one, so that none is adopted twice.
            if self.log_origin(authority)? == opened.origin {
                self.adopt_log(authority, &row)?;
            }
            return Ok(None);
        }
        if row.epoch != opened.epoch {
            return Err(Error::LogMoved { authority: authority.clone() });
        }
        let size = row.frontier.size().get();
        if size == from {
            return Ok(None);
        }
        if let Err(larger) = not_larger(authority, &row, &opened.folder) {
            // Another process may have moved and published the log since its row was read.
            self.must_lead(authority, opened.epoch)?;
            return Err(larger);
        }
        self.read_rows("reading the log", |rows| may_go_on(rows, authority))?;
        let range = (row.begins_at.saturating_add(from), size.saturating_sub(from));
        let found = self
            .read_rows("reading the log", |rows| waiting(rows, authority, range, Parts::Bodies))?;
        let mut next = tiles.clone();
        let damaged = |_| Error::Damaged { what: "a waiting log entry" };
        let written = next.append(&split(&found.framed)?).map_err(damaged)?;
        if next.root() != row.frontier.root() || next.size().get() != size {
            return Err(Error::Damaged { what: "the waiting entries of the log" });
        }
        self.engine().seams().room(Disk::Log, "publishing the log")?;
        let place = self.place(&opened.folder);
        files::write_tiles(&place, &written, || self.survives(CrashPoint::TileWritten))?;
        self.survives(CrashPoint::TilesWritten)?;
        let checkpoint = Checkpoint::new(&row.origin, next.size(), next.root())
            .map_err(|_| Error::Damaged { what: "the name of a log" })?;
        let note = signer(&checkpoint.to_string());
        self.published(authority, (&checkpoint, row.end()), (opened.epoch, place, note))?;
        *tiles = next;
        Ok(Some(checkpoint))
    }

    fn survives(&self, point: CrashPoint) -> Result<(), Error> {
        if self.engine().seams().dies_at(point) {
            return Err(self.engine().crash());
        }
        self.engine().seams().room(Disk::Log, "publishing the log")
    }

    /// Puts the checkpoint in its place, marks entries as published and forgets them in the database.
    ///
    /// Where several processes work on one log, the row of the log is held meanwhile: a sequencer that was
    /// overtaken does not put its older checkpoint over a newer one.
    fn published(
        &self,
        authority: &AuthorityId,
        (checkpoint, end): (&Checkpoint, u64),
        (epoch, place, note): (u64, Place, String),
    ) -> Result<(), Error> {
        let (owner, size) = (authority.clone(), to_i64(checkpoint.size().get())?);
        let end = to_i64(end)?;
        let root = *checkpoint.root().as_bytes();
        let fenced = self.process() != 0;
        if !fenced {
            files::replace(&place, "checkpoint", note.as_bytes())?;
            self.survives(CrashPoint::CheckpointWritten)?;
        }
        let (seams, crashed) = (self.engine().seams().clone(), Arc::clone(&self.engine().crashed));
        self.write(move |work| {
            if fenced {
                must_lead(work.tx, &owner, epoch)?;
                files::replace(&place, "checkpoint", note.as_bytes())?;
                if seams.dies_at(CrashPoint::CheckpointWritten) {
                    crashed.store(true, Ordering::Release);
                    return Err(Error::Crashed);
                }
            }
            work.execute(
                "UPDATE log_state SET published = ?1, published_root = ?2 WHERE authority_id = ?3",
                values![size, root, owner.as_str()],
            )?;
            // Entries hold nothing that could have to be erased, and they are on disk in clear as tiles: their
            // freed pages need no overwriting.
            work.overwrite_freed(false)?;
            let forgotten = work.execute(FORGET, values![owner.as_str(), end]);
            work.overwrite_freed(true)?;
            forgotten.map(drop)
        })
    }

    /// A folder of published files, as this process writes there.
    pub(super) fn place(&self, folder: &std::path::Path) -> Place {
        Place { folder: folder.to_owned(), process: self.process() }
    }

    /// Refuses when another process took the log over.
    fn must_lead(&self, authority: &AuthorityId, epoch: u64) -> Result<(), Error> {
        let row = self.read_rows("reading the log", |rows| log_row(rows, authority))?;
        if row.is_some_and(|row| row.epoch == epoch) {
            return Ok(());
        }
        Err(Error::LogMoved { authority: authority.clone() })
    }
}

/// Locks the row of a log, which must still be led by this process.
pub(super) fn must_lead(
    tx: Statements<'_>,
    authority: &AuthorityId,
    epoch: u64,
) -> Result<(), Error> {
    let led = tx.any(
        for_update!("SELECT 1 FROM log_state WHERE authority_id = ?1 AND epoch = ?2"),
        values![authority.as_str(), to_i64(epoch)?],
    )?;
    if led { Ok(()) } else { Err(Error::LogMoved { authority: authority.clone() }) }
}

/// The folder of a log: the first one of an authority lies in its folder itself, as it always did, each later one in a
/// folder of its own under it.
pub(super) fn folder_of(
    top: &std::path::Path,
    authority: &AuthorityId,
    (origin, begins_at): (&str, u64),
) -> PathBuf {
    let folder = top.join(authority.as_str());
    if begins_at == 0 {
        return folder;
    }
    folder.join(origin.rsplit('/').next().unwrap_or(origin))
}

fn not_larger(
    authority: &AuthorityId,
    row: &LogRow,
    folder: &std::path::Path,
) -> Result<(), Error> {
    let known = row.frontier.size().get();
    let published = files::size_on_disk(folder, known)?;
    if published > known {
        return Err(Error::LargerTreeOnDisk { authority: authority.clone(), published, known });
    }
    Ok(())
}

fn restore(row: &LogRow, folder: &std::path::Path) -> Result<TileState, Error> {
    if row.published == 0 {
        return Ok(TileState::new());
    }
    let root =
        row.published_root.ok_or(Error::Damaged { what: "the root of the published log" })?;
    let read = |tile: &audit_log::TilePath| files::read_tile(folder, tile);
    TileState::restore(TreeSize::new(row.published), &root, &read).map_err(|_| {
        let problem = "lacks tiles of the published log or has other ones; fetch them from a mirror or a backup";
        Error::WrongFile { path: folder.to_owned(), problem }
    })
}

/// Takes the length prefixes off waiting entries.
fn split(mut framed: &[u8]) -> Result<Vec<&[u8]>, Error> {
    let damaged = || Error::Damaged { what: "a waiting log entry" };
    let mut entries = Vec::new();
    while let Some((length, rest)) = framed.split_first_chunk::<2>() {
        let length = usize::from(u16::from_be_bytes(*length));
        let (entry, rest) = rest.split_at_checked(length).ok_or_else(damaged)?;
        entries.push(entry);
        framed = rest;
    }
    if framed.is_empty() { Ok(entries) } else { Err(damaged()) }
}
