//! The log entries of a group on their way into their rows.

use super::{BTreeMap, Plan};
use crate::Error;
use crate::engine::{Statements, values};
use crate::log::NewEntry;
use crate::postgres::connection::Connection;
use crate::work::to_i64;
use audit_log::Frontier;
use vocabulary::{AuthorityId, QueryId};

impl Plan {
    /// Gives the entries that have none their rows, all in one statement.
    pub(in crate::postgres) fn write_entries(&mut self, on: &Connection) -> Result<(), Error> {
        if self.appended.len() <= self.written {
            return Ok(());
        }
        let arrival = self.arrival(on)?;
        let mut places: BTreeMap<&AuthorityId, i64> = BTreeMap::new();
        let mut rows = Rows::default();
        for (at, appended) in self.appended.iter().enumerate() {
            let leaf = &appended.leaf;
            let place = places.entry(&leaf.authority).or_default();
            if at >= self.written {
                rows.authorities.push(leaf.authority.as_str());
                rows.ids.push(leaf.entry_id.to_bytes().to_vec());
                rows.places.push(*place);
                rows.queries.push(leaf.query.map(|query| QueryId::to_bytes(query).to_vec()));
                rows.instruments.push(leaf.instrument.as_str());
                rows.granted.push(i16::from(appended.granted));
                rows.hashes.push(leaf.hash.as_bytes().as_slice());
                rows.digests.push(leaf.digest.as_bytes().as_slice());
            }
            *place = place.saturating_add(1);
        }
        on.many(
            "INSERT INTO log_entry (authority_id, entry_id, arrival, place, query_id, instrument_id, granted, \
             leaf_hash, entry_digest) SELECT a, e, $1, p, q, i, g, h, d FROM unnest($2::text[], $3::bytea[], \
             $4::bigint[], $5::bytea[], $6::text[], $7::smallint[], $8::bytea[], $9::bytea[]) \
             AS t(a, e, p, q, i, g, h, d)",
            &[
                &arrival,
                &rows.authorities,
                &rows.ids,
                &rows.places,
                &rows.queries,
                &rows.instruments,
                &rows.granted,
                &rows.hashes,
                &rows.digests,
            ],
        )?;
        self.written = self.appended.len();
        Ok(())
    }

    /// The group's place in the order of arrival.
    fn arrival(&mut self, on: &Connection) -> Result<i64, Error> {
        if let Some(arrival) = self.arrival {
            return Ok(arrival);
        }
        let rows = Statements::postgres(on, "writing the log");
        let arrival = rows
            .one("SELECT nextval('log_arrival')", values![], |row| row.get(0))?
            .ok_or(Error::Damaged { what: "the order of arrival" })?;
        self.arrival = Some(arrival);
        Ok(arrival)
    }

    /// Writes what belongs to the group as a whole: per authority the row that waits for its index with the bytes of
    /// the entries, and what they touched. What is touched under an entry of an earlier commit arrives without one.
    pub(in crate::postgres) fn write_group(&mut self, on: &Connection) -> Result<(), Error> {
        if self.appended.is_empty() && self.changes.is_empty() {
            return Ok(());
        }
        let arrival = self.arrival(on)?;
        let mut by_authority: BTreeMap<&AuthorityId, (i64, Vec<u8>, Vec<u8>)> = BTreeMap::new();
        for change in &self.changes {
            by_authority.entry(&change.authority).or_default();
        }
        for appended in &self.appended {
            let leaf = &appended.leaf;
            let (count, bodies, hashes) = by_authority.entry(&leaf.authority).or_default();
            *count = count.saturating_add(1);
            bodies.extend_from_slice(&leaf.framed);
            hashes.extend_from_slice(leaf.hash.as_bytes());
        }
        let tx = Statements::postgres(on, "writing the log");
        for (authority, (count, bodies, hashes)) in by_authority {
            tx.execute(
                "WITH commit AS (INSERT INTO log_commit (authority_id, arrival, entries) VALUES (?1, ?2, ?3)) \
                 INSERT INTO log_waiting (authority_id, arrival, bodies, leaf_hashes) VALUES (?1, ?2, ?4, ?5)",
                values![authority.as_str(), arrival, count, bodies, hashes],
            )?;
        }
        if self.changes.is_empty() {
            return Ok(());
        }
        let authorities: Vec<&str> =
            self.changes.iter().map(|one| one.authority.as_str()).collect();
        let instruments: Vec<&str> =
            self.changes.iter().map(|one| one.instrument.as_str()).collect();
        let records: Vec<i64> = self.changes.iter().map(|one| one.record).collect();
        let batches: Vec<i64> = self.changes.iter().map(|one| one.batch).collect();
        on.many(
            "INSERT INTO record_change (authority_id, arrival, instrument_id, record_key, batch_id) \
             SELECT a, $1, i, r, b FROM unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[]) AS t(a, i, r, b) \
             ON CONFLICT DO NOTHING",
            &[&arrival, &authorities, &instruments, &records, &batches],
        )?;
        Ok(())
    }

