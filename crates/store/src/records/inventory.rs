//! The owner's inventory of his disseminated records: what is not in it is erased.

use super::{Found, Holding, Lookup, RecordState};
use crate::draft::Draft;
use crate::sqlite::{Work, to_u64};
use crate::store::Store;
use crate::{Error, LogReceipt};
use access::Grant;
use exchange::{Envelope, VerifiedEnvelope};
use rusqlite::params;
use vocabulary::{RecordId, RegisterId, Timestamp};

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
    /// Compares the copies held with the owner's inventory: those in it are valid for longer, those that are
    /// older than it and not in it are erased.
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
        let terms = Terms { as_of: job.as_of, valid_until: job.valid_until, at: job.at };
        let compared = self.write(move |work| {
            if !incoming.put(work, &leaf.authority)? {
                return Ok(None);
            }
            let compared = compare(work, &holding, &lookups, terms)?;
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
    lookups: &[Lookup],
    terms: Terms,
) -> Result<Compared, Error> {
    let (mut refreshed, mut missing) = (0_u32, Vec::new());
    for (at, lookup) in lookups.iter().enumerate() {
        if holding.refresh(work, lookup, terms)? {
            refreshed = refreshed.saturating_add(1);
        } else {
            missing.push(at);
        }
    }
    let mut erased = Vec::new();
    for old in holding.older_than(work, terms.as_of)? {
        holding.erase(work, &old, terms.at)?;
        erased.push(to_u64(old.key)?);
    }
    let gone = i64::try_from(erased.len()).unwrap_or(i64::MAX);
    holding.count(work, gone.saturating_neg(), 0)?;
    holding.vouch(work, terms.valid_until)?;
    Ok(Compared { erased, refreshed, missing })
}

impl Holding {
    /// Lets a copy live longer; false when there is none. A copy that was vouched for later stays as it is.
    fn refresh(&self, work: &Work<'_>, lookup: &Lookup, terms: Terms) -> Result<bool, Error> {
        let [authority, owner, instrument] = self.key();
        let changed = work.execute(
            "UPDATE record SET as_of = max(as_of, ?1), \
             valid_until = CASE WHEN as_of > ?1 THEN valid_until ELSE ?2 END \
             WHERE authority_id = ?3 AND owner_id = ?4 AND instrument_id = ?5 AND lookup = ?6 \
             AND state = 1",
            params![
                terms.as_of.as_micros(),
                terms.valid_until.as_micros(),
                authority,
                owner,
                instrument,
                lookup
            ],
        )?;
        Ok(changed == 1)
    }

    /// Live copies that were last vouched for before `as_of`.
    fn older_than(&self, work: &Work<'_>, as_of: Timestamp) -> Result<Vec<Found>, Error> {
        let engine = Error::engine("reading copies");
        let [authority, owner, instrument] = self.key();
        let mut statement = work
            .tx
            .prepare_cached(
                "SELECT record_key, key_slot, as_of FROM record WHERE authority_id = ? \
                 AND owner_id = ? AND instrument_id = ? AND state = 1 AND as_of < ?",
            )
            .map_err(&engine)?;
        statement
            .query_map(params![authority, owner, instrument, as_of.as_micros()], |row| {
                Ok(Found {
                    key: row.get(0)?,
                    state: RecordState::Live,
                    slot: row.get(1)?,
                    as_of: row.get(2)?,
                })
            })
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(&engine)
    }
}
