//! Reading records: under a grant into a seal, or against a receipt.

use super::{Holding, RecordState, record_of, record_place};
use crate::draft::Draft;
use crate::engine::{Row, Statements, values};
use crate::store::Store;
use crate::work::{Work, to_i64, to_u64};
use crate::{Error, LogReceipt, Sealed};
use access::Grant;
use vocabulary::{AuthorityId, InstrumentId, Record, RecordId, RegisterId, Timestamp};

/// A record with its number and the register it belongs to.
pub type StoredRecord = (u64, RegisterId, Record);

/// How many records of a register are held here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterCount {
    /// The register; somebody else's holds copies.
    pub register: RegisterId,
    /// Live records, or copies.
    pub live: u64,
    /// Ended records.
    pub ended: u64,
}

/// The condition under which a record is visible in one of `$states`: it is not of a load that is still staged.
macro_rules! visible {
    ($select:literal, $states:literal, $rest:literal) => {
        concat!(
            $select,
            " AND state IN (",
            $states,
            ") AND (batch_id = 0 OR EXISTS (SELECT 1 FROM batch AS b \
             WHERE b.authority_id = record.authority_id AND b.batch_id = record.batch_id \
             AND b.finished_at IS NOT NULL))",
            $rest
        )
    };
}

/// A page of the visible records of one load.
const OF_LOAD: &str = visible!(
    "SELECT record_key, owner_id, lookup, key_slot, content FROM record \
     WHERE authority_id = ?1 AND record_key > ?2 AND instrument_id = ?3 AND batch_id = ?4",
    "1",
    " ORDER BY record_key LIMIT 5000"
);

impl Store {
    /// The visible records with these numbers under the grant's instrument that the grant's owner holds,
    /// copies included whose life is not over at `now`; sealed until the entry of the query is durable. Numbers
    /// that are gone are left out.
    ///
    /// # Errors
    /// [`Error::NotGranted`] when the grant is for no query.
    pub fn read_sealed(
        &self,
        grant: &Grant,
        keys: &[u64],
        now: Timestamp,
    ) -> Result<Sealed<Vec<StoredRecord>>, Error> {
        let records = self.records((grant.owner(), grant.instrument()), keys, now.as_micros())?;
        Sealed::under(grant, records)
    }

    /// The visible records with these numbers, of the receipt's authority and instrument.
    ///
    /// # Errors
    /// [`Error::WrongReceipt`] when the receipt is of a refusal.
    pub fn read(&self, receipt: &LogReceipt, keys: &[u64]) -> Result<Vec<StoredRecord>, Error> {
        receipt.must_open(receipt.authority())?;
        self.records((receipt.authority(), receipt.instrument()), keys, i64::MIN)
    }

    fn records(
        &self,
        (authority, instrument): (&AuthorityId, &InstrumentId),
        keys: &[u64],
        now: i64,
    ) -> Result<Vec<StoredRecord>, Error> {
        const SQL: &str = visible!(
            "SELECT record_key, owner_id, lookup, key_slot, content FROM record \
             WHERE authority_id = ?1 AND record_key = ?2 AND instrument_id = ?3 \
             AND (valid_until IS NULL OR valid_until > ?4)",
            "1",
            ""
        );
        self.read_rows("reading records", |rows| {
            let mut records = Vec::with_capacity(keys.len());
            for key in keys {
                let row = rows.one(
                    SQL,
                    values![authority.as_str(), to_i64(*key)?, instrument.as_str(), now],
                    Sealing::read,
                )?;
                if let Some(row) = row {
                    records.push(self.open_row(authority, instrument, &row)?);
                }
            }
            Ok(records)
        })
    }

    fn open_row(
        &self,
        authority: &AuthorityId,
        instrument: &InstrumentId,
        row: &Sealing,
    ) -> Result<StoredRecord, Error> {
        let place = record_place(authority, &row.lookup);
        let content = place.open(self.engine().keys(), row.slot, &row.content)?;
        let owner = row.owner.parse().map_err(|_| Error::Damaged { what: "an authority id" })?;
        let register = RegisterId::new(owner, instrument.clone());
        Ok((to_u64(row.key)?, register, record_of(&content)?))
    }

