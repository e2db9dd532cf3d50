//! The index of one register, as a value.

use crate::candidate::{Change, RecordKey};
use crate::dates::Packed;
use crate::dictionary::Dictionary;
use crate::error::Error;
use crate::facts::{
    PersonFacts, renumbered, whole_key, word_id, write_document, write_person, write_vehicle,
};
use crate::hash::{KeyKind, key_of, key_of_number};
use crate::lists::{Head, Lists, Table};
use crate::pseudonym::facts::{PseudonymFacts, token_of, with_token, write_pseudonymised};
use crate::pseudonym::tokens::Tokens;
use crate::records::{Kind, Records, Row};
use vocabulary::{Document, Subject, Timestamp};

/// What an index holds of persons' names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndexKind {
    /// Names as they are; persons, vehicles and documents.
    Clear,
    /// Pseudonyms of names: a police records index (Regulation (EU) 2024/982, Article 25). Persons only.
    Pseudonymised,
}

/// The searchable content of one register.
///
/// It keeps of a record what is compared and its number, no more. At most 63 names, nationalities and documents of
/// one person are kept. An erased record is overwritten at once; the words of its name leave with the next
/// compaction, which comes by itself and before the index is written out.
#[derive(Debug, Clone)]
pub struct Index {
    pub(crate) kind: IndexKind,
    pub(crate) records: Records,
    pub(crate) lists: Lists,
    pub(crate) dictionary: Dictionary,
    pub(crate) pseudonyms: Tokens,
    /// Records by birth date, by whole name, by number of document, plate and vehicle.
    pub(crate) keys: Table,
}

/// So many erased records are left in place before compaction is thought of.
const ERASED_LEAST: usize = 1_024;

impl Index {
    /// An empty index.
    pub fn new(kind: IndexKind) -> Self {
        Self {
            kind,
            records: Records::default(),
            lists: Lists::default(),
            dictionary: Dictionary::default(),
            pseudonyms: Tokens::default(),
            keys: Table::default(),
        }
    }

    /// Applies one change. A record that is put again takes the place of the former one.
    ///
    /// # Errors
    /// [`Error::OtherKind`] when names in clear are put into an index of pseudonyms, or the reverse; the index stays
    /// as it was.
    pub fn apply(&mut self, change: Change<'_>) -> Result<(), Error> {
        let mut facts = Vec::with_capacity(16);
        match change {
            Change::Put { key, subject, searchable_from } => {
                self.require(IndexKind::Clear, key)?;
                let date = self.write(subject, &mut facts);
                self.insert(Row { key, date, from: micros(searchable_from), facts: &facts });
            }
            Change::PutPseudonymised { key, person, searchable_from } => {
                self.require(IndexKind::Pseudonymised, key)?;
                write_pseudonymised(person, &mut self.pseudonyms, &mut facts);
                let date = Packed::new(person.birth_date);
                self.insert(Row { key, date, from: micros(searchable_from), facts: &facts });
            }
            Change::Erase { key } => {
                self.records.erase(key);
            }
        }
        let erased = self.records.slot_count() - self.records.len();
        if erased > ERASED_LEAST && erased * 3 > self.records.slot_count() {
            *self = self.compacted();
        }
        Ok(())
    }

    fn require(&self, kind: IndexKind, key: RecordKey) -> Result<(), Error> {
        if self.kind == kind { Ok(()) } else { Err(Error::OtherKind { key: key.get() }) }
    }

    fn write(&mut self, subject: &Subject, facts: &mut Vec<u32>) -> Packed {
        match subject {
            Subject::Person(person) => {
                write_person(person, &mut self.dictionary, facts);
                Packed::new(person.birth_date)
            }
            Subject::Vehicle(vehicle) => {
                write_vehicle(vehicle, facts);
                Packed::default()
            }
            Subject::Document(document) => {
                write_document(&Document::from(document.clone()), facts);
                Packed::default()
            }
        }
    }

