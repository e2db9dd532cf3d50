//! What is over goes: in bounded steps, each under the log entry of its run, the keys destroyed before the call returns.

use crate::draft::Draft;
use crate::engine::{Sql, values};
use crate::log::Leaf;
use crate::outbox::SendEnvelopes;
use crate::records::{Found, Holding, OverRecord, RecordState};
use crate::sealing::{Sealing, frame, unframe};
use crate::search::search_place;
use crate::store::Store;
use crate::work::{Urgency, Work, to_i64, to_u64};
use crate::{Error, LogReceipt};
use access::Grant;
use exchange::EnvelopeId;
use vocabulary::{AuthorityId, InstrumentId, QueryId, RegisterId, Timestamp};

/// A part of a search whose time is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverPart {
    /// The search.
    pub query: QueryId,
    /// The owner of the register asked.
    pub owner: AuthorityId,
    /// When it was asked.
    pub asked: Timestamp,
}

/// One bounded step of a retention run.
#[derive(Debug)]
pub struct EraseOver<'a> {
    /// The grant of the run.
    pub grant: &'a Grant,
    /// The entry of the run; only the first step logs it.
    pub entry: &'a Draft,
    /// True for the first step of the run.
    pub first: bool,
    /// Own records.
    pub records: Vec<OverRecord>,
    /// What the holders of copies are told, in the same transaction.
    pub tell: Option<SendEnvelopes<'a>>,
    /// Parts of searches. A search goes with its last part; its justification stays until the moment given, if one is.
    pub parts: Vec<(OverPart, Option<Timestamp>)>,
    /// Searches of which only a justification was left.
    pub justifications: Vec<QueryId>,
    /// Envelopes that came in.
    pub envelopes: Vec<EnvelopeId>,
    /// What is known of log entries beyond the log.
    pub receipts: Vec<QueryId>,
    /// When.
    pub at: Timestamp,
}

/// Entries of an instrument that are published and were made before a moment.
const PUBLISHED: Sql = Sql {
    sqlite: "SELECT e.entry_id FROM log_entry AS e JOIN log_state AS s USING (authority_id) \
             WHERE e.authority_id = ?1 AND e.entry_id < ?2 AND e.instrument_id = ?3 \
             AND e.log_index < s.published + (SELECT max(y.begins_at) FROM log_year AS y \
             WHERE y.authority_id = e.authority_id) LIMIT ?4",
    postgres: "SELECT e.entry_id FROM log_entry AS e JOIN log_commit AS c USING (authority_id, arrival) \
               JOIN log_state AS s USING (authority_id) \
               WHERE authority_id = ?1 AND e.entry_id < ?2 AND e.instrument_id = ?3 \
               AND c.first_index + e.place < s.published + (SELECT max(y.begins_at) FROM log_year AS y \
               WHERE y.authority_id = e.authority_id) LIMIT ?4",
};

impl Store {
    /// Parts of searches under `instrument` asked up to `asked` and no longer awaited at `now`, the oldest first.
    ///
    /// # Errors
    /// Those of the database.
    pub fn parts_over(
        &self,
        (authority, instrument): (&AuthorityId, &InstrumentId),
        (asked, now): (Timestamp, Timestamp),
        most: u32,
    ) -> Result<Vec<OverPart>, Error> {
        let last = QueryId::new(asked.plus_millis(1), [0; 10]);
        self.read_rows("reading searches", |rows| {
            rows.all(
                "SELECT query_id, owner_id, asked_at FROM search_part WHERE authority_id = ?1 \
                 AND query_id < ?2 AND instrument_id = ?3 AND asked_at <= ?4 AND expires_at <= ?5 \
                 ORDER BY query_id, owner_id LIMIT ?6",
                values![
                    authority.as_str(),
                    last.to_bytes(),
                    instrument.as_str(),
                    asked.as_micros(),
                    now.as_micros(),
                    most
                ],
                |row| {
                    let owner: String = row.get(1)?;
                    Ok(OverPart {
                        query: QueryId::from_bytes(row.get(0)?),
                        owner: owner.parse().map_err(|_| Error::Damaged { what: "a search" })?,
                        asked: Timestamp::from_micros(row.get(2)?),
                    })
                },
            )
        })
    }

    /// The instruments under which a search was logged.
    ///
    /// # Errors
    /// Those of the database.
    pub fn instruments_of(
        &self,
        authority: &AuthorityId,
        query: QueryId,
    ) -> Result<Vec<InstrumentId>, Error> {
        self.read_rows("reading the log", |rows| {
            rows.all(
                "SELECT DISTINCT instrument_id FROM log_entry WHERE authority_id = ?1 \
                 AND query_id = ?2 AND granted = 1",
                values![authority.as_str(), query.to_bytes()],
                |row| {
                    let id: String = row.get(0)?;
                    id.parse().map_err(|_| Error::Damaged { what: "a log entry" })
                },
            )
        })
    }

