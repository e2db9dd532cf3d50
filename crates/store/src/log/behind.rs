//! Logs that were put back to an older state: somebody holds a larger head that this node has signed.

use super::state::log_row;
use crate::Error;
use crate::engine::{Statements, values};
use crate::store::Store;
use crate::work::to_i64;
use audit_log::Checkpoint;
use vocabulary::AuthorityId;

impl Store {
    /// Keeps a head of the open log of `authority` that is larger than the log is here, and from now on refuses
    /// every entry and every signature for it, also after a restart. The caller has verified that this node signed
    /// `note`. False when the log is as large by now, or is another one.
    ///
    /// # Errors
    /// Those of the database.
    pub fn show_larger_head(
        &self,
        authority: &AuthorityId,
        head: &Checkpoint,
        note: &str,
    ) -> Result<bool, Error> {
        let (owner, note) = (authority.clone(), note.to_owned());
        let (origin, size) = (head.origin().to_owned(), head.size().get());
        self.write(move |work| {
            let no_log = || Error::NoLog { authority: owner.clone() };
            work.lock_log(&owner)?;
            let row = log_row(work.tx, &owner)?.ok_or_else(no_log)?;
            if row.origin != origin || row.frontier.size().get() >= size {
                return Ok(false);
            }
            work.execute(
                "INSERT INTO log_behind (authority_id, origin, size, note) VALUES (?1, ?2, ?3, ?4) \
                 ON CONFLICT (authority_id, origin) DO UPDATE \
                 SET size = excluded.size, note = excluded.note \
                 WHERE log_behind.size < excluded.size",
                values![owner.as_str(), origin.as_str(), to_i64(size)?, note.as_str()],
            )?;
            work.forget_index(&owner);
            Ok(true)
        })
    }
}

/// Refuses when a larger head of the open log of `authority` is known than the log is here.
pub(crate) fn may_go_on(rows: Statements<'_>, authority: &AuthorityId) -> Result<(), Error> {
    let larger = rows.one(
        "SELECT b.origin, b.size, s.size FROM log_behind AS b JOIN log_state AS s \
         ON s.authority_id = b.authority_id AND s.origin = b.origin AND s.size < b.size \
         WHERE b.authority_id = ?1",
        values![authority.as_str()],
        |row| {
            Ok(Error::LargerTreeShown {
                origin: row.get(0)?,
                shown: row.get(1)?,
                known: row.get(2)?,
            })
        },
    )?;
    larger.map_or(Ok(()), Err)
}
