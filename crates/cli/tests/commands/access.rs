//! `eunomia access`: decisions explained, matrices with local law, local law checked before it goes live.

use crate::bundle::{Ran, eunomia, text};
use crate::copy::Copy;
use expect_test::expect_file;
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

/// The folder of local law that stands beside the samples of a configuration.
fn example() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../config/local_law")
}

/// A folder with these files of local law.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// Explains a consultation by a police officer for an investigation.
fn explain(instrument: &str, more: &[&str]) -> Ran {
    let mut order = vec!["access", "explain", "--instrument", instrument];
    order.extend(["--role", "police_officer", "--purpose", "criminal_investigation"]);
    order.extend(more);
    eunomia(&order)
}

#[test]
fn a_decision_is_explained_allowed_or_refused() {
    let allowed = explain("sis_arrest", &["--authority", "gr-police"]);
    assert_eq!((allowed.code, allowed.err.as_str()), (Some(0), ""));
    expect_file!["../golden/access/allowed.txt"].assert_eq(&allowed.out);
    let places = ["--authority", "gr-police", "--owner", "de-police", "--operation", "erasure"];
    let refused = explain("police_records_index", &places);
    assert_eq!(refused.code, Some(0), "a refusal is an explanation too");
    expect_file!["../golden/access/refused.txt"].assert_eq(&refused.out);
}

#[test]
fn what_local_law_forbids_is_explained_with_its_place() {
    let law = example();
    let law = ["--local-law", text(&law)];
    let asked = ["--authority", "de-police", "--owner", "gr-police", "--offence", "1300"];
    let forbidden = explain("police_records_index", &[&law[..], &asked].concat());
    assert_eq!(forbidden.code, Some(0), "{}", forbidden.err);
    expect_file!["../golden/access/forbidden.txt"].assert_eq(&forbidden.out);
    let urgent = explain("police_records_index", &[&law[..], &asked, &["--urgent"]].concat());
    assert!(urgent.out.contains("the purpose has no urgent path"), "{}", urgent.out);
    assert!(!urgent.out.contains("local law forbids"), "{}", urgent.out);
}

#[test]
fn a_role_or_an_instrument_that_nobody_knows_is_told_with_those_that_are_known() {
    let order = ["access", "explain", "--instrument", "sis_arrest", "--role", "polce_officer"];
    let role = eunomia(&[&order[..], &["--purpose", "border_check"]].concat());
    assert_eq!(role.code, Some(1));
    assert!(
        role.err.contains("`polce_officer` is not a role; known are border_guard,"),
        "{}",
        role.err
    );
    let instrument = explain("sis_arest", &[]);
    assert_eq!(instrument.code, Some(1));
    assert!(instrument.err.contains("`sis_arest` is not an instrument"), "{}", instrument.err);
}

#[test]
fn a_matrix_shows_what_local_law_takes_away() {
    let law = example();
    let shown = eunomia(&["access", "matrix", "sis_arrest", "--local-law", text(&law)]);
    assert_eq!(shown.code, Some(0), "{}", shown.err);
    let reviewed = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../access/tests/golden/local");
    let reviewed = fs::read_to_string(reviewed.join("sis_arrest.md")).unwrap();
    let reviewed = reviewed.replace("made_up.cedar", "example.cedar");
    assert_eq!(shown.out.trim_end(), reviewed.trim_end());
    let all = eunomia(&["access", "matrix"]);
    assert_eq!(all.out.matches("# Access matrix: ").count(), 5, "{}", all.out);
    assert!(!all.out.contains('⊘'));
}

#[test]
fn good_local_law_is_listed_and_the_schema_shows_what_it_may_speak_of() {
    let law = example();
    let checked = eunomia(&["access", "check", text(&law)]);
    assert_eq!(checked.code, Some(0), "{}", checked.err);
    expect_file!["../golden/access/check.txt"].assert_eq(&checked.out);
    let schema = eunomia(&["access", "schema"]);
    assert_eq!(schema.code, Some(0), "{}", schema.err);
    expect_file!["../golden/access/schema.cedarschema"].assert_eq(&schema.out);
}

