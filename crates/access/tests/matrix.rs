//! The access matrix of every shipped instrument as it was reviewed, and that no combination is left undecided.
#![expect(clippy::unwrap_used, reason = "test code")]

use access::{AccessLaw, Asker, AskerHome, Decision, Request, decide, matrix};
use expect_test::expect_file;
use instrument::{AccessRule, Catalogues, Instrument, read};
use std::fs;
use std::path::PathBuf;
use vocabulary::{Justification, ProcessingOperation, PurposeId, Role};

fn files(name: &str) -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(name);
    let mut files: Vec<(String, String)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

fn instruments() -> Vec<Instrument> {
    let lists = files("catalogues");
    let lists: Vec<(&str, &str)> = lists.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
    let lists = Catalogues::read(&lists).unwrap();
    files("instruments").iter().map(|(name, text)| read(name, text, &lists).unwrap()).collect()
}

#[test]
fn every_matrix_is_as_it_was_reviewed() {
    let instruments = instruments();
    assert!(instruments.len() >= 5, "instruments are missing");
    for instrument in instruments {
        let law = AccessLaw::compile([&instrument], &[]).unwrap();
        let golden = format!("tests/golden/{}.md", instrument.id());
        let golden = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(golden);
        expect_file![golden].assert_eq(&matrix(&law, &instrument).unwrap());
    }
}

/// One combination that somebody can ask for.
struct Case {
    role: Role,
    purpose: PurposeId,
    operation: ProcessingOperation,
    home: AskerHome,
}

fn cases(instrument: &Instrument) -> Vec<Case> {
    let mut cases = Vec::new();
    for role in instrument.catalogues().roles() {
        for purpose in instrument.purposes() {
            for operation in ProcessingOperation::ALL.iter().copied() {
                for home in [AskerHome::ThisAuthority, AskerHome::Partner] {
                    let (role, purpose) = (role.clone(), purpose.id().clone());
                    cases.push(Case { role, purpose, operation, home });
                }
            }
        }
    }
    cases
}

/// Decides a case with everything stated that any purpose can require.
fn decided(law: &AccessLaw, instrument: &Instrument, case: &Case) -> Decision {
    let owner = "owner".parse().unwrap();
    let authority = if case.home == AskerHome::ThisAuthority { "owner" } else { "partner" };
    let officer = "0".repeat(32).parse().unwrap();
    let asker = Asker::new(authority.parse().unwrap(), officer, case.role.clone(), case.home);
    let mut justification = Justification::of(case.purpose.clone());
    justification.case_reference = Some("case 1".parse().unwrap());
    justification.offence = Some("0100".parse().unwrap());
    justification.widened_to = vec![format!("owner/{}", instrument.id()).parse().unwrap()];
    justification.widening_reason = Some("it is needed".parse().unwrap());
    let request = Request {
        instrument,
        owner: &owner,
        asker: &asker,
        justification: &justification,
        operation: case.operation,
        query: None,
        shape: None,
    };
    decide(law, &request, instrument.applies_from().begins())
}

/// A grant exactly where a rule of the table names role, purpose and operation, and otherwise one of two reasons.
#[test]
fn every_role_purpose_and_operation_is_decided_as_the_table_says() {
    for instrument in instruments() {
        let law = AccessLaw::compile([&instrument], &[]).unwrap();
        let mut granted = 0;
        for case in cases(&instrument) {
            let named = |rule: &&AccessRule| {
                *rule.role() == case.role
                    && rule.purposes().contains(&case.purpose)
                    && rule.may().contains(&case.operation)
            };
            let named: Vec<&AccessRule> = instrument.access().iter().filter(named).collect();
            let own = case.home == AskerHome::ThisAuthority;
            let expected = named.iter().any(|rule| own || !rule.owner_only());
            let what = format!("{} {} {}", case.role, case.purpose, case.operation);
            match decided(&law, &instrument, &case) {
                Decision::Granted(grant) => {
                    assert!(expected, "{what} is granted");
                    assert!(!grant.articles().is_empty());
                    granted += 1;
                }
                Decision::Refused(refusal) => {
                    assert!(!expected, "{what} is refused: {refusal}");
                    let word = if named.is_empty() { "role_may_not" } else { "not_the_owner" };
                    assert!(refusal.has(word) && refusal.reasons().len() == 1, "{refusal}");
                }
            }
        }
        assert!(granted >= 10, "{} grants almost nothing", instrument.id());
    }
}

#[test]
fn nobody_combines_and_nobody_but_the_owner_changes_a_record() {
    for instrument in instruments() {
        for rule in instrument.access() {
            for operation in rule.may() {
                match operation {
                    ProcessingOperation::Combination => panic!("{} combines", rule.role()),
                    ProcessingOperation::Collection
                    | ProcessingOperation::Alteration
                    | ProcessingOperation::Erasure => assert!(rule.owner_only(), "{}", rule.role()),
                    ProcessingOperation::Consultation | ProcessingOperation::Disclosure => {}
                }
            }
        }
    }
}