    /// Searches of which only a justification is left, and that no longer at `now`.
    ///
    /// # Errors
    /// Those of the database.
    pub fn justifications_over(
        &self,
        authority: &AuthorityId,
        now: Timestamp,
        most: u32,
    ) -> Result<Vec<QueryId>, Error> {
        self.read_rows("reading searches", |rows| {
            rows.all(
                "SELECT query_id FROM search WHERE authority_id = ?1 AND justified_until <= ?2 \
                 ORDER BY justified_until LIMIT ?3",
                values![authority.as_str(), now.as_micros(), most],
                |row| Ok(QueryId::from_bytes(row.get(0)?)),
            )
        })
    }

    /// Envelopes that came in under `instrument` and could come again no longer than until `expired`.
    ///
    /// # Errors
    /// Those of the database.
    pub fn envelopes_over(
        &self,
        (authority, instrument): (&AuthorityId, &InstrumentId),
        expired: Timestamp,
        most: u32,
    ) -> Result<Vec<EnvelopeId>, Error> {
        self.read_rows("reading the inbox", |rows| {
            rows.all(
                "SELECT envelope_id FROM inbox WHERE authority_id = ?1 \
                 AND instrument_id IN (?2, '') AND expires_at <= ?3 LIMIT ?4",
                values![authority.as_str(), instrument.as_str(), expired.as_micros(), most],
                |row| Ok(EnvelopeId::from_bytes(row.get(0)?)),
            )
        })
    }

    /// Published log entries under `instrument` made up to `made`, of which the store still knows beyond the log.
    ///
    /// # Errors
    /// Those of the database.
    pub fn receipts_over(
        &self,
        (authority, instrument): (&AuthorityId, &InstrumentId),
        made: Timestamp,
        most: u32,
    ) -> Result<Vec<QueryId>, Error> {
        let last = QueryId::new(made, [0; 10]);
        self.read_rows("reading the log", |rows| {
            rows.all(
                PUBLISHED,
                values![authority.as_str(), last.to_bytes(), instrument.as_str(), most],
                |row| Ok(QueryId::from_bytes(row.get(0)?)),
            )
        })
    }

    /// Takes away what is over, in one transaction, and gives the numbers of the records that went, for the index.
    /// What was retained or corrected in the meantime stays.
    ///
    /// # Errors
    /// [`Error::NotGranted`] when entry and grant differ.
    pub fn erase_over(&self, job: EraseOver<'_>) -> Result<(LogReceipt, Vec<u64>), Error> {
        let leaf = job.entry.under(job.grant)?;
        let tell = job.tell.map(|tell| self.ready_to_send(tell)).transpose()?;
        let over = Over {
            store: self.clone(),
            register: RegisterId::new(leaf.authority.clone(), leaf.instrument.clone()),
            records: job.records,
            parts: job.parts,
            justifications: job.justifications,
            envelopes: job.envelopes,
            receipts: job.receipts,
            at: job.at,
        };
        let first = job.first;
        self.write(move |work| {
            if first {
                work.append(&leaf, true)?;
            }
            let erased = over.take_away(work, &leaf)?;
            tell.iter().try_for_each(|tell| tell.write(work).map(drop))?;
            Ok((LogReceipt::of(&leaf, true), erased))
        })
    }
}

/// A step on its way into the writer.
struct Over {
    store: Store,
    register: RegisterId,
    records: Vec<OverRecord>,
    parts: Vec<(OverPart, Option<Timestamp>)>,
    justifications: Vec<QueryId>,
    envelopes: Vec<EnvelopeId>,
    receipts: Vec<QueryId>,
    at: Timestamp,
}

impl Over {
    fn take_away(&self, work: &mut Work<'_>, leaf: &Leaf) -> Result<Vec<u64>, Error> {
        let authority = &leaf.authority;
        let holding = Holding { authority: authority.clone(), register: self.register.clone() };
        let mut erased = Vec::new();
        for over in &self.records {
            erased.extend(holding.erase_over(work, over, self.at)?);
        }
        for (part, justified) in &self.parts {
            self.part(work, leaf, (part, *justified))?;
        }
        for query in &self.justifications {
            drop_search(work, authority, *query)?;
        }
        for id in &self.envelopes {
            let slot = work.one(
                "DELETE FROM inbox WHERE authority_id = ?1 AND envelope_id = ?2 RETURNING key_slot",
                values![authority.as_str(), id.to_bytes()],
                |row| row.get(0),
            )?;
            destroy(work, authority, slot)?;
        }
        for id in &self.receipts {
            work.execute(
                "DELETE FROM log_entry WHERE authority_id = ?1 AND entry_id = ?2",
                values![authority.as_str(), id.to_bytes()],
            )?;
        }
        Ok(erased)
    }

