//! Explanations and matrices as a lawyer reads them, with the example of local law that ships.
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

use access::{AccessLaw, Explained, explain, matrix};
use cases::{instruments, plain, with_local};
use expect_test::expect_file;
use instrument::Instrument;

/// The made-up act that stands in the samples of a configuration.
const EXAMPLE: &str = include_str!("../../../config/local_law/example.cedar");

fn instrument(id: &str) -> &'static Instrument {
    instruments().iter().find(|one| one.id().as_str() == id).unwrap()
}

/// The explanation for an officer of `authority` at `owner`.
fn told(law: &AccessLaw, instrument_id: &str, asked: [&str; 5], offence: Option<&str>) -> String {
    let [role, purpose, operation, authority, owner] = asked;
    let explained = Explained {
        instrument: instrument(instrument_id),
        role: role.parse().unwrap(),
        purpose: purpose.parse().unwrap(),
        operation: operation.parse().unwrap(),
        authority: authority.parse().unwrap(),
        owner: owner.parse().unwrap(),
        offence: offence.map(|code| code.parse().unwrap()),
        urgent: false,
    };
    explain(law, &explained, "2026-05-04T10:00:00Z".parse().unwrap()).unwrap()
}

#[test]
fn what_is_allowed_names_rule_requirements_and_what_is_seen() {
    let asked =
        ["police_officer", "criminal_investigation", "consultation", "gr-police", "gr-police"];
    let text = told(plain(), "sis_arrest", asked, None);
    expect_file!["golden/explained/allowed.txt"].assert_eq(&text);
    let asked =
        ["police_officer", "criminal_investigation", "consultation", "gr-police", "de-police"];
    let text = told(&with_local(EXAMPLE), "police_records_index", asked, None);
    expect_file!["golden/explained/allowed_beside_local_law.txt"].assert_eq(&text);
}

#[test]
fn what_is_refused_names_reasons_and_what_is_near() {
    let asked =
        ["customs_officer", "criminal_investigation", "consultation", "gr-police", "gr-police"];
    let text = told(plain(), "sis_arrest", asked, None);
    expect_file!["golden/explained/refused.txt"].assert_eq(&text);
    let asked = ["register_owner", "keep_register", "erasure", "de-police", "gr-police"];
    let text = told(plain(), "sis_arrest", asked, None);
    expect_file!["golden/explained/refused_to_a_partner.txt"].assert_eq(&text);
    let asked = ["border_guard", "curiosity", "combination", "gr-police", "gr-police"];
    let text = told(plain(), "sis_arrest", asked, None);
    expect_file!["golden/explained/refused_for_no_purpose.txt"].assert_eq(&text);
}

#[test]
fn what_local_law_forbids_names_its_act_and_place() {
    let law = with_local(EXAMPLE);
    let asked = ["europol_analyst", "europol_tasks", "consultation", "europol", "gr-police"];
    let text = told(&law, "sis_arrest", asked, None);
    expect_file!["golden/explained/forbidden.txt"].assert_eq(&text);
    let asked =
        ["police_officer", "criminal_investigation", "consultation", "de-police", "gr-police"];
    let text = told(&law, "police_records_index", asked, Some("1300"));
    expect_file!["golden/explained/forbidden_for_an_offence.txt"].assert_eq(&text);
}

#[test]
fn a_matrix_marks_what_local_law_takes_away() {
    let law = with_local(EXAMPLE);
    for id in ["sis_arrest", "police_records_index"] {
        let golden = format!("golden/local/{id}.md");
        let golden = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(golden);
        expect_file![golden].assert_eq(&matrix(&law, instrument(id)).unwrap());
    }
}
