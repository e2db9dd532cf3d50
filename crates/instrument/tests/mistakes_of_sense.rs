//! More kinds of mistakes in an instrument file, on references and sense: all are told at once, each with its line and what to do.
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
fn a_field_with_the_name_of_another_is_named() {
    check(
        &[(r#"field = "remark", type = "text""#, r#"field = "vin", type = "vin""#)],
        &expect![[r#"
            harbour_notices.toml:15: record[4].field: there are two fields `vin`; name each field once
            harbour_notices.toml:47: disclosure[2].fields: a record has no field `remark`; write one of `ground`, `informant`, `number_plate`, `vin`
        "#]],
    );
}

#[test]
fn a_word_that_stands_twice_in_a_list_is_named() {
    check(
        &[(
            r#"may = ["collection", "alteration", "erasure"]"#,
            r#"may = ["collection", "erasure", "erasure"]"#,
        )],
        &expect![[r#"
            harbour_notices.toml:71: access[3].may: `erasure` stands here twice; remove one of them
        "#]],
    );
}

#[test]
fn a_file_must_bear_the_name_of_its_id() {
    check(
        &[(r#"id = "harbour_notices""#, r#"id = "harbor_notices""#)],
        &expect![[r#"
            harbour_notices.toml:2: id: the file is named `harbour_notices.toml` and its id is `harbor_notices`; name the file `harbor_notices.toml` or change the id
        "#]],
    );
}

#[test]
fn a_field_of_a_type_that_does_not_exist_is_refused() {
    check(
        &[(r#"type = "text", article = "3(3)""#, r#"type = "words", article = "3(3)""#)],
        &expect![[r#"
            harbour_notices.toml:15: record[4].type: `words` is not a type of field; write `person_name`, `date`, `sex`, `country`, `place`, `document_number`, `document_kind`, `number_plate`, `vin`, `code`, `reference`, `moment`, `yes_no` or `text`
        "#]],
    );
}

#[test]
fn a_field_of_the_subject_has_the_type_of_that_part() {
    check(
        &[(r#"field = "vin", type = "vin""#, r#"field = "vin", type = "text""#)],
        &expect![[r#"
            harbour_notices.toml:13: record: `vin` has the type `text`; write `type = "vin"` or choose another name
        "#]],
    );
}

#[test]
fn a_code_needs_its_catalogue() {
    check(
        &[(r#"type = "code", catalogue = "grounds""#, r#"type = "code""#)],
        &expect![[r#"
            harbour_notices.toml:14: record[3].catalogue: `catalogue` is missing; name the catalogue of the codes
        "#]],
    );
}

#[test]
fn a_catalogue_that_does_not_exist_is_named() {
    check(
        &[(r#"catalogue = "grounds""#, r#"catalogue = "reasons""#)],
        &expect![[r#"
            harbour_notices.toml:14: record[3].catalogue: there is no catalogue `reasons`; write one of `grounds`, `roles`
        "#]],
    );
}

#[test]
fn a_code_that_the_catalogue_lacks_is_named() {
    check(
        &[(r#"is = ["sought"]"#, r#"is = ["lost"]"#)],
        &expect![[r#"
            harbour_notices.toml:94: retention[2].only.is: the catalogue `grounds` has no code `lost`; write one of `stolen`, `sought`
        "#]],
    );
}

#[test]
fn a_field_that_cannot_be_compared_is_named() {
    check(
        &[(
            r#"compare = ["number_plate", "vin"]"#,
            r#"compare = ["number_plate", "vin", "remark"]"#,
        )],
        &expect![[r#"
            harbour_notices.toml:77: matching.compare: `remark` cannot be compared; compare some of `make`, `number_plate`, `registration_country`, `vin`
        "#]],
    );
}

#[test]
fn a_query_cannot_need_what_is_not_compared() {
    check(
        &[(r#"compare = ["number_plate", "vin"]"#, r#"compare = ["number_plate"]"#)],
        &expect![[r#"
            harbour_notices.toml:78: matching.query_needs.of: `vin` is needed but not compared; add it to `compare` or take it out here
        "#]],
    );
}

#[test]
fn a_query_cannot_need_more_fields_than_are_named() {
    check(
        &[(r#"at_least = 1"#, r#"at_least = 3"#)],
        &expect![[r#"
            harbour_notices.toml:78: matching.query_needs.at_least: more fields are needed than are named; write at most 2, or name more fields
        "#]],
    );
}

#[test]
fn an_offence_threshold_wants_an_offence() {
    check(
        &[(r#"parts = ["case_reference", "offence"]"#, r#"parts = ["case_reference"]"#)],
        &expect![[r#"
            harbour_notices.toml:25: purpose[2].offence_threshold: a threshold for an offence that nobody has to state; add `offence` to `requires.parts`
        "#]],
    );
}

#[test]
fn a_disseminated_instrument_says_how_long_copies_live() {
    check(
        &[(r#"is = "federated""#, r#"is = "disseminated""#)],
        &expect![[r#"
            harbour_notices.toml:1: copies: `copies` is missing; add a table `[copies]`: a disseminated instrument has copies
        "#]],
    );
}

#[test]
fn only_a_disseminated_instrument_has_copies() {
    check(
        &[(
            r#"[unsearchable]"#,
            r#"[copies]
valid_for = "48 hours"
article = "9"

[unsearchable]"#,
        )],
        &expect![[r#"
            harbour_notices.toml:1: copies: only a disseminated instrument has copies; remove the table or change `topology`
        "#]],
    );
}

#[test]
fn an_evidence_tag_is_one_of_five() {
    check(
        &[(
            r#"article = "8(2)""#,
            r#"article = "8(2)"
evidence = "X""#,
        )],
        &expect![[r#"
            harbour_notices.toml:99: retention[2].evidence: `X` is not an evidence tag; write `V`, `S`, `H`, `M` or `?`
        "#]],
    );
}

#[test]
fn an_empty_list_is_refused() {
    check(
        &[(r#"subjects = ["vehicle"]"#, r#"subjects = []"#)],
        &expect![[r#"
            harbour_notices.toml:8: subjects: the list is empty; name at least one
        "#]],
    );
}

#[test]
fn an_empty_text_is_refused() {
    check(
        &[(r#"title = "Notices on vehicles in harbours""#, r#"title = " ""#)],
        &expect![[r#"
            harbour_notices.toml:3: title: the text is empty; write the text or leave the key out
        "#]],
    );
}

#[test]
fn a_mistake_of_form_is_told_with_its_line() {
    check(
        &[(r#"title = "Notices on vehicles in harbours""#, r#"title = Notices on vehicles"#)],
        &expect![[r#"
            harbour_notices.toml:3: string values must be quoted, expected literal string; write it as TOML 1.0 wants it
        "#]],
    );
}

#[test]
fn two_mistakes_are_told_at_once_each_with_its_line() {
    check(
        &[
            (r#"type = "number_plate""#, r#"type = "plate""#),
            (r#"keep = "1 month""#, r#"keep = 1"#),
        ],
        &expect![[r#"
            harbour_notices.toml:12: record[1].type: `plate` is not a type of field; write `person_name`, `date`, `sex`, `country`, `place`, `document_number`, `document_kind`, `number_plate`, `vin`, `code`, `reference`, `moment`, `yes_no` or `text`
            harbour_notices.toml:96: retention[2].keep: this is a whole number, not text in quotes; write text in quotes
        "#]],
    );
}

#[test]
fn mistakes_of_form_and_of_sense_are_told_together() {
    check(
        &[
            (r#"act = "agreement""#, r#"act = "treaty""#),
            (r#"purposes = ["keep_register"]"#, r#"purposes = ["keep"]"#),
            (r#"article = "9""#, r#"article = """#),
            (r#"at_least = 1"#, r#"at_last = 1"#),
        ],
        &expect![[r#"
            harbour_notices.toml:4: act: `treaty` is not a kind of act; write `regulation`, `directive`, `decision`, `framework_decision`, `agreement` or `national_law`
            harbour_notices.toml:35: purpose: no role acts for the purpose `keep_register`; name it in an access rule or remove it
            harbour_notices.toml:70: access[3].purposes: there is no purpose `keep`; write one of `harbour_check`, `keep_register`, `smuggling_case`
            harbour_notices.toml:78: matching.query_needs.at_last: `at_last` is not a key of this table; write `at_least`
            harbour_notices.toml:78: matching.query_needs.at_least: `at_least` is missing; add `at_least = 1` or another number
            harbour_notices.toml:111: unsearchable.article: the text is empty; write the text or leave the key out
        "#]],
    );
}