#[test]
fn every_problem_of_local_law_is_told_at_once() {
    let folder = folder(&[
        ("a.cedar", "@id(\"more\") @article(\"Act 1\")\npermit (principal, action, resource);\n"),
        ("b.cedar", "forbid (principal == Role::\"polce_officer\", action, resource);\n"),
        ("c.cedar", "forbid (principal, action\n"),
        ("notes.txt", "not read\n"),
    ]);
    let ran = eunomia(&["access", "check", text(folder.path())]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""));
    for told in [
        "a.cedar:1: permit: ",
        "local law may not permit anything",
        "b.cedar:1: @article: ",
        "b.cedar:1: @id: ",
        "`Role::\"polce_officer\"`",
        "c.cedar:",
    ] {
        assert!(ran.err.contains(told), "{told}: {}", ran.err);
    }
    assert!(!ran.err.contains("notes.txt"));
}

#[test]
fn a_folder_without_local_law_or_with_what_cannot_be_read_is_told() {
    let empty = folder(&[("README", "nothing yet\n")]);
    let ran = eunomia(&["access", "check", text(empty.path())]);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.err.contains("holds no local law; put files ending in `.cedar` there"),
        "{}",
        ran.err
    );
    let missing = eunomia(&["access", "check", "no-such-folder"]);
    assert_eq!(missing.code, Some(1));
    assert!(missing.err.contains("cannot read `no-such-folder`"), "{}", missing.err);
    let bytes = folder(&[]);
    fs::write(bytes.path().join("a.cedar"), b"\xff\xfe").unwrap();
    fs::create_dir(bytes.path().join("b.cedar")).unwrap();
    let ran = eunomia(&["access", "check", text(bytes.path())]);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.err.contains("a.cedar`") && ran.err.contains("save it as UTF-8 text"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("b.cedar`"), "{}", ran.err);
}

#[test]
fn the_check_of_a_node_reads_its_local_law() {
    let copy = Copy::new();
    copy.replace("gr-node/node.toml", "\ndata = ", "\nlocal_law = \"law\"\ndata = ");
    let config = copy.path("gr-node/node.toml");
    let check = || eunomia(&["check", "--config", text(&config)]);
    assert!(check().err.contains("gr-node/law"), "{}", check().err);
    let law = copy.path("gr-node/law");
    fs::create_dir(&law).unwrap();
    fs::copy(example().join("example.cedar"), law.join("example.cedar")).unwrap();
    let good = check();
    assert_eq!(good.code, Some(0), "{}", good.err);
    assert!(good.out.contains("local law    3 rules in "), "{}", good.out);
    let asked = ["--config", text(&config), "--authority", "europol", "--owner", "gr-police"];
    let mut order = vec!["access", "explain", "--instrument", "sis_arrest"];
    order.extend(["--role", "europol_analyst", "--purpose", "europol_tasks"]);
    order.extend(asked);
    let explained = eunomia(&order);
    assert!(explained.out.contains("local law forbids it by `europol-through-the-bureau`"));
    fs::write(law.join("more.cedar"), "permit (principal, action, resource);\n").unwrap();
    let wrong = check();
    assert_eq!(wrong.code, Some(1));
    assert!(wrong.err.contains("more.cedar:1: permit: local law may not permit"), "{}", wrong.err);
    let keeping = "@id(\"nothing\") @article(\"Made-up Act, section 1\")\nforbid (principal, action, resource == Instrument::\"sis_arrest\");\n@id(\"fails\") @article(\"Made-up Act, section 2\")\nforbid (principal == Role::\"case_desk\", action, resource) when { 9223372036854775807 + 1 > 0 };\n";
    fs::write(law.join("more.cedar"), keeping).unwrap();
    let wrong = check();
    assert_eq!(wrong.code, Some(1));
    let kept = "`gr-police` could not keep its register of `sis_arrest`: local law forbids it by `nothing`";
    assert!(wrong.err.contains(kept), "{}", wrong.err);
    let fails = "more.cedar:3: fails: the rule cannot be evaluated, as for ";
    assert!(wrong.err.contains(fails), "{}", wrong.err);
}
