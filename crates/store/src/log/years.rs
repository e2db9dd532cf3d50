//! One log a year: the old one ends, and its last checkpoint is the first entry of the new one.

use super::NewEntry;
use super::files;
use super::publish::{folder_of, must_lead};
use super::state::log_row;
use crate::Error;
use crate::engine::values;
use crate::store::Store;
use crate::work::to_i64;
use audit_log::{Frontier, TreeSize};
use std::collections::BTreeSet;
use std::path::PathBuf;
use vocabulary::AuthorityId;

/// A log that is to follow the open one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextLog {
    /// Its name, such as `authority/2027`.
    pub origin: String,
    /// Its public key as text, for whoever gets a copy of its folder.
    pub key: String,
}

/// One log of an authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogYear {
    /// Its name.
    pub origin: String,
    /// Where its files lie.
    pub folder: PathBuf,
    /// Entries it ended with; none while it is open.
    pub ended: Option<TreeSize>,
}

impl Store {
    /// All logs of `authority`, the oldest first.
    ///
    /// # Errors
    /// Those of the database.
    pub fn log_years(&self, authority: &AuthorityId) -> Result<Vec<LogYear>, Error> {
        let top = &self.engine().places().log;
        self.read_rows("reading the logs", |rows| {
            rows.all(
                "SELECT origin, begins_at, ended_size FROM log_year WHERE authority_id = ?1 \
                 ORDER BY begins_at",
                values![authority.as_str()],
                |row| {
                    let (origin, ended): (String, Option<u64>) = (row.get(0)?, row.get(2)?);
                    let folder = folder_of(top, authority, (&origin, row.get(1)?));
                    Ok(LogYear { origin, folder, ended: ended.map(TreeSize::new) })
                },
            )
        })
    }

    /// Ends the open log of `authority` and begins `next`, whose first entry is the last checkpoint of the old one.
    /// False while something of the old one is not published: then publish and ask again. A log without entries
    /// only takes the new name.
    ///
    /// # Errors
    /// Those of the database and of the disk. After a crash the log is either the old one or the new one.
    pub fn begin_next_log(&self, authority: &AuthorityId, next: &NextLog) -> Result<bool, Error> {
        let opened = self.engine().publications().get(authority)?;
        let published = opened.hold().size();
        let top = &self.engine().places().log;
        let (begins_at, first) = if published.get() == 0 {
            (0, None)
        } else {
            let path = opened.folder.join("checkpoint");
            let note = std::fs::read(&path).map_err(Error::file("read", &path))?;
            (1, Some(NewEntry::of(authority, &note)?))
        };
        let folder = folder_of(top, authority, (&next.origin, begins_at));
        files::make_folders(top, &folder, &mut BTreeSet::new())?;
        files::replace(&self.place(&folder), "log.vkey", format!("{}\n", next.key).as_bytes())?;
        files::sync_folder(&top.join(authority.as_str()))?;
        files::sync_folder(top)?;
        let held = opened.hold();
        if held.size() != published {
            return Ok(false);
        }
        let begun = self.turn_year(authority, (&opened.origin, next), first)?;
        if begun {
            let no_log = || Error::NoLog { authority: authority.clone() };
            let row = self.read_rows("reading the log", |rows| {
                log_row(rows, authority)?.ok_or_else(no_log)
            })?;
            self.adopt_log(authority, &row)?;
        }
        drop(held);
        Ok(begun)
    }

    fn turn_year(
        &self,
        authority: &AuthorityId,
        (old, next): (&str, &NextLog),
        first: Option<NewEntry>,
    ) -> Result<bool, Error> {
        let epoch = self.engine().publications().epoch(authority)?;
        let (owner, old, new) = (authority.clone(), old.to_owned(), next.origin.clone());
        self.write(move |work| {
            let no_log = || Error::NoLog { authority: owner.clone() };
            must_lead(work.tx, &owner, epoch)?;
            let row = log_row(work.tx, &owner)?.ok_or_else(no_log)?;
            let (size, end) = (row.frontier.size().get(), row.end());
            let settled = row.published == size && work.peek_index(&owner)? == end;
            if row.origin != old || !settled || first.is_some() != (size > 0) {
                return Ok(false);
            }
            if size > 0 {
                work.execute(
                    "UPDATE log_year SET ended_size = ?1 WHERE authority_id = ?2 AND origin = ?3",
                    values![to_i64(size)?, owner.as_str(), old.as_str()],
                )?;
                work.execute(
                    "INSERT INTO log_year (authority_id, begins_at, origin) VALUES (?1, ?2, ?3)",
                    values![owner.as_str(), to_i64(end)?, new.as_str()],
                )?;
            } else {
                work.execute(
                    "UPDATE log_year SET origin = ?1 WHERE authority_id = ?2 AND origin = ?3",
                    values![new.as_str(), owner.as_str(), old.as_str()],
                )?;
            }
            let nothing: &[u8] = &[];
            work.execute(
                "UPDATE log_state SET origin = ?1, size = 0, frontier = ?2, published = 0, \
                 published_root = ?3 WHERE authority_id = ?4",
                values![new.as_str(), Frontier::new().encode(), nothing, owner.as_str()],
            )?;
            if let Some(first) = first.clone() {
                work.begin_log(first, end)?;
            }
            Ok(true)
        })
    }
}
