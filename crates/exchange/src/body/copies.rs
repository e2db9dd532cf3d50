//! The bodies that keep a disseminated register alive at other nodes, and end it there.

use seal::{Digest, sha256};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use vocabulary::{Record, RecordId, RegisterId, Timestamp};

/// Copies of records, signed by their owner, and records that are no more. How long a copy lives without being
/// confirmed, the instrument says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CopiesBody {
    /// The register they belong to.
    pub register: RegisterId,
    /// When the owner read them from the register. Of two copies of a record the later counts.
    pub as_of: Timestamp,
    /// The records.
    pub records: Vec<Record>,
    /// Records that ended or were erased: copies of this moment or an earlier one go at once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gone: Vec<RecordId>,
}

impl CopiesBody {
    pub(super) fn contradiction(&self) -> Option<&'static str> {
        let ids = self.records.iter().map(|record| &record.id).chain(&self.gone);
        let different: BTreeSet<&RecordId> = ids.collect();
        let named = self.records.len().saturating_add(self.gone.len());
        (different.len() < named).then_some("a record stands twice; send its last state")
    }
}

/// A record of an inventory: its id, and when its owner last changed it. On the wire it is a pair of the id and
/// microseconds since 1970: an inventory is long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(RecordId, i64)", into = "(RecordId, i64)")]
pub struct ListedRecord {
    /// Its id.
    pub id: RecordId,
    /// When its content was last changed: a copy of an earlier moment is out of date.
    pub changed: Timestamp,
}

impl From<(RecordId, i64)> for ListedRecord {
    fn from((id, changed): (RecordId, i64)) -> Self {
        Self { id, changed: Timestamp::from_micros(changed) }
    }
}

impl From<ListedRecord> for (RecordId, i64) {
    fn from(listed: ListedRecord) -> Self {
        (listed.id, listed.changed.as_micros())
    }
}

/// Which part of an inventory an envelope holds. A holder acts on an inventory when all its parts are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InventoryPart {
    /// Its number, from 1.
    pub number: u32,
    /// How many parts there are.
    pub of: u32,
    /// The digest of the whole, by [`whole_digest`]: parts of different inventories are never taken together.
    pub whole: Digest,
}

/// The records of a register that are still valid, or a numbered part of them. Copies of earlier moments that the
/// whole does not name are to be erased; those it names live on until `valid_until`, unless they are out of date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InventoryBody {
    /// The register.
    pub register: RegisterId,
    /// When the owner read the ids from the register. Copies of a later moment are not judged by it.
    pub as_of: Timestamp,
    /// Until when copies named here live unless confirmed again.
    pub valid_until: Timestamp,
    /// Which part of the whole this is.
    pub part: InventoryPart,
    /// The records, their ids rising, each once.
    pub records: Vec<ListedRecord>,
}

impl InventoryBody {
    /// The whole inventory of `records`, whose ids rise, in parts of at most `most` records; one empty part when there
    /// are none.
    pub fn in_parts(
        register: &RegisterId,
        (as_of, valid_until): (Timestamp, Timestamp),
        records: &[ListedRecord],
        most: usize,
    ) -> Vec<Self> {
        let chunks: Vec<&[ListedRecord]> = match records {
            [] => vec![records],
            records => records.chunks(most.max(1)).collect(),
        };
        let digests: Vec<Digest> = chunks.iter().map(|chunk| part_digest(chunk)).collect();
        let (whole, of) = (whole_digest(&digests), u32::try_from(chunks.len()).unwrap_or(u32::MAX));
        let part = |(number, chunk): (u32, &[ListedRecord])| Self {
            register: register.clone(),
            as_of,
            valid_until,
            part: InventoryPart { number, of, whole },
            records: chunk.to_vec(),
        };
        (1..).zip(chunks).map(part).collect()
    }

    /// The digest of the part's records.
    pub fn digest(&self) -> Digest {
        part_digest(&self.records)
    }

    pub(super) fn contradiction(&self) -> Option<&'static str> {
        let part = &self.part;
        if !self.records.is_sorted_by(|one, next| one.id < next.id) {
            Some("the ids do not rise; sort them and name each once")
        } else if part.number == 0 || part.number > part.of {
            Some("there is no part of this number; count from 1 to the number of parts")
        } else if part.of == 1 && whole_digest(&[self.digest()]) != part.whole {
            Some("the only part is not the whole; write the digest of what is sent")
        } else if self.valid_until <= self.as_of {
            Some("it ends before it begins; set `valid_until` later than `as_of`")
        } else {
            None
        }
    }
}

fn part_digest(records: &[ListedRecord]) -> Digest {
    let mut bytes = b"eunomia inventory part\n".to_vec();
    for listed in records {
        let id = listed.id.as_str().as_bytes();
        bytes.extend_from_slice(&u64::try_from(id.len()).unwrap_or(u64::MAX).to_be_bytes());
        bytes.extend_from_slice(id);
        bytes.extend_from_slice(&listed.changed.as_micros().to_be_bytes());
    }
    sha256(&bytes)
}

/// The digest of a whole inventory from those of its parts, in their order.
pub fn whole_digest(parts: &[Digest]) -> Digest {
    let mut bytes = b"eunomia inventory\n".to_vec();
    bytes.extend(parts.iter().flat_map(|part| *part.as_bytes()));
    sha256(&bytes)
}
