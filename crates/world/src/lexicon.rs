//! The lists of names and places, read once from the data files.

use crate::draw::Draw;
use crate::written::{Written, official};
use std::sync::LazyLock;
use vocabulary::CountryCode;

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
    /// Spellings parted by `|`, or the patronymic that a Bulgarian given name makes.
    pub(crate) listed: &'static str,
}

impl Entry {
    fn read(native: &'static str, other: &'static str, listed: &'static str) -> Self {
        let latin = match listed.split_once('|') {
            Some((first, _)) => first.to_owned(),
            None => official(native),
        };
        let second_latin = official(listed.split('|').nth(1).unwrap_or(&latin));
        Self { native, latin, second_latin, other, other_latin: official(other), listed }
    }

    /// The name as written, with the official Latin form of a country that uses the first or the second spelling.
    pub(crate) fn written(&'static self, official: Official) -> Written {
        let latin = match official {
            Official::First => &self.latin,
            Official::Second => &self.second_latin,
        };
        let listed = if self.listed.contains('|') { self.listed } else { "" };
        Written::known(self.native, latin, listed)
    }

    /// The other form, where the row has one.
    pub(crate) fn other_written(&'static self) -> Option<Written> {
        (!self.other.is_empty()).then(|| Written::known(self.other, &self.other_latin, ""))
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

/// The names of one tongue.
#[derive(Debug, Default)]
pub(crate) struct Lexicon {
    pub(crate) women: Ranked,
    pub(crate) men: Ranked,
    pub(crate) families: Ranked,
    pub(crate) roots: Ranked,
    pub(crate) endings: Ranked,
    pub(crate) prefixes: Vec<Entry>,
    pub(crate) places: Ranked,
}

impl Lexicon {
    fn read(text: &'static str) -> Self {
        let of = |kind: &str| -> Vec<Entry> {
            let rows = text.lines().skip(1).map(|line| {
                let mut columns = line.split('\t');
                [(); 4].map(|()| columns.next().unwrap_or(""))
            });
            rows.filter(|[k, ..]| *k == kind)
                .map(|[_, native, other, listed]| Entry::read(native, other, listed))
                .collect()
        };
        Self {
            women: Ranked::new(of("f"), 4),
            men: Ranked::new(of("m"), 4),
            families: Ranked::new(of("s"), 8),
            roots: Ranked::new(of("r"), 30),
            endings: Ranked::new(of("x"), 2),
            prefixes: of("p"),
            places: Ranked::new(of("c"), 2),
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

/// How the names of a country are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tongue {
    Greek,
    Bulgarian,
    German,
    French,
    Spanish,
    Polish,
    Arabic,
}

/// A country whose people are made.
#[derive(Debug)]
pub(crate) struct Nation {
    pub(crate) code: CountryCode,
    pub(crate) tongue: Tongue,
    /// Thousandths of a mixed population.
    pub(crate) weight: u32,
    /// Which listed spelling passports of the country use.
    pub(crate) official: Official,
    pub(crate) lexicon: &'static Lexicon,
    pub(crate) places: &'static Ranked,
}

macro_rules! lexicons {
    ($($name:ident = $file:literal;)+) => {
        $(static $name: LazyLock<Lexicon> =
            LazyLock::new(|| Lexicon::read(include_str!(concat!("../data/", $file))));)+
    };
}

lexicons! {
    GREEK = "GR.tsv";
    BULGARIAN = "BG.tsv";
    GERMAN = "DE.tsv";
    FRENCH = "FR.tsv";
    SPANISH = "ES.tsv";
    POLISH = "PL.tsv";
    ARABIC = "AR.tsv";
    SYRIA = "SY.tsv";
    IRAQ = "IQ.tsv";
    EGYPT = "EG.tsv";
    MOROCCO = "MA.tsv";
}

static NATIONS: LazyLock<Vec<Nation>> = LazyLock::new(|| {
    let nation =
        |code: &str, tongue, weight, lexicon: &'static Lexicon, places: &'static Lexicon| {
            let official = if code == "MA" { Official::Second } else { Official::First };
            Some(Nation {
                code: code.parse().ok()?,
                tongue,
                weight,
                official,
                lexicon,
                places: &places.places,
            })
        };
    [
        nation("GR", Tongue::Greek, 120, &GREEK, &GREEK),
        nation("BG", Tongue::Bulgarian, 110, &BULGARIAN, &BULGARIAN),
        nation("DE", Tongue::German, 170, &GERMAN, &GERMAN),
        nation("FR", Tongue::French, 160, &FRENCH, &FRENCH),
        nation("ES", Tongue::Spanish, 130, &SPANISH, &SPANISH),
        nation("PL", Tongue::Polish, 130, &POLISH, &POLISH),
        nation("SY", Tongue::Arabic, 50, &ARABIC, &SYRIA),
        nation("IQ", Tongue::Arabic, 40, &ARABIC, &IRAQ),
        nation("EG", Tongue::Arabic, 40, &ARABIC, &EGYPT),
        nation("MA", Tongue::Arabic, 50, &ARABIC, &MOROCCO),
    ]
    .into_iter()
    .flatten()
    .collect()
});

/// The countries whose people are made.
pub(crate) fn nations() -> &'static [Nation] {
    &NATIONS
}

/// The place of `code` among [`nations`].
pub(crate) fn nation_place(code: CountryCode) -> Option<usize> {
    nations().iter().position(|nation| nation.code == code)
}

/// A country for a draw: the one at `home` in six of ten, any by weight otherwise.
pub(crate) fn draw_nation(draw: &mut Draw, home: Option<usize>) -> Option<&'static Nation> {
    if let Some(nation) = home.and_then(|place| nations().get(place))
        && draw.chance(60)
    {
        return Some(nation);
    }
    let mut left = draw.below(1000);
    nations()
        .iter()
        .find(|nation| {
            let found = left < nation.weight;
            left = left.saturating_sub(nation.weight);
            found
        })
        .or_else(|| nations().first())
}
