//! Names as pseudonyms: how they are made, how an index keeps them, and when a record agrees with a query.
//!
//! A query to a police records index holds at least two of first name, family name and birth date (Regulation (EU)
//! 2024/982, Article 43). That says what a query must hold, not that two agreeing ones suffice. The rule is:
//! **everything that is given in the query and known in the record must agree.**
//!
//! - A part of a name agrees *exactly*, *by sound*, or *nearly*: one letter lost, added, replaced or exchanged with the
//!   next. Pseudonyms cannot tell a letter lost here and another one added there from one slip; that counts as near.
//! - A first name that is given agrees when any of its parts agrees with any part of the first names of the record;
//!   family names likewise. First and family name may be exchanged, both together. Each alias is a name of its own:
//!   the first name of one does not combine with the family name of another. Parts that come without the number of their
//!   name count as parts of one name.
//! - A birth date agrees when it is equal, or equal as far as both are known. 1 January in the record counts as
//!   only the year known. Day and month exchanged, one digit off or one day off agree only when first and family name
//!   agree exactly or by sound.
//! - What the record does not know is passed over; then the family name must agree exactly or by sound, and the full
//!   date be equal or the first name agree. In all, at least two of the three must agree.
//! - Bands: *very likely*, all three agree, the names exactly or by sound, the date in full. *Likely*, the date agrees and
//!   of all three one is weaker (a name near, or the date partial), or two are compared and none is weaker. *Possible*, the
//!   remaining. Sex and nationality, and how rare names are, order records within a band.

pub(crate) mod born;
pub(crate) mod facts;
mod gather;
mod likes;
mod rule;
mod search;
pub(crate) mod tokens;

use crate::word::Word;
use crate::words::{Part, words_of};
use std::fmt::Write;
use vocabulary::{NamePseudonym, Person, PseudonymisedPerson, TokenPseudonyms};

/// Lengths of spellings of which one letter may be lost: a shorter one says too little without it.
const NEAR_LETTERS: std::ops::RangeInclusive<usize> = 4..=24;

/// Makes pseudonyms of the names of `person` (Regulation (EU) 2024/982, Articles 25 and 43); birth date, sex and
/// nationalities stay in clear.
///
/// `keyed` is a keyed pseudorandom function cut to eight bytes. Of each part of each name it is given the spelling
/// in Latin letters without marks, one or two consonant skeletons, and the spelling whole and with each letter in turn
/// left out, each with a prefix that keeps the three kinds apart. Of a whole name the last part counts as family name.
/// Titles, particles and initials are left out: an initial is not a name, and without the letters nobody can tell of which
/// it is the first.
pub fn pseudonymise(person: &Person, keyed: &dyn Fn(&[u8]) -> [u8; 8]) -> PseudonymisedPerson {
    let mut out = PseudonymisedPerson {
        birth_date: person.birth_date,
        sex: person.sex,
        nationalities: person.nationalities.clone(),
        ..PseudonymisedPerson::default()
    };
    for (number, name) in (0..=u8::MAX).zip(&person.names) {
        let mut words = words_of(name);
        if words.len() > 1 {
            words.retain(|(raw, _)| !crate::words::is_light(raw));
        }
        let last = words.len().saturating_sub(1);
        for (at, (raw, part)) in words.iter().enumerate() {
            let family = *part == Part::Family || (*part == Part::Unknown && at == last);
            let word = Word::new(raw);
            if word.is_initial() {
                continue;
            }
            let Some(token) = token(&word, number, keyed) else { continue };
            let names = if family { &mut out.family_names } else { &mut out.first_names };
            if !names.contains(&token) {
                names.push(token);
            }
        }
    }
    out
}

/// The pseudonyms of one part of a name.
fn token(word: &Word, name: u8, keyed: &dyn Fn(&[u8]) -> [u8; 8]) -> Option<TokenPseudonyms> {
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
    let fold = word.folds[0].as_bytes();
    let near = one_lost(fold).into_iter().map(|form| pseudonym(b"near|", &form, keyed));
    Some(TokenPseudonyms {
        exact: pseudonym(b"spelling:", fold, keyed)?,
        sounds,
        near: near.collect::<Option<_>>()?,
        name,
    })
}

/// `fold` whole and with each letter in turn left out, each form once.
fn one_lost(fold: &[u8]) -> Vec<Vec<u8>> {
    if !NEAR_LETTERS.contains(&fold.len()) {
        return Vec::new();
    }
    // Of equal letters side by side it makes no difference which is left out.
    let lost = (0..fold.len()).filter(|at| *at == 0 || fold[*at] != fold[*at - 1]);
    let forms = lost.map(|at| [&fold[..at], &fold[at + 1..]].concat());
    std::iter::once(fold.to_vec()).chain(forms).collect()
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
fn number_of(pseudonym: &NamePseudonym) -> u64 {
    u64::from_str_radix(pseudonym.as_str(), 16).unwrap_or(0)
}
