//! Made-up people: who a person really is, whatever registers write down.

use crate::draw::{Draw, fingerprint};
use crate::famous;
use crate::lexicon::{Lexicon, Nation, Official, Tongue, draw_nation};
use crate::number::draw_number;
use crate::population::{Population, is_nobody};
use crate::written::Written;
use vocabulary::{CountryCode, Document, DocumentKind, PartialDate, Sex};

/// The whole name of a person, part by part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrueName {
    /// First name or names.
    pub given: Written,
    /// Father's name, where the country writes one.
    pub patronymic: Option<Written>,
    /// Family name.
    pub family: Written,
    /// Second family name, where the country has one.
    pub second_family: Option<Written>,
    /// The short form by which friends and press call the person.
    pub short: Option<Written>,
}

/// A person of the made-up world as he or she really is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TruePerson {
    /// The number the person follows from.
    pub number: u64,
    /// Home country and nationality.
    pub country: CountryCode,
    /// The name.
    pub name: TrueName,
    /// Other names the person is known by: a former surname or the short form of the first name.
    pub aliases: Vec<TrueName>,
    /// Date of birth, always whole.
    pub birth_date: PartialDate,
    /// Sex.
    pub sex: Sex,
    /// Place of birth.
    pub birth_place: Written,
    /// Documents issued to the person; the first is a passport.
    pub documents: Vec<Document>,
}

/// The year in which the made-up world stands; ages 15 to 90 are counted back from it.
pub const WORLD_YEAR: i16 = 2026;

/// Of eight pairs of name and date, and of eight numbers, one is kept free for people and things that no register holds.
pub(crate) const KEPT_FREE: u64 = 8;

impl TrueName {
    /// First name and family names in official Latin, one line.
    pub fn latin(&self) -> String {
        let second = self.second_family.as_ref().map_or("", Written::latin);
        format!("{} {} {second}", self.given.latin(), self.family.latin()).trim_end().to_owned()
    }

    /// First name and family names in the home script, one line.
    pub fn native(&self) -> String {
        let second = self.second_family.as_ref().map_or("", Written::native);
        format!("{} {} {second}", self.given.native(), self.family.native()).trim_end().to_owned()
    }
}

/// Makes the person of `number`. Draws follow in a fixed order, so a change here changes every world.
pub(crate) fn make(population: Population, number: u64) -> Option<TruePerson> {
    let draw = &mut population.draw(TOPIC, number);
    let nation = draw_nation(draw, crate::population::home_of(number))?;
    let sex = if draw.chance(42) { Sex::Female } else { Sex::Male };
    let name = make_name(draw, nation, sex)?;
    let birth_date = make_birth_date(draw, &name, is_nobody(number))?;
    let birth_place = make_birth_place(draw, nation)?;
    let documents = make_documents(draw, nation, is_nobody(number));
    let aliases = make_aliases(draw, nation, sex, &name);
    Some(TruePerson {
        number,
        country: nation.code,
        name,
        aliases,
        birth_date,
        sex,
        birth_place,
        documents,
    })
}

const TOPIC: u64 = 1;

fn make_name(draw: &mut Draw, nation: &'static Nation, sex: Sex) -> Option<TrueName> {
    let lexicon = nation.lexicon;
    let (mut given, mut short) = make_given(draw, nation, sex)?;
    let patronymic = make_patronymic(draw, nation, sex);
    let family = make_family(draw, nation, sex)?;
    let second_family = match nation.tongue {
        Tongue::Spanish => Some(lexicon.families.draw(draw)?.written(Official::First)),
        Tongue::Greek
        | Tongue::Bulgarian
        | Tongue::German
        | Tongue::French
        | Tongue::Polish
        | Tongue::Arabic => None,
    };
    // A combination that a widely known person bears gets another first name.
    while famous::is_famous(given.latin(), family.latin()) {
        let entry = list(lexicon, sex).draw(draw)?;
        given = entry.written(nation.official);
        short = entry.other_written();
    }
    Some(TrueName { given, patronymic, family, second_family, short })
}

