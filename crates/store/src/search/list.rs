//! The searches of one officer, without personal data.

use crate::Error;
use crate::engine::{Row, Statements, values};
use crate::store::Store;
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
        self.read_rows("reading searches", |rows| {
            let mut searches = rows.all(
                "SELECT query_id, asked_at, role, purpose_id FROM search \
                 WHERE authority_id = ?1 AND officer_lookup = ?2 AND justified_until IS NULL \
                 ORDER BY asked_at DESC LIMIT ?3",
                values![authority.as_str(), lookup, most],
                searched,
            )?;
            for search in &mut searches {
                (search.instruments, search.counts) = tally(rows, authority, search.query)?;
            }
            Ok(searches)
        })
    }
}

/// A search without what became of its parts.
fn searched(row: &Row<'_>) -> Result<SearchRow, Error> {
    let (role, purpose): (String, String) = (row.get(2)?, row.get(3)?);
    Ok(SearchRow {
        query: QueryId::from_bytes(row.get(0)?),
        at: Timestamp::from_micros(row.get(1)?),
        role: role.parse().map_err(|_| DAMAGED)?,
        purpose: purpose.parse().map_err(|_| DAMAGED)?,
        instruments: Vec::new(),
        counts: OutcomeTally::default(),
    })
}

fn tally(
    rows: Statements<'_>,
    authority: &AuthorityId,
    query: QueryId,
) -> Result<(Vec<InstrumentId>, OutcomeTally), Error> {
    let (mut instruments, mut counts) = (BTreeSet::new(), OutcomeTally::default());
    rows.all(
        "SELECT instrument_id, outcome, count(*) FROM search_part \
         WHERE authority_id = ?1 AND query_id = ?2 GROUP BY instrument_id, outcome",
        values![authority.as_str(), query.to_bytes()],
        |row| {
            let (instrument, outcome): (String, Option<String>) = (row.get(0)?, row.get(1)?);
            let outcome = outcome.map(|word| word.parse().map_err(|_| DAMAGED)).transpose()?;
            instruments.insert(instrument.parse().map_err(|_| DAMAGED)?);
            counts.add(outcome, row.get(2)?);
            Ok(())
        },
    )?;
    Ok((instruments.into_iter().collect(), counts))
}
