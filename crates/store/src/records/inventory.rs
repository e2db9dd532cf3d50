//! The owner's inventory of his disseminated records: what is not in it is erased.

use super::{Found, Holding, Lookup, RecordState};
use crate::draft::Draft;
use crate::engine::values;
use crate::store::Store;
use crate::work::{Work, to_u64};
use crate::{Error, LogReceipt};
use access::Grant;
use exchange::{Envelope, VerifiedEnvelope};
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::{AuthorityId, RecordId, RegisterId, Timestamp};

/// The ids of all records of a disseminated register that are still valid.
#[derive(Debug)]
pub struct AcceptInventory<'a> {
    /// The grant of the erasure of what is not in it.
    pub grant: &'a Grant,
    /// What is to be logged.
    pub entry: Draft,
    /// The envelope that brought it.
    pub incoming: &'a VerifiedEnvelope,
    /// The reply to it; kept and given again when the envelope comes again.
    pub reply: &'a Envelope,
    /// The owner's register.
    pub register: RegisterId,
    /// The ids.
    pub ids: Vec<RecordId>,
    /// Those of them that were corrected lately, and when: older copies are missing.
    pub corrected: BTreeMap<RecordId, Timestamp>,
    /// When the owner vouched for them.
    pub as_of: Timestamp,
    /// When copies must be erased unless he vouches for them again.
    pub valid_until: Timestamp,
    /// When.
    pub at: Timestamp,
}

/// What became of an inventory.
#[derive(Debug)]
pub enum Inventoried {
    /// Copies were refreshed and erased by it.
    Fresh {
        /// The receipt of the entry.
        receipt: LogReceipt,
        /// Numbers of the copies erased, for the index.
        erased: Vec<u64>,
        /// How many copies the owner vouched for again.
        refreshed: u32,
        /// Records of which there is no copy here; to be asked for.
        missing: Vec<RecordId>,
    },
    /// The envelope was taken before: the reply of then. Nothing was done or logged again.
    Again(Envelope),
}

/// What the writer found out.
struct Compared {
    erased: Vec<u64>,
    refreshed: u32,
    missing: Vec<usize>,
}

impl Store {
    /// Which of these records `holder` holds no copy of whose life is not over at `now` and whose content is not
    /// older than what was `corrected`.
    ///
    /// # Errors
    /// Those of the database.
    pub fn copies_missing(
        &self,
        (holder, now): (&AuthorityId, Timestamp),
        register: &RegisterId,
        (ids, corrected): (&[RecordId], &BTreeMap<RecordId, Timestamp>),
    ) -> Result<Vec<RecordId>, Error> {
        let (holding, now) =
            (Holding { authority: holder.clone(), register: register.clone() }, now.as_micros());
        let [authority, owner, instrument] = holding.key();
        self.read_rows("reading copies", |rows| {
            let mut missing = Vec::new();
            for id in ids {
                let held = rows.any(
                    "SELECT 1 FROM record WHERE authority_id = ?1 AND owner_id = ?2 \
                     AND instrument_id = ?3 AND lookup = ?4 AND state = 1 AND valid_until > ?5 \
                     AND as_of >= ?6",
                    values![
                        authority,
                        owner,
                        instrument,
                        self.lookup(&holding, id),
                        now,
                        corrected.get(id).map_or(i64::MIN, |at| at.as_micros()),
                    ],
                )?;
                if !held {
                    missing.push(id.clone());
                }
            }
            Ok(missing)
        })
    }

    /// Compares the copies held with the owner's inventory: those in it are valid for longer, those that are
    /// older than it and not in it, or older than a correction, are erased, and those that are missing are awaited. An inventory older than the
    /// last one changes nothing.
    ///
    /// # Errors
    /// [`Error::NotGranted`] when entry, grant, envelope and register do not belong together.
    pub fn accept_inventory(&self, job: AcceptInventory<'_>) -> Result<Inventoried, Error> {
        let leaf = job.entry.under(job.grant)?;
        let holding = Holding { authority: leaf.authority.clone(), register: job.register };
        holding.must_fit(&leaf)?;
        holding.must_be_sent_by_owner(job.incoming)?;
        let incoming = self.incoming(&leaf.authority, job.incoming, Some(job.reply), job.at)?;
        let lookups: Vec<Lookup> = job.ids.iter().map(|id| self.lookup(&holding, id)).collect();
        let corrected: Vec<(Lookup, Timestamp)> =
            job.corrected.iter().map(|(id, at)| (self.lookup(&holding, id), *at)).collect();
        let terms = Terms { as_of: job.as_of, valid_until: job.valid_until, at: job.at };
        let compared = self.write(move |work| {
            if !incoming.put(work, &leaf.authority)? {
                return Ok(None);
            }
            let compared = compare(work, &holding, (&lookups, &corrected), terms)?;
            work.append(&leaf, true)?;
            Ok(Some((LogReceipt::of(&leaf, true), compared)))
        })?;
        let Some((receipt, Compared { erased, refreshed, missing })) = compared else {
            return Ok(Inventoried::Again(self.reply_given(job.incoming)?));
        };
        let missing = missing.into_iter().filter_map(|at| job.ids.get(at).cloned()).collect();
        Ok(Inventoried::Fresh { receipt, erased, refreshed, missing })
    }
}