    /// Where the entry after all that are durable will stand.
    pub(crate) fn peek_index(tx: Statements<'_>, authority: &AuthorityId) -> Result<u64, Error> {
        let end = tx.one(
            "SELECT y.begins_at + s.size + (SELECT coalesce(sum(entries), 0)::bigint FROM log_commit AS c \
             WHERE c.authority_id = s.authority_id AND c.first_index IS NULL) \
             FROM log_state AS s JOIN log_year AS y ON y.authority_id = s.authority_id \
             WHERE s.authority_id = ?1 AND y.ended_size IS NULL",
            values![authority.as_str()],
            |row| row.get(0),
        )?;
        end.ok_or_else(|| Error::NoLog { authority: authority.clone() })
    }

    /// Puts the first entry of a new log at its index at once: what others append meanwhile comes after it.
    pub(crate) fn begin_log(tx: Statements<'_>, first: &NewEntry, index: u64) -> Result<(), Error> {
        let (authority, hash) = (first.authority.as_str(), first.hash.as_bytes());
        let mut frontier = Frontier::new();
        frontier.append_many(std::iter::once(first.hash));
        let arrival = "SELECT nextval('log_arrival')";
        let arrival = tx.one(arrival, values![], |row| row.get::<i64>(0))?;
        tx.execute(
            "WITH commit AS (INSERT INTO log_commit (authority_id, arrival, entries, first_index) \
             VALUES (?1, ?2, 1, ?3)) INSERT INTO log_waiting (authority_id, arrival, bodies, leaf_hashes) \
             VALUES (?1, ?2, ?4, ?5)",
            values![authority, arrival, to_i64(index)?, first.framed, hash],
        )?;
        tx.execute(
            "UPDATE log_state SET size = 1, frontier = ?2 WHERE authority_id = ?1",
            values![authority, frontier.encode()],
        )?;
        Ok(())
    }

    /// Gives the commits of `arrivals` their first indices, from `from` on, in the order of their arrival.
    pub(crate) fn place_commits(
        on: &Connection,
        authority: &AuthorityId,
        from: u64,
        arrivals: &[i64],
    ) -> Result<(), Error> {
        let placed = on.many(
            "UPDATE log_commit AS c SET first_index = p.first_index FROM (SELECT arrival, \
             $2::bigint + (sum(entries) OVER (ORDER BY arrival))::bigint - entries AS first_index FROM log_commit \
             WHERE authority_id = $1 AND arrival = ANY($3::bigint[]) AND first_index IS NULL) AS p \
             WHERE c.authority_id = $1 AND c.arrival = p.arrival",
            &[&authority.as_str(), &to_i64(from)?, &arrivals],
        )?;
        if placed == arrivals.len() {
            Ok(())
        } else {
            Err(Error::Damaged { what: "the order of the log" })
        }
    }
}

/// Columns of the rows that are written together.
#[derive(Default)]
struct Rows<'a> {
    authorities: Vec<&'a str>,
    ids: Vec<Vec<u8>>,
    places: Vec<i64>,
    queries: Vec<Option<Vec<u8>>>,
    instruments: Vec<&'a str>,
    granted: Vec<i16>,
    hashes: Vec<&'a [u8]>,
    digests: Vec<&'a [u8]>,
}
