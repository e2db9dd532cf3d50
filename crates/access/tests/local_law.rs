//! Files of local law: what is read, what is refused at load, what a decision says of them.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::format_push_string,
    dead_code,
    reason = "test code; generated cases are used elsewhere"
)]

#[path = "support/cases.rs"]
mod cases;

use access::{AccessLaw, Asker, AskerHome, Decision, Request, decide};
use cases::{instruments, with_local};
use expect_test::{Expect, expect};
use vocabulary::{Justification, ProcessingOperation};

/// Reads files of local law and compares what is wrong with them.
fn check(files: &[(&str, &str)], expected: &Expect) {
    let problems = AccessLaw::compile(instruments(), files).unwrap_err();
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    expected.assert_eq(&(lines.join("\n") + "\n"));
}

/// What an officer of `authority` gets who consults the records index of `gr-police` for an investigation.
fn consult(law: &AccessLaw, authority: &str, offence: &str) -> Result<(), String> {
    let epris = instruments().iter().find(|one| one.id().as_str() == "police_records_index");
    let owner = "gr-police".parse().unwrap();
    let home = if authority == "gr-police" { AskerHome::ThisAuthority } else { AskerHome::Partner };
    let officer = "0".repeat(32).parse().unwrap();
    let role = "police_officer".parse().unwrap();
    let asker = Asker::new(authority.parse().unwrap(), officer, role, home);
    let mut justification = Justification::of("criminal_investigation".parse().unwrap());
    justification.case_reference = Some("case 1".parse().unwrap());
    justification.offence = Some(offence.parse().unwrap());
    let request = Request {
        instrument: epris.unwrap(),
        owner: &owner,
        asker: &asker,
        justification: &justification,
        operation: ProcessingOperation::Consultation,
        query: None,
        shape: None,
    };
    match decide(law, &request, "2026-05-04T10:00:00Z".parse().unwrap()) {
        Decision::Granted(_) => Ok(()),
        Decision::Refused(refusal) => Err(refusal.to_string()),
    }
}

const GOOD: &str = r#"
// A made-up national act, as an example.
@id("no-customs")
@article("Made-up Act 12/2027, section 4(1)")
@reason("customs officers of other States ask through the single point of contact")
forbid (principal, action == Action::"consultation", resource == Instrument::"police_records_index")
when { context.from_partner && context.authority == Authority::"fr-customs" };

@id("no-tax")
@article("Made-up Act 12/2027, section 9")
forbid (principal, action, resource)
when { context has offence && context.offence like "13*" };
"#;