    fn part(
        &self,
        work: &mut Work<'_>,
        leaf: &Leaf,
        (part, justified): (&OverPart, Option<Timestamp>),
    ) -> Result<(), Error> {
        let (authority, query) = (leaf.authority.as_str(), part.query.to_bytes());
        let (owner, instrument) = (part.owner.as_str(), leaf.instrument.as_str());
        let key = values![authority, query, owner, instrument];
        let decided: Vec<i64> = work.all(
            "DELETE FROM match_decision WHERE authority_id = ?1 AND query_id = ?2 AND owner_id = ?3 \
             AND instrument_id = ?4 RETURNING key_slot",
            key,
            |row| row.get(0),
        )?;
        for slot in decided {
            destroy(work, &leaf.authority, Some(slot))?;
        }
        let slot: Option<Option<i64>> = work.one(
            "DELETE FROM search_part WHERE authority_id = ?1 AND query_id = ?2 AND owner_id = ?3 \
             AND instrument_id = ?4 RETURNING key_slot",
            key,
            |row| row.get(0),
        )?;
        destroy(work, &leaf.authority, slot.flatten())?;
        let others = work.any(
            "SELECT 1 FROM search_part WHERE authority_id = ?1 AND query_id = ?2",
            values![authority, query],
        )?;
        match justified.filter(|until| *until > self.at) {
            _ if others => Ok(()),
            Some(until) => self.narrow(work, &leaf.authority, (part.query, until)),
            None => drop_search(work, &leaf.authority, part.query),
        }
    }

    /// Leaves of a search nothing but who asked, in which function, and the justification.
    fn narrow(
        &self,
        work: &mut Work<'_>,
        authority: &AuthorityId,
        (query, until): (QueryId, Timestamp),
    ) -> Result<(), Error> {
        let row: Option<(i64, Vec<u8>)> = work.one(
            "SELECT key_slot, content FROM search WHERE authority_id = ?1 AND query_id = ?2 \
             AND justified_until IS NULL",
            values![authority.as_str(), query.to_bytes()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let Some((slot, sealed)) = row else { return Ok(()) };
        let place = search_place(authority, query);
        let content = place.open(self.store.engine().keys(), slot, &sealed)?;
        let narrowed =
            Sealing::new(self.store.engine().seams(), &place, &justification(&content)?)?;
        destroy(work, authority, Some(slot))?;
        let slot = work.keep_key(&narrowed)?;
        work.execute(
            "UPDATE search SET key_slot = ?1, content = ?2, justified_until = ?3 \
             WHERE authority_id = ?4 AND query_id = ?5",
            values![slot, narrowed.bytes, until.as_micros(), authority.as_str(), query.to_bytes()],
        )?;
        Ok(())
    }
}

/// Officer, role and justification of a stored search, without the subject and without any salt.
fn justification(content: &[u8]) -> Result<Vec<u8>, Error> {
    let damaged = || Error::Damaged { what: "a search" };
    let mut rest = content;
    let (officer, role) = (unframe(&mut rest)?, unframe(&mut rest)?);
    let asked: serde_json::Value =
        serde_json::from_slice(unframe(&mut rest)?).map_err(|_| damaged())?;
    let why = asked.get("justification").ok_or_else(damaged)?;
    let why = serde_json::to_vec(&serde_json::json!({ "justification": why }));
    let why = why.map_err(|_| damaged())?;
    Ok(frame([officer, role, why.as_slice()].into_iter()))
}

fn drop_search(work: &mut Work<'_>, authority: &AuthorityId, query: QueryId) -> Result<(), Error> {
    let slot = work.one(
        "DELETE FROM search WHERE authority_id = ?1 AND query_id = ?2 RETURNING key_slot",
        values![authority.as_str(), query.to_bytes()],
        |row| row.get(0),
    )?;
    destroy(work, authority, slot)
}

fn destroy(work: &mut Work<'_>, authority: &AuthorityId, slot: Option<i64>) -> Result<(), Error> {
    match slot {
        Some(slot) => work.destroy_key(authority, slot, Urgency::BeforeTheCallReturns),
        None => Ok(()),
    }
}

impl Holding {
    /// Erases an own record whose time is over, unless it was retained or changed since that was found out; gives its
    /// number when it went.
    fn erase_over(
        &self,
        work: &mut Work<'_>,
        over: &OverRecord,
        at: Timestamp,
    ) -> Result<Option<u64>, Error> {
        let found: Option<(i64, Option<i64>)> = work.one(
            "SELECT state, key_slot FROM record WHERE authority_id = ?1 AND record_key = ?2 \
             AND owner_id = ?1 AND instrument_id = ?3 AND state IN (1, 2) AND kept_from = ?4 \
             AND changed_at = ?5",
            values![
                self.authority.as_str(),
                to_i64(over.key)?,
                self.register.instrument().as_str(),
                over.kept_from.as_micros(),
                over.changed.as_micros()
            ],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let Some((state, slot)) = found else { return Ok(None) };
        let state = RecordState::of(state)?;
        let found = Found { key: to_i64(over.key)?, state, slot, as_of: None };
        self.erase(work, &found, at)?;
        let (live, ended) = if state == RecordState::Live { (-1, 0) } else { (0, -1) };
        self.count(work, live, ended)?;
        Ok(Some(to_u64(found.key)?))
    }
}
