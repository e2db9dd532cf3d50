//! What is kept of a subject to compare it: a run of 32-bit words, read in place.

use crate::dictionary::Dictionary;
use crate::number::{document_key, plate_key, vin_key};
use crate::records::Kind;
use crate::words::{Part, WORDS_MOST, split, words_of};
use vocabulary::{CountryCode, Document, Person, PersonName, Sex, Vehicle};

/// Names, nationalities and documents kept of one record; a register that holds more of one person splits the record.
const MOST: usize = 63;

/// Bits of a name word that hold its number; the two above say in which part of the name it stands.
const ID_BITS: u32 = 30;

/// Facts of a person: `header, nationalities …, birth place …, documents (3 each) …, names (count, words) …`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PersonFacts<'a> {
    pub(crate) sex: u8,
    pub(crate) nationalities: &'a [u32],
    pub(crate) place: &'a [u32],
    pub(crate) documents: &'a [u32],
    names: &'a [u32],
}

impl<'a> PersonFacts<'a> {
    /// Reads facts; `None` when they are not well formed or not a person's.
    pub(crate) fn read(facts: &'a [u32]) -> Option<Self> {
        let (header, rest) = facts.split_first()?;
        if Kind::of(*header) != Kind::Person {
            return None;
        }
        let count = |shift: u32, bits: u32| ((header >> shift) & ((1 << bits) - 1)) as usize;
        let (nationalities, rest) = rest.split_at_checked(count(4, 6))?;
        let (place, rest) = rest.split_at_checked(count(10, 4))?;
        let (documents, names) = rest.split_at_checked(count(14, 6) * 3)?;
        Some(Self { sex: count(2, 2) as u8, nationalities, place, documents, names })
    }

    /// The names, each as its words.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'a [u32]> + use<'a> {
        let mut rest = self.names;
        std::iter::from_fn(move || {
            let (count, tail) = rest.split_first()?;
            let (name, tail) = tail.split_at_checked(*count as usize)?;
            rest = tail;
            Some(name)
        })
    }

    /// True when the names fill the facts exactly and hold at most so many words.
    pub(crate) fn is_well_formed(&self) -> bool {
        let used: usize = self.names().map(|name| name.len() + 1).sum();
        used == self.names.len() && self.names().all(|name| (1..=WORDS_MOST).contains(&name.len()))
    }
}

/// The number of a name word.
pub(crate) fn word_id(word: u32) -> u32 {
    word & ((1 << ID_BITS) - 1)
}

/// The part of the name in which a word stands.
pub(crate) fn part_of(word: u32) -> Part {
    match word >> ID_BITS {
        1 => Part::Given,
        2 => Part::Family,
        _ => Part::Unknown,
    }
}

/// The same word under another number.
pub(crate) fn renumbered(word: u32, id: u32) -> u32 {
    (word >> ID_BITS << ID_BITS) | id
}

/// Writes the facts of a person.
pub(crate) fn write_person(person: &Person, dictionary: &mut Dictionary, out: &mut Vec<u32>) {
    out.clear();
    let nationalities = person.nationalities.iter().take(MOST);
    let place: Vec<String> = place_words(person.birth_place.as_ref());
    let documents = person.documents.iter().take(MOST);
    out.push(
        (Kind::Person as u32)
            | sex_code(person.sex) << 2
            | (nationalities.len() as u32) << 4
            | (place.len() as u32) << 10
            | (documents.len() as u32) << 14,
    );
    out.extend(nationalities.map(|country| country_code(Some(*country))));
    out.extend(place.iter().map(|word| dictionary.intern(word)));
    for document in documents {
        out.extend(document_words(document));
    }
    for name in person.names.iter().take(MOST) {
        let words = words_of(name);
        if !words.is_empty() {
            out.push(words.len() as u32);
            let numbered =
                words.iter().map(|(w, part)| dictionary.intern(w) | (*part as u32) << ID_BITS);
            out.extend(numbered);
        }
    }
}

/// The words of a birth place, at most eight.
pub(crate) fn place_words(place: Option<&PersonName>) -> Vec<String> {
    let mut words = place.map_or_else(Vec::new, |place| split(place.as_str()));
    words.truncate(WORDS_MOST);
    words
}

/// Facts of a document: `header, key (2), country`.
pub(crate) fn write_document(document: &Document, out: &mut Vec<u32>) {
    out.clear();
    out.push(Kind::Document as u32);
    out.extend(document_words(document));
}

/// Facts of a vehicle: `header, country, key of the plate (2), key of the identification number (2)`, zero for none.
pub(crate) fn write_vehicle(vehicle: &Vehicle, out: &mut Vec<u32>) {
    out.clear();
    out.extend([Kind::Vehicle as u32, country_code(vehicle.country)]);
    out.extend(halves(vehicle.plate.as_ref().map_or(0, plate_key)));
    out.extend(halves(vehicle.vin.as_ref().map_or(0, vin_key)));
}

/// A document in three words.
pub(crate) fn document_words(document: &Document) -> [u32; 3] {
    let [low, high] = halves(document_key(&document.number));
    [low, high, country_code(document.country)]
}

/// The key in the first two of `words`.
pub(crate) fn whole_key(words: &[u32]) -> u64 {
    match words {
        [low, high, ..] => u64::from(*low) | u64::from(*high) << 32,
        _ => 0,
    }
}

fn halves(key: u64) -> [u32; 2] {
    [key as u32, (key >> 32) as u32]
}

/// 0 unknown, 1 female, 2 male, 3 unspecified.
pub(crate) fn sex_code(sex: Option<Sex>) -> u32 {
    match sex {
        None => 0,
        Some(Sex::Female) => 1,
        Some(Sex::Male) => 2,
        Some(Sex::Unspecified) => 3,
    }
}

/// The two letters as a number, zero for none.
pub(crate) fn country_code(country: Option<CountryCode>) -> u32 {
    country.map_or(0, |code| code.as_str().bytes().fold(0, |sum, b| sum << 8 | u32::from(b)))
}

/// Where in `facts` numbers of words or pseudonyms stand.
pub(crate) fn numbered_places(facts: &[u32]) -> Vec<usize> {
    let Some((header, rest)) = facts.split_first() else { return Vec::new() };
    let count = |shift: u32| ((header >> shift) & 63) as usize;
    let (mut places, mut at) = (Vec::new(), 1);
    match Kind::of(*header) {
        Kind::Vehicle | Kind::Document => return places,
        Kind::Pseudonymised => {
            places.extend(at + ((header >> 20) & 63) as usize..facts.len());
            return places;
        }
        Kind::Person => {
            let place = ((header >> 10) & 15) as usize;
            at += count(4);
            places.extend(at..at + place);
            at += place + count(14) * 3;
        }
    }
    while let Some(run) = rest.get(at - 1) {
        let run = *run as usize;
        places.extend(at + 1..at + 1 + run);
        at += 1 + run;
    }
    places
}
