//! How long a decision takes: two hundred rules of tables, with and without local law. Run with `--nocapture`.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::format_push_string,
    reason = "test code that measures the time a decision takes"
)]

use access::{AccessLaw, Asker, AskerHome, Decision, Request, decide};
use instrument::{Catalogues, Instrument, QueryShape, read};
use std::time::{Duration, Instant};
use vocabulary::{Justification, Person, PersonNameParts, ProcessingOperation, Subject};

/// Instruments with two hundred rows in their tables together: copies of one that ships, under other names.
fn two_hundred_rows(first: &str, lists: &Catalogues) -> Vec<Instrument> {
    let (mut all, mut rows) = (Vec::new(), 0);
    while rows < 200 {
        let name = format!("copy_{}", all.len());
        let text = first.replacen("id = \"police_records_index\"", &format!("id = \"{name}\""), 1);
        let copy = read(&format!("{name}.toml"), &text, lists).unwrap();
        rows = copy.access().len().saturating_add(rows);
        all.push(copy);
    }
    all
}

/// Local law of as many rules as a Member State may well have, none of which forbids what is measured.
fn local_law() -> String {
    let mut text = String::new();
    for place in 0..10 {
        text.push_str(&format!(
            "@id(\"rule-{place}\") @article(\"Made-up Act, section {place}\")\n\
             forbid (principal, action == Action::\"consultation\", resource)\n\
             when {{ context.from_partner && context.authority == Authority::\"authority-{place}\" }};\n"
        ));
    }
    text
}

#[test]
fn a_decision_among_two_hundred_rules_with_local_law_is_measured() {
    let lists = [
        ("roles.toml", include_str!("../../../catalogues/roles.toml")),
        ("offences.toml", include_str!("../../../catalogues/offences.toml")),
    ];
    let text = include_str!("../../../instruments/police_records_index.toml");
    let instruments = two_hundred_rows(text, &Catalogues::read(&lists).unwrap());
    let local = local_law();
    let start = Instant::now();
    let plain = AccessLaw::compile(&instruments, &[]).unwrap();
    println!("compiled in {:?}", start.elapsed());
    println!("without local law: {}", measure(&plain, &instruments[0]));
    let law = AccessLaw::compile(&instruments, &[("made_up.cedar", &local)]).unwrap();
    println!("with ten local forbids: {}", measure(&law, &instruments[0]));
}

/// Decides the same request two thousand times, request and shape included, and says how long it took.
fn measure(law: &AccessLaw, instrument: &Instrument) -> String {
    let owner = "owner".parse().unwrap();
    let officer = "0".repeat(32).parse().unwrap();
    let role = "police_officer".parse().unwrap();
    let asker = Asker::new("partner".parse().unwrap(), officer, role, AskerHome::Partner);
    let mut justification = Justification::of("criminal_investigation".parse().unwrap());
    justification.case_reference = Some("K-2026/118".parse().unwrap());
    justification.offence = Some("0501".parse().unwrap());
    let name = PersonNameParts { full: Some("Ana Nord".parse().unwrap()), ..empty() };
    let subject = Subject::Person(Person { names: vec![name], ..Person::default() });
    let at = "2026-05-04T10:00:00Z".parse().unwrap();
    let mut times: Vec<Duration> = (0..2_000)
        .map(|_| {
            let start = Instant::now();
            let shape = QueryShape::of(&subject);
            let request = Request {
                instrument,
                owner: &owner,
                asker: &asker,
                justification: &justification,
                operation: ProcessingOperation::Consultation,
                query: None,
                shape: Some(&shape),
            };
            assert!(matches!(decide(law, &request, at), Decision::Granted(_)));
            start.elapsed()
        })
        .collect();
    times.sort();
    let at = |place: usize| times.get(place).copied().unwrap_or_default();
    format!("median {:?}, 99 of 100 within {:?}", at(1_000), at(1_980))
}

fn empty() -> PersonNameParts {
    PersonNameParts { full: None, given: None, family: None }
}
