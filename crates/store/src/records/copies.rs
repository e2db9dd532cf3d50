//! Copies of somebody else's records: taken in on the owner's word, erased when that word runs out.

use super::{Found, Holding, Lookup, RecordState, Stamp};
use crate::draft::Draft;
use crate::engine::{for_update, values};
use crate::log::Leaf;
use crate::store::Store;
use crate::work::{Work, to_u64};
use crate::{Error, LogReceipt};
use access::Grant;
use exchange::{Envelope, VerifiedEnvelope};
use vocabulary::{AuthorityId, Record, RecordId, RegisterId, Timestamp};

/// Copies of records as their owner sent them.
#[derive(Debug)]
pub struct AcceptCopies<'a> {
    /// The grant of the collection.
    pub grant: &'a Grant,
    /// What is to be logged.
    pub entry: Draft,
    /// The envelope that brought them.
    pub incoming: &'a VerifiedEnvelope,
    /// The reply to it; kept and given again when the envelope comes again.
    pub reply: &'a Envelope,
    /// The owner's register.
    pub register: RegisterId,
    /// The records.
    pub records: Vec<Record>,
    /// Records that are no more.
    pub gone: Vec<RecordId>,
    /// When the owner vouched for them.
    pub as_of: Timestamp,
    /// When they must be erased unless he vouches for them again.
    pub valid_until: Timestamp,
    /// When.
    pub at: Timestamp,
}

/// What became of copies.
#[derive(Debug)]
pub enum Accepted {
    /// They are held.
    Fresh {
        /// The receipt of the entry.
        receipt: LogReceipt,
        /// Numbers and records, for the index. A record older than the copy held is left out.
        changes: Vec<(u64, Record)>,
        /// Numbers of copies that went on the owner's word, for the index.
        erased: Vec<u64>,
    },
    /// The envelope was taken before: the reply of then. Nothing was done or logged again.
    Again(Envelope),
}

impl Store {
    /// Takes in copies. A copy replaces the older copy of the same record; the old content is erased.
    ///
    /// # Errors
    /// [`Error::NotGranted`] when entry, grant, envelope and register do not belong together.
    pub fn accept_copies(&self, job: AcceptCopies<'_>) -> Result<Accepted, Error> {
        let leaf = job.entry.under(job.grant)?;
        let holding = Holding { authority: leaf.authority.clone(), register: job.register };
        holding.must_fit(&leaf)?;
        holding.must_be_sent_by_owner(job.incoming)?;
        let incoming = self.incoming(&leaf.authority, job.incoming, Some(job.reply), job.at)?;
        let ready = self.ready_records(&holding, &job.records)?;
        let gone: Vec<Lookup> = job.gone.iter().map(|id| self.lookup(&holding, id)).collect();
        let (as_of, valid_until) = (Some(job.as_of), Some(job.valid_until));
        let stamp = Stamp { batch: 0, at: job.at, as_of, valid_until };
        let kept = self.write(move |work| {
            if !incoming.put(work, &leaf.authority)? {
                return Ok(None);
            }
            // Takes the row of the register first: copies and inventories of one register follow one another.
            holding.count(work, 0, 0)?;
            let mut erased = Vec::new();
            for lookup in &gone {
                erased.extend(holding.goes(work, lookup, stamp)?);
            }
            let mut keys = Vec::with_capacity(ready.len());
            let mut new = 0_i64;
            for record in &ready {
                let old = holding.find(work, &record.lookup)?;
                keys.push(match old {
                    Some(old) if is_newer(&old, stamp) => None,
                    Some(old) => {
                        holding.replace(work, &old, record, stamp)?;
                        Some(old.key)
                    }
                    None if holding.has_ended(work, &record.lookup, stamp)? => None,
                    None => {
                        new = new.saturating_add(1);
                        Some(holding.insert(work, record, stamp)?)
                    }
                });
                holding.came(work, &record.lookup, stamp)?;
            }
            holding.count(work, new, 0)?;
            work.append(&leaf, true)?;
            Ok(Some((LogReceipt::of(&leaf, true), keys, erased)))
        })?;
        let Some((receipt, keys, erased)) = kept else {
            return Ok(Accepted::Again(self.reply_given(job.incoming)?));
        };
        let changes = keys
            .into_iter()
            .zip(job.records)
            .filter_map(|(key, record)| key.map(|key| Ok((to_u64(key)?, record))))
            .collect::<Result<_, Error>>()?;
        Ok(Accepted::Fresh { receipt, changes, erased })
    }