    /// Takes a record in and notes it wherever it is to be found.
    pub(crate) fn insert(&mut self, row: Row<'_>) {
        let slot = self.records.put(row);
        let kind = row.facts.first().map(|header| Kind::of(*header));
        // Records in pseudonyms without a birth date are listed too: they may agree in names alone.
        if row.date != Packed::default() || kind == Some(Kind::Pseudonymised) {
            self.note(date_key(row.date), slot);
        }
        match kind {
            Some(Kind::Person) => self.note_person(row.facts, slot),
            Some(Kind::Vehicle) => {
                for key in [whole_key(&row.facts[2..]), whole_key(&row.facts[4..])] {
                    if key != 0 {
                        self.note(key, slot);
                    }
                }
            }
            Some(Kind::Document) => self.note(whole_key(&row.facts[1..]), slot),
            Some(Kind::Pseudonymised) => {
                let mut ids: Vec<u32> = PseudonymFacts::read(row.facts)
                    .map_or_else(Vec::new, |held| {
                        held.tokens.iter().copied().map(token_of).collect()
                    });
                ids.sort_unstable();
                ids.dedup();
                for id in ids {
                    self.pseudonyms.note(id, slot, &mut self.lists);
                }
            }
            None => {}
        }
    }

    fn note_person(&mut self, facts: &[u32], slot: u32) {
        let Some(held) = PersonFacts::read(facts) else { return };
        let mut ids: Vec<u32> = held.names().flatten().map(|word| word_id(*word)).collect();
        ids.sort_unstable();
        ids.dedup();
        for id in ids {
            self.dictionary.note(id, slot, &mut self.lists);
        }
        for name in held.names() {
            let words = name.iter().map(|word| self.dictionary.shape(word_id(*word)).folds[0]);
            let key = joined_key(words);
            self.note(key, slot);
        }
        for document in held.documents.chunks_exact(3) {
            self.note(whole_key(document), slot);
        }
    }

    fn note(&mut self, key: u64, slot: u32) {
        self.lists.push(self.keys.entry(key), slot);
    }

    /// The slots noted under `key`.
    pub(crate) fn noted(&self, key: u64) -> Option<Head> {
        self.keys.get(key).copied()
    }

    /// The same index without what erased records left behind.
    pub(crate) fn compacted(&self) -> Self {
        let mut fresh = Self::new(self.kind);
        let mut facts = Vec::new();
        for row in self.records.rows() {
            facts.clear();
            facts.extend_from_slice(row.facts);
            fresh.adopt(self, &mut facts);
            fresh.insert(Row { facts: &facts, ..row });
        }
        fresh
    }

    /// Gives the words and pseudonyms in `facts` the numbers they have here.
    fn adopt(&mut self, from: &Self, facts: &mut [u32]) {
        let Some(header) = facts.first().copied() else { return };
        for place in crate::facts::numbered_places(facts) {
            if Kind::of(header) == Kind::Pseudonymised {
                let id = self.pseudonyms.intern(from.pseudonyms.forms(token_of(facts[place])));
                facts[place] = with_token(facts[place], id);
            } else {
                let raw = from.dictionary.raw(word_id(facts[place]));
                let id = self.dictionary.intern(&String::from_utf8_lossy(raw));
                facts[place] = renumbered(facts[place], id);
            }
        }
    }

    /// Records in the index.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// True when there is no record.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of memory the index holds, reserves included.
    pub fn memory_bytes(&self) -> usize {
        self.records.memory_bytes()
            + self.lists.memory_bytes()
            + self.dictionary.memory_bytes()
            + self.pseudonyms.memory_bytes()
            + self.keys.memory_bytes()
    }
}

/// The key under which records with this birth date are noted.
pub(crate) fn date_key(date: Packed) -> u64 {
    key_of_number(KeyKind::Date, u64::from(date.0))
}

/// The key of a whole name without its spaces.
pub(crate) fn joined_key<'a>(words: impl Iterator<Item = &'a [u8]>) -> u64 {
    key_of(KeyKind::Compact, words.flatten().copied())
}

fn micros(from: Option<Timestamp>) -> i64 {
    from.map_or(i64::MIN, Timestamp::as_micros)
}
