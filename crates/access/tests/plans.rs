//! Which registers a query goes to, and why each.
#![expect(clippy::unwrap_used, reason = "test code")]

use access::{RegisterPlace, WhyAsked, registers_to_ask};
use expect_test::{Expect, expect};
use instrument::{Catalogues, Instrument, read};
use vocabulary::{Justification, RegisterId};

const HARBOUR: &str = include_str!("../../instrument/tests/made_up/harbour_notices.toml");
const EPRIS: &str = include_str!("../../../instruments/police_records_index.toml");
const VEHICLE: &str = include_str!("../../../instruments/sis_vehicle.toml");

fn load(name: &str, text: &str) -> Instrument {
    let lists = [
        ("roles.toml", include_str!("../../../catalogues/roles.toml")),
        ("offences.toml", include_str!("../../../catalogues/offences.toml")),
        ("actions.toml", include_str!("../../../catalogues/actions.toml")),
        ("vehicle_grounds.toml", include_str!("../../../catalogues/vehicle_grounds.toml")),
        ("grounds.toml", include_str!("../../instrument/tests/made_up/grounds.toml")),
    ];
    read(name, text, &Catalogues::read(&lists).unwrap()).unwrap()
}

fn registers(instrument: &str) -> Vec<RegisterId> {
    ["south", "north", "east"]
        .iter()
        .map(|authority| format!("{authority}/{instrument}").parse().unwrap())
        .chain(["north/other".parse().unwrap()])
        .collect()
}

/// Plans for an officer of `north` and compares the plan, or the refusal, in words.
fn check(instrument: &Instrument, justification: &Justification, expected: &Expect) {
    let available = registers(instrument.id().as_str());
    let north = "north".parse().unwrap();
    let text = match registers_to_ask(instrument, &north, justification, &available) {
        Ok(plan) => {
            let place = |place| match place {
                RegisterPlace::Own => "own",
                RegisterPlace::LocalCopy => "copy at home",
                RegisterPlace::Central => "central",
                RegisterPlace::Partner => "partner",
            };
            let why = |why: &WhyAsked| match why {
                WhyAsked::OwnRegister => "it is the asker's own".to_owned(),
                WhyAsked::CentralRegister => "there is one central register".to_owned(),
                WhyAsked::CopyAtHome => "its copies are at home".to_owned(),
                WhyAsked::PurposeNeedsAll => "the purpose needs all".to_owned(),
                WhyAsked::Widened(reason) => format!("named: {reason}"),
            };
            let asked = plan.asked().iter().map(|one| {
                format!("{} ({}): {}", one.register(), place(one.place()), why(one.why()))
            });
            let alone = plan.not_asked().iter().map(|one| format!("{one} is left alone"));
            let end = if plan.leaves_home() { "leaves home\n" } else { "stays at home\n" };
            asked.chain(alone).chain([end.to_owned()]).collect::<Vec<_>>().join("\n")
        }
        Err(refusal) => format!("refused: {refusal}\n"),
    };
    expected.assert_eq(&text);
}

fn for_purpose(purpose: &str) -> Justification {
    Justification::of(purpose.parse().unwrap())
}

