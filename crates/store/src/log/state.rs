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
    /// How many entries the earlier logs of the authority have together.
    pub begins_at: u64,
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
    /// Where its first entry stands among all entries of the authority.
    pub(super) begins_at: u64,
    pub(super) frontier: Frontier,
    pub(super) published: u64,
    pub(super) published_root: Option<Digest>,
}

impl LogRow {
    /// Where the entry after the last one with an index stands among all entries of the authority.
    pub(super) fn end(&self) -> u64 {
        self.begins_at.saturating_add(self.frontier.size().get())
    }
}

/// Where an entry stands: in which log, at which index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryPlace {
    /// The name of the log.
    pub origin: String,
    /// The index in that log.
    pub index: LogIndex,
    /// The leaf hash of the entry.
    pub leaf_hash: Digest,
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
            let known = row.end();
            Ok(Some(LogState {
                origin: row.origin,
                epoch: row.epoch,
                begins_at: row.begins_at,
                size,
                published: TreeSize::new(row.published),
                waiting: end.saturating_sub(known),
            }))
        })
    }

    /// The index of an entry in its log; none while it has no index, or when it is not there.
    ///
    /// # Errors
    /// Those of the database.
    pub fn position(
        &self,
        authority: &AuthorityId,
        entry_id: QueryId,
    ) -> Result<Option<LogIndex>, Error> {
        Ok(self.entry_place(authority, entry_id)?.map(|place| place.index))
    }

    /// Where an entry of `authority` stands, in this year's log or an earlier one; none while it has no index, or when
    /// it is not there.
    ///
    /// # Errors
    /// Those of the database.
    pub fn entry_place(
        &self,
        authority: &AuthorityId,
        entry_id: QueryId,
    ) -> Result<Option<EntryPlace>, Error> {
        self.read_rows("reading the log", |rows| {
            rows.one(
                "SELECT y.origin, e.log_index - y.begins_at, e.leaf_hash FROM log_entry AS e \
                 JOIN log_state AS s ON s.authority_id = e.authority_id \
                 JOIN log_year AS y ON y.authority_id = e.authority_id \
                   AND y.begins_at <= e.log_index \
                   AND e.log_index < y.begins_at + coalesce(y.ended_size, s.size) \
                 WHERE e.authority_id = ?1 AND e.entry_id = ?2",
                values![authority.as_str(), entry_id.to_bytes()],
                |row| {
                    let hash: Vec<u8> = row.get(2)?;
                    let damaged = |_| Error::Damaged { what: "the hash of a log entry" };
                    Ok(EntryPlace {
                        origin: row.get(0)?,
                        index: LogIndex::new(row.get(1)?),
                        leaf_hash: Digest::from_bytes(hash.try_into().map_err(damaged)?),
                    })
                },
            )
        })
    }

    /// The entries that `authority` logged for a query under an instrument, in their order.
    ///
    /// # Errors
    /// Those of the database.
    pub fn entries_of(
        &self,
        authority: &AuthorityId,
        query: QueryId,
    ) -> Result<Vec<QueryId>, Error> {
        self.read_rows("reading the log", |rows| {
            rows.all(
                "SELECT entry_id FROM log_entry WHERE authority_id = ?1 AND query_id = ?2 \
                 AND granted = 1 ORDER BY log_index",
                values![authority.as_str(), query.to_bytes()],
                |row| {
                    let id: Vec<u8> = row.get(0)?;
                    let damaged = |_| Error::Damaged { what: "the id of a log entry" };
                    Ok(QueryId::from_bytes(id.try_into().map_err(damaged)?))
                },
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
        "SELECT s.origin, s.epoch, s.frontier, s.published, s.published_root, y.begins_at \
         FROM log_state AS s JOIN log_year AS y ON y.authority_id = s.authority_id \
         WHERE s.authority_id = ?1 AND y.ended_size IS NULL",
        values![authority.as_str()],
        |row| {
            let (frontier, root): (Vec<u8>, Vec<u8>) = (row.get(2)?, row.get(4)?);
            Ok(LogRow {
                origin: row.get(0)?,
                epoch: row.get(1)?,
                begins_at: row.get(5)?,
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
