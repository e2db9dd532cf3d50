//! A search looked at again, and its receipt made again.

use super::decide::{decision_place, verdict_of};
use super::{part_place, search_place};
use crate::engine::{Row, Sql, Statements, values};
use crate::log::Leaf;
use crate::sealing::unframe;
use crate::store::Store;
use crate::{Error, LogReceipt, message};
use audit_log::HumanVerdict;
use exchange::Envelope;
use seal::Digest;
use vocabulary::{
    AuthorityId, InstrumentId, MatchReference, OfficerId, Outcome, QueryId, RegisterId, Role,
    Timestamp,
};

/// A search with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchView {
    /// The query.
    pub query: QueryId,
    /// Who asked.
    pub officer: OfficerId,
    /// In which function.
    pub role: Role,
    /// When.
    pub at: Timestamp,
    /// What was asked and why, as it was given.
    pub content: Vec<u8>,
    /// The registers asked, in their order.
    pub parts: Vec<PartView>,
}

/// One register of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartView {
    /// The register.
    pub register: RegisterId,
    /// Its outcome; none while the answer is awaited.
    pub outcome: Option<Outcome>,
    /// When it was asked.
    pub asked_at: Timestamp,
    /// When the outcome was known.
    pub answered_at: Option<Timestamp>,
    /// When the answer is no longer awaited.
    pub expires: Timestamp,
    /// What it answered, as it was given.
    pub answer: Option<Vec<u8>>,
    /// The envelope that brought the answer.
    pub reply: Option<Envelope>,
    /// What was decided on its matches, in the order of the decisions.
    pub decisions: Vec<DecisionView>,
}

/// What a person decided on a match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionView {
    /// Which match.
    pub reference: MatchReference,
    /// What was decided.
    pub verdict: HumanVerdict,
    /// Who decided.
    pub officer: OfficerId,
    /// When.
    pub at: Timestamp,
}

const DAMAGED: Error = Error::Damaged { what: "a search" };

/// The first granted entry of a query under an instrument.
const FIRST_GRANTED: Sql = Sql {
    sqlite: "SELECT entry_id, leaf_hash, entry_digest FROM log_entry WHERE authority_id = ?1 \
             AND query_id = ?2 AND instrument_id = ?3 AND granted = 1 ORDER BY log_index LIMIT 1",
    postgres: "SELECT entry_id, leaf_hash, entry_digest FROM log_entry WHERE authority_id = ?1 \
               AND query_id = ?2 AND instrument_id = ?3 AND granted = 1 ORDER BY arrival, place LIMIT 1",
};

impl Store {
    /// The receipt of the first granted entry of a query under an instrument, made again from the committed
    /// log; none when there is no such entry.
    ///
    /// # Errors
    /// Those of the database.
    pub fn receipt_of(
        &self,
        authority: &AuthorityId,
        query: QueryId,
        instrument: &InstrumentId,
    ) -> Result<Option<LogReceipt>, Error> {
        self.read_rows("reading the log", |rows| {
            rows.one(
                FIRST_GRANTED,
                values![authority.as_str(), query.to_bytes(), instrument.as_str()],
                |row| {
                    let leaf = Leaf {
                        authority: authority.clone(),
                        entry_id: QueryId::from_bytes(row.get(0)?),
                        query: Some(query),
                        instrument: instrument.clone(),
                        hash: Digest::from_bytes(row.get(1)?),
                        digest: Digest::from_bytes(row.get(2)?),
                        framed: Vec::new(),
                    };
                    Ok(LogReceipt::of(&leaf, true))
                },
            )
        })
    }

    /// The search of the receipt; none when the query was not asked here.
    ///
    /// # Errors
    /// [`Error::WrongReceipt`] when the receipt is for no query or of a refusal.
    pub fn search(&self, receipt: &LogReceipt) -> Result<Option<SearchView>, Error> {
        let (authority, query) = (receipt.authority(), receipt.must_have_query()?);
        self.read_rows("reading a search", |rows| {
            let Some((at, slot, sealed)) = search_row(rows, authority, query)? else {
                return Ok(None);
            };
            let place = search_place(authority, query);
            let content = place.open(self.engine().keys(), slot, &sealed)?;
            let mut rest = content.as_slice();
            let officer = text(unframe(&mut rest)?)?;
            let role = text(unframe(&mut rest)?)?;
            Ok(Some(SearchView {
                query,
                officer: officer.parse().map_err(|_| DAMAGED)?,
                role: role.parse().map_err(|_| DAMAGED)?,
                at: Timestamp::from_micros(at),
                content: unframe(&mut rest)?.to_vec(),
                parts: self.parts(rows, authority, query)?,
            }))
        })
    }