#[test]
fn a_forbid_holds_for_what_it_speaks_of_and_names_its_article() {
    let law = with_local(GOOD);
    assert_eq!(consult(&law, "de-police", "0501"), Ok(()));
    let told = consult(&law, "fr-customs", "1300").unwrap_err();
    expect!["local law forbids it by `no-customs`: customs officers of other States ask through the single point of contact (Made-up Act 12/2027, section 4(1)); local law forbids it by `no-tax` (Made-up Act 12/2027, section 9)"]
        .assert_eq(&told);
    let listed: Vec<String> =
        law.local().iter().map(|one| format!("{}:{} {one}", one.file(), one.line())).collect();
    expect![[r#"
        made_up.cedar:3 `no-customs` (Made-up Act 12/2027, section 4(1)): customs officers of other States ask through the single point of contact
        made_up.cedar:9 `no-tax` (Made-up Act 12/2027, section 9)"#]]
    .assert_eq(&listed.join("\n"));
    assert!(law.local()[1].text().starts_with("@id(\"no-tax\")"));
}

#[test]
fn a_forbid_that_cannot_be_evaluated_refuses_what_it_might_have_forbidden() {
    let law = with_local(
        r#"@id("broken") @article("Made-up Act 12/2027, section 5")
           forbid (principal, action, resource)
           when { context has offence && context.offence == "0501" && 9223372036854775807 + 1 > 0 };"#,
    );
    assert_eq!(consult(&law, "de-police", "0100"), Ok(()));
    let told = consult(&law, "de-police", "0501").unwrap_err();
    expect!["the rule `broken` could not be evaluated, and nothing is granted past it (Made-up Act 12/2027, section 5)"]
        .assert_eq(&told);
}

#[test]
fn a_rule_that_fails_is_found_by_a_trial_before_it_goes_live() {
    let law = with_local(
        r#"@id("fine") @article("Made-up Act 12/2027, section 5")
forbid (principal, action, resource) when { context.urgent };
@id("broken") @article("Made-up Act 12/2027, section 6")
forbid (principal == Role::"case_desk", action == Action::"disclosure", resource)
when { context.asker_is_owner && context.has_case_reference && 9223372036854775807 + 1 > 0 };"#,
    );
    let told: Vec<String> =
        law.try_local(instruments()).unwrap().iter().map(ToString::to_string).collect();
    expect!["made_up.cedar:3: broken: the rule cannot be evaluated, as for disclosure by `case_desk` for `criminal_investigation` under `police_records_index`; correct it: until then everything it might forbid is refused"]
        .assert_eq(&told.join("\n"));
    assert_eq!(with_local(GOOD).try_local(instruments()).unwrap(), []);
}

#[test]
fn local_law_may_not_permit() {
    let permit = "\n@id(\"more\") @article(\"Made-up Act, section 1\")\npermit (principal, action, resource);\n";
    check(
        &[("more.cedar", permit)],
        &expect![[r#"
        more.cedar:2: permit: local law may not permit anything; local law may only take away: write a `forbid`, or have the instrument file changed
    "#]],
    );
}

#[test]
fn a_rule_says_where_it_stands_in_law() {
    let text = r#"forbid (principal == Role::"operator", action, resource);

@id("Not An Id")
@article(" ")
@reason("")
@artcle("section 3")
forbid (principal == Role::"operator", action, resource);
"#;
    check(
        &[("bare.cedar", text)],
        &expect![[r#"
        bare.cedar:1: @article: the rule does not say which law it rests on; write `@article("…")` with act and article of your national law, in at most 80 characters
        bare.cedar:1: @id: `` is not an id of a local rule; write `@id("…")` with 1 to 64 of `a-z`, `0-9`, `_` and `-`, starting with a letter
        bare.cedar:3: @artcle: this annotation is not known; a rule of local law has `@id`, `@article` and, if you like, `@reason`
        bare.cedar:3: @article: the rule does not say which law it rests on; write `@article("…")` with act and article of your national law, in at most 80 characters
        bare.cedar:3: @id: `Not An Id` is not an id of a local rule; write `@id("…")` with 1 to 64 of `a-z`, `0-9`, `_` and `-`, starting with a letter
        bare.cedar:3: @reason: the reason cannot be shown; write one line of 1 to 400 characters, or leave `@reason` out
    "#]],
    );
}

#[test]
fn a_rule_may_speak_only_of_what_the_schema_offers() {
    let text = r#"@id("a") @article("section 1")
forbid (principal == Role::"polce_officer", action, resource);
@id("b") @article("section 2")
forbid (principal, action == Action::"read", resource);
@id("c") @article("section 3")
forbid (principal, action, resource)
when { context.subject == "Ana Nord" };
@id("d") @article("section 4")
forbid (principal, action, resource)
when { context.urgent == 3 || context.widened < 2 };
@id("e") @article("section 5")
forbid (principal, action, resource)
when { context.offence == "0501" };
@id("f") @article("section 6")
forbid (principal, action, resource)
when { principal.name == "Ana Nord" };
@id("g") @article("section 7")
forbid (principal == Officer::"0123", action, resource);
@id("h") @article("section 8")
forbid (principal, action, resource)
when { false };
"#;
    check(
        &[("words.cedar", text)],
        &expect![[r#"
            words.cedar:2: a: entity `Role::"polce_officer"` is of an enumerated entity type, but `"polce_officer"` is not declared as a valid eid; valid entity eids: "border_guard", "case_desk", "customs_officer", "data_protection_officer", "eurojust_member", "europol_analyst", "immigration_officer", "judicial_authority", "operator", "police_officer", "register_owner", "sirene_officer", "supervisor", "vehicle_registration_officer"
            words.cedar:4: b: unrecognized action `Action::"read"`; did you mean `Action::"erasure"`?
            words.cedar:7: c: attribute `subject` in context not found; did you mean `urgent`?
            words.cedar:10: d: the types Bool and Long are not compatible; both operands to a `==` expression must have compatible types. Types must be exactly equal to be compatible
            words.cedar:10: d: unexpected type: expected Long but saw Bool; use only what `eunomia access schema` shows
            words.cedar:13: e: unable to guarantee safety of access to optional attribute `offence` in context; try testing for the attribute's presence with `context has offence && ..`
            words.cedar:16: f: attribute `name` on entity type `Role` not found; use only what `eunomia access schema` shows
            words.cedar:18: g: unrecognized entity type `Officer`; did you mean `Role`?
            words.cedar:19: h: policy is impossible: the policy expression evaluates to false for all valid requests; correct the rule: as it stands it forbids nothing, or not what it seems to
        "#]],
    );
}

#[test]
fn every_problem_of_every_file_is_told_at_once() {
    let files = [
        (
            "a.cedar",
            "@id(\"one\") @article(\"section 1\")\nforbid (principal, action, resource) when { context.urgent };",
        ),
        (
            "b.cedar",
            "\n@id(\"one\") @article(\"section 1\")\nforbid (principal, action, resource) when { context.widened };",
        ),
        ("c.cedar", "forbid (principal, action\n  resource);"),
        ("d.cedar", "// nothing yet\n"),
        (
            "e.cedar",
            "@id(\"two\") @article(\"section 1\")\nforbid (principal == ?principal, action, resource);",
        ),
    ];
    check(
        &files,
        &expect![[r#"
        b.cedar:2: @id: the id `one` is used twice, first in a.cedar:1; give each rule an id of its own
        c.cedar:2: unexpected token `resource`; write the rule as Cedar asks
        d.cedar:1: the file holds no rule; write a `forbid` into it, or take the file away
        e.cedar:1: a template is no local law; name the role and the instrument in the rule itself
    "#]],
    );
}

#[test]
fn an_instrument_that_the_law_was_not_made_from_is_refused() {
    let other = AccessLaw::compile(&instruments()[1..], &[]).unwrap();
    let told = consult(&other, "de-police", "0501").unwrap_err();
    expect!["the law of access of this node was not made from this version of `police_records_index` (Directive (EU) 2016/680, Article 8(1))"]
        .assert_eq(&told);
    let empty = AccessLaw::compile([], &[]).unwrap();
    assert!(consult(&empty, "de-police", "0501").is_err());
    assert!(AccessLaw::compile([], &[("a.cedar", GOOD)]).is_err());
}
