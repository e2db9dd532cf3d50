//! The lists of names and places, read once from the data files.

use crate::draw::Draw;
use crate::nation;
use crate::spelling::Romanisation;
use crate::written::{Written, official};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// One row of a data file: a name as written, its other form and listed spellings.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) native: &'static str,
    latin: String,
    /// The second listed spelling without marks: what passports of some countries have.
    second_latin: String,
    /// The form for women of a family name or ending, the short form of a given name, the English name of a place.
    pub(crate) other: &'static str,
    other_latin: String,
    /// Spellings parted by `|`.
    listed: &'static str,
    /// Of a man's name the form it takes as a father's name, for sons and for daughters; of a family name or ending
    /// the form of a married woman.
    pub(crate) derived: (&'static str, &'static str),
    romanisation: Romanisation,
}

impl Entry {
    fn read(cells: [&'static str; 4], romanisation: Romanisation) -> Self {
        let [native, other, listed, derived] = cells;
        let latin = match listed.split_once('|') {
            Some((first, _)) => first.to_owned(),
            None => official(native, romanisation),
        };
        let second_latin = official(listed.split('|').nth(1).unwrap_or(&latin), romanisation);
        let other_latin = official(other, romanisation);
        let derived = derived.split_once('/').unwrap_or((derived, derived));
        Self { native, latin, second_latin, other, other_latin, listed, derived, romanisation }
    }

    /// The name as written, with the official Latin form of a country that uses the first or the second spelling.
    pub(crate) fn written(&'static self, official: Official) -> Written {
        let latin = match official {
            Official::First => &self.latin,
            Official::Second => &self.second_latin,
        };
        Written::known(self.native, latin, self.listed, self.romanisation)
    }

    /// The other form, where the row has one.
    pub(crate) fn other_written(&'static self) -> Option<Written> {
        let known = || Written::known(self.other, &self.other_latin, "", self.romanisation);
        (!self.other.is_empty()).then(known)
    }

    /// The place as written, with the name it has abroad.
    pub(crate) fn known_abroad(&'static self) -> Written {
        Written::known(self.native, &self.other_latin, "", self.romanisation)
    }

    /// The form of a married woman, where the row has one.
    pub(crate) fn married_written(&self) -> Option<Written> {
        let made = || Written::made(self.derived.0.to_owned(), self.romanisation);
        (!self.derived.0.is_empty()).then(made)
    }
}

/// Entries in order of frequency, drawn by a Zipf-Mandelbrot law with exponent 1.
#[derive(Debug, Default)]
pub(crate) struct Ranked {
    pub(crate) entries: Vec<Entry>,
    bounds: Vec<u32>,
}

impl Ranked {
    fn new(entries: Vec<Entry>, shift: u32) -> Self {
        let mut sum = 0_u32;
        let bounds = (0_u32..)
            .zip(&entries)
            .map(|(rank, _)| {
                let weight = 1_000_000_u32.checked_div(rank.saturating_add(shift)).unwrap_or(0);
                sum = sum.saturating_add(weight);
                sum
            })
            .collect();
        Self { entries, bounds }
    }

    /// One entry, the first ones most often.
    pub(crate) fn draw(&self, draw: &mut Draw) -> Option<&Entry> {
        let at = draw.below(self.bounds.last().copied().unwrap_or(0));
        self.entries.get(self.bounds.partition_point(|bound| *bound <= at))
    }
}

/// The names of one data file.
#[derive(Debug, Default)]
pub(crate) struct Lexicon {
    pub(crate) women: Ranked,
    pub(crate) men: Ranked,
    pub(crate) middle_women: Ranked,
    pub(crate) middle_men: Ranked,
    pub(crate) families: Ranked,
    pub(crate) roots: Ranked,
    pub(crate) endings: Ranked,
    pub(crate) prefixes: Vec<Entry>,
    pub(crate) places: Ranked,
    pub(crate) romanisation: Romanisation,
}

impl Lexicon {
    fn read(text: &'static str, shift: u32, romanisation: Romanisation) -> Self {
        let of = |kind: &str| -> Vec<Entry> {
            let rows = text.lines().skip(1).map(|line| {
                let mut columns = line.split('\t');
                (columns.next(), [(); 4].map(|()| columns.next().unwrap_or("")))
            });
            rows.filter(|(k, _)| *k == Some(kind))
                .map(|(_, cells)| Entry::read(cells, romanisation))
                .collect()
        };
        Self {
            women: Ranked::new(of("f"), 4),
            men: Ranked::new(of("m"), 4),
            middle_women: Ranked::new(of("wf"), 1),
            middle_men: Ranked::new(of("wm"), 1),
            families: Ranked::new(of("s"), shift),
            roots: Ranked::new(of("r"), 30),
            endings: Ranked::new(of("x"), 2),
            prefixes: of("p"),
            places: Ranked::new(of("c"), 2),
            romanisation,
        }
    }
}

/// Which of the listed spellings is official.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Official {
    /// The first, after English.
    First,
    /// The second, after French.
    Second,
}

macro_rules! files {
    ($($name:literal)+) => {
        const FILES: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../data/names/", $name, ".tsv")))),+];
    };
}

files! {
    "AT" "BE" "BG" "CY" "CZ" "DE" "DK" "EE" "ES" "FI" "FR" "GR" "HR" "HU" "IE" "IT" "LT" "LU" "LV" "MT" "NL" "PL"
    "PT" "RO" "SE" "SI" "SK" "AL" "AR" "CN" "EG" "IQ" "MA" "RS" "RU" "SY" "TR" "UA" "VN"
}

static LEXICONS: LazyLock<BTreeMap<&'static str, Lexicon>> = LazyLock::new(|| {
    let read = |(name, text): &(&'static str, &'static str)| {
        let (shift, romanisation) = nation::of_file(name);
        (*name, Lexicon::read(text, shift, romanisation))
    };
    FILES.iter().map(read).collect()
});

/// The lexicon in the file of this name.
pub(crate) fn lexicon(name: &str) -> Option<&'static Lexicon> {
    LEXICONS.get(name)
}
