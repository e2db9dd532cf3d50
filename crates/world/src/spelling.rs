//! How a name changes when it is written in another script or by another country's ear.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// In which script, and by whose habits, a name is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spelling {
    /// As at home, in the home script.
    Native,
    /// The official Latin form: ELOT 743 for Greek, the Bulgarian Transliteration Act, ICAO Doc 9303 Part 3 for Russian
    /// and for Latin letters with marks, Resolution 55 of 2010 for Ukrainian, the form on the passport for Arabic.
    Official,
    /// As a German-speaking clerk hears it.
    German,
    /// As a French-speaking clerk hears it.
    French,
    /// As a Polish-speaking clerk hears it.
    Polish,
    /// As an English-speaking clerk hears it; marks are dropped.
    English,
}

impl Spelling {
    /// The spellings in Latin letters.
    pub const LATIN: [Self; 5] =
        [Self::Official, Self::German, Self::French, Self::Polish, Self::English];

    /// The column of this spelling in the table of letters.
    fn column(self) -> usize {
        match self {
            Self::Native | Self::Official => 0,
            Self::German => 1,
            Self::French => 2,
            Self::Polish => 3,
            Self::English => 4,
        }
    }

    /// The place of this spelling among the listed spellings of a name.
    pub(crate) fn listed(self) -> usize {
        match self {
            Self::Native | Self::Official | Self::English => 0,
            Self::French => 1,
            Self::German => 2,
            Self::Polish => 3,
        }
    }
}

/// A script of the population.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Script {
    /// Latin letters with the marks of the country.
    Latin,
    /// Greek letters.
    Greek,
    /// Cyrillic letters.
    Cyrillic,
    /// Arabic letters.
    Arabic,
}

impl Script {
    /// The script of the first letter of `text`; Latin when there is none.
    pub fn of(text: &str) -> Self {
        match text.chars().find(|c| c.is_alphabetic()) {
            Some('\u{370}'..='\u{3ff}') => Self::Greek,
            Some('\u{400}'..='\u{52f}') => Self::Cyrillic,
            Some('\u{600}'..='\u{6ff}') => Self::Arabic,
            _ => Self::Latin,
        }
    }

    /// The small letters a typing slip puts in.
    pub(crate) fn letters(self) -> &'static str {
        match self {
            Self::Latin => "abcdefghijklmnoprstuvwyz",
            Self::Greek => "αβγδεζηθικλμνοπρστυφχω",
            Self::Cyrillic => "абвгдежзиклмнопрстуфхцчшюя",
            Self::Arabic => "ابتثجحخدرزسشصطعفقكلمنهوي",
        }
    }
}

