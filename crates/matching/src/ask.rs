//! A person who is asked for, made ready once for many comparisons.

use crate::align::{Grid, NameEvidence, Side, WORD_BITS};
use crate::dates::Packed;
use crate::edit::Pattern;
use crate::facts::{country_code, document_words, place_words, sex_code, whole_key};
use crate::verdict::{Evidence, same_sex, share_country};
use crate::word::{Likeness, Probe, Word};
use crate::words::{Part, WORDS_MOST, words_of};
use vocabulary::Person;

/// One name of the asked person.
#[derive(Debug)]
pub(crate) struct AskedName {
    pub(crate) probes: Vec<Probe>,
    pub(crate) sides: Vec<Side>,
    /// The name without spaces, in the order given and with the last word first.
    joined: [Pattern; 2],
    joined_len: usize,
}

/// The asked person.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) names: Vec<AskedName>,
    pub(crate) date: Packed,
    pub(crate) sex: u32,
    pub(crate) nationalities: Vec<u32>,
    pub(crate) place: Vec<Probe>,
    pub(crate) documents: Vec<[u32; 3]>,
}

impl Asked {
    pub(crate) fn new(person: &Person) -> Self {
        let names = person.names.iter().map(|name| AskedName::new(&words_of(name)));
        Self {
            names: names.filter(|name| !name.probes.is_empty()).collect(),
            date: Packed::new(person.birth_date),
            sex: sex_code(person.sex),
            nationalities: person.nationalities.iter().map(|c| country_code(Some(*c))).collect(),
            place: place_words(person.birth_place.as_ref())
                .iter()
                .map(|word| Probe::new(Word::new(word)))
                .collect(),
            documents: person.documents.iter().map(document_words).collect(),
        }
    }

    /// Everything but the names.
    pub(crate) fn traits(&self, held: &HeldTraits<'_>) -> Evidence {
        Evidence {
            date: self.date.compare(held.date),
            sex: same_sex(self.sex, held.sex),
            nationality: share_country(&self.nationalities, held.nationalities),
            document: self.documents.iter().any(|mine| {
                held.documents.chunks_exact(3).any(|theirs| same_document(mine, theirs))
            }),
            ..Evidence::default()
        }
    }
}

/// What a record says beside names and place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HeldTraits<'a> {
    pub(crate) date: Packed,
    pub(crate) sex: u32,
    pub(crate) nationalities: &'a [u32],
    pub(crate) documents: &'a [u32],
}

/// The same number, and the same country where both sides state one.
pub(crate) fn same_document(mine: &[u32], theirs: &[u32]) -> bool {
    let country = |words: &[u32]| words.get(2).copied().unwrap_or(0);
    let (a, b) = (country(mine), country(theirs));
    whole_key(mine) == whole_key(theirs) && (a == 0 || b == 0 || a == b)
}

impl AskedName {
    pub(crate) fn new(words: &[(String, Part)]) -> Self {
        let probes: Vec<Probe> = words.iter().map(|(raw, _)| Probe::new(Word::new(raw))).collect();
        let side = |(probe, (_, part)): (&Probe, &(String, Part))| Side {
            bits: WORD_BITS,
            light: probe.word.light,
            part: *part,
        };
        let sides = probes.iter().zip(words).map(side).collect();
        let folds: Vec<&[u8]> = probes.iter().map(|p| p.word.folds[0].as_bytes()).collect();
        let mut turned = folds.clone();
        turned.rotate_right(1.min(folds.len()));
        let joined = [Pattern::new(&folds.concat()), Pattern::new(&turned.concat())];
        Self { sides, joined, joined_len: folds.concat().len(), probes }
    }

    /// Compares with a held name: the sides of its words, a row of likenesses per word, and their spellings, which
    /// are only asked for where the words leave something open.
    pub(crate) fn compare<'a>(
        &self,
        sides: &[Side],
        likes: &[[Likeness; WORDS_MOST]],
        fold: impl Fn(usize) -> &'a [u8],
    ) -> NameEvidence {
        let grid = Grid { asked: &self.sides, held: sides, likes };
        let evidence = grid.evidence();
        let incomplete = evidence.agreeing < evidence.words;
        if !incomplete || self.sides.len() + sides.len() < 3 {
            return evidence;
        }
        match self.joined_likeness((0..sides.len()).map(fold)) {
            0 => evidence,
            permille => {
                let joined = grid.joined(permille);
                if joined.bits > evidence.bits { joined } else { evidence }
            }
        }
    }

    /// How alike the names are without their spaces, 0 or 800 to 1000.
    fn joined_likeness<'a>(&self, held: impl Iterator<Item = &'a [u8]>) -> u16 {
        let mut text = [0_u8; 64];
        let mut len = 0;
        for letter in held.flatten() {
            if len == text.len() {
                return 0;
            }
            text[len] = *letter;
            len += 1;
        }
        if self.joined_len.abs_diff(len) > 2 || self.joined_len < 6 || self.joined_len > 64 {
            return 0;
        }
        let distance = |pattern: &Pattern| pattern.distance(&text[..len]);
        match self.joined.iter().map(distance).min() {
            Some(0) => 1000,
            Some(1) if len >= 8 => 920,
            Some(2) if len >= 12 => 830,
            _ => 0,
        }
    }
}
