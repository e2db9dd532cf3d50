//! How a question about a person or thing departs from a record.

use crate::draw::Draw;
use crate::person::TruePerson;
use crate::query::QueryKind;
use crate::render::{other_script, render_name};
use crate::slip::{slip_date, slip_letter};
use crate::spelling::{Script, Spelling};
use crate::style::{DateSlip, FirstName, Layout, Parts, Style};
use crate::thing_record::{closed, latin_letters};
use vocabulary::{
    Document, DocumentNumber, NumberPlate, PartialDate, Person, PersonName, PersonNameParts,
    Subject, Vehicle,
};

/// A question of `kind` about `person` of whom a register holds `held`; none where this kind has nothing to change.
pub(crate) fn about_person(
    kind: QueryKind,
    person: &TruePerson,
    held: &Person,
    draw: &mut Draw,
) -> Option<Person> {
    if kind == QueryKind::PersonDocument {
        let number = held.documents.get(draw.place(held.documents.len()))?;
        return Some(Person { documents: vec![number.clone()], ..Person::default() });
    }
    let name = ask_name(kind, person, held.names.first()?, draw)?;
    let slip = ask_date(kind, draw);
    let birth_date = if slip == DateSlip::Missing {
        None
    } else {
        Some(changed_date(person.birth_date, slip, draw)?)
    };
    Some(Person {
        names: vec![name],
        birth_date,
        sex: draw.chance(60).then_some(person.sex),
        nationalities: if draw.chance(50) { vec![person.country] } else { Vec::new() },
        ..Person::default()
    })
}

fn ask_date(kind: QueryKind, draw: &mut Draw) -> DateSlip {
    let wrong = [(2, DateSlip::OneOff), (1, DateSlip::DayMonthSwapped)];
    let partial = [(2, DateSlip::ToYear), (1, DateSlip::ToMonth)];
    match kind {
        QueryKind::NoDate => DateSlip::Missing,
        QueryKind::PartialDate => draw.weighted(&partial, DateSlip::ToYear),
        QueryKind::Hard if draw.chance(50) => draw.weighted(&partial, DateSlip::ToYear),
        QueryKind::WrongDate | QueryKind::Hard => draw.weighted(&wrong, DateSlip::OneOff),
        QueryKind::Exact
        | QueryKind::CrossScript
        | QueryKind::Variant
        | QueryKind::OneTypo
        | QueryKind::TwoTypos
        | QueryKind::Swapped
        | QueryKind::MissingPart
        | QueryKind::PersonDocument
        | QueryKind::Plate
        | QueryKind::Vin
        | QueryKind::DocumentNumber => DateSlip::Exact,
    }
}

/// The date with the slip; a day and month that cannot be exchanged, or are the same, come out one off instead.
fn changed_date(date: PartialDate, slip: DateSlip, draw: &mut Draw) -> Option<PartialDate> {
    let changed = slip_date(date, slip, draw)?;
    if changed == date && slip != DateSlip::Exact {
        return slip_date(date, DateSlip::OneOff, draw);
    }
    Some(changed)
}

fn ask_name(
    kind: QueryKind,
    person: &TruePerson,
    held: &PersonNameParts,
    draw: &mut Draw,
) -> Option<PersonNameParts> {
    match kind {
        QueryKind::CrossScript => {
            let spelling = other_script(&person.name.given, &held.text())?;
            Some(render_name(&person.name, Style::plain(spelling), draw))
        }
        QueryKind::Variant => variant(person, held, draw),
        QueryKind::OneTypo => Some(slipped(held, draw)),
        QueryKind::TwoTypos => {
            let once = slipped(held, draw);
            Some(slipped(&once, draw)).filter(|twice| twice != held)
        }
        QueryKind::Swapped => swapped(held),
        QueryKind::MissingPart => without_part(held, draw),
        QueryKind::Hard => {
            let varied = variant(person, held, draw)?;
            let slipped = slipped(&varied, draw);
            let hard =
                if draw.chance(50) { without_part(&slipped, draw) } else { swapped(&slipped) };
            // The slip may lie in the part left out.
            hard.filter(|hard| hard.text() != held.text())
        }
        QueryKind::Exact
        | QueryKind::PartialDate
        | QueryKind::WrongDate
        | QueryKind::NoDate
        | QueryKind::PersonDocument
        | QueryKind::Plate
        | QueryKind::Vin
        | QueryKind::DocumentNumber => Some(held.clone()),
    }
}

/// Another spelling in Latin letters, or the short first name.
fn variant(
    person: &TruePerson,
    held: &PersonNameParts,
    draw: &mut Draw,
) -> Option<PersonNameParts> {
    let held_text = held.text().to_lowercase();
    (0..8).find_map(|_| {
        let place = draw.place(Spelling::LATIN.len());
        let spelling = Spelling::LATIN.get(place).copied()?;
        let short = draw.chance(30);
        let style = Style {
            first_name: if short { FirstName::Short } else { FirstName::Formal },
            layout: if held.full.is_some() { Layout::Full } else { Layout::Parts },
            parts: if draw.chance(70) { Parts::Whole } else { Parts::WithoutSecond },
            ..Style::plain(spelling)
        };
        let name = render_name(&person.name, style, draw);
        let text = name.text().to_lowercase();
        // The same words in another order, or fewer of them, are other kinds of question.
        let other = text.split(' ').any(|word| !held_text.split(' ').any(|known| known == word));
        (other && Script::of(&held_text) == Script::of(&text)).then_some(name)
    })
}

