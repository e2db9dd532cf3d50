//! A decision costs little beside the fsync it goes with: a bound that a slow machine keeps too.
#![expect(clippy::disallowed_methods, reason = "measures the time a decision takes")]

use access::{Asker, AskerHome, Decision, Request, decide};
use instrument::{Catalogues, QueryShape, read};
use std::time::{Duration, Instant};
use vocabulary::{Justification, Person, PersonNameParts, ProcessingOperation, Subject};

#[test]
fn a_decision_takes_less_than_a_tenth_of_a_millisecond() {
    let lists = [
        ("roles.toml", include_str!("../../../catalogues/roles.toml")),
        ("offences.toml", include_str!("../../../catalogues/offences.toml")),
    ];
    let text = include_str!("../../../instruments/police_records_index.toml");
    let lists = Catalogues::read(&lists).unwrap();
    let instrument = read("police_records_index.toml", text, &lists).unwrap();
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
                instrument: &instrument,
                owner: &owner,
                asker: &asker,
                justification: &justification,
                operation: ProcessingOperation::Consultation,
                query: None,
                shape: Some(&shape),
            };
            assert!(matches!(decide(&request, at), Decision::Granted(_)));
            start.elapsed()
        })
        .collect();
    times.sort();
    println!("median {:?}, 99 of 100 within {:?}", times[1_000], times[1_980]);
    assert!(times[1_000] < Duration::from_micros(100), "median {:?}", times[1_000]);
}

fn empty() -> PersonNameParts {
    PersonNameParts { full: None, given: None, family: None }
}
