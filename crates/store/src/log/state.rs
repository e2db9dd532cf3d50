//! How far a log is, and where an entry of it stands.

use crate::Error;
use crate::sqlite::{to_i64, to_u64};
use crate::store::Store;
use audit_log::{Frontier, LogIndex, TreeSize};
use rusqlite::{Connection, OptionalExtension, params};
use seal::Digest;
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
        self.read_rows(|rows| {
            let Some(row) = log_row(rows, authority)? else { return Ok(None) };
            let size = row.frontier.size();
            let end: Option<i64> = rows
                .prepare_cached(
                    "SELECT max(first_index + entries) FROM log_waiting WHERE authority_id = ?",
                )
                .and_then(|mut s| s.query_row([authority.as_str()], |row| row.get(0)))
                .map_err(Error::engine("reading the log"))?;
            let end = end.map(to_u64).transpose()?.unwrap_or(0);
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
        self.read_rows(|rows| {
            let index: Option<i64> = rows
                .prepare_cached(
                    "SELECT e.log_index FROM log_entry AS e JOIN log_state AS s USING (authority_id) \
                     WHERE e.authority_id = ? AND e.entry_id = ? AND e.log_index < s.size",
                )
                .and_then(|mut s| {
                    s.query_row(params![authority.as_str(), entry_id.to_bytes()], |row| row.get(0))
                        .optional()
                })
                .map_err(Error::engine("reading the log"))?;
            index.map(|index| Ok(LogIndex::new(to_u64(index)?))).transpose()
        })
    }
}

/// Reads the row of a log.
pub(super) fn log_row(rows: &Connection, authority: &AuthorityId) -> Result<Option<LogRow>, Error> {
    let row = rows
        .prepare_cached(
            "SELECT origin, epoch, frontier, published, published_root FROM log_state \
             WHERE authority_id = ?",
        )
        .and_then(|mut s| {
            s.query_row([authority.as_str()], |row| {
                Ok((
                    row.get::<_, String>(0)?,
                    row.get::<_, i64>(1)?,
                    row.get::<_, Vec<u8>>(2)?,
                    row.get::<_, i64>(3)?,
                    row.get::<_, Vec<u8>>(4)?,
                ))
            })
            .optional()
        })
        .map_err(Error::engine("reading the log"))?;
    let Some((origin, epoch, frontier, published, root)) = row else { return Ok(None) };
    let frontier = Frontier::decode(&frontier)
        .map_err(|_| Error::Damaged { what: "the frontier of a log" })?;
    let published_root = root.try_into().ok().map(Digest::from_bytes);
    let (epoch, published) = (to_u64(epoch)?, to_u64(published)?);
    Ok(Some(LogRow { origin, epoch, frontier, published, published_root }))
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
    rows: &Connection,
    authority: &AuthorityId,
    (from, most): (u64, u64),
    parts: Parts,
) -> Result<Waiting, Error> {
    let engine = Error::engine("reading the log");
    let sql = match parts {
        Parts::Hashes => {
            "SELECT first_index, entries, leaf_hashes FROM log_waiting \
             WHERE authority_id = ? AND first_index >= ? ORDER BY first_index"
        }
        Parts::Bodies => {
            "SELECT first_index, entries, bodies FROM log_waiting \
             WHERE authority_id = ? AND first_index >= ? ORDER BY first_index"
        }
    };
    let mut statement = rows.prepare_cached(sql).map_err(&engine)?;
    let mut found = statement.query(params![authority.as_str(), to_i64(from)?]).map_err(&engine)?;
    let mut waiting = Waiting { framed: Vec::new(), leaf_hashes: Vec::new(), end: from };
    while waiting.end.saturating_sub(from) < most {
        let Some(row) = found.next().map_err(&engine)? else { break };
        let first = to_u64(row.get(0).map_err(&engine)?)?;
        let entries = to_u64(row.get(1).map_err(&engine)?)?;
        if first != waiting.end {
            return Err(Error::Damaged { what: "the order of the log" });
        }
        let bytes = row.get_ref(2).map_err(&engine)?.as_blob();
        let bytes = bytes.map_err(|_| Error::Damaged { what: "a row of the log" })?;
        match parts {
            Parts::Hashes => waiting.leaf_hashes.extend_from_slice(bytes),
            Parts::Bodies => waiting.framed.extend_from_slice(bytes),
        }
        waiting.end = first.saturating_add(entries);
    }
    Ok(waiting)
}