fn map_part(
    part: Option<&PersonName>,
    change: impl FnOnce(&str) -> Option<String>,
) -> Option<PersonName> {
    change(part?.as_str())?.parse().ok()
}

/// One letter wrong, in the longer part more often.
fn slipped(name: &PersonNameParts, draw: &mut Draw) -> PersonNameParts {
    let mut made = name.clone();
    let length = |part: &Option<PersonName>| {
        part.as_ref().map_or(0, |p| u32::try_from(p.as_str().chars().count()).unwrap_or(0))
    };
    let (full, given, family) = (length(&made.full), length(&made.given), length(&made.family));
    let part = if full > 0 {
        &mut made.full
    } else if draw.below(given.saturating_add(family)) < given && given > 2 {
        &mut made.given
    } else if family > 0 {
        &mut made.family
    } else {
        &mut made.given
    };
    *part = map_part(part.as_ref(), |text| Some(slip_letter(text, draw)));
    made
}

/// First names and family names exchanged; a whole name with its last word first.
fn swapped(name: &PersonNameParts) -> Option<PersonNameParts> {
    if let Some(full) = &name.full {
        let (rest, last) = full.as_str().rsplit_once(' ')?;
        let full = format!("{last} {rest}").parse().ok();
        return Some(PersonNameParts { full, given: None, family: None });
    }
    let (given, family) = (name.given.clone()?, name.family.clone()?);
    Some(PersonNameParts { full: None, given: Some(family), family: Some(given) })
}

/// One word left out where there are three or more, otherwise the first name cut to its first letter.
fn without_part(name: &PersonNameParts, draw: &mut Draw) -> Option<PersonNameParts> {
    let drop_word = |text: &str, at: usize| -> Option<String> {
        let words: Vec<&str> = text.split([' ', '-']).filter(|word| !word.is_empty()).collect();
        if words.len() < 2 {
            return None;
        }
        let kept = words.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, word)| *word);
        Some(kept.collect::<Vec<_>>().join(" "))
    };
    let initial = |text: &str| text.chars().next().map(|c| c.to_string());
    let mut made = name.clone();
    if let Some(full) = &name.full {
        let words = full.as_str().split([' ', '-']).count();
        let at = if words > 2 { draw.place(words.saturating_sub(1)).saturating_add(1) } else { 2 };
        let shorter = if words > 2 { drop_word(full.as_str(), at) } else { None };
        made.full = if let Some(text) = shorter {
            text.parse().ok()
        } else {
            let (first, rest) = full.as_str().split_once([' ', '-'])?;
            format!("{} {rest}", initial(first)?).parse().ok()
        };
        return Some(made).filter(|made| made != name);
    }
    if let Some(given) = map_part(name.given.as_ref(), |text| drop_word(text, 1)) {
        made.given = Some(given);
    } else if let Some(family) = map_part(name.family.as_ref(), |text| drop_word(text, 1)) {
        made.family = Some(family);
    } else {
        made.given = map_part(name.given.as_ref(), initial);
    }
    Some(made).filter(|made| made != name)
}

/// A question about a vehicle: by plate, sometimes in Latin letters or without spaces, or by identification number.
pub(crate) fn about_vehicle(kind: QueryKind, held: &Vehicle, draw: &mut Draw) -> Option<Vehicle> {
    let country = held.country.filter(|_| draw.chance(60));
    if kind == QueryKind::Vin {
        let vin = Some(held.vin.clone()?);
        return Some(Vehicle { vin, ..Vehicle::default() });
    }
    let plate = held.plate.as_ref()?;
    let plate = match draw.below(3) {
        0 => plate.clone(),
        1 => closed(plate.as_str())?,
        _ => latin_letters(plate.as_str()).parse().ok()?,
    };
    Some(Vehicle { plate: Some(plate), country, ..Vehicle::default() })
}

/// True when the record holds the number that is asked for, whatever its spaces and script.
pub(crate) fn holds_number(record: &Subject, ask: &Subject) -> bool {
    let same = |a: &DocumentNumber, b: &DocumentNumber| bare(a.as_str()) == bare(b.as_str());
    match (record, ask) {
        (Subject::Person(record), Subject::Person(ask)) => {
            let asked = |number: &Document| {
                ask.documents.iter().any(|other| same(&number.number, &other.number))
            };
            record.documents.iter().any(asked)
        }
        (Subject::Vehicle(record), Subject::Vehicle(ask)) => {
            let plate = |plate: &NumberPlate| bare(plate.as_str());
            match (&ask.plate, &ask.vin) {
                (Some(asked), _) => record.plate.as_ref().map(plate) == Some(plate(asked)),
                (None, vin) => vin.is_some() && record.vin == *vin,
            }
        }
        (Subject::Document(record), Subject::Document(ask)) => same(&record.number, &ask.number),
        (Subject::Person(_) | Subject::Vehicle(_) | Subject::Document(_), _) => false,
    }
}

fn bare(number: &str) -> String {
    latin_letters(number).chars().filter(|c| c.is_alphanumeric()).collect()
}
