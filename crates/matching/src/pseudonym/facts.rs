//! What is kept of a person in pseudonyms to compare it.

use crate::facts::{country_code, sex_code};
use crate::pseudonym::tokens::{OwnedForms, Tokens};
use crate::records::Kind;
use vocabulary::{PseudonymisedPerson, TokenPseudonyms};

/// Bits of a word that hold the number of a part; the six above number the name it belongs to.
const TOKEN_BITS: u32 = 26;
/// Parts of names that are kept of one person, first and family names apart.
const PARTS_MOST: usize = 255;
/// Names that are kept of one person.
const NAMES_MOST: u8 = 63;

/// Facts of a person in pseudonyms: `header, nationalities …, parts of first names …, parts of family names …`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PseudonymFacts<'a> {
    pub(crate) sex: u32,
    pub(crate) nationalities: &'a [u32],
    pub(crate) first_names: usize,
    family_names: usize,
    /// The parts, first names before family names.
    pub(crate) tokens: &'a [u32],
}

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

    /// True when there are as many parts as the header says.
    pub(crate) fn is_well_formed(&self) -> bool {
        self.tokens.len() == self.first_names + self.family_names
    }

    /// The parts of first names, and those of family names.
    pub(crate) fn parts(&self) -> (&'a [u32], &'a [u32]) {
        self.tokens.split_at(self.first_names.min(self.tokens.len()))
    }
}

/// The number of the part in a word of facts.
pub(crate) fn token_of(word: u32) -> u32 {
    word & ((1 << TOKEN_BITS) - 1)
}

/// The number of the name to which the part in a word of facts belongs.
pub(crate) fn name_of(word: u32) -> u32 {
    word >> TOKEN_BITS
}

/// The same word with another part.
pub(crate) fn with_token(word: u32, token: u32) -> u32 {
    (word >> TOKEN_BITS << TOKEN_BITS) | token
}

/// Writes the facts of a person in pseudonyms.
pub(crate) fn write_pseudonymised(
    person: &PseudonymisedPerson,
    tokens: &mut Tokens,
    out: &mut Vec<u32>,
) {
    let kept = |parts: &[TokenPseudonyms], tokens: &mut Tokens| -> Vec<u32> {
        let kept = parts.iter().filter(|part| part.name < NAMES_MOST).take(PARTS_MOST);
        kept.map(|part| {
            with_token(
                u32::from(part.name) << TOKEN_BITS,
                tokens.intern(OwnedForms::new(part).forms()),
            )
        })
        .collect()
    };
    let first = kept(&person.first_names, tokens);
    let family = kept(&person.family_names, tokens);
    let nationalities = person.nationalities.iter().take(63);
    out.clear();
    out.push(
        (Kind::Pseudonymised as u32)
            | sex_code(person.sex) << 2
            | (first.len() as u32) << 4
            | (family.len() as u32) << 12
            | (nationalities.len() as u32) << 20,
    );
    out.extend(nationalities.map(|country| country_code(Some(*country))));
    out.extend(first);
    out.extend(family);
}
