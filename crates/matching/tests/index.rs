//! An index finds what was put, forgets what was erased, and reads back what it wrote.
#![expect(clippy::unwrap_used, reason = "test code")]

use matching::{Change, Found, Index, IndexKind, Question, RecordKey};
use proptest::prelude::*;
use vocabulary::{Band, Finding, ReasonField, Subject, Timestamp};

const NOW: Timestamp = Timestamp::from_micros(1_000);

fn subject(json: &str) -> Subject {
    serde_json::from_str(json).unwrap()
}

fn person(full: &str, date: &str) -> Subject {
    let date = if date.is_empty() { String::new() } else { format!(r#","birth_date":"{date}""#) };
    subject(&format!(r#"{{"kind":"person","names":[{{"full":"{full}"}}]{date}}}"#))
}

fn put(index: &mut Index, key: u64, subject: &Subject) {
    let key = RecordKey::new(key);
    index.apply(Change::Put { key, subject, searchable_from: None }).unwrap();
}

fn ask(index: &Index, subject: &Subject) -> Found {
    index.search(&Question::Clear(subject), NOW, 10)
}

fn keys(found: &Found) -> Vec<u64> {
    found.candidates.iter().map(|candidate| candidate.key.get()).collect()
}

fn register(records: &[(&str, &str)]) -> Index {
    let mut index = Index::new(IndexKind::Clear);
    for (key, (name, date)) in (1..).zip(records) {
        put(&mut index, key, &person(name, date));
    }
    index
}

#[test]
fn a_name_is_found_across_scripts_and_forms_without_a_date() {
    let index = register(&[("Γεώργιος Παπαδόπουλος", "1970-02-03"), ("Hans Müller", "1960-05-05")]);
    let found = ask(&index, &person("Giorgos Papadopulos", ""));
    assert_eq!(keys(&found), [1]);
    assert!(found.candidates[0].band <= Band::Likely, "{:?}", found.candidates);
    assert!(!found.cut);
    assert_eq!(keys(&ask(&index, &person("MUELLER HANS", ""))), [2]);
}

#[test]
fn a_birth_date_that_differs_is_never_very_likely() {
    let index = register(&[("Γεώργιος Χρήστος Παπαδόπουλος", "1970-02-03")]);
    let found = ask(&index, &person("Georgios Christos Papadopoulos", "1985-11-20"));
    assert_eq!(keys(&found), [1]);
    assert_ne!(found.candidates[0].band, Band::VeryLikely);
    let found = ask(&index, &person("Georgios Christos Papadopoulos", "1970-03-02"));
    assert_eq!(found.candidates[0].band, Band::VeryLikely);
    let swapped = (ReasonField::BirthDate, Finding::DayMonthSwapped);
    assert!(found.candidates[0].reasons.iter().any(|r| (r.field, r.finding) == swapped));
}

#[test]
fn an_alias_finds_the_record_and_says_so() {
    let mut index = Index::new(IndexKind::Clear);
    let json =
        r#"{"kind":"person","names":[{"full":"Ivan Petrov"},{"given":"Boris","family":"Kralev"}]}"#;
    put(&mut index, 7, &subject(json));
    let found = ask(&index, &person("Boris Kralev", ""));
    assert_eq!(keys(&found), [7]);
    assert!(found.candidates[0].reasons.iter().any(|r| r.finding == Finding::Alias));
}

#[test]
fn a_person_is_found_by_a_document_number_alone() {
    let mut index = Index::new(IndexKind::Clear);
    let held = r#"{"kind":"person","names":[{"full":"Ivan Petrov"}],"documents":[{"country":"BG","number":"AB 123-456"}]}"#;
    put(&mut index, 7, &subject(held));
    let query = |country: &str| {
        subject(&format!(r#"{{"kind":"person","documents":[{{{country}"number":"ab123456"}}]}}"#))
    };
    assert_eq!(keys(&ask(&index, &query(""))), [7]);
    assert_eq!(keys(&ask(&index, &query(r#""country":"BG","#))), [7]);
    assert_eq!(keys(&ask(&index, &query(r#""country":"RO","#))), [] as [u64; 0]);
}

#[test]
fn plates_and_vehicle_numbers_are_exact_after_normalisation() {
    let mut index = Index::new(IndexKind::Clear);
    put(&mut index, 1, &subject(r#"{"kind":"vehicle","plate":"ΙΜΒ-1234","country":"GR"}"#));
    put(&mut index, 2, &subject(r#"{"kind":"vehicle","vin":"WVWZZZ1JZXW000001"}"#));
    put(&mut index, 3, &subject(r#"{"kind":"document","number":"IMB1234"}"#));
    let plate = |country| subject(&format!(r#"{{"kind":"vehicle","plate":"IMB 1234"{country}}}"#));
    assert_eq!(keys(&ask(&index, &plate(""))), [1]);
    assert_eq!(keys(&ask(&index, &plate(r#","country":"BG""#))), [] as [u64; 0]);
    let vin = subject(r#"{"kind":"vehicle","vin":"WVWZZZ1JZXW000001"}"#);
    assert_eq!(keys(&ask(&index, &vin)), [2]);
    assert_eq!(keys(&ask(&index, &subject(r#"{"kind":"document","number":"imb-1234"}"#))), [3]);
}

#[test]
fn a_record_is_no_candidate_before_it_is_searchable() {
    let mut index = Index::new(IndexKind::Clear);
    let subject = person("Ivan Petrov", "1970-02-03");
    let from = Some(NOW.plus_millis(1));
    index
        .apply(Change::Put { key: RecordKey::new(1), subject: &subject, searchable_from: from })
        .unwrap();
    assert!(ask(&index, &subject).candidates.is_empty());
    let later = index.search(&Question::Clear(&subject), NOW.plus_millis(1), 10);
    assert_eq!(keys(&later), [1]);
}

#[test]
fn a_limit_that_hides_something_is_told() {
    let index = register(&[("Ivan Petrov", ""), ("Ivan Petrov", ""), ("Ivan Petrov", "")]);
    let query = person("Ivan Petrov", "");
    let found = index.search(&Question::Clear(&query), NOW, 2);
    assert_eq!((keys(&found), found.cut), (vec![1, 2], true));
    assert!(!index.search(&Question::Clear(&query), NOW, 3).cut);
}

#[test]
fn an_initial_is_no_particle() {
    let index = register(&[("Elena Kralev", "1970-02-03"), ("Igor Kralev", "1970-02-03")]);
    let best = |name: &str| ask(&index, &person(name, "1970-02-03")).candidates[0].key.get();
    assert_eq!((best("E. Kralev"), best("I. Kralev")), (1, 2));
}

#[test]
fn threads_may_share_an_index() {
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&Index::new(IndexKind::Clear));
}

#[test]
fn erased_names_are_not_in_the_bytes() {
    let mut index = register(&[("Ivan Petrov", ""), ("Zlatimira Kralev", "")]);
    index.apply(Change::Erase { key: RecordKey::new(2) }).unwrap();
    let bytes = index.encode();
    assert!(!bytes.windows(9).any(|part| part == b"zlatimira"));
    assert!(bytes.windows(6).any(|part| part == b"petrov"));
}

#[test]
fn many_changes_leave_only_what_is_there() {
    let mut index = Index::new(IndexKind::Clear);
    let people: Vec<Subject> =
        (0..50).map(|i| person(&format!("Ana{i} Petrova"), "1970-02-03")).collect();
    for round in 0..100_u64 {
        for (key, subject) in (0_u64..).zip(&people) {
            put(&mut index, (key + round) % 50, subject);
        }
    }
    assert_eq!(index.len(), 50);
    assert!(index.memory_bytes() < 2_000_000, "{}", index.memory_bytes());
    assert_eq!(keys(&ask(&index, &people[0]))[0], 49);
}

fn name() -> impl Strategy<Value = String> {
    let word = prop_oneof!["[A-Z][a-z]{2,8}", "[Α-Ω][α-ω]{3,7}", "[А-Я][а-я]{3,7}", "[ا-ي]{3,6}"];
    let usable = "every word of one letter or more has a Latin form";
    proptest::collection::vec(word, 2..4)
        .prop_map(|words| words.join(" "))
        .prop_filter(usable, |name| {
            name.split(' ').all(|word| word.chars().filter(|c| c.is_alphabetic()).count() >= 3)
        })
}

fn date() -> impl Strategy<Value = String> {
    (1930..2010, 1..13, 1..29).prop_map(|(y, m, d)| format!("{y}-{m:02}-{d:02}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_search_finds_what_was_put(people in proptest::collection::vec((name(), date()), 1..20)) {
        let records: Vec<(&str, &str)> = people.iter().map(|(n, d)| (n.as_str(), d.as_str())).collect();
        let index = register(&records);
        for (key, (name, date)) in (1..).zip(&records) {
            let found = index.search(&Question::Clear(&person(name, date)), NOW, 20);
            prop_assert!(keys(&found).contains(&key), "{name} {date}: {found:?}");
        }
    }

    #[test]
    fn an_erased_record_is_not_found(people in proptest::collection::vec((name(), date()), 2..10)) {
        let records: Vec<(&str, &str)> = people.iter().map(|(n, d)| (n.as_str(), d.as_str())).collect();
        let mut index = register(&records);
        index.apply(Change::Erase { key: RecordKey::new(1) }).unwrap();
        prop_assert_eq!(index.len(), records.len() - 1);
        let found = index.search(&Question::Clear(&person(records[0].0, records[0].1)), NOW, 20);
        prop_assert!(!keys(&found).contains(&1));
    }

    #[test]
    fn writing_and_reading_and_order_change_no_answer(
        people in proptest::collection::vec((name(), date()), 1..20),
    ) {
        let mut forth = Index::new(IndexKind::Clear);
        let mut back = Index::new(IndexKind::Clear);
        let numbered: Vec<(u64, Subject)> =
            (1..).zip(people.iter().map(|(n, d)| person(n, d))).collect();
        for (key, subject) in &numbered {
            put(&mut forth, *key, subject);
        }
        for (key, subject) in numbered.iter().rev() {
            put(&mut back, *key, subject);
        }
        let again = Index::decode(&forth.encode()).unwrap();
        prop_assert_eq!(again.encode(), forth.encode());
        for (_, subject) in &numbered {
            prop_assert_eq!(ask(&forth, subject), ask(&back, subject));
            prop_assert_eq!(ask(&forth, subject), ask(&again, subject));
        }
    }

    #[test]
    fn random_bytes_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(Index::decode(&bytes).is_err());
    }

    #[test]
    fn a_changed_byte_is_noticed(at in 0_usize..200, by in 1_u8..255) {
        let index = register(&[("Ivan Petrov", "1970-02-03"), ("Γεώργιος Παπαδόπουλος", "")]);
        let mut bytes = index.encode();
        let at = at % bytes.len();
        bytes[at] = bytes[at].wrapping_add(by);
        prop_assert!(Index::decode(&bytes).is_err());
    }
}
