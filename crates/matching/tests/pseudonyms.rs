//! A police records index answers with exactly the records in which all that is given and known agrees.
#![expect(clippy::unwrap_used, clippy::panic, reason = "test code")]

#[path = "pseudonyms/rule.rs"]
mod rule;

use matching::{Change, Error, Found, Index, IndexKind, Question, RecordKey, pseudonymise};
use proptest::prelude::*;
use vocabulary::{Band, Finding, PseudonymisedPerson, ReasonField, Subject, Timestamp};

const NOW: Timestamp = Timestamp::from_micros(1_000);

/// Some function of the form; secrecy plays no part here.
fn keyed(form: &[u8]) -> [u8; 8] {
    let step = |h: u64, b: &u8| (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3);
    let hash = form.iter().fold(0xcbf2_9ce4_8422_2325, step);
    (hash ^ (hash >> 29)).to_be_bytes()
}

/// Names as `given|family`, aliases after a semicolon.
fn person(names: &str, date: &str) -> PseudonymisedPerson {
    let quoted = |key: &str, text: &str| format!(r#""{key}":"{text}""#);
    let name = |text: &str| {
        let (given, family) = text.split_once('|').unwrap_or(("", text));
        let parts = [("given", given), ("family", family)].into_iter().filter(|p| !p.1.is_empty());
        let parts: Vec<String> = parts.map(|(key, part)| quoted(key, part)).collect();
        format!("{{{}}}", parts.join(","))
    };
    let names: Vec<String> = names.split(';').map(name).collect();
    let date =
        if date.is_empty() { String::new() } else { ",".to_owned() + &quoted("birth_date", date) };
    let json = format!(r#"{{"kind":"person","names":[{}]{date}}}"#, names.join(","));
    match serde_json::from_str(&json).unwrap() {
        Subject::Person(person) => pseudonymise(&person, &keyed),
        Subject::Vehicle(_) | Subject::Document(_) => panic!("not a person"),
    }
}

fn register(people: &[PseudonymisedPerson]) -> Index {
    let mut index = Index::new(IndexKind::Pseudonymised);
    for (key, person) in (1..).map(RecordKey::new).zip(people) {
        index.apply(Change::PutPseudonymised { key, person, searchable_from: None }).unwrap();
    }
    index
}

fn ask(index: &Index, query: &PseudonymisedPerson, most: usize) -> Found {
    index.search(&Question::Pseudonymised(query), NOW, most)
}

/// The band of the one record that is held, and what is said of its name.
fn band(held: (&str, &str), asked: (&str, &str)) -> Option<Band> {
    let index = register(&[person(held.0, held.1)]);
    ask(&index, &person(asked.0, asked.1), 10).candidates.first().map(|c| c.band)
}

#[track_caller]
fn check(held: (&str, &str), asked: (&str, &str), expected: Option<Band>) {
    assert_eq!(band(held, asked), expected, "{held:?} {asked:?}");
}

#[test]
fn names_meet_across_scripts_and_after_one_slip() {
    let held = ("Γεώργιος|Παπαδόπουλος", "1970-02-03");
    check(held, ("Georgios|Papadopulos", "1970-02-03"), Some(Band::VeryLikely));
    check(held, ("Papadopoulos|Georgios", "1970-02-03"), Some(Band::VeryLikely));
    check(held, ("Γιώργος|Παπαδοπουλος", "1970-02"), Some(Band::Likely));
    check(held, ("Georgios|Papadopoulos", ""), Some(Band::Possible));
    let held = ("Marek|Kowalski", "1970-02-03");
    for slip in ["Kowalksi", "Kowalsi", "Kowaldski", "Kowatski"] {
        check(held, (&format!("Marek|{slip}"), "1970-02-03"), Some(Band::Likely));
    }
    check(held, ("Marek|Kobatskin", "1970-02-03"), None);
}

#[test]
fn two_that_agree_do_not_make_up_for_the_third_that_differs() {
    let held = ("Georgios|Papadopoulos", "1970-02-03");
    check(held, ("Nikos|Papadopoulos", "1970-02-03"), None);
    check(held, ("Georgios|Kralev", "1970-02-03"), None);
    check(held, ("Georgios|Papadopoulos", "1964-11-20"), None);
    check(held, ("|Papadopoulos", "1970-02-03"), Some(Band::Likely));
    check(held, ("Georgios|Papadopoulos", "1970-03-02"), Some(Band::Possible));
    check(held, ("Georgios|Papadopoulos", "1970-02-04"), Some(Band::Possible));
    check(held, ("G.|Papadopoulos", "1970-02-03"), Some(Band::Likely));
    check(held, ("Georgios|Papadopouloss", "1970-02-03"), Some(Band::VeryLikely));
}

#[test]
fn an_alias_is_a_name_of_its_own() {
    let held = ("Ivan|Petrov;Boris|Kralev", "1970-02-03");
    check(held, ("Boris|Kralev", "1970-02-03"), Some(Band::VeryLikely));
    check(held, ("Ivan|Kralev", "1970-02-03"), None);
    check(held, ("Niko|Weiss;Boris|Kralev", "1970-02-03"), Some(Band::VeryLikely));
    check(held, ("Boris|Weiss;Niko|Kralev", "1970-02-03"), None);
}

#[test]
fn the_reasons_say_how_name_and_date_agree() {
    let index = register(&[person("Ivan|Petrov", "1970-02-03")]);
    let reasons = |name: &str, date: &str| {
        let found = ask(&index, &person(name, date), 10);
        found.candidates[0].reasons.iter().map(|r| (r.field, r.finding)).collect::<Vec<_>>()
    };
    let (name, date) = (ReasonField::Name, ReasonField::BirthDate);
    let exchanged = [(name, Finding::OtherOrder), (date, Finding::EqualAsFarAsKnown)];
    assert_eq!(reasons("Petrov|Ivan", "1970"), exchanged);
    let slip = [(name, Finding::Equal), (date, Finding::DayMonthSwapped)];
    assert_eq!(reasons("Ivan|Petrov", "1970-03-02"), slip);
    assert_eq!(reasons("Ivan|Petroff", ""), [(name, Finding::Variant)]);
}

#[test]
fn a_limit_is_told_only_when_it_hides_a_match() {
    let people = ["Ivan|Petrov", "Ivan|Petrov", "Ivan|Kralev"].map(|name| person(name, ""));
    let index = register(&people);
    assert!(!ask(&index, &people[0], 2).cut);
    assert!(ask(&index, &people[0], 1).cut);
}

#[test]
fn an_index_takes_only_its_own_kind_and_reads_back_what_it_wrote() {
    let held = person("Ivan|Petrov;Boris|Kralev", "1970-02-03");
    let mut index = register(&[held.clone(), person("Zlatimira|Weiss", "1970-02-03")]);
    let clear =
        serde_json::from_str(r#"{"kind":"person","names":[{"full":"Ivan Petrov"}]}"#).unwrap();
    let key = RecordKey::new(1);
    let change = Change::Put { key, subject: &clear, searchable_from: None };
    assert_eq!(index.apply(change), Err(Error::OtherKind { key: 1 }));
    let again = Index::decode(&index.encode()).unwrap();
    assert_eq!(again.encode(), index.encode());
    assert_eq!(ask(&again, &held, 10), ask(&index, &held, 10));
    index.apply(Change::Erase { key: RecordKey::new(2) }).unwrap();
    let form = keyed(b"spelling:zlatimira");
    assert!(!index.encode().windows(8).any(|part| form.iter().rev().eq(part)));
    assert!(again.encode().windows(8).any(|part| form.iter().rev().eq(part)));
}

/// First names of which many are alike in one way or another; the empty one stands for none.
const FIRST: &[&str] = &[
    "",
    "",
    "Maria",
    "Maria",
    "Maria",
    "Marija",
    "Mario",
    "Anna",
    "Hanna",
    "Anna Maria",
    "Petrov",
    "Ed",
    "Georgios",
    "Γιώργος",
];
const FAMILY: &[&str] = &[
    "",
    "Petrov",
    "Petrov",
    "Petrov",
    "Petroff",
    "Petkov",
    "Petorv",
    "Petro",
    "Maria",
    "Wu",
    "Weiss Petrov",
    "Παπαδόπουλος",
    "Papadopulos",
];
const DATES: &[&str] = &[
    "",
    "",
    "",
    "1970-02-03",
    "1970-02-03",
    "1970-02-03",
    "1970-03-02",
    "1970-02-04",
    "1970",
    "1970-02",
    "1970-01-01",
    "1980-02-03",
    "1970-02-28",
    "1970-03-01",
    "1970-03",
    "1969-12-31",
    "1971",
];

fn names() -> impl Strategy<Value = String> {
    let name = (proptest::sample::select(FIRST), proptest::sample::select(FAMILY))
        .prop_filter("a name has a part", |(first, family)| !first.is_empty() || !family.is_empty())
        .prop_map(|(first, family)| format!("{first}|{family}"));
    proptest::collection::vec(name, 1..3).prop_map(|names| names.join(";"))
}

fn date() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(DATES)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn an_index_finds_what_the_rule_says_of_every_record(
        held in proptest::collection::vec((names(), date()), 1..40),
        asked in proptest::collection::vec((names(), date()), 1..8),
    ) {
        let people: Vec<PseudonymisedPerson> = held.iter().map(|(n, d)| person(n, d)).collect();
        let index = register(&people);
        let again = Index::decode(&index.encode()).unwrap();
        for (names, date) in &asked {
            let query = person(names, date);
            let expected: Vec<(u64, Band)> = (1..)
                .zip(&people)
                .filter_map(|(key, held)| Some((key, rule::band(&query, held)?)))
                .collect();
            let answer = ask(&index, &query, 100);
            let mut found: Vec<(u64, Band)> =
                answer.candidates.iter().map(|c| (c.key.get(), c.band)).collect();
            prop_assert!(found.is_sorted_by_key(|(_, band)| *band));
            found.sort_unstable();
            prop_assert_eq!(found, expected, "{} {} among {:?}", names, date, &held);
            prop_assert!(!answer.cut);
            prop_assert_eq!(ask(&again, &query, 100), answer);
        }
    }

    #[test]
    fn what_is_erased_or_replaced_is_not_found(
        held in proptest::collection::vec((names(), date()), 2..20),
    ) {
        let people: Vec<PseudonymisedPerson> = held.iter().map(|(n, d)| person(n, d)).collect();
        let mut index = register(&people);
        let stranger = person("Zlatimira|Oberhauser", "1990-10-10");
        index.apply(Change::Erase { key: RecordKey::new(1) }).unwrap();
        let key = RecordKey::new(2);
        index.apply(Change::PutPseudonymised { key, person: &stranger, searchable_from: None }).unwrap();
        for query in &people {
            let found = ask(&index, query, 100);
            prop_assert!(found.candidates.iter().all(|c| c.key.get() > 2));
        }
        prop_assert_eq!(ask(&index, &stranger, 100).candidates.len(), 1);
    }
}
