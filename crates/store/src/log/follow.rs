//! The log as the stream of changes: what the entries since a position touched, for indexes of other processes.

use super::state::log_row;
use crate::Error;
use crate::engine::values;
use crate::store::Store;
use crate::work::to_i64;
use vocabulary::{AuthorityId, InstrumentId};

/// What the entries of a stretch of the log touched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Where the stretch ends: entries of all logs of the authority before it.
    pub position: u64,
    /// Records that came, changed or went, by their numbers.
    pub records: Vec<(InstrumentId, u64)>,
    /// Loads that became visible.
    pub loads: Vec<(InstrumentId, u64)>,
}

impl Store {
    /// What entries of `authority` touched that got their index from `position` on. An entry is there as soon as it has
    /// its index, whichever process made it. None with `SQLite`, where one process makes all changes itself.
    ///
    /// # Errors
    /// [`Error::NoLog`] when there is no log.
    pub fn changes_since(
        &self,
        authority: &AuthorityId,
        position: u64,
    ) -> Result<Option<Changes>, Error> {
        if matches!(self, Self::Sqlite(_)) {
            return Ok(None);
        }
        self.read_rows("following the log", |rows| {
            let row = log_row(rows, authority)?
                .ok_or_else(|| Error::NoLog { authority: authority.clone() })?;
            let mut changes = Changes { position: row.end(), ..Changes::default() };
            if changes.position == position {
                return Ok(Some(changes));
            }
            rows.all(
                "SELECT r.instrument_id, r.record_key, r.batch_id FROM log_commit AS c \
                 JOIN record_change AS r USING (authority_id, arrival) \
                 WHERE authority_id = ?1 AND c.first_index >= ?2 ORDER BY c.first_index",
                values![authority.as_str(), to_i64(position)?],
                |row| {
                    let instrument: String = row.get(0)?;
                    let damaged = |_| Error::Damaged { what: "an instrument id" };
                    let instrument = instrument.parse().map_err(damaged)?;
                    let (record, load): (u64, u64) = (row.get(1)?, row.get(2)?);
                    if load == 0 {
                        changes.records.push((instrument, record));
                    } else {
                        changes.loads.push((instrument, load));
                    }
                    Ok(())
                },
            )?;
            Ok(Some(changes))
        })
    }

    /// Where the log of `authority` stands: entries of all its logs that have their index.
    ///
    /// # Errors
    /// [`Error::NoLog`] when there is no log.
    pub fn log_position(&self, authority: &AuthorityId) -> Result<u64, Error> {
        let row = self.read_rows("reading the log", |rows| log_row(rows, authority))?;
        row.map(|row| row.end()).ok_or_else(|| Error::NoLog { authority: authority.clone() })
    }
}
