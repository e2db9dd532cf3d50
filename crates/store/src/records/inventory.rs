//! The owner's inventory of his disseminated records: what is not in it is erased.

use super::parts::{Listed, unpack};
use super::{Found, Holding, Lookup, RecordState};
use crate::draft::Draft;
use crate::engine::{for_update, values};
use crate::store::Store;
use crate::work::{Work, to_u64};
use crate::{Error, LogReceipt};
use access::Grant;
use exchange::{Envelope, InventoryBody, ListedRecord, VerifiedEnvelope};
use std::collections::BTreeSet;
use vocabulary::{AuthorityId, RecordId, RegisterId, Timestamp};

/// An inventory of a disseminated register, or a part of one, as its owner sent it.
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
    /// What it says.
    pub inventory: &'a InventoryBody,
    /// When copies must be erased unless he vouches for them again, by the law of this holder.
    pub valid_until: Timestamp,
    /// When.
    pub at: Timestamp,
}

/// What became of an inventory.
#[derive(Debug)]
pub enum Inventoried {
    /// Copies were refreshed and erased by it, or it waits for its other parts.
    Fresh {
        /// The receipt of the entry.
        receipt: LogReceipt,
        /// Numbers of the copies erased, for the index.
        erased: Vec<u64>,
        /// How many copies the owner vouched for again; none while parts are missing.
        refreshed: u32,
    },
    /// The envelope was taken before: the reply of then. Nothing was done or logged again.
    Again(Envelope),
}

/// What the writer found out.
#[derive(Default)]
struct Compared {
    erased: Vec<u64>,
    refreshed: u32,
}

impl Store {
    /// Which of these records `holder` holds no copy of whose life is not over at `now`, or one that is out of date.
    ///
    /// # Errors
    /// Those of the database.
    pub fn copies_missing(
        &self,
        (holder, now): (&AuthorityId, Timestamp),
        register: &RegisterId,
        listed: &[ListedRecord],
    ) -> Result<Vec<RecordId>, Error> {
        let (holding, now) =
            (Holding { authority: holder.clone(), register: register.clone() }, now.as_micros());
        let [authority, owner, instrument] = holding.key();
        self.read_rows("reading copies", |rows| {
            let mut missing = Vec::new();
            for one in listed {
                let held = rows.any(
                    "SELECT 1 FROM record WHERE authority_id = ?1 AND owner_id = ?2 \
                     AND instrument_id = ?3 AND lookup = ?4 AND state = 1 AND valid_until > ?5 \
                     AND as_of >= ?6",
                    values![
                        authority,
                        owner,
                        instrument,
                        self.lookup(&holding, &one.id),
                        now,
                        one.changed.as_micros()
                    ],
                )?;
                if !held {
                    missing.push(one.id.clone());
                }
            }
            Ok(missing)
        })
    }

