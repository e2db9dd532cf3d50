//! Names as pseudonyms: how they are made and how an index keeps them.

use crate::facts::{country_code, sex_code};
use crate::hash::{KeyKind, key_of_number};
use crate::lists::{Head, Lists, Table};
use crate::records::Kind;
use crate::word::Word;
use crate::words::{Part, words_of};
use std::fmt::Write;
use vocabulary::{NamePseudonym, Person, PseudonymisedPerson, TokenPseudonyms};

/// Makes pseudonyms of the names of `person` (Regulation (EU) 2024/982, Articles 25 and 43); birth date, sex and
/// nationalities stay in clear.
///
/// `keyed` is a keyed pseudorandom function cut to eight bytes. Of each part of each name it is given the spelling
/// in Latin letters without marks, and one or two consonant skeletons, each with a prefix that keeps the two kinds
/// apart. Of a whole name the last part counts as family name. Titles and particles are left out.
pub fn pseudonymise(person: &Person, keyed: &dyn Fn(&[u8]) -> [u8; 8]) -> PseudonymisedPerson {
    let mut out = PseudonymisedPerson {
        birth_date: person.birth_date,
        sex: person.sex,
        nationalities: person.nationalities.clone(),
        ..PseudonymisedPerson::default()
    };
    for name in &person.names {
        let mut words = words_of(name);
        if words.len() > 1 {
            words.retain(|(raw, _)| !crate::words::is_light(raw));
        }
        let last = words.len().saturating_sub(1);
        for (at, (raw, part)) in words.iter().enumerate() {
            let family = *part == Part::Family || (*part == Part::Unknown && at == last);
            let Some(token) = token(raw, keyed) else { continue };
            let names = if family { &mut out.family_names } else { &mut out.first_names };
            if !names.contains(&token) {
                names.push(token);
            }
        }
    }
    out
}

/// The pseudonyms of one part of a name.
fn token(raw: &str, keyed: &dyn Fn(&[u8]) -> [u8; 8]) -> Option<TokenPseudonyms> {
    let word = Word::new(raw);
    let mut sounds = Vec::with_capacity(2);
    for sound in &word.sounds {
        // A sound of a single class would say next to nothing and bring all short names together.
        if sound.as_bytes().len() > 1 {
            let made = pseudonym(b"sound:", sound.as_bytes(), keyed)?;
            if !sounds.contains(&made) {
                sounds.push(made);
            }
        }
    }
    Some(TokenPseudonyms {
        exact: pseudonym(b"spelling:", word.folds[0].as_bytes(), keyed)?,
        sounds,
    })
}

fn pseudonym(
    prefix: &[u8],
    form: &[u8],
    keyed: &dyn Fn(&[u8]) -> [u8; 8],
) -> Option<NamePseudonym> {
    let mut hex = String::with_capacity(16);
    for byte in keyed(&[prefix, form].concat()) {
        write!(hex, "{byte:02x}").ok()?;
    }
    hex.parse().ok()
}

/// The pseudonym as a number.
pub(crate) fn number_of(pseudonym: &NamePseudonym) -> u64 {
    u64::from_str_radix(pseudonym.as_str(), 16).unwrap_or(0)
}

/// The distinct pseudonyms of an index, with the records that have them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pseudonyms {
    values: Vec<u64>,
    slots: Vec<Head>,
    ids: Table,
    numbers: Lists,
}

impl Pseudonyms {
    /// The number of a pseudonym, which is taken in when it is new.
    pub(crate) fn intern(&mut self, value: u64) -> u32 {
        if let Some(id) = self.find(value) {
            return id;
        }
        let id = self.values.len() as u32;
        self.values.push(value);
        self.slots.push(Head::default());
        let head = self.ids.entry(key_of_number(KeyKind::Pseudonym, value));
        self.numbers.push(head, id);
        id
    }

    /// The number of a pseudonym that is there.
    pub(crate) fn find(&self, value: u64) -> Option<u32> {
        let head = self.ids.get(key_of_number(KeyKind::Pseudonym, value))?;
        self.numbers.numbers(head).find(|id| self.values[*id as usize] == value)
    }

    pub(crate) fn value(&self, id: u32) -> u64 {
        self.values[id as usize]
    }

    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    pub(crate) fn slots(&self, id: u32) -> Head {
        self.slots[id as usize]
    }

    pub(crate) fn note(&mut self, id: u32, slot: u32, lists: &mut Lists) {
        lists.push(&mut self.slots[id as usize], slot);
    }

    pub(crate) fn memory_bytes(&self) -> usize {
        let arrays = self.values.capacity() * 8 + self.slots.capacity() * size_of::<Head>();
        arrays + self.ids.memory_bytes() + self.numbers.memory_bytes()
    }
}

/// Facts of a person in pseudonyms: `header, nationalities …, tokens (count, spelling, sounds …) …`, first names first.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PseudonymFacts<'a> {
    pub(crate) sex: u32,
    pub(crate) nationalities: &'a [u32],
    pub(crate) first_names: usize,
    family_names: usize,
    tokens: &'a [u32],
}

/// Parts of names that are kept of one person.
const PARTS_MOST: usize = 255;

impl<'a> PseudonymFacts<'a> {
    /// Reads facts; `None` when they are not well formed or not of this kind.
    pub(crate) fn read(facts: &'a [u32]) -> Option<Self> {
        let (header, rest) = facts.split_first()?;
        if Kind::of(*header) != Kind::Pseudonymised {
            return None;
        }
        let (nationalities, tokens) = rest.split_at_checked(((header >> 20) & 63) as usize)?;
        Some(Self {
            sex: (header >> 2) & 3,
            nationalities,
            first_names: ((header >> 4) & 255) as usize,
            family_names: ((header >> 12) & 255) as usize,
            tokens,
        })
    }

    /// The parts of names, each as the numbers of its pseudonyms.
    pub(crate) fn tokens(&self) -> impl Iterator<Item = &'a [u32]> + use<'a> {
        let mut rest = self.tokens;
        std::iter::from_fn(move || {
            let (count, tail) = rest.split_first()?;
            let (token, tail) = tail.split_at_checked(*count as usize)?;
            rest = tail;
            Some(token)
        })
    }

    /// True when the tokens fill the facts exactly and are as many as the header says.
    pub(crate) fn is_well_formed(&self) -> bool {
        let used: usize = self.tokens().map(|token| token.len() + 1).sum();
        used == self.tokens.len()
            && self.tokens().count() == self.first_names + self.family_names
            && self.tokens().all(|token| !token.is_empty())
    }
}

/// Writes the facts of a person in pseudonyms.
pub(crate) fn write_pseudonymised(
    person: &PseudonymisedPerson,
    pseudonyms: &mut Pseudonyms,
    out: &mut Vec<u32>,
) {
    let nationalities = person.nationalities.iter().take(63);
    let (first, family) =
        (person.first_names.iter().take(PARTS_MOST), person.family_names.iter().take(PARTS_MOST));
    out.clear();
    out.push(
        (Kind::Pseudonymised as u32)
            | sex_code(person.sex) << 2
            | (first.len() as u32) << 4
            | (family.len() as u32) << 12
            | (nationalities.len() as u32) << 20,
    );
    out.extend(nationalities.map(|country| country_code(Some(*country))));
    for token in first.chain(family) {
        let sounds = token.sounds.iter().take(8);
        out.push(1 + sounds.len() as u32);
        out.push(pseudonyms.intern(number_of(&token.exact)));
        out.extend(sounds.map(|sound| pseudonyms.intern(number_of(sound))));
    }
}
