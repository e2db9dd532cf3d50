//! The access matrix of every shipped instrument as it was reviewed, and that no combination is left undecided.
#![expect(clippy::unwrap_used, clippy::panic, reason = "test code")]

use access::{Asker, AskerHome, Decision, Request, decide, matrix};
use expect_test::expect_file;
use instrument::{Catalogues, Instrument, read};
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use vocabulary::{Justification, ProcessingOperation};

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
        let golden = format!("tests/golden/{}.md", instrument.id());
        let golden = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(golden);
        expect_file![golden].assert_eq(&matrix(&instrument).unwrap());
    }
}

/// Every role, purpose and operation, asked for an officer of the owner and for one of a partner, with everything
/// stated: a grant exactly where a rule of the table names all three, and otherwise one of two reasons.
#[test]
fn every_role_purpose_and_operation_is_decided_as_the_table_says() {
    for instrument in instruments() {
        let mut granted: BTreeSet<(String, String, String)> = BTreeSet::new();
        for role in instrument.catalogues().roles() {
            for purpose in instrument.purposes() {
                for operation in ProcessingOperation::ALL {
                    for home in [AskerHome::ThisAuthority, AskerHome::Partner] {
                        let own = home == AskerHome::ThisAuthority;
                        let owner = "owner".parse().unwrap();
                        let authority = if own { "owner" } else { "partner" };
                        let asker = Asker::new(
                            authority.parse().unwrap(),
                            "0".repeat(32).parse().unwrap(),
                            role.clone(),
                            home,
                        );
                        let mut justification = Justification::of(purpose.id().clone());
                        justification.case_reference = Some("case 1".parse().unwrap());
                        justification.offence = Some("0100".parse().unwrap());
                        let register = format!("owner/{}", instrument.id());
                        justification.widened_to = vec![register.parse().unwrap()];
                        justification.widening_reason = Some("it is needed".parse().unwrap());
                        let request = Request {
                            instrument: &instrument,
                            owner: &owner,
                            asker: &asker,
                            justification: &justification,
                            operation: *operation,
                            query: None,
                            shape: None,
                        };
                        let listed = instrument.access().iter().filter(|rule| {
                            *rule.role() == role
                                && rule.purposes().contains(purpose.id())
                                && rule.may().contains(operation)
                        });
                        let listed: Vec<bool> = listed.map(|rule| rule.owner_only()).collect();
                        let expected = listed.iter().any(|owner_only| own || !owner_only);
                        match decide(&request, instrument.applies_from().begins()) {
                            Decision::Granted(grant) => {
                                assert!(expected, "{role} {} {operation}", purpose.id());
                                assert!(!grant.articles().is_empty());
                                granted.insert((
                                    role.to_string(),
                                    purpose.id().to_string(),
                                    operation.to_string(),
                                ));
                            }
                            Decision::Refused(refusal) => {
                                assert!(!expected, "{role} {} {operation}", purpose.id());
                                let word =
                                    if listed.is_empty() { "role_may_not" } else { "not_the_owner" };
                                assert!(refusal.has(word), "{refusal}");
                                assert_eq!(refusal.reasons().len(), 1, "{refusal}");
                            }
                        }
                    }
                }
            }
        }
        assert!(granted.len() >= 10, "{} grants almost nothing", instrument.id());
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
