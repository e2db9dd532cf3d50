//! The records of an index by slot: one array per property, and one run of words for what is compared.

use crate::candidate::RecordKey;
use crate::dates::Packed;
use std::collections::BTreeMap;
use vocabulary::Timestamp;

/// What stands in the first word of a record's facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Person,
    Vehicle,
    Document,
    Pseudonymised,
}

impl Kind {
    pub(crate) fn of(header: u32) -> Self {
        match header & 3 {
            0 => Self::Person,
            1 => Self::Vehicle,
            2 => Self::Document,
            _ => Self::Pseudonymised,
        }
    }
}

/// One record as it is put in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row<'a> {
    pub(crate) key: RecordKey,
    pub(crate) date: Packed,
    /// Microseconds; the least number when it was always searchable.
    pub(crate) from: i64,
    pub(crate) facts: &'a [u32],
}

/// All records. An erased one keeps its slot until the index is compacted; its facts are overwritten at once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Records {
    keys: Vec<u64>,
    dates: Vec<u32>,
    from: Vec<i64>,
    starts: Vec<u32>,
    facts: Vec<u32>,
    slots: BTreeMap<u64, u32>,
}

/// No record is searchable from here on: the mark of an erased one.
const NEVER: i64 = i64::MAX;

impl Records {
    /// Takes a record in and gives its slot; one with the same key is erased.
    pub(crate) fn put(&mut self, row: Row<'_>) -> u32 {
        self.erase(row.key);
        let slot = self.keys.len() as u32;
        self.keys.push(row.key.get());
        self.dates.push(row.date.0);
        self.from.push(row.from.min(NEVER - 1));
        self.starts.push(self.facts.len() as u32);
        self.facts.extend_from_slice(row.facts);
        self.slots.insert(row.key.get(), slot);
        slot
    }

    /// Erases a record; true when there was one.
    pub(crate) fn erase(&mut self, key: RecordKey) -> bool {
        let Some(slot) = self.slots.remove(&key.get()) else { return false };
        let range = self.range(slot);
        let at = slot as usize;
        (self.keys[at], self.dates[at], self.from[at]) = (0, 0, NEVER);
        self.facts[range].fill(0);
        true
    }

    /// Records that are there.
    pub(crate) fn len(&self) -> usize {
        self.slots.len()
    }

    /// Slots given out, erased ones included.
    pub(crate) fn slot_count(&self) -> usize {
        self.keys.len()
    }

    /// True when the record in `slot` is there and searchable at `now`.
    pub(crate) fn is_searchable(&self, slot: u32, now: Timestamp) -> bool {
        let from = self.from[slot as usize];
        from <= now.as_micros() && from != NEVER
    }

    pub(crate) fn key(&self, slot: u32) -> RecordKey {
        RecordKey::new(self.keys[slot as usize])
    }

    pub(crate) fn date(&self, slot: u32) -> Packed {
        Packed(self.dates[slot as usize])
    }

    pub(crate) fn facts(&self, slot: u32) -> &[u32] {
        &self.facts[self.range(slot)]
    }

    /// The records that are there, by key.
    pub(crate) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.slots.iter().map(|(key, slot)| Row {
            key: RecordKey::new(*key),
            date: self.date(*slot),
            from: self.from[*slot as usize],
            facts: self.facts(*slot),
        })
    }

    fn range(&self, slot: u32) -> std::ops::Range<usize> {
        let at = slot as usize;
        let end = self.starts.get(at + 1).map_or(self.facts.len(), |end| *end as usize);
        self.starts[at] as usize..end
    }

    /// Bytes held; the map from keys to slots counts with 20 bytes an entry.
    pub(crate) fn memory_bytes(&self) -> usize {
        let arrays = self.keys.capacity() * 8
            + self.dates.capacity() * 4
            + self.from.capacity() * 8
            + self.starts.capacity() * 4;
        arrays + self.facts.capacity() * 4 + self.slots.len() * 20
    }
}
