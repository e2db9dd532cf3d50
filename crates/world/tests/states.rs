//! People of every country: names as it builds them, forms for women and wives, numbers with their check digits.
#![expect(clippy::unwrap_used, clippy::arithmetic_side_effects, reason = "test code")]

use expect_test::expect_file;
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::DocumentKind::{IdentityCard, Passport};
use vocabulary::Sex::{self, Female, Male};
use vocabulary::SubjectKind;
use world::{
    Mix, Plan, Population, QueryKind, RegisterPlan, Spelling, TrueName, TruePerson, World, Written,
};

/// Numbers of people of a country: those of a block in which it prevails.
fn people_of(country: &str, count: usize) -> Vec<TruePerson> {
    let place = Population::countries().position(|code| code.as_str() == country).unwrap();
    let block = (16 << 40) | ((u64::try_from(place).unwrap() + 1) << 32);
    let people = Population::new(6);
    let all = (0..).map(|n| people.person(block | n));
    all.filter(|person| person.country.as_str() == country).take(count).collect()
}

#[test]
fn all_member_states_are_there_and_their_people_look_like_theirs() {
    let states: BTreeSet<String> =
        Population::countries().take(27).map(|c| c.to_string()).collect();
    let union = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK";
    assert_eq!(states, union.split(' ').map(str::to_owned).collect());
    let lines: Vec<String> = Population::countries()
        .flat_map(|country| people_of(country.as_str(), 3))
        .map(|person| line(&person))
        .collect();
    expect_file!["golden/people.txt"].assert_eq(&format!("{}\n", lines.join("\n")));
}

/// Everything about a person on one line.
fn line(person: &TruePerson) -> String {
    let name = &person.name;
    let documents: Vec<_> = person.documents.iter().map(|d| d.number.to_string()).collect();
    let aliases: Vec<_> = person.aliases.iter().map(TrueName::native).collect();
    let middle = name.middle.as_ref().map_or("-", Written::native);
    [
        &format!("{} {} {}", person.country, person.sex, person.birth_date),
        &name.native(),
        middle,
        &name.latin(),
        person.birth_place.latin(),
        &documents.join(" "),
        &aliases.join("; "),
    ]
    .join(" | ")
    .trim_end_matches(['|', ' '])
    .to_owned()
}

#[test]
fn everybody_is_whole_in_every_country() {
    for country in Population::countries() {
        let people = people_of(country.as_str(), 2_000);
        let families: BTreeSet<_> = people.iter().map(|p| p.name.family.native()).collect();
        let givens: BTreeSet<_> = people.iter().map(|p| p.name.given.native()).collect();
        let (most, least) = (families.len(), givens.len());
        assert!(most >= 30 && least >= 60, "{country}: {most} family names, {least} first names");
        for person in &people {
            let name = &person.name;
            let mut parts = vec![&name.given, &name.family, &person.birth_place];
            parts.extend(name.middle.iter().chain(&name.second_family).chain(&name.short));
            for part in parts {
                assert!(!part.native().trim().is_empty() && part.latin().is_ascii(), "{part:?}");
                assert!(!part.native().contains(['+', '_', '/', '|', '\t']), "{part:?}");
                assert_eq!(part.native().trim(), part.native(), "{part:?}");
                assert!(Spelling::LATIN.iter().all(|s| !part.spelt(*s).is_empty()), "{part:?}");
            }
            assert_eq!(person.documents[0].kind, Some(Passport));
        }
    }
}

#[test]
fn family_names_take_the_form_of_their_bearer() {
    let ends = |country: &str, sex: Sex, endings: &[&str]| {
        let people = people_of(country, 3_000);
        let fitting = people.iter().filter(|p| p.sex == sex);
        let (all, with) = fitting.fold((0, 0), |(all, with), person| {
            let family = person.name.family.native();
            let has = endings.iter().any(|ending| family.ends_with(ending));
            (all + 1, with + i32::from(has))
        });
        with * 100 / all
    };
    let forms: [(&str, &[&str], i32); 7] = [
        ("CZ", &["ová", "á"], 96),
        ("SK", &["ová", "á"], 97),
        ("LT", &["aitė", "ytė", "utė", "ūtė", "ienė"], 97),
        ("LV", &["a", "e"], 95),
        ("RU", &["ова", "ева", "ёва", "ина", "ая"], 90),
        ("BG", &["а"], 99),
        ("PL", &["ska", "cka", "dzka"], 30),
    ];
    for (country, endings, least) in forms {
        let (women, men) = (ends(country, Female, endings), ends(country, Male, endings));
        assert!(women >= least && men <= 25, "{country}: {women} % of women, {men} % of men");
    }
    // Wives in Lithuania bear another ending than daughters.
    let wives = ends("LT", Female, &["ienė"]);
    assert!((25..65).contains(&wives), "{wives}");
}

