//! What is granted and what is refused, reason by reason, on a made-up instrument and on those that ship.
#![expect(clippy::unwrap_used, clippy::panic, reason = "test code")]

use access::{AccessLaw, Asker, AskerHome, Decision, Grant, Refusal, Request, decide};
use expect_test::{Expect, expect};
use instrument::{Catalogues, Instrument, QueryShape, read};
use proptest::prelude::*;
use vocabulary::{
    FieldName, Justification, Person, PersonNameParts, ProcessingOperation, QueryId, Subject,
    Timestamp, Vehicle,
};

const HARBOUR: &str = include_str!("../../instrument/tests/made_up/harbour_notices.toml");
const EPRIS: &str = include_str!("../../../instruments/police_records_index.toml");
const ARREST: &str = include_str!("../../../instruments/sis_arrest.toml");

fn load(name: &str, text: &str) -> Instrument {
    let lists = [
        ("roles.toml", include_str!("../../../catalogues/roles.toml")),
        ("offences.toml", include_str!("../../../catalogues/offences.toml")),
        ("actions.toml", include_str!("../../../catalogues/actions.toml")),
        ("warnings.toml", include_str!("../../../catalogues/warnings.toml")),
        ("grounds.toml", include_str!("../../instrument/tests/made_up/grounds.toml")),
    ];
    read(name, text, &Catalogues::read(&lists).unwrap()).unwrap()
}

/// What is asked in one test: everything is fine unless the test changes it.
struct Ask {
    instrument: Instrument,
    asker: Asker,
    justification: Justification,
    operation: ProcessingOperation,
    query: Option<QueryId>,
    shape: Option<QueryShape>,
    at: &'static str,
}

fn asker(authority: &str, role: &str, home: AskerHome) -> Asker {
    let officer = "0123456789abcdef0123456789abcdef".parse().unwrap();
    Asker::new(authority.parse().unwrap(), officer, role.parse().unwrap(), home)
}

fn ask(instrument: Instrument, role: &str, purpose: &str) -> Ask {
    Ask {
        instrument,
        asker: asker("partner", role, AskerHome::Partner),
        justification: Justification::of(purpose.parse().unwrap()),
        operation: ProcessingOperation::Consultation,
        query: None,
        shape: None,
        at: "2026-05-04T10:00:00Z",
    }
}

impl Ask {
    fn law(&self) -> AccessLaw {
        AccessLaw::compile([&self.instrument], &[]).unwrap()
    }

    fn decide(&self) -> Decision {
        let owner = "owner".parse().unwrap();
        let request = Request {
            instrument: &self.instrument,
            owner: &owner,
            asker: &self.asker,
            justification: &self.justification,
            operation: self.operation,
            query: self.query,
            shape: self.shape.as_ref(),
        };
        decide(&self.law(), &request, self.at.parse().unwrap())
    }

    fn granted(&self) -> Grant {
        self.decide().granted().unwrap_or_else(|refusal| panic!("{refusal}"))
    }

    fn refused(&self) -> Refusal {
        self.decide().granted().map(|grant| panic!("{grant:?}")).unwrap_err()
    }

    fn check(&self, expected: &Expect) {
        let refusal = self.refused();
        let lines = refusal.reasons().iter().map(|(reason, article)| {
            format!("{}: {reason}; {} ({article})", reason.word(), reason.help())
        });
        expected.assert_eq(&(lines.collect::<Vec<_>>().join("\n") + "\n"));
    }
}

fn harbour(role: &str, purpose: &str) -> Ask {
    let mut ask = ask(load("harbour_notices.toml", HARBOUR), role, purpose);
    ask.asker = asker("owner", role, AskerHome::ThisAuthority);
    ask
}

fn epris() -> Ask {
    let mut ask =
        ask(load("police_records_index.toml", EPRIS), "police_officer", "criminal_investigation");
    ask.justification.case_reference = Some("K-2026/118".parse().unwrap());
    ask.justification.offence = Some("0501".parse().unwrap());
    ask
}