    /// Gives every visible record that the receipt's authority holds under `instrument`, of one owner or of
    /// all, to `each`, in the order of their numbers; and how many there were. For building an index: the
    /// receipt is that of a maintenance entry.
    ///
    /// # Errors
    /// [`Error::WrongReceipt`] when the receipt is for another authority or instrument.
    #[expect(
        clippy::too_many_arguments,
        reason = "receipt, what it must be for, and where the records go"
    )]
    pub fn records_for_index(
        &self,
        receipt: &LogReceipt,
        authority: &AuthorityId,
        instrument: &InstrumentId,
        owner: Option<&AuthorityId>,
        each: &mut dyn FnMut(u64, &RegisterId, &Record),
    ) -> Result<u64, Error> {
        let mut count = 0_u64;
        self.pages_for_index(receipt, (authority, instrument), owner, &mut |page| {
            for (key, register, record) in &page {
                each(*key, register, record);
                count = count.saturating_add(1);
            }
            true
        })?;
        Ok(count)
    }

    /// As [`Store::records_for_index`], whole pages at once, until `each` wants no more: for who reads on while
    /// another thread indexes.
    ///
    /// # Errors
    /// [`Error::WrongReceipt`] when the receipt is for another authority or instrument.
    pub fn pages_for_index(
        &self,
        receipt: &LogReceipt,
        (authority, instrument): (&AuthorityId, &InstrumentId),
        owner: Option<&AuthorityId>,
        each: &mut dyn FnMut(Vec<StoredRecord>) -> bool,
    ) -> Result<(), Error> {
        receipt.must_cover(authority, instrument)?;
        let mut after = 0_u64;
        loop {
            // Pages keep each read transaction short, so that the journal can be folded in between.
            let page = self.page(authority, instrument, owner, after)?;
            let Some((last, ..)) = page.last() else { return Ok(()) };
            after = *last;
            if !each(page) {
                return Ok(());
            }
        }
    }

    fn page(
        &self,
        authority: &AuthorityId,
        instrument: &InstrumentId,
        owner: Option<&AuthorityId>,
        after: u64,
    ) -> Result<Vec<StoredRecord>, Error> {
        const SQL: &str = visible!(
            "SELECT record_key, owner_id, lookup, key_slot, content FROM record \
             WHERE authority_id = ?1 AND record_key > ?2 AND instrument_id = ?3 \
             AND (owner_id = ?4 OR ?4 IS NULL)",
            "1",
            " ORDER BY record_key LIMIT 5000"
        );
        self.read_rows("reading records", |rows| {
            let owner = owner.map(AuthorityId::as_str);
            rows.all(
                SQL,
                values![authority.as_str(), to_i64(after)?, instrument.as_str(), owner],
                |row| self.open_row(authority, instrument, &Sealing::read(row)?),
            )
        })
    }

    /// Gives every visible record of one load of the receipt's authority and instrument to `each`; and how many there
    /// were. For an index that follows the log.
    ///
    /// # Errors
    /// [`Error::WrongReceipt`] when the receipt is of a refusal.
    pub fn records_of_load(
        &self,
        receipt: &LogReceipt,
        load: u64,
        each: &mut dyn FnMut(u64, &Record),
    ) -> Result<u64, Error> {
        receipt.must_open(receipt.authority())?;
        let (authority, instrument) = (receipt.authority(), receipt.instrument());
        let load = to_i64(load)?;
        let first = self.read_rows("reading records", |rows| {
            let sql = "SELECT first_key FROM batch WHERE authority_id = ?1 AND batch_id = ?2";
            rows.one(sql, values![authority.as_str(), load], |row| row.get::<i64>(0))
        })?;
        let mut after = first.unwrap_or(0).saturating_sub(1);
        let mut count = 0_u64;
        loop {
            let page = self.read_rows("reading records", |rows| {
                rows.all(
                    OF_LOAD,
                    values![authority.as_str(), after, instrument.as_str(), load],
                    |row| self.open_row(authority, instrument, &Sealing::read(row)?),
                )
            })?;
            for (key, _, record) in &page {
                each(*key, record);
                count = count.saturating_add(1);
                after = to_i64(*key)?;
            }
            if page.is_empty() {
                return Ok(count);
            }
        }
    }

    /// The live or ended record with this id, against the receipt of its authority and instrument.
    ///
    /// # Errors
    /// [`Error::WrongReceipt`] when the receipt is for another instrument or of a refusal.
    pub fn record_by_id(
        &self,
        receipt: &LogReceipt,
        register: &RegisterId,
        id: &RecordId,
    ) -> Result<Option<(u64, Record, RecordState)>, Error> {
        const SQL: &str = visible!(
            "SELECT record_key, owner_id, lookup, key_slot, content, state FROM record \
             WHERE authority_id = ?1 AND owner_id = ?2 AND instrument_id = ?3 AND lookup = ?4",
            "1, 2",
            ""
        );
        receipt.must_cover(receipt.authority(), register.instrument())?;
        let holding =
            Holding { authority: receipt.authority().clone(), register: register.clone() };
        let lookup = self.lookup(&holding, id);
        self.read_rows("reading a record", |rows| {
            let [authority, owner, instrument] = holding.key();
            let row = rows.one(SQL, values![authority, owner, instrument, lookup], |row| {
                Ok((Sealing::read(row)?, RecordState::of(row.get(5)?)?))
            })?;
            let Some((row, state)) = row else { return Ok(None) };
            let (key, _, record) =
                self.open_row(&holding.authority, holding.register.instrument(), &row)?;
            Ok(Some((key, record, state)))
        })
    }

    /// How many records each register holds here: numbers only.
    ///
    /// # Errors
    /// Those of the database.
    pub fn register_counts(&self, authority: &AuthorityId) -> Result<Vec<RegisterCount>, Error> {
        self.read_rows("counting records", |rows| counts(rows, authority))
    }

    /// Logs a maintenance run, such as an index rebuild, a backup or a migration.
    ///
    /// # Errors
    /// [`Error::NotGranted`] when entry and grant differ.
    pub fn log_maintenance(&self, grant: &Grant, entry: &Draft) -> Result<LogReceipt, Error> {
        self.log_only(entry.under(grant)?)
    }

    /// Logs a refusal that has no other effect. Its receipt opens nothing.
    ///
    /// # Errors
    /// [`Error::NotGranted`] when the entry does not record a refusal.
    pub fn log_refusal(&self, entry: &Draft) -> Result<LogReceipt, Error> {
        let leaf = entry.refused()?;
        self.write(move |work| {
            work.append(&leaf, false)?;
            Ok(LogReceipt::of(&leaf, false))
        })
    }
}

