//! Records and queries seen through an instrument, and an instrument that no Rust file knows.
#![expect(clippy::unwrap_used, reason = "test code")]

use expect_test::{Expect, expect};
use instrument::{
    Catalogues, Instrument, KeptThing, Mode, QueryShape, RegistersAsked, flat_fields, read, render,
};
use vocabulary::{FieldName, Person, PersonNameParts, Record, Subject, Timestamp, Vehicle};

const FILE: &str = include_str!("made_up/harbour_notices.toml");

fn harbour() -> Instrument {
    let lists = [
        ("grounds.toml", include_str!("made_up/grounds.toml")),
        ("roles.toml", include_str!("../../../catalogues/roles.toml")),
    ];
    read("harbour_notices.toml", FILE, &Catalogues::read(&lists).unwrap()).unwrap()
}

fn notice(fields: &[(&str, &str)]) -> Record {
    let vehicle = Vehicle {
        plate: Some("ΑΒΓ 1234".parse().unwrap()),
        vin: Some("WVWZZZ1JZXW000001".parse().unwrap()),
        ..Vehicle::default()
    };
    Record {
        id: "n-1".parse().unwrap(),
        subject: Subject::Vehicle(vehicle),
        fields: fields.iter().map(|(n, v)| (n.parse().unwrap(), (*v).to_owned())).collect(),
        unsearchable_until: None,
    }
}

fn check(record: &Record, expected: &Expect) {
    let wrong = harbour().check_record(record);
    let lines: Vec<String> = wrong.iter().map(ToString::to_string).chain([String::new()]).collect();
    expected.assert_eq(&lines.join("\n"));
}

#[test]
fn a_made_up_instrument_says_everything_without_a_line_of_rust() {
    let harbour = harbour();
    assert_eq!(*harbour.mode(), Mode::InForce);
    let case = harbour.purpose(&"smuggling_case".parse().unwrap()).unwrap();
    assert_eq!(case.registers(), RegistersAsked::Named);
    assert_eq!(case.offence_threshold().unwrap().maximum_penalty_at_least().to_string(), "3 years");
    assert_eq!(case.urgent_path().unwrap().validate_within().to_string(), "24 hours");
    assert_eq!(harbour.retention().first().unwrap().of(), KeptThing::Record);
    let page = render(&harbour);
    for text in ["from 2025-01-01 5 years, from 2027-07-01 2 years", "no longer", "In force"] {
        assert!(page.contains(text), "`{text}` is not on the page");
    }
}

#[test]
fn a_dated_figure_counts_from_its_day() {
    let harbour = harbour();
    let keep = harbour.retention().first().unwrap().keep().unwrap();
    let at = |text: &str| keep.at(text.parse::<Timestamp>().unwrap()).to_string();
    assert_eq!(at("2020-01-01T00:00:00Z"), "5 years");
    assert_eq!(at("2027-06-30T23:59:59Z"), "5 years");
    assert_eq!(at("2027-07-01T00:00:00Z"), "2 years");
}

#[test]
fn a_record_as_the_instrument_wants_it_is_taken() {
    check(&notice(&[("ground", "stolen"), ("remark", "grey roof")]), &expect![[r#""#]]);
}

#[test]
fn everything_wrong_with_a_record_is_told_and_nothing_of_its_content() {
    let mut record = notice(&[("ground", "borrowed"), ("owner", "somebody"), ("remark", "a\nb")]);
    check(
        &record,
        &expect![[r#"
        `ground` does not hold a code of the catalogue `grounds`; correct it at its source
        `owner` is not a field of this instrument; take it out or correct its name
        `remark` does not hold a value of type `text`; correct it at its source
    "#]],
    );
    record.subject = Subject::Person(Person::default());
    check(
        &record,
        &expect![[r#"
        a record of `harbour_notices` does not describe a person; load it under another instrument
        the subject is incomplete; give at least one name in `names`
        `ground` does not hold a code of the catalogue `grounds`; correct it at its source
        `owner` is not a field of this instrument; take it out or correct its name
        `remark` does not hold a value of type `text`; correct it at its source
    "#]],
    );
}

#[test]
fn a_record_is_flat_under_the_names_of_the_instrument() {
    let flat = flat_fields(&notice(&[("ground", "stolen")]));
    let flat: Vec<String> = flat.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    assert_eq!(flat, ["ground = stolen", "number_plate = ΑΒΓ 1234", "vin = WVWZZZ1JZXW000001"]);
}

#[test]
fn a_query_carries_no_more_than_is_compared() {
    let Subject::Vehicle(mut vehicle) = notice(&[]).subject else { return };
    vehicle.make = Some("lorry".to_owned());
    let limited = harbour().only_compared(&Subject::Vehicle(vehicle));
    assert_eq!(limited, notice(&[]).subject);
}

#[test]
fn a_record_is_cut_to_what_the_instrument_lists_and_says_what_was_left_out() {
    let mut record = notice(&[("ground", "stolen")]);
    let whole = record.clone();
    if let Subject::Vehicle(vehicle) = &mut record.subject {
        vehicle.make = Some("lorry".to_owned());
        vehicle.country = Some("GR".parse().unwrap());
    }
    let (kept, gone) = harbour().only_listed(&record);
    assert_eq!(kept, whole);
    let gone: Vec<&str> = gone.iter().map(FieldName::as_str).collect();
    assert_eq!(gone, ["make", "registration_country"]);
    assert!(harbour().check_record(&kept).is_empty());
}

#[test]
fn a_whole_name_of_two_words_gives_first_and_family_name() {
    let shape = |full: &str| {
        let names =
            vec![PersonNameParts { full: Some(full.parse().unwrap()), given: None, family: None }];
        let subject = Subject::Person(Person { names, ..Person::default() });
        QueryShape::of(&subject).fields().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(shape("Ana Nord"), "family_name first_name");
    assert_eq!(shape("Nord"), "family_name");
}