    fn parts(
        &self,
        rows: Statements<'_>,
        authority: &AuthorityId,
        query: QueryId,
    ) -> Result<Vec<PartView>, Error> {
        let found = rows.all(
            "SELECT owner_id, instrument_id, outcome, asked_at, answered_at, expires_at, \
             reply_head, key_slot, answer FROM search_part \
             WHERE authority_id = ?1 AND query_id = ?2 ORDER BY owner_id, instrument_id",
            values![authority.as_str(), query.to_bytes()],
            PartRow::read,
        )?;
        found.into_iter().map(|row| self.part(rows, (authority, query), row)).collect()
    }

    fn part(
        &self,
        rows: Statements<'_>,
        (authority, query): (&AuthorityId, QueryId),
        row: PartRow,
    ) -> Result<PartView, Error> {
        let register = RegisterId::new(
            row.owner.parse().map_err(|_| DAMAGED)?,
            row.instrument.parse().map_err(|_| DAMAGED)?,
        );
        let (mut answer, mut reply) = (None, None);
        if let (Some(slot), Some(sealed)) = (row.slot, row.answer) {
            let place = part_place(authority, query, &register);
            let payload = place.open(self.engine().keys(), slot, &sealed)?;
            let mut rest = payload.as_slice();
            answer = Some(unframe(&mut rest)?.to_vec());
            let content = unframe(&mut rest)?;
            reply = row.reply_head.map(|head| message::envelope(&head, content)).transpose()?;
        }
        let outcome = row.outcome.map(|word| word.parse().map_err(|_| DAMAGED)).transpose()?;
        let decisions = self.decisions(rows, (authority, query), &register)?;
        Ok(PartView {
            register,
            outcome,
            asked_at: Timestamp::from_micros(row.asked_at),
            answered_at: row.answered_at.map(Timestamp::from_micros),
            expires: Timestamp::from_micros(row.expires_at),
            answer,
            reply,
            decisions,
        })
    }

    fn decisions(
        &self,
        rows: Statements<'_>,
        (authority, query): (&AuthorityId, QueryId),
        register: &RegisterId,
    ) -> Result<Vec<DecisionView>, Error> {
        let (owner, instrument) = (register.authority().as_str(), register.instrument().as_str());
        rows.all(
            "SELECT reference, verdict, decided_at, decision_entry, key_slot, officer \
             FROM match_decision WHERE authority_id = ?1 AND query_id = ?2 AND owner_id = ?3 \
             AND instrument_id = ?4 ORDER BY decided_at, decision_entry",
            values![authority.as_str(), query.to_bytes(), owner, instrument],
            |row| {
                let (reference, verdict): (String, String) = (row.get(0)?, row.get(1)?);
                let entry = QueryId::from_bytes(row.get(3)?);
                let sealed: Vec<u8> = row.get(5)?;
                let place = decision_place(authority, entry);
                let officer = place.open(self.engine().keys(), row.get(4)?, &sealed)?;
                Ok(DecisionView {
                    reference: reference.parse().map_err(|_| DAMAGED)?,
                    verdict: verdict_of(&verdict)?,
                    officer: text(&officer)?.parse().map_err(|_| DAMAGED)?,
                    at: Timestamp::from_micros(row.get(2)?),
                })
            },
        )
    }
}

/// When it was asked, slot and sealed content of a search.
type SearchColumns = (i64, i64, Vec<u8>);

fn search_row(
    rows: Statements<'_>,
    authority: &AuthorityId,
    query: QueryId,
) -> Result<Option<SearchColumns>, Error> {
    rows.one(
        "SELECT asked_at, key_slot, content FROM search WHERE authority_id = ?1 AND query_id = ?2 \
         AND justified_until IS NULL",
        values![authority.as_str(), query.to_bytes()],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )
}

struct PartRow {
    owner: String,
    instrument: String,
    outcome: Option<String>,
    asked_at: i64,
    answered_at: Option<i64>,
    expires_at: i64,
    reply_head: Option<Vec<u8>>,
    slot: Option<i64>,
    answer: Option<Vec<u8>>,
}

impl PartRow {
    fn read(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            owner: row.get(0)?,
            instrument: row.get(1)?,
            outcome: row.get(2)?,
            asked_at: row.get(3)?,
            answered_at: row.get(4)?,
            expires_at: row.get(5)?,
            reply_head: row.get(6)?,
            slot: row.get(7)?,
            answer: row.get(8)?,
        })
    }
}

fn text(bytes: &[u8]) -> Result<&str, Error> {
    std::str::from_utf8(bytes).map_err(|_| DAMAGED)
}
