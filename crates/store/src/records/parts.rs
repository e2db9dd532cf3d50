//! Parts of an inventory: kept until all of one whole are there, then taken together.

use super::{Holding, Lookup};
use crate::Error;
use crate::engine::values;
use crate::store::Store;
use crate::work::Work;
use exchange::{InventoryBody, whole_digest};
use seal::Digest;

/// A record of an inventory as a holder keeps it: by the hash of its id.
#[derive(Debug, Clone, Copy)]
pub(super) struct Listed {
    pub(super) lookup: Lookup,
    /// When its owner last changed it, in microseconds since 1970.
    pub(super) changed: i64,
}

/// A part ready for its row; made outside the writer.
pub(super) struct Part {
    as_of: i64,
    whole: Digest,
    number: i64,
    of: usize,
    digest: Digest,
    listed: Vec<u8>,
}

impl Store {
    /// A part of an inventory as this holder keeps it.
    pub(super) fn part_of(&self, holding: &Holding, body: &InventoryBody) -> Part {
        let mut listed = Vec::with_capacity(body.records.len().saturating_mul(40));
        for one in &body.records {
            listed.extend_from_slice(&self.lookup(holding, &one.id));
            listed.extend_from_slice(&one.changed.as_micros().to_be_bytes());
        }
        Part {
            as_of: body.as_of.as_micros(),
            whole: body.part.whole,
            number: i64::from(body.part.number),
            of: usize::try_from(body.part.of).unwrap_or(usize::MAX),
            digest: body.digest(),
            listed,
        }
    }
}

/// The records of a packed list.
pub(super) fn unpack(packed: &[u8]) -> Result<Vec<Listed>, Error> {
    let damaged = || Error::Damaged { what: "a part of an inventory" };
    let (rows, rest) = packed.as_chunks::<40>();
    if !rest.is_empty() {
        return Err(damaged());
    }
    let listed = |row: &[u8; 40]| {
        let (lookup, changed) = row.split_first_chunk::<32>()?;
        let changed = i64::from_be_bytes(changed.try_into().ok()?);
        Some(Listed { lookup: *lookup, changed })
    };
    rows.iter().map(listed).collect::<Option<_>>().ok_or_else(damaged)
}

impl Holding {
    /// Keeps a part until all are there; gives all records of the whole when this was the last one. Parts of older
    /// inventories, whose other parts never came, go.
    pub(super) fn take_part(&self, work: &Work<'_>, part: &Part) -> Result<Option<Vec<u8>>, Error> {
        // Takes the row of the register first: parts that come at once to several processes follow one another, and so
        // do copies and inventories.
        self.count(work, 0, 0)?;
        if part.of == 1 {
            self.forget_parts(work, part.as_of)?;
            return Ok(Some(part.listed.clone()));
        }
        let [authority, owner, instrument] = self.key();
        work.execute(
            "INSERT INTO inventory_part (authority_id, owner_id, instrument_id, as_of, whole, number, \
             digest, listed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING",
            values![
                authority,
                owner,
                instrument,
                part.as_of,
                part.whole.as_bytes(),
                part.number,
                part.digest.as_bytes(),
                part.listed
            ],
        )?;
        let digests = work.all(
            "SELECT digest FROM inventory_part WHERE authority_id = ?1 AND owner_id = ?2 \
             AND instrument_id = ?3 AND as_of = ?4 AND whole = ?5 ORDER BY number",
            values![authority, owner, instrument, part.as_of, part.whole.as_bytes()],
            |row| Ok(Digest::from_bytes(row.get(0)?)),
        )?;
        if digests.len() < part.of {
            return Ok(None);
        }
        if whole_digest(&digests) != part.whole {
            let what = "the parts of the inventory are not those of one whole; send it anew";
            return Err(Error::Unfit { what });
        }
        let rows: Vec<Vec<u8>> = work.all(
            "SELECT listed FROM inventory_part WHERE authority_id = ?1 AND owner_id = ?2 \
             AND instrument_id = ?3 AND as_of = ?4 AND whole = ?5 ORDER BY number",
            values![authority, owner, instrument, part.as_of, part.whole.as_bytes()],
            |row| row.get(0),
        )?;
        self.forget_parts(work, part.as_of)?;
        Ok(Some(rows.concat()))
    }

    /// Forgets the parts of inventories up to this one.
    fn forget_parts(&self, work: &Work<'_>, as_of: i64) -> Result<(), Error> {
        let [authority, owner, instrument] = self.key();
        work.execute(
            "DELETE FROM inventory_part \
             WHERE authority_id = ?1 AND owner_id = ?2 AND instrument_id = ?3 AND as_of <= ?4",
            values![authority, owner, instrument, as_of],
        )?;
        Ok(())
    }
}