#[test]
fn a_purpose_that_needs_the_own_register_asks_no_other() {
    let harbour = load("harbour_notices.toml", HARBOUR);
    check(
        &harbour,
        &for_purpose("harbour_check"),
        &expect![[r#"
        north/harbour_notices (own): it is the asker's own
        east/harbour_notices is left alone
        south/harbour_notices is left alone
        stays at home
    "#]],
    );
}

#[test]
fn widening_takes_a_reason_and_the_reason_is_recorded_per_register() {
    let harbour = load("harbour_notices.toml", HARBOUR);
    let mut justification = for_purpose("harbour_check");
    justification.widened_to = vec!["east/harbour_notices".parse().unwrap()];
    check(
        &harbour,
        &justification,
        &expect![[r#"
        refused: a register beyond those that the purpose needs is asked without a reason (Directive (EU) 2016/680, Article 4(1)(c))
    "#]],
    );
    justification.widening_reason = Some("it was last seen in the east".parse().unwrap());
    check(
        &harbour,
        &justification,
        &expect![[r#"
        north/harbour_notices (own): it is the asker's own
        east/harbour_notices (partner): named: it was last seen in the east
        south/harbour_notices is left alone
        leaves home
    "#]],
    );
    justification.widened_to.push("west/harbour_notices".parse().unwrap());
    justification.widened_to.push("north/other".parse().unwrap());
    check(
        &harbour,
        &justification,
        &expect![[r#"
        refused: the register `north/other` is not available under this instrument (Directive (EU) 2016/680, Article 8(1)); the register `west/harbour_notices` is not available under this instrument (Directive (EU) 2016/680, Article 8(1))
    "#]],
    );
}

#[test]
fn a_purpose_with_named_registers_asks_those_and_the_own() {
    let harbour = load("harbour_notices.toml", HARBOUR);
    let mut justification = for_purpose("smuggling_case");
    justification.case_reference = Some("H 7".parse().unwrap());
    justification.offence = Some("1300".parse().unwrap());
    check(
        &harbour,
        &justification,
        &expect![[r#"
        north/harbour_notices (own): it is the asker's own
        east/harbour_notices is left alone
        south/harbour_notices is left alone
        stays at home
    "#]],
    );
    justification.widened_to = vec!["south/harbour_notices".parse().unwrap()];
    justification.widening_reason = Some("the lorry came from the south".parse().unwrap());
    check(
        &harbour,
        &justification,
        &expect![[r#"
        north/harbour_notices (own): it is the asker's own
        south/harbour_notices (partner): named: the lorry came from the south
        east/harbour_notices is left alone
        leaves home
    "#]],
    );
}

#[test]
fn police_records_are_asked_everywhere_own_first() {
    let epris = load("police_records_index.toml", EPRIS);
    let mut justification = for_purpose("criminal_investigation");
    check(
        &epris,
        &justification,
        &expect![[r#"
        refused: the purpose requires a case reference (Article 33); the purpose requires an offence (Article 33)
    "#]],
    );
    justification.case_reference = Some("K-2026/118".parse().unwrap());
    justification.offence = Some("0501".parse().unwrap());
    check(
        &epris,
        &justification,
        &expect![[r#"
        north/police_records_index (own): it is the asker's own
        east/police_records_index (partner): the purpose needs all
        south/police_records_index (partner): the purpose needs all
        leaves home
    "#]],
    );
}

#[test]
fn alerts_are_searched_in_the_copies_at_home_and_nothing_leaves() {
    let vehicle = load("sis_vehicle.toml", VEHICLE);
    check(
        &vehicle,
        &for_purpose("border_check"),
        &expect![[r#"
        north/sis_vehicle (own): it is the asker's own
        east/sis_vehicle (copy at home): its copies are at home
        south/sis_vehicle (copy at home): its copies are at home
        stays at home
    "#]],
    );
}

#[test]
fn a_central_register_is_asked_where_it_is() {
    let text = HARBOUR.replacen("is = \"federated\"", "is = \"central\"", 1);
    let central = load("harbour_notices.toml", &text);
    check(
        &central,
        &for_purpose("harbour_check"),
        &expect![[r#"
        north/harbour_notices (own): it is the asker's own
        east/harbour_notices (central): there is one central register
        south/harbour_notices (central): there is one central register
        leaves home
    "#]],
    );
}

#[test]
fn an_unknown_purpose_asks_nobody() {
    let harbour = load("harbour_notices.toml", HARBOUR);
    check(
        &harbour,
        &for_purpose("curiosity"),
        &expect![[r#"
        refused: the instrument has no purpose `curiosity` (Directive (EU) 2016/680, Article 4(1)(b))
    "#]],
    );
}
