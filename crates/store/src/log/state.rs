//! How far a log is, and where an entry of it stands.

use crate::Error;
use crate::engine::{Sql, Statements, Value, values};
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

/// The size that the log will have when all that waits has its index.
const END: Sql = Sql {
    sqlite: "SELECT max(?2, coalesce(max(first_index + entries), 0)) FROM log_waiting WHERE authority_id = ?1",
    postgres: "SELECT ?2::bigint + coalesce(sum(entries), 0)::bigint FROM log_commit \
               WHERE authority_id = ?1 AND first_index IS NULL",
};

/// Where an entry with an index stands.
const PLACE: Sql = Sql {
    sqlite: "SELECT y.origin, e.log_index - y.begins_at, e.leaf_hash FROM log_entry AS e \
             JOIN log_state AS s ON s.authority_id = e.authority_id \
             JOIN log_year AS y ON y.authority_id = e.authority_id \
               AND y.begins_at <= e.log_index \
               AND e.log_index < y.begins_at + coalesce(y.ended_size, s.size) \
             WHERE e.authority_id = ?1 AND e.entry_id = ?2",
    postgres: "SELECT y.origin, c.first_index + e.place - y.begins_at, e.leaf_hash FROM log_entry AS e \
               JOIN log_commit AS c ON c.authority_id = e.authority_id AND c.arrival = e.arrival \
               JOIN log_state AS s ON s.authority_id = e.authority_id \
               JOIN log_year AS y ON y.authority_id = e.authority_id \
                 AND y.begins_at <= c.first_index + e.place \
                 AND c.first_index + e.place < y.begins_at + coalesce(y.ended_size, s.size) \
               WHERE e.authority_id = ?1 AND e.entry_id = ?2",
};

/// The granted entries of a query.
const OF_QUERY: Sql = Sql {
    sqlite: "SELECT entry_id FROM log_entry WHERE authority_id = ?1 AND query_id = ?2 \
             AND granted = 1 ORDER BY log_index",
    postgres: "SELECT entry_id FROM log_entry WHERE authority_id = ?1 AND query_id = ?2 \
               AND granted = 1 ORDER BY arrival, place",
};

/// What has no index yet, with the index it is to get from `?2` on.
const WITHOUT_INDEX: Sql = Sql {
    sqlite: "SELECT first_index, entries, leaf_hashes, 0 FROM log_waiting \
             WHERE authority_id = ?1 AND first_index >= ?2 ORDER BY first_index LIMIT ?3",
    postgres: "SELECT ?2::bigint + (sum(c.entries) OVER (ORDER BY arrival))::bigint - c.entries, c.entries, \
               w.leaf_hashes, arrival FROM log_commit AS c JOIN log_waiting AS w USING (authority_id, arrival) \
               WHERE authority_id = ?1 AND c.first_index IS NULL ORDER BY arrival LIMIT ?3",
};

/// What has its index, from `?2` on.
const WITH_INDEX: Sql = Sql {
    sqlite: "SELECT first_index, entries, bodies, 0 FROM log_waiting \
             WHERE authority_id = ?1 AND first_index >= ?2 ORDER BY first_index LIMIT ?3",
    postgres: "SELECT c.first_index, c.entries, w.bodies, arrival FROM log_commit AS c \
               JOIN log_waiting AS w USING (authority_id, arrival) \
               WHERE authority_id = ?1 AND c.first_index >= ?2 ORDER BY c.first_index, c.entries LIMIT ?3",
};

impl Store {
    /// How far the log of `authority` is; none when it has no log here.
    ///
    /// # Errors
    /// Those of the database.
    pub fn log_state(&self, authority: &AuthorityId) -> Result<Option<LogState>, Error> {
        self.read_rows("reading the log", |rows| {
            let Some(row) = log_row(rows, authority)? else { return Ok(None) };
            let size = row.frontier.size();
            let known = row.end();
            let from = to_i64(known)?;
            let end = rows.one(END, values![authority.as_str(), from], |row| row.get::<u64>(0))?;
            let end = end.unwrap_or(0);
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
            rows.one(PLACE, values![authority.as_str(), entry_id.to_bytes()], |row| {
                let hash: Vec<u8> = row.get(2)?;
                let damaged = |_| Error::Damaged { what: "the hash of a log entry" };
                Ok(EntryPlace {
                    origin: row.get(0)?,
                    index: LogIndex::new(row.get(1)?),
                    leaf_hash: Digest::from_bytes(hash.try_into().map_err(damaged)?),
                })
            })
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
            rows.all(OF_QUERY, values![authority.as_str(), query.to_bytes()], |row| {
                let id: Vec<u8> = row.get(0)?;
                let damaged = |_| Error::Damaged { what: "the id of a log entry" };
                Ok(QueryId::from_bytes(id.try_into().map_err(damaged)?))
            })
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
#[derive(Default)]
pub(super) struct Waiting {
    pub(super) framed: Vec<u8>,
    pub(super) leaf_hashes: Vec<u8>,
    /// The commits they arrived with.
    pub(super) arrivals: Vec<i64>,
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
        Parts::Hashes => WITHOUT_INDEX,
        Parts::Bodies => WITH_INDEX,
    };
    let mut waiting = Waiting { end: from, ..Waiting::default() };
    if most == 0 {
        return Ok(waiting);
    }
    rows.each(sql, values![authority.as_str(), to_i64(from)?, to_i64(most)?], |row| {
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
        waiting.arrivals.push(row.get(3)?);
        waiting.end = first.saturating_add(entries);
        let enough = waiting.end.saturating_sub(from) >= most;
        Ok(if enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    Ok(waiting)
}
