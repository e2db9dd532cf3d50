//! Each kind of mistake in an instrument file: all are told at once, each with its line and what to do.
#![expect(clippy::panic, reason = "test code")]

use expect_test::{Expect, expect};
use instrument::{Catalogues, Problem, read};

const FILE: &str = include_str!("made_up/harbour_notices.toml");
const GROUNDS: &str = include_str!("made_up/grounds.toml");
const ROLES: &str = include_str!("../../../catalogues/roles.toml");

fn in_words(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    lines.join("\n") + "\n"
}

fn catalogues() -> Catalogues {
    Catalogues::read(&[("grounds.toml", GROUNDS), ("roles.toml", ROLES)])
        .unwrap_or_else(|problems| panic!("{}", in_words(&problems)))
}

/// Replaces each first text, which must be there, by the second and compares what reading says.
fn check(changes: &[(&str, &str)], expected: &Expect) {
    let mut text = FILE.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "`{from}` is not in the file");
        text = text.replacen(from, to, 1);
    }
    match read("harbour_notices.toml", &text, &catalogues()) {
        Ok(_) => panic!("the file was read although it is wrong"),
        Err(problems) => expected.assert_eq(&in_words(&problems)),
    }
}

#[test]
fn the_file_without_a_mistake_is_read() {
    let read = read("harbour_notices.toml", FILE, &catalogues());
    assert!(read.is_ok(), "{:?}", read.err());
}