fn value(sign: char) -> u32 {
    sign.to_digit(36).unwrap()
}

/// The sum of values with weights 7, 3 and 1 in turn (ICAO Doc 9303, Part 3, section 4.9).
fn icao(text: impl Iterator<Item = char>) -> u32 {
    text.map(value).zip([7, 3, 1].into_iter().cycle()).map(|(a, b)| a * b).sum::<u32>() % 10
}

#[test]
fn documents_carry_the_check_digits_of_their_countries() {
    let numbers = |country: &str, kind| -> Vec<String> {
        let documents = people_of(country, 800).into_iter().flat_map(|person| person.documents);
        let fitting = documents.filter(|document| document.kind == Some(kind));
        fitting.map(|document| document.number.to_string()).collect()
    };
    for number in numbers("BE", IdentityCard) {
        let (first, check) = number.split_at(10);
        let rest = first.parse::<u64>().unwrap() % 97;
        assert_eq!(check.parse::<u64>().unwrap(), if rest == 0 { 97 } else { rest }, "{number}");
    }
    for (kind, at) in [(IdentityCard, 3), (Passport, 2)] {
        for number in numbers("PL", kind) {
            let others = number.char_indices().filter(|(i, _)| *i != at).map(|(_, sign)| sign);
            assert_eq!(icao(others), value(number.chars().nth(at).unwrap()), "{number}");
        }
    }
    for number in numbers("PT", IdentityCard) {
        let digits: Vec<u32> = number.chars().map(value).collect();
        let civil: u32 = digits[..9].iter().zip((1..=9).rev()).map(|(d, w)| d * w).sum();
        assert!(civil.is_multiple_of(11) || digits[8] == 0, "{number}");
        let luhn = |(i, d): (usize, &u32)| {
            let twice = if i % 2 == 0 { d * 2 } else { *d };
            if i % 2 == 0 && twice > 9 { twice - 9 } else { twice }
        };
        assert_eq!(digits.len(), 12);
        assert!(digits.iter().enumerate().map(luhn).sum::<u32>().is_multiple_of(10), "{number}");
    }
    assert!(numbers("DK", IdentityCard).is_empty() && numbers("IE", IdentityCard).is_empty());
}

#[test]
fn people_of_every_country_are_held_and_asked_for() {
    let countries: Vec<String> = Population::countries().map(|code| code.to_string()).collect();
    let registers: Vec<_> = countries
        .iter()
        .take(27)
        .map(|code| RegisterPlan {
            register: format!("{}-police/alerts", code.to_lowercase()).parse().unwrap(),
            kind: SubjectKind::Person,
            country: code.parse().unwrap(),
            records: 400,
            overlap_percent: 30,
            fields: BTreeMap::new(),
        })
        .collect();
    let world = World::new(Plan { seed: 3, registers, memorable_in: Vec::new() }).unwrap();
    let (mut held, mut asked) = (BTreeSet::new(), BTreeMap::<String, BTreeSet<QueryKind>>::new());
    for line in world.truth() {
        held.insert(world.population().person(line.subject.get()).country.to_string());
    }
    assert_eq!(held, countries.iter().cloned().collect());
    let people = Mix { nobody_percent: 0, ..Mix::default() };
    for query in world.queries(5, 12_000, &people) {
        query.ask.check_query().unwrap();
        let person = world.population().person(query.subject.unwrap().get());
        asked.entry(person.country.to_string()).or_default().insert(query.kind);
    }
    for country in &countries {
        // Where one script is used at home and abroad there is no other to ask in.
        let least = if ["CN", "VN"].contains(&country.as_str()) { 8 } else { 9 };
        assert!(asked[country].len() >= least, "{country}: {:?}", asked[country]);
    }
    for country in ["GR", "CY", "BG", "RU", "UA", "RS", "SY"] {
        assert!(asked[country].contains(&QueryKind::CrossScript), "{country}");
    }
}
