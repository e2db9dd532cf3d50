//! The habits and mishaps by which a register writes a person down.

use crate::draw::Draw;
use crate::nation::{Nation, nation};
use crate::person::TruePerson;
use crate::spelling::{Script, Spelling};
use vocabulary::CountryCode;

/// How the parts of a name are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// First names and family names apart.
    Parts,
    /// Apart, but each in the other's place.
    PartsSwapped,
    /// One line, first names first.
    Full,
    /// One line, family names first.
    FullFamilyFirst,
}

/// Which parts of a name are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parts {
    /// All of them.
    Whole,
    /// Patronymic, second family name and second first name are left out.
    WithoutSecond,
    /// Only the first letter of the first name.
    Initial,
}

/// Which first name is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstName {
    /// As on the passport.
    Formal,
    /// The short form, where there is one.
    Short,
}

/// What became of the date of birth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateSlip {
    /// As it is.
    Exact,
    /// Year and month only.
    ToMonth,
    /// Year only.
    ToYear,
    /// 1 January of the year: the habit of registers that must fill the field.
    FirstOfJanuary,
    /// Day and month exchanged where that gives a date; otherwise as it is.
    DayMonthSwapped,
    /// One day, month or year off.
    OneOff,
    /// Left out.
    Missing,
}

/// What else is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gaps {
    /// Nothing.
    None,
    /// Sex.
    Sex,
    /// Nationality.
    Nationality,
    /// Sex, nationality and place of birth.
    AllButNameAndDate,
}

/// How one register writes one person down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Script and spelling.
    pub spelling: Spelling,
    /// Order of the parts.
    pub layout: Layout,
    /// Which parts.
    pub parts: Parts,
    /// Which first name.
    pub first_name: FirstName,
    /// Slips of one letter in the name, 0 to 2.
    pub slips: u8,
    /// The date of birth.
    pub date: DateSlip,
    /// What is left out.
    pub gaps: Gaps,
    /// True when aliases stand in the record.
    pub aliases: bool,
    /// True when documents stand in the record.
    pub documents: bool,
}

impl Style {
    /// Everything written in full and without slips.
    pub const fn plain(spelling: Spelling) -> Self {
        Self {
            spelling,
            layout: Layout::Parts,
            parts: Parts::Whole,
            first_name: FirstName::Formal,
            slips: 0,
            date: DateSlip::Exact,
            gaps: Gaps::None,
            aliases: true,
            documents: true,
        }
    }

    /// The style in which a register of `country` writes `person`; `entropy` decides which habits and mishaps.
    /// About one record in eight has a slip in the date, one in fourteen a slip in the name.
    pub fn drawn(country: CountryCode, person: &TruePerson, entropy: u64) -> Self {
        let draw = &mut Draw::new(entropy, STYLES, 0);
        let spelling = draw_spelling(draw, country, person);
        let home = country == person.country;
        let family_first = person.name.family_first && home;
        let layouts = [
            (72, Layout::Parts),
            (if family_first { 0 } else { 15 }, Layout::Full),
            (if family_first { 24 } else { 9 }, Layout::FullFamilyFirst),
            (4, Layout::PartsSwapped),
        ];
        let parts = [(84, Parts::Whole), (15, Parts::WithoutSecond), (1, Parts::Initial)];
        let gaps = [
            (84, Gaps::None),
            (6, Gaps::Sex),
            (6, Gaps::Nationality),
            (4, Gaps::AllButNameAndDate),
        ];
        Self {
            spelling,
            layout: draw.weighted(&layouts, Layout::Parts),
            parts: draw.weighted(&parts, Parts::Whole),
            first_name: draw
                .weighted(&[(94, FirstName::Formal), (6, FirstName::Short)], FirstName::Formal),
            slips: draw.weighted(&[(93, 0), (6, 1), (1, 2)], 0),
            date: draw_date(draw, nation(person.country)),
            gaps: draw.weighted(&gaps, Gaps::None),
            aliases: draw.chance(80),
            documents: draw.chance(45),
        }
    }
}

const STYLES: u64 = 4;

fn draw_date(draw: &mut Draw, born_in: Option<&Nation>) -> DateSlip {
    // Where births were registered late, 1 January or the year alone is far more frequent.
    let (first, year) = born_in.map_or((2, 3), |home| (home.first_of_january, home.year_only));
    let dates = [
        (88, DateSlip::Exact),
        (first, DateSlip::FirstOfJanuary),
        (year, DateSlip::ToYear),
        (1, DateSlip::ToMonth),
        (2, DateSlip::DayMonthSwapped),
        (2, DateSlip::OneOff),
        (2, DateSlip::Missing),
    ];
    draw.weighted(&dates, DateSlip::Exact)
}

/// The home script at home, mostly the official Latin form abroad, and now and then what a clerk heard.
fn draw_spelling(draw: &mut Draw, country: CountryCode, person: &TruePerson) -> Spelling {
    let by_ear = spelling_by_ear(country);
    if country == person.country {
        return draw.weighted(&[(85, Spelling::Native), (15, Spelling::Official)], by_ear);
    }
    let choices: &[(u32, Spelling)] = match person.name.given.script() {
        Script::Latin => &[(50, Spelling::Native), (20, Spelling::Official), (30, by_ear)],
        Script::Greek | Script::Cyrillic => {
            &[(5, Spelling::Native), (65, Spelling::Official), (30, by_ear)]
        }
        Script::Arabic => {
            &[(4, Spelling::Native), (40, Spelling::Official), (46, by_ear), (10, Spelling::French)]
        }
    };
    draw.weighted(choices, by_ear)
}

/// How clerks of `country` write down a foreign name they hear.
pub fn spelling_by_ear(country: CountryCode) -> Spelling {
    nation(country).map_or(Spelling::English, |nation| nation.ear)
}
