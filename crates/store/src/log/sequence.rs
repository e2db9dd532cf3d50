//! The sequencer: gives entries their index.

use super::state::{LogRow, Parts, log_row, waiting};
use crate::Error;
use crate::engine::values;
use crate::places::CrashPoint;
use crate::store::Store;
use crate::work::to_i64;
use audit_log::{LogIndex, TreeSize};
use seal::Digest;
use vocabulary::AuthorityId;

/// A stretch of the log that was given its indices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sequenced {
    /// The index of its first entry.
    pub first: LogIndex,
    /// The size of the log afterwards.
    pub size: TreeSize,
}

impl Store {
    /// Gives an index to entries that wait for one, in the order of their commits, about `most` of them; none
    /// when nothing waits. Size, epoch and frontier move in one transaction, by compare-and-set.
    ///
    /// # Errors
    /// [`Error::LogMoved`] when another sequencer moved the log; [`Error::NoLog`] when there is none.
    pub fn sequence(&self, authority: &AuthorityId, most: u32) -> Result<Option<Sequenced>, Error> {
        let no_log = || Error::NoLog { authority: authority.clone() };
        let (row, found) = self.read_rows("reading the log", |rows| {
            let row = log_row(rows, authority)?.ok_or_else(no_log)?;
            let found = waiting(rows, authority, (row.end(), u64::from(most)), Parts::Hashes)?;
            Ok((row, found))
        })?;
        let LogRow { origin, begins_at, mut frontier, .. } = row;
        let old = frontier.size();
        let (hashes, _) = found.leaf_hashes.as_chunks::<32>();
        frontier.append_many(hashes.iter().copied().map(Digest::from_bytes));
        if begins_at.saturating_add(frontier.size().get()) != found.end {
            return Err(Error::Damaged { what: "the leaf hashes of the log" });
        }
        if frontier.size() == old {
            return Ok(None);
        }
        let (owner, arrivals) = (authority.clone(), found.arrivals);
        let (size, encoded) = (frontier.size(), frontier.encode());
        let epoch = self.engine().publications().epoch(authority)?;
        self.write(move |work| {
            let moved = work.execute(
                "UPDATE log_state SET size = ?1, frontier = ?2 \
                 WHERE authority_id = ?3 AND size = ?4 AND epoch = ?5 AND origin = ?6",
                values![
                    to_i64(size.get())?,
                    encoded,
                    owner.as_str(),
                    to_i64(old.get())?,
                    to_i64(epoch)?,
                    origin.as_str()
                ],
            )?;
            if moved != 1 {
                return Err(Error::LogMoved { authority: owner.clone() });
            }
            work.place_commits(&owner, begins_at.saturating_add(old.get()), &arrivals)
        })?;
        if self.engine().seams().dies_at(CrashPoint::Sequenced) {
            return Err(self.engine().crash());
        }
        Ok(Some(Sequenced { first: LogIndex::new(old.get()), size }))
    }
}
