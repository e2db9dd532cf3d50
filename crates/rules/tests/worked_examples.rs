//! Worked examples: what ends when, by the figures of the instrument files.
#![expect(clippy::unwrap_used, reason = "test code")]

use instrument::{Catalogues, Instrument, KeptThing, read};
use rules::{
    Due, copy_valid_until, ended_kept_until, over_up_to, record_due, record_retention,
    records_due_from_before, retention_end, review_due, unsearchable_limit,
    unsearchable_renewed_until,
};
use std::collections::BTreeMap;
use vocabulary::{FieldName, Timestamp};

const HARBOUR: &str = include_str!("../../instrument/tests/made_up/harbour_notices.toml");
const ARREST: &str = include_str!("../../../instruments/sis_arrest.toml");
const MISSING: &str = include_str!("../../../instruments/sis_missing.toml");
const VEHICLE: &str = include_str!("../../../instruments/sis_vehicle.toml");
const EPRIS: &str = include_str!("../../../instruments/police_records_index.toml");

fn load(name: &str, text: &str) -> Instrument {
    let lists = [
        ("roles.toml", include_str!("../../../catalogues/roles.toml")),
        ("offences.toml", include_str!("../../../catalogues/offences.toml")),
        ("actions.toml", include_str!("../../../catalogues/actions.toml")),
        ("warnings.toml", include_str!("../../../catalogues/warnings.toml")),
        ("vehicle_grounds.toml", include_str!("../../../catalogues/vehicle_grounds.toml")),
        ("alert_case_types.toml", include_str!("../../../catalogues/alert_case_types.toml")),
        (
            "missing_child_case_types.toml",
            include_str!("../../../catalogues/missing_child_case_types.toml"),
        ),
        ("grounds.toml", include_str!("../../instrument/tests/made_up/grounds.toml")),
    ];
    read(name, text, &Catalogues::read(&lists).unwrap()).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn with(field: &str, value: &str) -> BTreeMap<FieldName, String> {
    BTreeMap::from([(field.parse().unwrap(), value.to_owned())])
}

/// Compares a moment, written without its fraction, with what is expected; `-` means none.
fn check(moment: Option<Timestamp>, expected: &str) {
    let text = moment.map_or_else(|| "-".to_owned(), |moment| moment.to_string());
    assert_eq!(text.replace(".000000Z", "Z"), expected);
}

#[test]
fn an_arrest_alert_is_reviewed_after_five_years_with_four_months_notice() {
    let arrest = load("sis_arrest.toml", ARREST);
    let end = record_retention(&arrest, &BTreeMap::new(), at("2024-03-31T12:00:00Z")).unwrap();
    check(Some(end.at()), "2029-03-31T12:00:00Z");
    check(end.notice_at(), "2028-11-30T12:00:00Z");
    assert!(!end.is_over(at("2029-03-31T11:59:59Z")) && end.is_over(at("2029-03-31T12:00:00Z")));
    check(
        review_due(&arrest, &BTreeMap::new(), at("2024-03-31T12:00:00Z")),
        "2029-03-31T12:00:00Z",
    );
}

#[test]
fn five_years_after_the_leap_day_is_the_last_of_february() {
    let arrest = load("sis_arrest.toml", ARREST);
    check(
        review_due(&arrest, &BTreeMap::new(), at("2024-02-29T08:00:00Z")),
        "2029-02-28T08:00:00Z",
    );
    check(
        review_due(&arrest, &BTreeMap::new(), at("2023-02-28T08:00:00Z")),
        "2028-02-28T08:00:00Z",
    );
}

#[test]
fn the_category_of_a_missing_person_decides_the_length() {
    let missing = load("sis_missing.toml", MISSING);
    let from = at("2026-01-15T00:00:00Z");
    check(review_due(&missing, &with("case_type", "missing"), from), "2031-01-15T00:00:00Z");
    check(review_due(&missing, &with("case_type", "child_at_risk"), from), "2027-01-15T00:00:00Z");
    check(review_due(&missing, &BTreeMap::new(), from), "-");
}

#[test]
fn objects_are_kept_ten_years() {
    let vehicle = load("sis_vehicle.toml", VEHICLE);
    check(
        retention_end(&vehicle, KeptThing::Record, at("2026-06-30T10:00:00Z")),
        "2036-06-30T10:00:00Z",
    );
}

#[test]
fn a_copy_lives_forty_eight_hours_by_the_clock() {
    let arrest = load("sis_arrest.toml", ARREST);
    check(copy_valid_until(&arrest, at("2026-03-28T23:30:00Z")), "2026-03-30T23:30:00Z");
    check(
        copy_valid_until(&load("police_records_index.toml", EPRIS), at("2026-03-28T23:30:00Z")),
        "-",
    );
}

#[test]
fn an_alert_answers_nothing_for_forty_eight_hours_and_again_when_renewed() {
    let arrest = load("sis_arrest.toml", ARREST);
    let until = unsearchable_limit(&arrest, at("2026-12-31T06:00:00Z"));
    check(until, "2027-01-02T06:00:00Z");
    check(unsearchable_renewed_until(&arrest, until.unwrap()), "2027-01-04T06:00:00Z");
    check(unsearchable_limit(&load("sis_vehicle.toml", VEHICLE), at("2026-12-31T06:00:00Z")), "-");
}

#[test]
fn logs_are_kept_three_years_and_query_data_not_beyond_the_answer() {
    let epris = load("police_records_index.toml", EPRIS);
    let from = at("2025-12-31T23:59:59Z");
    check(retention_end(&epris, KeptThing::Log, from), "2028-12-31T23:59:59Z");
    check(retention_end(&epris, KeptThing::QueryData, from), "2025-12-31T23:59:59Z");
    check(retention_end(&epris, KeptThing::NationalFile, from), "-");
}

#[test]
fn a_rule_for_ended_records_does_not_end_a_living_one() {
    let epris = load("police_records_index.toml", EPRIS);
    check(retention_end(&epris, KeptThing::Record, at("2026-01-01T00:00:00Z")), "-");
    assert_eq!(record_retention(&epris, &BTreeMap::new(), at("2026-01-01T00:00:00Z")), None);
}

#[test]
fn a_month_without_such_a_day_ends_on_its_last_day_and_is_then_erased() {
    let harbour = load("harbour_notices.toml", HARBOUR);
    let sought = with("ground", "sought");
    let end = |from| record_retention(&harbour, &sought, at(from)).map(|end| end.at());
    check(end("2025-01-31T09:00:00Z"), "2025-02-28T09:00:00Z");
    check(end("2028-01-31T09:00:00Z"), "2028-02-29T09:00:00Z");
    check(review_due(&harbour, &sought, at("2025-01-31T09:00:00Z")), "-");
}

#[test]
fn a_shorter_length_applies_from_its_day_to_what_is_kept_already() {
    let harbour = load("harbour_notices.toml", HARBOUR);
    let end = |from| review_due(&harbour, &with("ground", "stolen"), at(from));
    check(end("2020-01-10T00:00:00Z"), "2025-01-10T00:00:00Z");
    check(end("2025-02-01T00:00:00Z"), "2027-07-01T00:00:00Z");
    check(end("2026-02-01T00:00:00Z"), "2028-02-01T00:00:00Z");
}

#[test]
fn an_alert_is_warned_of_four_months_ahead_and_goes_without_an_extension() {
    let arrest = load("sis_arrest.toml", ARREST);
    let (none, from) = (BTreeMap::new(), at("2024-03-31T12:00:00Z"));
    let due = |now: &str| record_due(&arrest, &none, from, at(now));
    assert_eq!(due("2028-11-30T11:59:59Z"), Due::Nothing);
    assert!(
        matches!(due("2028-11-30T12:00:00Z"), Due::Review(end) if end.at() == at("2029-03-31T12:00:00Z"))
    );
    assert!(matches!(due("2029-03-31T12:00:00Z"), Due::Erase(_)));
}

#[test]
fn only_records_old_enough_to_be_warned_of_need_to_be_looked_at() {
    for (file, text) in [("sis_arrest.toml", ARREST), ("sis_missing.toml", MISSING)] {
        let instrument = load(file, text);
        let now = at("2030-06-15T09:30:00Z");
        let bound = records_due_from_before(&instrument, now).unwrap();
        let cases = ["missing", "child_at_risk"].map(|case| with("case_type", case));
        for days in 0..2_500_i64 {
            let from = now.plus_millis(-days * 86_400_000);
            let any =
                cases.iter().any(|case| record_due(&instrument, case, from, now) != Due::Nothing);
            assert!(
                !any || from < bound,
                "{file}: entered {from} is due and would not be looked at"
            );
            let years = days / 365;
            assert!(years < 5 || any, "{file}: entered {from} is due");
        }
    }
    let epris = load("police_records_index.toml", EPRIS);
    assert_eq!(records_due_from_before(&epris, at("2030-06-15T09:30:00Z")), None);
}

#[test]
fn an_ended_record_is_kept_no_longer_where_the_act_does_not_say_so() {
    let (none, ended) = (BTreeMap::new(), at("2026-01-01T00:00:00Z"));
    for (file, text) in [("sis_arrest.toml", ARREST), ("police_records_index.toml", EPRIS)] {
        assert_eq!(ended_kept_until(&load(file, text), &none, ended), ended, "{file}");
    }
}

#[test]
fn a_search_is_kept_as_long_as_its_instrument_says_and_one_that_is_not_named_not_at_all() {
    let asked = at("2026-01-01T00:00:00Z");
    let kept = |file, text| retention_end(&load(file, text), KeptThing::Search, asked);
    check(kept("sis_arrest.toml", ARREST), "2026-01-31T00:00:00Z");
    check(kept("harbour_notices.toml", HARBOUR), "-");
    let over = |file, text, thing| over_up_to(&load(file, text), thing, at("2030-03-31T12:00:00Z"));
    check(over("sis_arrest.toml", ARREST, KeptThing::Search), "2030-03-01T12:00:00Z");
    check(over("sis_arrest.toml", ARREST, KeptThing::Log), "2027-03-31T12:00:00Z");
    check(over("police_records_index.toml", EPRIS, KeptThing::QueryData), "2030-03-31T12:00:00Z");
    check(over("harbour_notices.toml", HARBOUR, KeptThing::Search), "-");
}
