//! Made-up people: who a person really is, whatever registers write down.

use crate::draw::{Draw, fingerprint};
use crate::famous;
use crate::lexicon::{Entry, Lexicon, Official, Ranked};
use crate::nation::{Middle, Nation, draw_nation};
use crate::number::draw_number;
use crate::population::{Population, is_nobody};
use crate::written::Written;
use vocabulary::{CountryCode, Document, DocumentKind, PartialDate, Sex};

/// The whole name of a person, part by part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrueName {
    /// First name or names.
    pub given: Written,
    /// What stands between first name and family name: the father's name or a name made from it, or a middle name.
    pub middle: Option<Written>,
    /// Family name.
    pub family: Written,
    /// Second family name, where the country has one.
    pub second_family: Option<Written>,
    /// The short form by which friends and press call the person.
    pub short: Option<Written>,
    /// True where the family name stands first at home; then the middle name stands before the first name.
    pub family_first: bool,
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
    let bearer = match sex {
        Sex::Female if draw.chance(nation.married) => Bearer::Wife,
        Sex::Female => Bearer::Woman,
        Sex::Male | Sex::Unspecified => Bearer::Man,
    };
    let name = make_name(draw, nation, (sex, bearer))?;
    let birth_date = make_birth_date(draw, &name, is_nobody(number))?;
    let birth_place = make_birth_place(draw, nation)?;
    let documents = make_documents(draw, nation, is_nobody(number));
    let aliases = make_aliases(draw, nation, bearer, &name);
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

fn make_name(
    draw: &mut Draw,
    nation: &'static Nation,
    (sex, bearer): (Sex, Bearer),
) -> Option<TrueName> {
    let (mut given, mut short) = make_given(draw, nation, sex)?;
    let middle = make_middle(draw, nation, sex)?;
    let family = make_family(draw, nation, bearer)?;
    let second_family = if nation.two_families {
        Some(nation.lexicon.families.draw(draw)?.written(nation.official))
    } else {
        None
    };
    // A combination that a widely known person bears gets another first name.
    while famous::is_famous(&given, &family) {
        let entry = list(nation.lexicon, sex).draw(draw)?;
        given = entry.written(nation.official);
        short = entry.other_written();
    }
    let family_first = nation.family_first;
    Some(TrueName { given, middle, family, second_family, short, family_first })
}

fn list(lexicon: &'static Lexicon, sex: Sex) -> &'static Ranked {
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
    let (share, between) = nation.second_given;
    if share > 0 && draw.chance(share) {
        let second = names.draw(draw)?;
        let plain = !first.native.contains('-') && !second.native.contains('-');
        if plain && second.native != first.native {
            return Some((given.joined(between, &second.written(nation.official)), short));
        }
    }
    Some((given, short))
}

/// None of the outer option: a list of the country is empty.
#[expect(clippy::option_option, reason = "nobody is made without lists; many have no middle name")]
fn make_middle(draw: &mut Draw, nation: &'static Nation, sex: Sex) -> Option<Option<Written>> {
    let (kind, share) = nation.middle;
    let lexicon = nation.lexicon;
    let female = sex == Sex::Female;
    if kind == Middle::None || !draw.chance(share) {
        return Some(None);
    }
    Some(Some(match kind {
        Middle::None => return Some(None),
        Middle::Patronymic => {
            let (son, daughter) = lexicon.men.draw(draw)?.derived;
            let derived = if female { daughter } else { son };
            Written::made(derived.to_owned(), lexicon.romanisation)
        }
        Middle::Father => lexicon.men.draw(draw)?.written(nation.official),
        Middle::Own => {
            let names = if female { &lexicon.middle_women } else { &lexicon.middle_men };
            names.draw(draw)?.written(nation.official)
        }
    }))
}

/// Who bears a family name, where that decides its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bearer {
    Man,
    /// A woman with the name of her parents.
    Woman,
    /// A woman with the name of a husband.
    Wife,
}

/// A listed family name, or one put together of prefix, root and ending; some have two.
fn make_family(draw: &mut Draw, nation: &'static Nation, bearer: Bearer) -> Option<Written> {
    let first = make_one_family(draw, nation, bearer)?;
    let (women, men) = nation.double;
    let share = if bearer == Bearer::Man { men } else { women };
    if share > 0 && draw.chance(share) {
        let second = nation.lexicon.families.draw(draw)?;
        return Some(first.joined("-", &formed(second, nation, bearer)));
    }
    Some(first)
}

fn formed(entry: &'static Entry, nation: &Nation, bearer: Bearer) -> Written {
    let married = if bearer == Bearer::Wife { entry.married_written() } else { None };
    let other = if bearer == Bearer::Man { None } else { entry.other_written() };
    married.or(other).unwrap_or_else(|| entry.written(nation.official))
}

/// The ending of a name put together, in the form for its bearer.
fn ending_for(entry: &'static Entry, bearer: Bearer) -> &'static str {
    let forms: &[&'static str] = match bearer {
        Bearer::Man => &[],
        Bearer::Woman => &[entry.other],
        Bearer::Wife => &[entry.derived.0, entry.other],
    };
    forms.iter().copied().find(|form| !form.is_empty()).unwrap_or(entry.native)
}

fn make_one_family(draw: &mut Draw, nation: &'static Nation, bearer: Bearer) -> Option<Written> {
    let lexicon = nation.lexicon;
    if lexicon.roots.entries.is_empty() || draw.chance(nation.listed) {
        return Some(formed(lexicon.families.draw(draw)?, nation, bearer));
    }
    let prefix = lexicon.prefixes.get(draw.place(lexicon.prefixes.len())).map_or("", |e| e.native);
    let root = lexicon.roots.draw(draw)?.native;
    let ending = ending_for(lexicon.endings.draw(draw)?, bearer);
    // `Stein` + `stein` and the like: the first half alone.
    let ending = if root.to_lowercase() == ending { "" } else { ending };
    let native = match prefix {
        capital if capital.ends_with('+') => {
            format!("{}{root}{ending}", capital.trim_end_matches('+'))
        }
        "" => format!("{root}{ending}"),
        parted if parted.ends_with('_') => format!("{}{root}{ending}", parted.replace('_', " ")),
        parted if parted.ends_with([' ', '\'']) => format!("{parted}{root}{ending}"),
        grown => format!("{grown}{}{ending}", root.to_lowercase()),
    };
    Some(Written::made(native, lexicon.romanisation))
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
    Some(if draw.chance(50) { place.known_abroad() } else { place.written(Official::First) })
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
    bearer: Bearer,
    name: &TrueName,
) -> Vec<TrueName> {
    if bearer == Bearer::Wife {
        let former = make_one_family(draw, nation, Bearer::Woman).map(|family| (family, None));
        let husband = if nation.wife_ending.is_empty() || !draw.chance(40) {
            None
        } else {
            let his = nation.lexicon.men.draw(draw).map(|entry| entry.native);
            his.map(|his| format!("{his}{}", nation.wife_ending))
        };
        let made = |given| Written::made(given, nation.lexicon.romanisation);
        let as_wife = husband.map(|given| (name.family.clone(), Some(made(given))));
        return [former, as_wife]
            .into_iter()
            .flatten()
            .map(|(family, given)| TrueName {
                given: given.unwrap_or_else(|| name.given.clone()),
                family,
                ..name.clone()
            })
            .filter(|alias| !famous::is_famous(&alias.given, &alias.family))
            .collect();
    }
    match &name.short {
        Some(short) if draw.chance(10) => {
            vec![TrueName { given: short.clone(), short: None, ..name.clone() }]
        }
        _ => Vec::new(),
    }
}