#[derive(Debug, Clone, Copy)]
struct Terms {
    as_of: Timestamp,
    valid_until: Timestamp,
    at: Timestamp,
}

fn compare(
    work: &mut Work<'_>,
    holding: &Holding,
    (lookups, corrected): (&[Lookup], &[(Lookup, Timestamp)]),
    terms: Terms,
) -> Result<Compared, Error> {
    let (mut refreshed, mut missing) = (0_u32, Vec::new());
    if holding.listed_as_of(work)? > Some(terms.as_of.as_micros()) {
        return Ok(Compared { erased: Vec::new(), refreshed, missing });
    }
    for (lookup, since) in corrected {
        holding.end_older(work, lookup, (*since, terms.at))?;
    }
    for (at, lookup) in lookups.iter().enumerate() {
        if holding.refresh(work, lookup, terms)? {
            refreshed = refreshed.saturating_add(1);
        } else {
            missing.push(at);
        }
    }
    let listed: BTreeSet<&Lookup> = lookups.iter().collect();
    let mut erased = Vec::new();
    for (lookup, valid_until, old) in holding.older_than(work, terms.as_of)? {
        if listed.contains(&lookup) && valid_until > Some(terms.at.as_micros()) {
            continue;
        }
        holding.erase(work, &old, terms.at)?;
        erased.push(to_u64(old.key)?);
    }
    let gone = i64::try_from(erased.len()).unwrap_or(i64::MAX);
    holding.count(work, gone.saturating_neg(), 0)?;
    holding.vouch(work, terms)?;
    holding.await_only(work, missing.iter().filter_map(|at: &usize| lookups.get(*at)))?;
    Ok(Compared { erased, refreshed, missing })
}

impl Holding {
    /// Lets a copy live longer; false when there is none, or none whose life is not over: that one may have missed a
    /// correction. The content stays as old as before, so that a correction that comes late still replaces it.
    fn refresh(&self, work: &Work<'_>, lookup: &Lookup, terms: Terms) -> Result<bool, Error> {
        let [authority, owner, instrument] = self.key();
        let changed = work.execute(
            "UPDATE record SET valid_until = max(valid_until, ?1) \
             WHERE authority_id = ?2 AND owner_id = ?3 AND instrument_id = ?4 AND lookup = ?5 \
             AND state = 1 AND valid_until > ?6",
            values![
                terms.valid_until.as_micros(),
                authority,
                owner,
                instrument,
                lookup,
                terms.at.as_micros()
            ],
        )?;
        Ok(changed == 1)
    }

    /// Ends the life of a copy that missed a correction.
    fn end_older(
        &self,
        work: &Work<'_>,
        lookup: &Lookup,
        (since, at): (Timestamp, Timestamp),
    ) -> Result<(), Error> {
        let [authority, owner, instrument] = self.key();
        work.execute(
            "UPDATE record SET valid_until = min(valid_until, ?1) \
             WHERE authority_id = ?2 AND owner_id = ?3 AND instrument_id = ?4 AND lookup = ?5 \
             AND state = 1 AND as_of < ?6",
            values![at.as_micros(), authority, owner, instrument, lookup, since.as_micros()],
        )?;
        Ok(())
    }

    /// Notes the moment of the inventory and until when the owner vouches by it.
    fn vouch(&self, work: &Work<'_>, terms: Terms) -> Result<(), Error> {
        let [authority, owner, instrument] = self.key();
        work.execute(
            "UPDATE register_count SET valid_until = ?1, listed_as_of = ?2 \
             WHERE authority_id = ?3 AND owner_id = ?4 AND instrument_id = ?5",
            values![
                terms.valid_until.as_micros(),
                terms.as_of.as_micros(),
                authority,
                owner,
                instrument
            ],
        )?;
        Ok(())
    }

    /// Awaits copies of these records and of no others.
    fn await_only<'a>(
        &self,
        work: &Work<'_>,
        lookups: impl Iterator<Item = &'a Lookup>,
    ) -> Result<(), Error> {
        let [authority, owner, instrument] = self.key();
        work.execute(
            "DELETE FROM copy_awaited WHERE authority_id = ?1 AND owner_id = ?2 AND instrument_id = ?3",
            values![authority, owner, instrument],
        )?;
        for lookup in lookups {
            work.execute(
                "INSERT INTO copy_awaited (authority_id, owner_id, instrument_id, lookup) \
                 VALUES (?1, ?2, ?3, ?4)",
                values![authority, owner, instrument, lookup],
            )?;
        }
        Ok(())
    }

    /// Live copies whose content is older than `as_of`.
    fn older_than(
        &self,
        work: &Work<'_>,
        as_of: Timestamp,
    ) -> Result<Vec<(Lookup, Option<i64>, Found)>, Error> {
        let [authority, owner, instrument] = self.key();
        work.all(
            "SELECT record_key, key_slot, as_of, lookup, valid_until FROM record WHERE authority_id = ?1 \
             AND owner_id = ?2 AND instrument_id = ?3 AND state = 1 AND as_of < ?4",
            values![authority, owner, instrument, as_of.as_micros()],
            |row| {
                let (key, slot, as_of) = (row.get(0)?, row.get(1)?, row.get(2)?);
                let found = Found { key, state: RecordState::Live, slot, as_of };
                Ok((row.get(3)?, row.get(4)?, found))
            },
        )
    }
}
