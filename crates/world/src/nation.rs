//! The countries whose people are made: one row of `nations.tsv` each, and no line of code for any of them.

use crate::draw::Draw;
use crate::lexicon::{Lexicon, Official, Ranked, lexicon};
use crate::spelling::{Romanisation, Spelling};
use std::sync::LazyLock;
use vocabulary::CountryCode;

/// What stands between first name and family name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Middle {
    /// Nothing.
    None,
    /// A name made from the father's (`Иванов`, `Іванович`).
    Patronymic,
    /// The father's name as it is.
    Father,
    /// A middle name of its own list.
    Own,
}

/// How the names of a country are put together, and the habits of its registers.
#[derive(Debug)]
pub(crate) struct Nation {
    pub(crate) code: CountryCode,
    /// Weight in a mixed population.
    pub(crate) weight: u32,
    pub(crate) lexicon: &'static Lexicon,
    pub(crate) places: &'static Ranked,
    /// Which listed spelling passports of the country use.
    pub(crate) official: Official,
    /// True when the family name stands first at home.
    pub(crate) family_first: bool,
    /// Of 100 family names, how many are taken from the list; the others are put together of root and ending.
    pub(crate) listed: u32,
    /// Of 100 people, how many have two first names, and what parts them.
    pub(crate) second_given: (u32, &'static str),
    /// What stands between first name and family name, and of 100 people how many have it.
    pub(crate) middle: (Middle, u32),
    /// True when everybody bears two family names.
    pub(crate) two_families: bool,
    /// Of 100 women and of 100 men, how many bear two family names with a hyphen.
    pub(crate) double: (u32, u32),
    /// Of 100 women, how many bear a husband's name and are known by a former one.
    pub(crate) married: u32,
    /// What a husband's whole name takes to become his wife's, where some still do so.
    pub(crate) wife_ending: &'static str,
    /// How clerks of the country write down a foreign name they hear.
    pub(crate) ear: Spelling,
    /// Of 100 records, how many have 1 January for a day that is not known.
    pub(crate) first_of_january: u32,
    /// Of 100 records, how many have the year of birth alone.
    pub(crate) year_only: u32,
}

/// The cells of one row, by the columns that the first line of the file names.
#[derive(Debug)]
struct Row([&'static str; COLUMNS]);

/// How many columns the file has.
const COLUMNS: usize = 19;

impl Row {
    fn text(&self, column: usize) -> &'static str {
        self.0.get(column).copied().unwrap_or("")
    }

    fn number(&self, column: usize) -> u32 {
        self.text(column).parse().unwrap_or(0)
    }

    fn nation(&self) -> Option<Nation> {
        let middle = match self.text(10) {
            "patronymic" => Middle::Patronymic,
            "father" => Middle::Father,
            "own" => Middle::Own,
            _ => Middle::None,
        };
        let between = if self.text(9) == "hyphen" { "-" } else { " " };
        let ear = match self.text(15) {
            "german" => Spelling::German,
            "french" => Spelling::French,
            "polish" => Spelling::Polish,
            _ => Spelling::English,
        };
        let second = self.text(4) == "second";
        Some(Nation {
            code: self.text(0).parse().ok()?,
            lexicon: lexicon(self.text(1))?,
            places: &lexicon(self.text(0))?.places,
            weight: self.number(2),
            official: if second { Official::Second } else { Official::First },
            family_first: self.text(5) == "family",
            listed: self.number(7),
            second_given: (self.number(8), between),
            middle: (middle, self.number(11)),
            two_families: self.text(12) == "two",
            double: (self.number(12), self.number(13)),
            married: self.number(14),
            ear,
            first_of_january: self.number(16),
            year_only: self.number(17),
            wife_ending: self.text(18),
        })
    }
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let lines = include_str!("../data/nations.tsv").lines().skip(1);
    lines
        .map(|line| {
            let mut columns = line.split('\t');
            Row([(); COLUMNS].map(|()| columns.next().unwrap_or("")))
        })
        .collect()
});

/// How steeply the family names of a file fall off, and how its letters become Latin ones.
pub(crate) fn of_file(name: &str) -> (u32, Romanisation) {
    let row = ROWS.iter().find(|row| row.text(1) == name);
    row.map_or((1, Romanisation::default()), |row| {
        (row.number(6).max(1), Romanisation::named(row.text(3)))
    })
}

static NATIONS: LazyLock<Vec<Nation>> =
    LazyLock::new(|| ROWS.iter().filter_map(Row::nation).collect());

static ALL_WEIGHTS: LazyLock<u32> =
    LazyLock::new(|| NATIONS.iter().map(|nation| nation.weight).sum());

/// The countries whose people are made.
pub(crate) fn nations() -> &'static [Nation] {
    &NATIONS
}

/// The nation of `code`, where its people are made.
pub(crate) fn nation(code: CountryCode) -> Option<&'static Nation> {
    nations().iter().find(|nation| nation.code == code)
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
    let mut left = draw.below(*ALL_WEIGHTS);
    nations()
        .iter()
        .find(|nation| {
            let found = left < nation.weight;
            left = left.saturating_sub(nation.weight);
            found
        })
        .or_else(|| nations().first())
}