#[test]
fn a_catalogue_tells_all_its_problems_too() {
    let text = "id = \"colours\"\ntitle = \"\"\nentry = [\n  { code = \"red\", text = \"red\" },\n  { code = \"red\" },\n]\n";
    match Catalogues::read(&[("grounds.toml", text)]) {
        Ok(_) => panic!("the catalogue was read although it is wrong"),
        Err(problems) => expect![[r#"
            grounds.toml:1: id: the file is named `grounds.toml` and its id is `colours`; name the file `colours.toml` or change the id
            grounds.toml:1: source: `source` is missing; add `source = "..."`
            grounds.toml:2: title: the text is empty; write the text or leave the key out
            grounds.toml:5: entry[2].text: `text` is missing; add `text = "..."`
        "#]].assert_eq(&in_words(&problems)),
    }
}

#[test]
fn an_unknown_key_is_named_with_the_key_that_is_near() {
    check(
        &[(r#"title = "Notices"#, r#"titel = "Notices"#)],
        &expect![[r#"
            harbour_notices.toml:1: title: `title` is missing; add `title = "..."`
            harbour_notices.toml:3: titel: `titel` is not a key of this table; write `title`
        "#]],
    );
}

#[test]
fn an_unknown_key_in_a_table_lists_the_keys_there() {
    check(
        &[(r#"owner_only = true"#, r#"secret = true"#)],
        &expect![[r#"
            harbour_notices.toml:72: access[3].secret: `secret` is not a key of this table; the keys here are `article`, `evidence`, `fields`, `may`, `note`, `owner_only`, `purposes`, `role`
        "#]],
    );
}

#[test]
fn a_wrong_type_says_what_it_is_and_what_it_should_be() {
    check(
        &[(r#"matches_most = 5"#, r#"matches_most = "five""#)],
        &expect![[r#"
            harbour_notices.toml:80: matching.matches_most: this is text, not a whole number; write a whole number
        "#]],
    );
}

#[test]
fn a_number_out_of_range_is_refused() {
    check(
        &[(r#"matches_most = 5"#, r#"matches_most = 5000"#)],
        &expect![[r#"
            harbour_notices.toml:80: matching.matches_most: `5000` is out of range; write a number from 1 to 1000
        "#]],
    );
}

#[test]
fn a_bare_date_is_not_text() {
    check(
        &[(r#"applies_from = "2025-01-01""#, r#"applies_from = 2025-01-01"#)],
        &expect![[r#"
            harbour_notices.toml:7: applies_from: this is a bare date, not text in quotes; write text in quotes
        "#]],
    );
}

#[test]
fn a_day_that_is_not_in_the_calendar_is_refused() {
    check(
        &[(r#"applies_from = "2025-01-01""#, r#"applies_from = "2025-02-30""#)],
        &expect![[r#"
            harbour_notices.toml:7: applies_from: `2025-02-30` is not a day; write it as `2023-03-07`, in quotes
        "#]],
    );
}

#[test]
fn a_span_in_words_is_refused() {
    check(
        &[(r#"keep = "1 month""#, r#"keep = "a month""#)],
        &expect![[r#"
            harbour_notices.toml:96: retention[2].keep: `a month` is not a length of time; write a number and a unit, as in `60 days` or `48 hours`
        "#]],
    );
}

#[test]
fn a_dated_list_must_be_in_order() {
    check(
        &[(r#"{ from = "2027-07-01""#, r#"{ from = "2024-07-01""#)],
        &expect![[r#"
            harbour_notices.toml:87: retention[1].keep[2].from: `2024-07-01` does not come after the one before it; put the days in order, each once
        "#]],
    );
}

#[test]
fn a_missing_article_is_told_with_the_line_of_its_table() {
    check(
        &[(
            r#"matches_most = 5
article = "7""#,
            r#"matches_most = 5"#,
        )],
        &expect![[r#"
            harbour_notices.toml:75: matching.article: `article` is missing; add `article = "..."`
        "#]],
    );
}

#[test]
fn a_missing_table_is_told() {
    check(
        &[(
            r#"[unsearchable]
at_most"#,
            r#"[unsearchable]
for_most"#,
        )],
        &expect![[r#"
            harbour_notices.toml:107: unsearchable.at_most: `at_most` is missing; add `at_most = "..."`
            harbour_notices.toml:108: unsearchable.for_most: `for_most` is not a key of this table; the keys here are `article`, `at_most`, `authorised_by`, `evidence`, `note`, `renewable_by`
        "#]],
    );
}

#[test]
fn an_unknown_purpose_is_named() {
    check(
        &[(r#"purposes = ["harbour_check"]"#, r#"purposes = ["harbor_check"]"#)],
        &expect![[r#"
            harbour_notices.toml:57: access[1].purposes: there is no purpose `harbor_check`; write `harbour_check`
        "#]],
    );
}

#[test]
fn an_unknown_role_is_named() {
    check(
        &[(r#"role = "border_guard""#, r#"role = "border_gard""#)],
        &expect![[r#"
            harbour_notices.toml:56: access[1].role: there is no role `border_gard`; write `border_guard`, or add it to `roles.toml`
        "#]],
    );
}

#[test]
fn an_unknown_operation_is_named() {
    check(
        &[(r#"may = ["consultation"]"#, r#"may = ["read"]"#)],
        &expect![[r#"
            harbour_notices.toml:58: access[1].may: `read` is not a processing operation; write `collection`, `alteration`, `consultation`, `disclosure`, `combination` or `erasure`
        "#]],
    );
}

#[test]
fn an_unknown_field_in_an_access_rule_is_named() {
    check(
        &[(
            r#"may = ["consultation"]
fields = ["number_plate", "vin", "ground"]"#,
            r#"may = ["consultation"]
fields = ["number_plate", "colour"]"#,
        )],
        &expect![[r#"
            harbour_notices.toml:59: access[1].fields: a record has no field `colour`; write one of `ground`, `informant`, `number_plate`, `remark`, `vin`
        "#]],
    );
}

#[test]
fn a_field_disclosed_that_no_record_has_is_named() {
    check(
        &[(r#"fields = ["remark"]"#, r#"fields = ["remark", "driver"]"#)],
        &expect![[r#"
            harbour_notices.toml:47: disclosure[2].fields: a record has no field `driver`; write one of `ground`, `informant`, `number_plate`, `remark`, `vin`
        "#]],
    );
}

#[test]
fn a_field_without_a_rule_of_disclosure_is_named() {
    check(
        &[(
            r#"fields = ["number_plate", "vin", "ground"]
article = "5(1)""#,
            r#"fields = ["number_plate", "ground"]
article = "5(1)""#,
        )],
        &expect![[r#"
            harbour_notices.toml:13: record[2].field: `vin` has no rule of disclosure; name it in a table `[[disclosure]]`
        "#]],
    );
}

#[test]
fn a_field_disclosed_by_two_rules_is_named() {
    check(
        &[(r#"fields = ["remark"]"#, r#"fields = ["remark", "ground"]"#)],
        &expect![[r#"
            harbour_notices.toml:47: disclosure[2].fields: `ground` is disclosed by two rules; name each field in one rule
        "#]],
    );
}

#[test]
fn a_field_that_no_role_may_see_is_named() {
    check(
        &[
            (
                r#"may = ["consultation", "combination"]"#,
                r#"may = ["consultation", "combination"]
fields = ["ground", "remark"]"#,
            ),
            (
                r#"owner_only = true"#,
                r#"owner_only = true
fields = ["ground"]"#,
            ),
        ],
        &expect![[r#"
            harbour_notices.toml:16: record: no role may see the field `informant`; name it in an access rule or take it out of the record
        "#]],
    );
}

#[test]
fn a_purpose_nobody_acts_for_is_named() {
    check(
        &[(r#"purposes = ["smuggling_case", "harbour_check"]"#, r#"purposes = ["harbour_check"]"#)],
        &expect![[r#"
            harbour_notices.toml:26: purpose: no role acts for the purpose `smuggling_case`; name it in an access rule or remove it
        "#]],
    );
}

#[test]
fn a_purpose_with_the_id_of_another_is_named() {
    check(
        &[(r#"id = "smuggling_case""#, r#"id = "harbour_check""#)],
        &expect![[r#"
            harbour_notices.toml:26: purpose[2].id: there are two purposes `harbour_check`; give each purpose its own id
            harbour_notices.toml:64: access[2].purposes: there is no purpose `smuggling_case`; write one of `harbour_check`, `keep_register`
        "#]],
    );
}