type Row = [&'static str; 5];

/// What stands for a letter or a pair of letters, by where it stands.
#[derive(Debug, Default)]
struct Letter {
    alone: Option<Row>,
    /// At the beginning of a word.
    first: Option<Row>,
    /// The second letter, the place (`^`, `$`, `!` or none as a space) and what is written.
    pairs: Vec<(char, char, Row)>,
}

/// By which national rule a name in Greek or Cyrillic letters is written in Latin ones: the place of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Romanisation(u8);

/// The tables of `spellings.tsv` by name.
const TABLES: [&str; 5] = ["el", "bg", "ru", "uk", "sr"];

impl Romanisation {
    /// The table of this name; the first where there is none, which changes nothing for Latin letters.
    pub(crate) fn named(name: &str) -> Self {
        let place = (0_u8..).zip(TABLES).find(|(_, table)| *table == name);
        Self(place.map_or(0, |(place, _)| place))
    }
}

const FIRST: u32 = 0x370;
const LENGTH: usize = 0x1c0;

static LETTERS: LazyLock<[Vec<Letter>; TABLES.len()]> = LazyLock::new(|| TABLES.map(read_table));

fn read_table(table: &str) -> Vec<Letter> {
    let mut letters: Vec<Letter> = (0..LENGTH).map(|_| Letter::default()).collect();
    for line in include_str!("../data/spellings.tsv").lines().skip(1) {
        let mut columns = line.split('\t');
        if columns.next() != Some(table) {
            continue;
        }
        let key = columns.next().unwrap_or("");
        let mut row: Row = [""; 5];
        row.iter_mut().zip(columns).for_each(|(cell, text)| *cell = text);
        let place = key.chars().find(|c| matches!(c, '^' | '$' | '!')).unwrap_or(' ');
        let mut plain = key.chars().filter(|c| c.is_alphabetic());
        let Some(letter) = plain.next().and_then(slot).and_then(|i| letters.get_mut(i)) else {
            continue;
        };
        match plain.next() {
            None if place == '^' => letter.first = Some(row),
            None => letter.alone = Some(row),
            Some(second) if place == ' ' => letter.pairs.push((second, place, row)),
            Some(second) => letter.pairs.insert(0, (second, place, row)),
        }
    }
    letters
}

fn slot(c: char) -> Option<usize> {
    usize::try_from(u32::from(c).checked_sub(FIRST)?).ok().filter(|i| *i < LENGTH)
}

/// The letter in small without its stress mark; a diaeresis stays, because it parts two vowels.
fn plain(c: char) -> char {
    match c.to_lowercase().next().unwrap_or(c) {
        'ά' => 'α',
        'έ' => 'ε',
        'ή' => 'η',
        'ί' => 'ι',
        'ό' => 'ο',
        'ύ' => 'υ',
        'ώ' => 'ω',
        'ΐ' => 'ϊ',
        'ΰ' => 'ϋ',
        other => other,
    }
}

fn is_voiceless(c: Option<char>) -> bool {
    c.is_none_or(|c| "θκξπσςτφχψ".contains(c) || !c.is_alphabetic())
}

/// The row for the letters at `at`, and how many letters it takes.
fn row_at(text: &[char], at: usize, romanisation: Romanisation) -> Option<(Row, usize)> {
    let raw = text.get(at)?;
    let letter = LETTERS.get(usize::from(romanisation.0))?.get(slot(plain(*raw))?)?;
    let next = |n: usize| text.get(at.saturating_add(n)).map(|c| plain(*c));
    let starts = at.checked_sub(1).and_then(|i| text.get(i)).is_none_or(|c| !c.is_alphabetic());
    let second = next(1);
    // A stress mark on the first vowel parts a pair: `άι` is two sounds.
    let parted = raw.to_lowercase().next().is_some_and(|small| small != plain(*raw));
    let pair = letter.pairs.iter().find(|(other, place, _)| {
        !parted
            && Some(*other) == second
            && match place {
                '^' => starts,
                '$' => next(2).is_none_or(|c| !c.is_alphabetic()),
                '!' => is_voiceless(next(2)),
                _ => true,
            }
    });
    match pair {
        Some((_, _, row)) => Some((*row, 2)),
        None => Some((letter.first.filter(|_| starts).or(letter.alone)?, 1)),
    }
}

/// Writes Greek or Cyrillic `text` in Latin letters by the rule of a country; other signs stay as they are.
pub(crate) fn transliterate(text: &str, spelling: Spelling, romanisation: Romanisation) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0_usize;
    while let Some(raw) = letters.get(at) {
        let Some((row, taken)) = row_at(&letters, at, romanisation) else {
            out.push(*raw);
            at = at.saturating_add(1);
            continue;
        };
        let written = row.get(spelling.column()).copied().unwrap_or("");
        if raw.is_uppercase() {
            let mut rest = written.chars();
            out.extend(rest.next().into_iter().flat_map(char::to_uppercase));
            out.push_str(rest.as_str());
        } else {
            out.push_str(written);
        }
        at = at.saturating_add(taken);
    }
    out
}

/// Which marked letters a country's clerks can type.
fn keeps(c: char, spelling: Spelling) -> bool {
    let own = match spelling {
        Spelling::Native => return true,
        Spelling::German => "äöüßÄÖÜ",
        Spelling::French => "àâçéèêëîïôûùœÀÂÇÉÈÊËÎÏÔÛÙ",
        Spelling::Polish => "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ",
        Spelling::Official | Spelling::English => "",
    };
    own.contains(c)
}

/// Letters with marks: without them, and as travel documents spell them.
static MARKED: LazyLock<BTreeMap<char, (&'static str, &'static str)>> = LazyLock::new(|| {
    let lines = include_str!("../data/marked_letters.tsv").lines().skip(1);
    let row = |line: &'static str| {
        let mut columns = line.split('\t');
        let letter = columns.next()?.chars().next()?;
        Some((letter, (columns.next()?, columns.next()?)))
    };
    lines.filter_map(row).collect()
});

/// Writes Latin `text` with the letters that `spelling` has.
pub(crate) fn latinise(text: &str, spelling: Spelling) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len().saturating_add(4));
    for c in text.chars() {
        match MARKED.get(&c) {
            Some((_, official)) if spelling == Spelling::Official => out.push_str(official),
            Some((plain, _)) if !keeps(c, spelling) => out.push_str(plain),
            _ => out.push(c),
        }
    }
    out
}
