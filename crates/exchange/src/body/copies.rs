//! The bodies that keep a disseminated register alive at other nodes, and end it there.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::{Record, RecordId, RegisterId, Timestamp};

/// Copies of records, signed by their owner. How long a copy lives without being confirmed, the instrument says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CopiesBody {
    /// The register they belong to.
    pub register: RegisterId,
    /// When the owner read them from the register. Of two copies of a record the later counts.
    pub as_of: Timestamp,
    /// The records.
    pub records: Vec<Record>,
}

impl CopiesBody {
    pub(super) fn contradiction(&self) -> Option<&'static str> {
        let ids: BTreeSet<&RecordId> = self.records.iter().map(|record| &record.id).collect();
        (ids.len() < self.records.len()).then_some("a record stands twice; send its last state")
    }
}

/// The ids of the records that are still valid. Copies that it covers and does not name are to be erased; those it
/// names live on until `valid_until`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InventoryBody {
    /// The register.
    pub register: RegisterId,
    /// When the owner read the ids from the register. Copies of a later moment are not judged by it.
    pub as_of: Timestamp,
    /// Until when copies named here live unless confirmed again.
    pub valid_until: Timestamp,
    /// Covers only ids above this one, where an inventory is sent in parts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<RecordId>,
    /// Covers only ids up to this one, where an inventory is sent in parts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub through: Option<RecordId>,
    /// The ids, rising, each once.
    pub records: Vec<RecordId>,
    /// Those of them that were corrected lately, and when: the correction itself may have been lost on its way, and a
    /// copy whose content is older is none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub corrected: BTreeMap<RecordId, Timestamp>,
    /// True when every valid record of the range is named, so that the others are to be erased.
    pub complete: bool,
}

impl InventoryBody {
    /// True when the inventory speaks of this id.
    pub fn covers(&self, id: &RecordId) -> bool {
        self.after.as_ref().is_none_or(|after| id > after)
            && self.through.as_ref().is_none_or(|through| id <= through)
    }

    /// True when a copy of this id is to be erased on the strength of this inventory.
    pub fn ends(&self, id: &RecordId) -> bool {
        self.complete && self.covers(id) && self.records.binary_search(id).is_err()
    }

    pub(super) fn contradiction(&self) -> Option<&'static str> {
        let rising = self.records.is_sorted_by(|one, next| one < next);
        let inside = self.records.iter().all(|id| self.covers(id));
        let named = self.corrected.keys().all(|id| self.records.binary_search(id).is_ok());
        if !rising {
            Some("the ids do not rise; sort them and name each once")
        } else if !inside {
            Some("an id lies outside its range; set `after` and `through` around all ids")
        } else if !named {
            Some("a corrected record is not among the ids; name it there too, or take it out")
        } else if self.valid_until <= self.as_of {
            Some("it ends before it begins; set `valid_until` later than `as_of`")
        } else {
            None
        }
    }
}