fn counts(rows: Statements<'_>, authority: &AuthorityId) -> Result<Vec<RegisterCount>, Error> {
    let damaged = || Error::Damaged { what: "the numbers of a register" };
    rows.all(
        "SELECT owner_id, instrument_id, live, ended FROM register_count \
         WHERE authority_id = ?1 ORDER BY owner_id, instrument_id",
        values![authority.as_str()],
        |row| {
            let (owner, instrument): (String, String) = (row.get(0)?, row.get(1)?);
            Ok(RegisterCount {
                register: RegisterId::new(
                    owner.parse().map_err(|_| damaged())?,
                    instrument.parse().map_err(|_| damaged())?,
                ),
                live: row.get(2)?,
                ended: row.get(3)?,
            })
        },
    )
}

/// A record row before it is opened.
struct Sealing {
    key: i64,
    owner: String,
    lookup: [u8; 32],
    slot: i64,
    content: Vec<u8>,
}

impl Sealing {
    fn read(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            key: row.get(0)?,
            owner: row.get(1)?,
            lookup: row.get(2)?,
            slot: row.get(3)?,
            content: row.get(4)?,
        })
    }
}

impl Holding {
    /// The row of an id, unless it is of a load that is still staged.
    pub(super) fn find_visible(
        &self,
        work: &Work<'_>,
        lookup: &super::Lookup,
    ) -> Result<Option<super::Found>, Error> {
        let Some(found) = self.find(work, lookup)? else { return Ok(None) };
        let staged = work.any(
            "SELECT 1 FROM record AS r JOIN batch AS b USING (authority_id, batch_id) \
             WHERE r.authority_id = ?1 AND r.record_key = ?2 AND b.finished_at IS NULL",
            values![self.authority.as_str(), found.key],
        )?;
        Ok(if staged { None } else { Some(found) })
    }
}