fn vehicle(plate: bool) -> QueryShape {
    let plate = plate.then(|| "ABC 123".parse().unwrap());
    QueryShape::of(&Subject::Vehicle(Vehicle { plate, ..Vehicle::default() }))
}

fn person(given: Option<&str>, family: Option<&str>, birth: Option<&str>) -> Subject {
    let name = PersonNameParts {
        full: None,
        given: given.map(|text| text.parse().unwrap()),
        family: family.map(|text| text.parse().unwrap()),
    };
    let names = if given.is_none() && family.is_none() { vec![] } else { vec![name] };
    let birth_date = birth.map(|text| text.parse().unwrap());
    Subject::Person(Person { names, birth_date, ..Person::default() })
}

#[test]
fn a_grant_names_its_articles_and_what_may_be_seen() {
    let grant = harbour("border_guard", "harbour_check").granted();
    let articles: Vec<String> = grant.articles().iter().map(ToString::to_string).collect();
    assert_eq!(articles, ["4(1)", "6(1)"]);
    let at_once: Vec<&str> = grant.visible_on_match().iter().map(FieldName::as_str).collect();
    assert_eq!(at_once, ["number_plate", "vin", "ground"]);
    assert!(grant.visible_after_confirmation().is_empty(), "his rule lists no such field");
    assert!(!grant.urgent());
}

#[test]
fn some_fields_are_seen_only_after_confirmation_and_some_never() {
    let grant = harbour("police_officer", "harbour_check").granted();
    let later: Vec<&str> =
        grant.visible_after_confirmation().iter().map(FieldName::as_str).collect();
    assert_eq!(later, ["remark"]);
    let all = grant.visible_on_match().iter().chain(grant.visible_after_confirmation());
    assert!(all.into_iter().all(|name| name.as_str() != "informant"));
}

#[test]
fn the_owner_sees_his_own_record_whole() {
    let mut ask = harbour("register_owner", "keep_register");
    ask.operation = ProcessingOperation::Alteration;
    assert_eq!(ask.granted().visible_on_match().len(), 5);
}

#[test]
fn a_border_guard_sees_an_arrest_alert_at_once() {
    let ask = ask(load("sis_arrest.toml", ARREST), "border_guard", "border_check");
    let grant = ask.granted();
    assert!(grant.visible_on_match().iter().any(|name| name.as_str() == "action"));
    assert!(grant.exercise(), "figures of this file were not read in the act");
}

#[test]
fn a_police_records_index_answers_with_references_alone() {
    let grant = epris().granted();
    let at_once: Vec<&str> = grant.visible_on_match().iter().map(FieldName::as_str).collect();
    assert_eq!(at_once, ["reference"]);
    assert!(grant.visible_after_confirmation().is_empty());
}