fn list(lexicon: &'static Lexicon, sex: Sex) -> &'static crate::lexicon::Ranked {
    if sex == Sex::Female { &lexicon.women } else { &lexicon.men }
}

fn make_given(
    draw: &mut Draw,
    nation: &'static Nation,
    sex: Sex,
) -> Option<(Written, Option<Written>)> {
    let names = list(nation.lexicon, sex);
    let first = names.draw(draw)?;
    let short = first.other_written();
    let given = first.written(nation.official);
    let (share, between) = match nation.tongue {
        Tongue::French => (10, "-"),
        Tongue::German => (15, " "),
        Tongue::Polish => (20, " "),
        Tongue::Greek | Tongue::Bulgarian | Tongue::Spanish | Tongue::Arabic => (0, " "),
    };
    if share > 0 && draw.chance(share) {
        let second = names.draw(draw)?;
        let plain = !first.native.contains('-') && !second.native.contains('-');
        if plain && second.native != first.native {
            return Some((given.joined(between, &second.written(nation.official)), short));
        }
    }
    Some((given, short))
}

fn make_patronymic(draw: &mut Draw, nation: &'static Nation, sex: Sex) -> Option<Written> {
    let father = nation.lexicon.men.draw(draw)?;
    match nation.tongue {
        Tongue::Bulgarian => {
            let ending = if sex == Sex::Female { "а" } else { "" };
            Some(Written::made(format!("{}{ending}", father.listed)))
        }
        Tongue::Arabic => draw.chance(75).then(|| father.written(nation.official)),
        Tongue::Greek | Tongue::German | Tongue::French | Tongue::Spanish | Tongue::Polish => None,
    }
}

/// A listed family name, or one put together of prefix, root and ending; some have two.
fn make_family(draw: &mut Draw, nation: &'static Nation, sex: Sex) -> Option<Written> {
    let first = make_one_family(draw, nation, sex)?;
    let share = match nation.tongue {
        Tongue::German | Tongue::French => 4,
        Tongue::Polish if sex == Sex::Female => 6,
        Tongue::Greek | Tongue::Bulgarian | Tongue::Spanish | Tongue::Polish | Tongue::Arabic => 0,
    };
    if share > 0 && draw.chance(share) {
        let second = nation.lexicon.families.draw(draw)?;
        return Some(first.joined("-", &formed(second, nation, sex)));
    }
    Some(first)
}

fn formed(entry: &'static crate::lexicon::Entry, nation: &Nation, sex: Sex) -> Written {
    let other = if sex == Sex::Female { entry.other_written() } else { None };
    other.unwrap_or_else(|| entry.written(nation.official))
}

fn make_one_family(draw: &mut Draw, nation: &'static Nation, sex: Sex) -> Option<Written> {
    let lexicon = nation.lexicon;
    if lexicon.roots.entries.is_empty() || draw.chance(55) {
        return Some(formed(lexicon.families.draw(draw)?, nation, sex));
    }
    let prefix = lexicon.prefixes.get(draw.place(lexicon.prefixes.len())).map_or("", |e| e.native);
    let root = lexicon.roots.draw(draw)?.native;
    let ending = lexicon.endings.draw(draw)?;
    let female = sex == Sex::Female && !ending.other.is_empty();
    let ending = if female { ending.other } else { ending.native };
    // `Stein` + `stein` and the like: the second half alone.
    let root = if root.eq_ignore_ascii_case(ending) { "Rosen" } else { root };
    let native = match prefix {
        "" => format!("{root}{ending}"),
        parted if parted.ends_with('_') => format!("{}{root}{ending}", parted.replace('_', " ")),
        parted if parted.ends_with(' ') => format!("{parted}{root}{ending}"),
        grown => format!("{grown}{}{ending}", root.to_lowercase()),
    };
    Some(Written::made(native))
}

/// The days of `month` (1 to 12) in `year`.
pub(crate) fn days_in(year: i16, month: i8) -> i8 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// A date of birth; ages from 20 to 50 are the most frequent. The share of dates kept free for this name decides the day.
fn make_birth_date(draw: &mut Draw, name: &TrueName, nobody: bool) -> Option<PartialDate> {
    let age = match draw.below(10) {
        0 => draw.below(6).saturating_add(15),
        1..=6 => draw.below(30).saturating_add(20),
        7 | 8 => draw.below(20).saturating_add(50),
        _ => draw.below(21).saturating_add(70),
    };
    let year = WORLD_YEAR.checked_sub(i16::try_from(age).ok()?)?;
    let month = i8::try_from(draw.below(12)).ok()?.checked_add(1)?;
    let days = days_in(year, month);
    let day = draw.below(u32::from(days.unsigned_abs()));
    let name = fingerprint(&[name.given.latin(), name.family.latin()]);
    let month_index = i64::from(year).checked_mul(12)?.checked_add(i64::from(month))?;
    let free = |day: u64| {
        let date = month_index.unsigned_abs().wrapping_mul(31).wrapping_add(day);
        name.wrapping_add(date).is_multiple_of(KEPT_FREE)
    };
    let found = (0..28_u64)
        .filter_map(|step| {
            u64::from(day).wrapping_add(step).checked_rem(u64::from(days.unsigned_abs()))
        })
        .find(|day| free(*day) == nobody)?;
    PartialDate::new(year, Some(month), Some(i8::try_from(found).ok()?.checked_add(1)?)).ok()
}

fn make_birth_place(draw: &mut Draw, nation: &'static Nation) -> Option<Written> {
    let place = nation.places.draw(draw)?;
    if place.other.is_empty() {
        return Some(place.written(Official::First));
    }
    // Registers abroad write the English name of a city about as often as the official Latin form.
    Some(if draw.chance(50) {
        Written::known(place.native, place.other, "")
    } else {
        place.written(Official::First)
    })
}

fn make_documents(draw: &mut Draw, nation: &Nation, nobody: bool) -> Vec<Document> {
    let mut kinds = vec![DocumentKind::Passport];
    if draw.chance(60) {
        kinds.push(DocumentKind::IdentityCard);
    }
    kinds
        .into_iter()
        .filter_map(|kind| {
            let number = draw_number(draw, nation.code, kind.as_str(), nobody)?;
            Some(Document {
                kind: Some(kind),
                country: Some(nation.code),
                number: number.parse().ok()?,
            })
        })
        .collect()
}

fn make_aliases(
    draw: &mut Draw,
    nation: &'static Nation,
    sex: Sex,
    name: &TrueName,
) -> Vec<TrueName> {
    let former = sex == Sex::Female && nation.tongue != Tongue::Spanish && draw.chance(12);
    if former {
        let family = make_one_family(draw, nation, sex);
        return family
            .filter(|family| !famous::is_famous(name.given.latin(), family.latin()))
            .map(|family| TrueName { family, ..name.clone() })
            .into_iter()
            .collect();
    }
    match &name.short {
        Some(short) if draw.chance(10) => {
            vec![TrueName { given: short.clone(), short: None, ..name.clone() }]
        }
        _ => Vec::new(),
    }
}
