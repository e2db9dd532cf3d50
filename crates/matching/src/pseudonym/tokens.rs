//! The distinct parts of names of an index, as their pseudonyms, and which of them share one.

use crate::hash::{KeyKind, key_of_number};
use crate::lists::{Head, Lists, Table};
use crate::pseudonym::number_of;
use vocabulary::TokenPseudonyms;

/// Pseudonyms of one kind that are kept of a part; there are at most two sounds and 25 near forms.
const FORMS_MOST: usize = 32;

/// The pseudonyms of one part of a name as numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Forms<'a> {
    pub(crate) exact: u64,
    pub(crate) sounds: &'a [u64],
    pub(crate) near: &'a [u64],
}

impl Forms<'_> {
    /// All of them: exact, sounds, near.
    pub(crate) fn values(&self) -> impl Iterator<Item = u64> {
        std::iter::once(self.exact).chain(self.sounds.iter().chain(self.near).copied())
    }

    /// True when there are no more than are kept.
    pub(crate) fn is_well_formed(&self) -> bool {
        self.sounds.len() <= FORMS_MOST && self.near.len() <= FORMS_MOST
    }

    /// Keys under which the part is found, one for each kind and pseudonym.
    fn keys(&self) -> impl Iterator<Item = u64> {
        let key = |kind, values: &[u64]| -> Vec<u64> {
            let mut keys: Vec<u64> = values.iter().map(|v| key_of_number(kind, *v)).collect();
            keys.sort_unstable();
            keys.dedup();
            keys
        };
        let (sounds, near) = (key(KeyKind::Sound, self.sounds), key(KeyKind::Deletion, self.near));
        std::iter::once(key_of_number(KeyKind::Fold, self.exact)).chain(sounds).chain(near)
    }
}

/// The numbers behind the pseudonyms of a part as it is exchanged.
#[derive(Debug, Clone)]
pub(crate) struct OwnedForms {
    exact: u64,
    sounds: Vec<u64>,
    near: Vec<u64>,
}

impl OwnedForms {
    pub(crate) fn new(token: &TokenPseudonyms) -> Self {
        let numbers = |list: &[_]| list.iter().take(FORMS_MOST).map(number_of).collect();
        Self {
            exact: number_of(&token.exact),
            sounds: numbers(&token.sounds),
            near: numbers(&token.near),
        }
    }

    pub(crate) fn forms(&self) -> Forms<'_> {
        Forms { exact: self.exact, sounds: &self.sounds, near: &self.near }
    }
}

/// Where the pseudonyms of a part begin, how many sounds are among them, and who has the part.
#[derive(Debug, Clone, Copy)]
struct Entry {
    start: u32,
    sounds: u8,
    near: u8,
    slots: Head,
}

/// The distinct parts of names, with the records that have them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tokens {
    values: Vec<u64>,
    entries: Vec<Entry>,
    /// Parts by each of their pseudonyms.
    keys: Table,
    numbers: Lists,
}

impl Tokens {
    /// The number of a part, which is taken in when it is new.
    pub(crate) fn intern(&mut self, forms: Forms<'_>) -> u32 {
        let known = self.under(KeyKind::Fold, forms.exact).find(|id| self.forms(*id) == forms);
        if let Some(id) = known {
            return id;
        }
        let id = self.entries.len() as u32;
        self.entries.push(Entry {
            start: self.values.len() as u32,
            sounds: forms.sounds.len() as u8,
            near: forms.near.len() as u8,
            slots: Head::default(),
        });
        self.values.extend(forms.values());
        for key in forms.keys() {
            self.numbers.push(self.keys.entry(key), id);
        }
        id
    }

    /// The parts that have the pseudonym `value` of the kind `kind`.
    pub(crate) fn under(&self, kind: KeyKind, value: u64) -> impl Iterator<Item = u32> {
        let head = self.keys.get(key_of_number(kind, value));
        head.into_iter().flat_map(|head| self.numbers.numbers(head))
    }

    /// The pseudonyms of a part.
    pub(crate) fn forms(&self, id: u32) -> Forms<'_> {
        let entry = self.entries[id as usize];
        let (sounds, near) = (usize::from(entry.sounds), usize::from(entry.near));
        let values = &self.values[entry.start as usize..][..1 + sounds + near];
        Forms { exact: values[0], sounds: &values[1..=sounds], near: &values[1 + sounds..] }
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn slots(&self, id: u32) -> &Head {
        &self.entries[id as usize].slots
    }

    pub(crate) fn note(&mut self, id: u32, slot: u32, lists: &mut Lists) {
        lists.push(&mut self.entries[id as usize].slots, slot);
    }

    pub(crate) fn memory_bytes(&self) -> usize {
        let arrays = self.values.capacity() * 8 + self.entries.capacity() * size_of::<Entry>();
        arrays + self.keys.memory_bytes() + self.numbers.memory_bytes()
    }
}