#[test]
fn an_unknown_purpose_is_refused() {
    harbour("border_guard", "curiosity").check(&expect![[r#"
        purpose_unknown: the instrument has no purpose `curiosity`; choose a purpose of this instrument (Directive (EU) 2016/680, Article 4(1)(b))
    "#]]);
}

#[test]
fn a_role_that_the_table_does_not_name_is_refused() {
    harbour("customs_officer", "harbour_check").check(&expect![[r#"
        role_may_not: the role `customs_officer` may not do consultation for the purpose `harbour_check`; ask an officer whose role may do this, or choose the purpose you act for (Directive (EU) 2016/680, Article 8(1))
    "#]]);
}

#[test]
fn a_partner_who_claims_to_be_the_owner_is_refused() {
    let mut ask = harbour("register_owner", "keep_register");
    ask.operation = ProcessingOperation::Erasure;
    ask.asker = asker("owner", "register_owner", AskerHome::Partner);
    ask.check(&expect![[r#"
        not_the_owner: only officers of `owner` may do this; ask the owner to do it (Directive (EU) 2016/680, Article 4(4))
        widening_without_reason: a register beyond those that the purpose needs is asked without a reason; name the register and say why it is needed (Directive (EU) 2016/680, Article 4(1)(c))
    "#]]);
}

#[test]
fn a_partner_asks_beyond_his_own_register_only_with_a_reason() {
    let mut ask = harbour("border_guard", "harbour_check");
    ask.asker = asker("partner", "border_guard", AskerHome::Partner);
    assert!(ask.refused().has("widening_without_reason"));
    ask.justification.widening_reason = Some("it embarked there".parse().unwrap());
    ask.justification.widened_to = vec!["other/harbour_notices".parse().unwrap()];
    assert!(ask.refused().has("widening_without_reason"), "another register is named");
    ask.justification.widened_to.push("owner/harbour_notices".parse().unwrap());
    assert_eq!(ask.granted().asker().authority().as_str(), "partner");
}

#[test]
fn all_reasons_are_told_at_once() {
    let mut ask = epris();
    ask.asker = asker("partner", "customs_officer", AskerHome::Partner);
    ask.justification.case_reference = None;
    ask.justification.offence = Some("9999".parse().unwrap());
    ask.justification.urgent = Some("he is about to leave".parse().unwrap());
    ask.justification.widened_to = vec!["other/police_records_index".parse().unwrap()];
    ask.query = Some(QueryId::from_bytes([1; 16]));
    ask.shape = Some(QueryShape::of(&person(None, Some("Nord"), None)));
    ask.at = "2024-01-01T00:00:00Z";
    ask.check(&expect![[r#"
        role_may_not: the role `customs_officer` may not do consultation for the purpose `criminal_investigation`; ask an officer whose role may do this, or choose the purpose you act for (Directive (EU) 2016/680, Article 8(1))
        not_applicable_yet: the instrument applies from 2024-04-25; wait until the instrument applies (Directive (EU) 2016/680, Article 8(1))
        justification_missing_case_reference: the purpose requires a case reference; give the reference of the case (33)
        offence_unknown: the offence `9999` is not in the catalogue of offences; give the offence by its code of the common table (33)
        urgent_path_not_allowed: the purpose has no urgent path; ask without urgency (25 to 28)
        widening_without_reason: a register beyond those that the purpose needs is asked without a reason; name the register and say why it is needed (Directive (EU) 2016/680, Article 4(1)(c))
        query_too_broad: the query gives too little: at least 2 of `first_name`, `family_name`, `birth_date`; give more of these fields (43)
    "#]]);
}

#[test]
fn a_missing_offence_is_refused() {
    let mut ask = epris();
    ask.justification.offence = None;
    ask.check(&expect![[r#"
        justification_missing_offence: the purpose requires an offence; give the offence by its code of the common table (33)
    "#]]);
}

#[test]
fn a_query_must_say_what_it_gives() {
    let mut ask = harbour("border_guard", "harbour_check");
    ask.query = Some(QueryId::from_bytes([1; 16]));
    ask.check(&expect![[r#"
        query_without_subject: the query does not say which fields it gives; say which fields the query gives (7(1))
    "#]]);
    ask.shape = Some(vehicle(false));
    ask.check(&expect![[r#"
        query_too_broad: the query gives too little: at least 1 of `number_plate`, `vin`; give more of these fields (7(1))
    "#]]);
    ask.shape = Some(QueryShape::of(&person(Some("Ana"), Some("Nord"), None)));
    ask.check(&expect![[r#"
        subject_kind_not_covered: the instrument holds no records on a person; choose an instrument for this kind of subject (2)
    "#]]);
    ask.shape = Some(vehicle(true));
    assert_eq!(ask.granted().query(), ask.query);
}

#[test]
fn two_of_first_name_family_name_and_birth_date_are_enough_for_a_police_records_index() {
    let parts = [None, Some("Ana")];
    for given in parts {
        for family in [None, Some("Nord")] {
            for birth in [None, Some("1980")] {
                let mut ask = epris();
                ask.shape = Some(QueryShape::of(&person(given, family, birth)));
                let count = [given.is_some(), family.is_some(), birth.is_some()];
                let enough = count.iter().filter(|one| **one).count() >= 2;
                assert_eq!(matches!(ask.decide(), Decision::Granted(_)), enough);
            }
        }
    }
}

#[test]
fn the_urgent_path_waives_what_it_says_and_wants_validation() {
    let mut ask = harbour("police_officer", "smuggling_case");
    ask.justification.offence = Some("1300".parse().unwrap());
    assert!(ask.refused().has("justification_missing_case_reference"));
    ask.justification.urgent = Some("the ferry leaves at noon".parse().unwrap());
    let grant = ask.granted();
    assert!(grant.urgent());
    assert_eq!(grant.validate_until().unwrap().to_string(), "2026-05-05T10:00:00.000000Z");
    ask.justification.offence = None;
    assert!(ask.refused().has("justification_missing_offence"), "urgency does not waive this");
}

#[test]
fn the_day_of_application_is_the_first_on_which_anything_is_granted() {
    let mut ask = harbour("border_guard", "harbour_check");
    ask.at = "2024-12-31T23:59:59.999999Z";
    ask.check(&expect![[r#"
        not_applicable_yet: the instrument applies from 2025-01-01; wait until the instrument applies (Directive (EU) 2016/680, Article 8(1))
    "#]]);
    ask.at = "2025-01-01T00:00:00Z";
    ask.granted();
}

fn words(alphabet: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(alphabet).prop_map(str::to_owned)
}

proptest! {
    /// Whatever is asked: a grant is made only for a purpose the instrument lists, to a role that a rule names.
    #[test]
    fn no_grant_without_a_listed_purpose_and_role(
        purpose in words(&["harbour_check", "smuggling_case", "keep_register", "other", "a"]),
        role in words(&["border_guard", "police_officer", "register_owner", "supervisor", "x"]),
        operation in prop::sample::select(ProcessingOperation::ALL),
        home in prop::bool::ANY,
        urgent in prop::bool::ANY,
        at in 0_i64..2_000_000_000_000_000,
    ) {
        let mut ask = harbour(&role, &purpose);
        ask.operation = operation;
        if !home {
            ask.asker = asker("partner", &role, AskerHome::Partner);
        }
        ask.justification.urgent = urgent.then(|| "no time is left".parse().unwrap());
        let owner = "owner".parse().unwrap();
        let request = Request {
            instrument: &ask.instrument,
            owner: &owner,
            asker: &ask.asker,
            justification: &ask.justification,
            operation,
            query: None,
            shape: None,
        };
        let at = Timestamp::from_micros(at);
        if let Decision::Granted(grant) = decide(&ask.law(), &request, at) {
            prop_assert!(ask.instrument.purpose(grant.purpose()).is_some());
            let listed = ask.instrument.access().iter().any(|rule| {
                rule.role().as_str() == role
                    && rule.purposes().contains(grant.purpose())
                    && rule.may().contains(&operation)
            });
            prop_assert!(listed);
            prop_assert!(at >= ask.instrument.applies_from().begins());
        }
    }

    /// Two queries that give the same fields get the same decision, whoever they are about.
    #[test]
    fn a_decision_never_depends_on_whom_a_query_is_about(
        one in "[A-Z][a-z]{1,12}", other in "[A-Z][a-z]{1,12}",
        born in 1900_i16..2020, otherwise_born in 1900_i16..2020,
        with_family in prop::bool::ANY, with_birth in prop::bool::ANY,
    ) {
        let shape = |name: &str, year: i16| {
            let year = year.to_string();
            let family = with_family.then_some(name);
            QueryShape::of(&person(Some(name), family, with_birth.then_some(year.as_str())))
        };
        let mut ask = epris();
        ask.shape = Some(shape(&one, born));
        let first = ask.decide();
        ask.shape = Some(shape(&other, otherwise_born));
        prop_assert_eq!(first, ask.decide());
    }
}
