//! How far a log is, and where an entry of it stands.

use crate::Error;
use crate::engine::{Statements, Value, values};
use crate::store::Store;
use crate::work::to_i64;
use audit_log::{Frontier, LogIndex, TreeSize};
use seal::Digest;
use std::ops::ControlFlow;
use vocabulary::{AuthorityId, QueryId};

/// How far the log of one authority is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogState {
    /// The name of the log in its checkpoints.
    pub origin: String,
    /// Goes up each time the log is opened: an older sequencer can no longer move it.
    pub epoch: u64,
    /// Entries that have an index.
    pub size: TreeSize,
    /// Entries under the last published checkpoint.
    pub published: TreeSize,
    /// Durable entries that have no index yet.
    pub waiting: u64,
}

/// The row of a log.
pub(super) struct LogRow {
    pub(super) origin: String,
    pub(super) epoch: u64,
    pub(super) frontier: Frontier,
    pub(super) published: u64,
    pub(super) published_root: Option<Digest>,
}

impl Store {
    /// How far the log of `authority` is; none when it has no log here.
    ///
    /// # Errors
    /// Those of the database.
    pub fn log_state(&self, authority: &AuthorityId) -> Result<Option<LogState>, Error> {
        self.read_rows("reading the log", |rows| {
            let Some(row) = log_row(rows, authority)? else { return Ok(None) };
            let size = row.frontier.size();
            let end: Option<Option<u64>> = rows.one(
                "SELECT max(first_index + entries) FROM log_waiting WHERE authority_id = ?1",
                values![authority.as_str()],
                |row| row.get(0),
            )?;
            let end = end.flatten().unwrap_or(0);
            Ok(Some(LogState {
                origin: row.origin,
                epoch: row.epoch,
                size,
                published: TreeSize::new(row.published),
                waiting: end.saturating_sub(size.get()),
            }))
        })
    }

    /// The index of an entry in the log of `authority`; none while it has no index, or when it is not there.
    ///
    /// # Errors
    /// Those of the database.
    pub fn position(
        &self,
        authority: &AuthorityId,
        entry_id: QueryId,
    ) -> Result<Option<LogIndex>, Error> {
        self.read_rows("reading the log", |rows| {
            rows.one(
                "SELECT e.log_index FROM log_entry AS e JOIN log_state AS s USING (authority_id) \
                 WHERE e.authority_id = ?1 AND e.entry_id = ?2 AND e.log_index < s.size",
                values![authority.as_str(), entry_id.to_bytes()],
                |row| Ok(LogIndex::new(row.get(0)?)),
            )
        })
    }
}

/// Reads the row of a log.
pub(super) fn log_row(
    rows: Statements<'_>,
    authority: &AuthorityId,
) -> Result<Option<LogRow>, Error> {
    rows.one(
        "SELECT origin, epoch, frontier, published, published_root FROM log_state \
         WHERE authority_id = ?1",
        values![authority.as_str()],
        |row| {
            let (frontier, root): (Vec<u8>, Vec<u8>) = (row.get(2)?, row.get(4)?);
            Ok(LogRow {
                origin: row.get(0)?,
                epoch: row.get(1)?,
                frontier: Frontier::decode(&frontier)
                    .map_err(|_| Error::Damaged { what: "the frontier of a log" })?,
                published: row.get(3)?,
                published_root: root.try_into().ok().map(Digest::from_bytes),
            })
        },
    )
}

/// Entries from `from` on, as they wait in the database: bodies as in an entry bundle, and leaf hashes.
pub(super) struct Waiting {
    pub(super) framed: Vec<u8>,
    pub(super) leaf_hashes: Vec<u8>,
    pub(super) end: u64,
}

/// Which parts of waiting entries are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Parts {
    Hashes,
    Bodies,
}

/// Reads whole rows of waiting entries that begin at `from`, until there are `most` entries.
pub(super) fn waiting(
    rows: Statements<'_>,
    authority: &AuthorityId,
    (from, most): (u64, u64),
    parts: Parts,
) -> Result<Waiting, Error> {
    let sql = match parts {
        Parts::Hashes => {
            "SELECT first_index, entries, leaf_hashes FROM log_waiting \
             WHERE authority_id = ?1 AND first_index >= ?2 ORDER BY first_index"
        }
        Parts::Bodies => {
            "SELECT first_index, entries, bodies FROM log_waiting \
             WHERE authority_id = ?1 AND first_index >= ?2 ORDER BY first_index"
        }
    };
    let mut waiting = Waiting { framed: Vec::new(), leaf_hashes: Vec::new(), end: from };
    if most == 0 {
        return Ok(waiting);
    }
    rows.each(sql, values![authority.as_str(), to_i64(from)?], |row| {
        let (first, entries): (u64, u64) = (row.get(0)?, row.get(1)?);
        if first != waiting.end {
            return Err(Error::Damaged { what: "the order of the log" });
        }
        let Value::Bytes(bytes) = row.cell(2)? else {
            return Err(Error::Damaged { what: "a row of the log" });
        };
        match parts {
            Parts::Hashes => waiting.leaf_hashes.extend_from_slice(bytes),
            Parts::Bodies => waiting.framed.extend_from_slice(bytes),
        }
        waiting.end = first.saturating_add(entries);
        let enough = waiting.end.saturating_sub(from) >= most;
        Ok(if enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    Ok(waiting)
}