    /// True while the owner of `register` vouches for the copies that `holder` holds of it, also of an empty one,
    /// and all that his last inventory names have come.
    ///
    /// # Errors
    /// Those of the database.
    pub fn copies_standing(
        &self,
        holder: &AuthorityId,
        register: &RegisterId,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let holding = Holding { authority: holder.clone(), register: register.clone() };
        let [authority, owner, instrument] = holding.key();
        self.read_rows("reading copies", |rows| {
            rows.any(
                "SELECT 1 FROM register_count AS r WHERE authority_id = ?1 AND owner_id = ?2 \
                 AND instrument_id = ?3 AND valid_until > ?4 AND NOT EXISTS (SELECT 1 FROM copy_awaited AS a \
                 WHERE a.authority_id = r.authority_id AND a.owner_id = r.owner_id \
                 AND a.instrument_id = r.instrument_id)",
                values![authority, owner, instrument, now.as_micros()],
            )
        })
    }

    /// Erases the copies that `grant`'s owner holds under `grant`'s instrument and that nobody vouches for at
    /// `now` any more; gives their numbers. None, and nothing logged, when there are none.
    ///
    /// # Errors
    /// [`Error::NotGranted`] when entry and grant differ.
    pub fn expire_copies(
        &self,
        grant: &Grant,
        entry: &Draft,
        now: Timestamp,
    ) -> Result<Option<(LogReceipt, Vec<u64>)>, Error> {
        let leaf = entry.under(grant)?;
        self.write(move |work| {
            work.execute(
                "DELETE FROM copy_gone WHERE authority_id = ?1 AND instrument_id = ?2 \
                 AND forget_at <= ?3",
                values![leaf.authority.as_str(), leaf.instrument.as_str(), now.as_micros()],
            )?;
            let expired = expired(work, &leaf, now)?;
            if expired.is_empty() {
                return Ok(None);
            }
            let mut keys = Vec::with_capacity(expired.len());
            for (register, found) in expired {
                let holding = Holding { authority: leaf.authority.clone(), register };
                holding.erase(work, &found, now)?;
                holding.count(work, -1, 0)?;
                keys.push(to_u64(found.key)?);
            }
            work.append(&leaf, true)?;
            Ok(Some((LogReceipt::of(&leaf, true), keys)))
        })
    }
}

/// True when the copy held was vouched for later than the one that came.
fn is_newer(old: &Found, stamp: Stamp) -> bool {
    old.as_of > stamp.as_of.map(Timestamp::as_micros)
}

fn expired(
    work: &Work<'_>,
    leaf: &Leaf,
    now: Timestamp,
) -> Result<Vec<(RegisterId, Found)>, Error> {
    work.all(
        for_update!(
            "SELECT owner_id, record_key, key_slot, as_of FROM record \
             WHERE authority_id = ?1 AND valid_until <= ?2 AND instrument_id = ?3 AND state = 1 \
             AND owner_id <> authority_id"
        ),
        values![leaf.authority.as_str(), now.as_micros(), leaf.instrument.as_str()],
        |row| {
            let owner: String = row.get(0)?;
            let owner = owner.parse().map_err(|_| Error::Damaged { what: "an authority id" })?;
            let register = RegisterId::new(owner, leaf.instrument.clone());
            let (key, slot, as_of) = (row.get(1)?, row.get(2)?, row.get(3)?);
            Ok((register, Found { key, state: RecordState::Live, slot, as_of }))
        },
    )
}

