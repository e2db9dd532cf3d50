//! The searches of one officer, without personal data.

use crate::Error;
use crate::sqlite::to_u64;
use crate::store::Store;
use rusqlite::{Connection, params};
use std::collections::BTreeSet;
use vocabulary::{
    AuthorityId, InstrumentId, OfficerId, Outcome, PurposeId, QueryId, Role, Timestamp,
};

/// One search in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchRow {
    /// The query.
    pub query: QueryId,
    /// When it was asked.
    pub at: Timestamp,
    /// In which function.
    pub role: Role,
    /// For which purpose.
    pub purpose: PurposeId,
    /// Under which instruments.
    pub instruments: Vec<InstrumentId>,
    /// How many registers gave which outcome.
    pub counts: OutcomeTally,
}

/// How many registers gave which outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OutcomeTally {
    /// At least one match.
    pub matched: u64,
    /// No match.
    pub no_match: u64,
    /// Refused.
    pub refused: u64,
    /// Late.
    pub late: u64,
    /// Unreachable.
    pub unreachable: u64,
    /// Not yet answered.
    pub awaited: u64,
}

impl OutcomeTally {
    fn add(&mut self, outcome: Option<Outcome>, count: u64) {
        let place = match outcome {
            Some(Outcome::Match) => &mut self.matched,
            Some(Outcome::NoMatch) => &mut self.no_match,
            Some(Outcome::Refused) => &mut self.refused,
            Some(Outcome::Late) => &mut self.late,
            Some(Outcome::Unreachable) => &mut self.unreachable,
            None => &mut self.awaited,
        };
        *place = place.saturating_add(count);
    }
}

const DAMAGED: Error = Error::Damaged { what: "a search" };

impl Store {
    /// The latest `most` searches of an officer, the newest first. What was asked stays sealed.
    ///
    /// # Errors
    /// Those of the database.
    pub fn searches_of(
        &self,
        authority: &AuthorityId,
        officer: &OfficerId,
        most: u32,
    ) -> Result<Vec<SearchRow>, Error> {
        let lookup = self.officer_lookup(authority, officer);
        let engine = Error::engine("reading searches");
        self.read_rows(|rows| {
            let mut statement = rows
                .prepare_cached(
                    "SELECT query_id, asked_at, role, purpose_id FROM search \
                     WHERE authority_id = ? AND officer_lookup = ? ORDER BY asked_at DESC LIMIT ?",
                )
                .map_err(&engine)?;
            let mut found =
                statement.query(params![authority.as_str(), lookup, most]).map_err(&engine)?;
            let mut searches = Vec::new();
            while let Some(row) = found.next().map_err(&engine)? {
                let query = QueryId::from_bytes(row.get(0).map_err(&engine)?);
                let role: String = row.get(2).map_err(&engine)?;
                let purpose: String = row.get(3).map_err(&engine)?;
                let (instruments, counts) = tally(rows, authority, query)?;
                searches.push(SearchRow {
                    query,
                    at: Timestamp::from_micros(row.get(1).map_err(&engine)?),
                    role: role.parse().map_err(|_| DAMAGED)?,
                    purpose: purpose.parse().map_err(|_| DAMAGED)?,
                    instruments,
                    counts,
                });
            }
            Ok(searches)
        })
    }
}

fn tally(
    rows: &Connection,
    authority: &AuthorityId,
    query: QueryId,
) -> Result<(Vec<InstrumentId>, OutcomeTally), Error> {
    let engine = Error::engine("reading searches");
    let mut statement = rows
        .prepare_cached(
            "SELECT instrument_id, outcome, count(*) FROM search_part \
             WHERE authority_id = ? AND query_id = ? GROUP BY instrument_id, outcome",
        )
        .map_err(&engine)?;
    let mut found =
        statement.query(params![authority.as_str(), query.to_bytes()]).map_err(&engine)?;
    let (mut instruments, mut counts) = (BTreeSet::new(), OutcomeTally::default());
    while let Some(row) = found.next().map_err(&engine)? {
        let instrument: String = row.get(0).map_err(&engine)?;
        let outcome: Option<String> = row.get(1).map_err(&engine)?;
        let outcome = outcome.map(|word| word.parse().map_err(|_| DAMAGED)).transpose()?;
        instruments.insert(instrument.parse().map_err(|_| DAMAGED)?);
        counts.add(outcome, to_u64(row.get(2).map_err(&engine)?)?);
    }
    Ok((instruments.into_iter().collect(), counts))
}