    /// Takes in an inventory. When all its parts are there, the copies held are compared with it: those in it are valid
    /// for longer, those that are older than it and not in it are erased, and so are those whose record has changed
    /// since; those that are missing are awaited. An inventory older than the last one changes nothing.
    ///
    /// # Errors
    /// [`Error::NotGranted`] when entry, grant, envelope and register do not belong together; [`Error::Unfit`] when
    /// the parts are not those of one whole: the last of them is then not kept.
    pub fn accept_inventory(&self, job: AcceptInventory<'_>) -> Result<Inventoried, Error> {
        let AcceptInventory { grant, entry, incoming: sent, reply, inventory, valid_until, at } =
            job;
        let leaf = entry.under(grant)?;
        let register = inventory.register.clone();
        let holding = Holding { authority: leaf.authority.clone(), register };
        holding.must_fit(&leaf)?;
        holding.must_be_sent_by_owner(sent)?;
        let incoming = self.incoming(&leaf.authority, sent, Some(reply), at)?;
        let part = self.part_of(&holding, inventory);
        let terms = Terms { as_of: inventory.as_of, valid_until, at };
        let compared = self.write(move |work| {
            if !incoming.put(work, &leaf.authority)? {
                return Ok(None);
            }
            let compared = match holding.take_part(work, &part)? {
                Some(listed) => compare(work, &holding, &unpack(&listed)?, terms)?,
                None => Compared::default(),
            };
            work.append(&leaf, true)?;
            Ok(Some((LogReceipt::of(&leaf, true), compared)))
        })?;
        match compared {
            Some((receipt, Compared { erased, refreshed })) => {
                Ok(Inventoried::Fresh { receipt, erased, refreshed })
            }
            None => Ok(Inventoried::Again(self.reply_given(sent)?)),
        }
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
    listed: &[Listed],
    terms: Terms,
) -> Result<Compared, Error> {
    if holding.listed_as_of(work)? > Some(terms.as_of.as_micros()) {
        return Ok(Compared::default());
    }
    let (mut refreshed, mut missing) = (0_u32, Vec::new());
    let mut stays = BTreeSet::new();
    for one in listed {
        if holding.refresh(work, one, terms)? {
            refreshed = refreshed.saturating_add(1);
            stays.insert(&one.lookup);
        } else if holding.gone_as_of(work, &one.lookup)? < Some(terms.as_of.as_micros()) {
            missing.push(one);
        }
    }
    let mut erased = Vec::new();
    for (lookup, old) in holding.older_than(work, terms.as_of)? {
        if !stays.contains(&lookup) {
            holding.erase(work, &old, terms.at)?;
            erased.push(to_u64(old.key)?);
        }
    }
    let gone = i64::try_from(erased.len()).unwrap_or(i64::MAX);
    holding.count(work, gone.saturating_neg(), 0)?;
    holding.vouch(work, terms)?;
    holding.await_only(work, &missing)?;
    Ok(Compared { erased, refreshed })
}

impl Holding {
    /// Lets a copy live longer; false when there is none, none whose life is not over, or none of the content its owner
    /// has now: it missed a correction. The content stays as old as before, so that a correction that comes late still
    /// replaces it.
    fn refresh(&self, work: &Work<'_>, listed: &Listed, terms: Terms) -> Result<bool, Error> {
        let [authority, owner, instrument] = self.key();
        let changed = work.execute(
            "UPDATE record SET valid_until = CASE WHEN valid_until < ?1 THEN ?1 ELSE valid_until END \
             WHERE authority_id = ?2 AND owner_id = ?3 AND instrument_id = ?4 AND lookup = ?5 \
             AND state = 1 AND valid_until > ?6 AND as_of >= ?7",
            values![
                terms.valid_until.as_micros(),
                authority,
                owner,
                instrument,
                listed.lookup,
                terms.at.as_micros(),
                listed.changed
            ],
        )?;
        Ok(changed == 1)
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
    fn await_only(&self, work: &Work<'_>, missing: &[&Listed]) -> Result<(), Error> {
        let [authority, owner, instrument] = self.key();
        work.execute(
            "DELETE FROM copy_awaited WHERE authority_id = ?1 AND owner_id = ?2 AND instrument_id = ?3",
            values![authority, owner, instrument],
        )?;
        for listed in missing {
            work.execute(
                "INSERT INTO copy_awaited (authority_id, owner_id, instrument_id, lookup, changed_at) \
                 VALUES (?1, ?2, ?3, ?4, ?5)",
                values![authority, owner, instrument, listed.lookup, listed.changed],
            )?;
        }
        Ok(())
    }

    /// Live copies whose content is older than `as_of`.
    fn older_than(&self, work: &Work<'_>, as_of: Timestamp) -> Result<Vec<(Lookup, Found)>, Error> {
        let [authority, owner, instrument] = self.key();
        work.all(
            for_update!(
                "SELECT record_key, key_slot, as_of, lookup FROM record WHERE authority_id = ?1 \
                 AND owner_id = ?2 AND instrument_id = ?3 AND state = 1 AND as_of < ?4"
            ),
            values![authority, owner, instrument, as_of.as_micros()],
            |row| {
                let (key, slot, as_of) = (row.get(0)?, row.get(1)?, row.get(2)?);
                let found = Found { key, state: RecordState::Live, slot, as_of };
                Ok((row.get(3)?, found))
            },
        )
    }
}