impl Holding {
    /// True when the record was off the owner's list before this late copy of it came: it must not come back.
    fn has_ended(&self, work: &Work<'_>, lookup: &Lookup, stamp: Stamp) -> Result<bool, Error> {
        if self.gone_as_of(work, lookup)? >= stamp.as_of.map(Timestamp::as_micros) {
            return Ok(true);
        }
        let listed = self.listed_as_of(work)?;
        if listed <= stamp.as_of.map(Timestamp::as_micros) {
            return Ok(false);
        }
        let [authority, owner, instrument] = self.key();
        let awaited = work.any(
            "SELECT 1 FROM copy_awaited \
             WHERE authority_id = ?1 AND owner_id = ?2 AND instrument_id = ?3 AND lookup = ?4",
            values![authority, owner, instrument, lookup],
        )?;
        Ok(!awaited)
    }

    /// A copy came: it is no longer awaited, unless its owner has changed the record since.
    fn came(&self, work: &Work<'_>, lookup: &Lookup, stamp: Stamp) -> Result<(), Error> {
        let [authority, owner, instrument] = self.key();
        work.execute(
            "DELETE FROM copy_awaited WHERE authority_id = ?1 AND owner_id = ?2 \
             AND instrument_id = ?3 AND lookup = ?4 AND changed_at <= ?5",
            values![authority, owner, instrument, lookup, stamp.as_of.map(Timestamp::as_micros)],
        )?;
        Ok(())
    }

    /// A record is no more: its copy goes, unless it is of a later moment; gives the number of the copy. Late copies
    /// are kept out until none can come any more.
    fn goes(
        &self,
        work: &mut Work<'_>,
        lookup: &Lookup,
        stamp: Stamp,
    ) -> Result<Option<u64>, Error> {
        let [authority, owner, instrument] = self.key();
        let (as_of, forget_at) =
            (stamp.as_of.map(Timestamp::as_micros), stamp.valid_until.map(Timestamp::as_micros));
        work.execute(
            "INSERT INTO copy_gone (authority_id, owner_id, instrument_id, lookup, as_of, forget_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (authority_id, owner_id, instrument_id, lookup) \
             DO UPDATE SET as_of = excluded.as_of, forget_at = excluded.forget_at \
             WHERE copy_gone.as_of < excluded.as_of",
            values![authority, owner, instrument, lookup, as_of, forget_at],
        )?;
        work.execute(
            "DELETE FROM copy_awaited WHERE authority_id = ?1 AND owner_id = ?2 \
             AND instrument_id = ?3 AND lookup = ?4 AND changed_at <= ?5",
            values![authority, owner, instrument, lookup, as_of],
        )?;
        let Some(old) = self.find(work, lookup)?.filter(|old| !is_newer(old, stamp)) else {
            return Ok(None);
        };
        self.erase(work, &old, stamp.at)?;
        self.count(work, -1, 0)?;
        Ok(Some(to_u64(old.key)?))
    }

    /// When the owner said that a record is no more, in microseconds, while that is remembered.
    pub(super) fn gone_as_of(
        &self,
        work: &Work<'_>,
        lookup: &Lookup,
    ) -> Result<Option<i64>, Error> {
        let [authority, owner, instrument] = self.key();
        work.one(
            "SELECT as_of FROM copy_gone \
             WHERE authority_id = ?1 AND owner_id = ?2 AND instrument_id = ?3 AND lookup = ?4",
            values![authority, owner, instrument, lookup],
            |row| row.get(0),
        )
    }

    /// The moment of the owner's last inventory, in microseconds.
    pub(super) fn listed_as_of(&self, work: &Work<'_>) -> Result<Option<i64>, Error> {
        let [authority, owner, instrument] = self.key();
        let listed = work.one(
            for_update!(
                "SELECT listed_as_of FROM register_count \
                 WHERE authority_id = ?1 AND owner_id = ?2 AND instrument_id = ?3"
            ),
            values![authority, owner, instrument],
            |row| row.get::<Option<i64>>(0),
        )?;
        Ok(listed.flatten())
    }

    /// Refuses copies that their owner did not send, and copies of one's own records.
    pub(super) fn must_be_sent_by_owner(&self, incoming: &VerifiedEnvelope) -> Result<(), Error> {
        let header = incoming.header();
        let sent_by_owner = header.from_authority == *self.register.authority()
            && header.to_authority == self.authority
            && header.instrument == *self.register.instrument();
        if !sent_by_owner || *self.register.authority() == self.authority {
            return Err(Error::NotGranted { what: "register" });
        }
        Ok(())
    }
}
