//! `eunomia instrument`: what is told of good and of wrong files.

use crate::bundle::{eunomia, text};
use expect_test::expect_file;
use std::path::PathBuf;

fn shipped(id: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("../../instruments/{id}.toml"))
}

#[test]
fn good_files_are_good() {
    let carried = eunomia(&["instrument", "check"]);
    assert_eq!(carried.code, Some(0));
    assert_eq!(carried.out.lines().count(), 5, "{}", carried.out);
    let file = shipped("sis_arrest");
    let given = eunomia(&["instrument", "check", text(&file)]);
    assert_eq!(given.code, Some(0), "{}", given.out);
    assert!(given.out.ends_with("sis_arrest.toml: nothing wrong\n"), "{}", given.out);
}

#[test]
fn all_mistakes_of_a_file_are_told_with_their_lines() {
    let folder = tempfile::TempDir::new().unwrap();
    let mut wrong = std::fs::read_to_string(shipped("sis_arrest")).unwrap();
    let mistakes = [
        ("{ role = \"border_guard\"", "{ role = \"border_gaurd\"", "no role `border_gaurd`"),
        ("catalogue = \"warnings\"", "catalogue = \"warmings\"", "`warmings`"),
        ("type = \"sex\"", "type = \"gender\"", "`gender`"),
    ];
    for (from, to, _) in mistakes {
        assert!(wrong.contains(from), "`{from}` is in the file");
        wrong = wrong.replacen(from, to, 1);
    }
    let file = folder.path().join("sis_arrest.toml");
    std::fs::write(&file, &wrong).unwrap();
    let ran = eunomia(&["instrument", "check", text(&file)]);
    assert_eq!(ran.code, Some(1), "{}", ran.out);
    for (_, mistake, words) in mistakes {
        let line = wrong.lines().position(|line| line.contains(mistake)).unwrap() + 1;
        let place = format!("sis_arrest.toml:{line}: ");
        let told = ran.out.lines().find(|told| told.starts_with(&place));
        assert!(told.is_some_and(|told| told.contains(words)), "{place}{words}:\n{}", ran.out);
    }
    assert!(
        ran.out.ends_with("problems; nothing of a file with problems is used\n"),
        "{}",
        ran.out
    );
}

#[test]
fn a_file_that_is_no_instrument_or_not_there_is_told() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("none.toml");
    let missing = eunomia(&["instrument", "check", text(&file)]);
    assert_eq!(missing.code, Some(1));
    assert!(missing.err.contains("check the path"), "{}", missing.err);
    std::fs::write(&file, b"\xff\xfe").unwrap();
    let bytes = eunomia(&["instrument", "check", text(&file)]);
    assert_eq!(bytes.code, Some(1));
    assert!(bytes.err.contains("save it as UTF-8 text"), "{}", bytes.err);
}

/// What was reviewed of an instrument, in the crate that renders it.
fn reviewed(of: &str, id: &str) -> String {
    let golden = format!("../{of}/tests/golden/{id}.md");
    std::fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(golden)).unwrap()
}

#[test]
fn every_instrument_is_shown_as_it_was_reviewed() {
    let list = eunomia(&["instrument", "show"]);
    assert_eq!(list.code, Some(0));
    expect_file!["../golden/show.txt"].assert_eq(&list.out);
    for id in list.out.lines().filter_map(|line| line.split_whitespace().next()) {
        let shown = eunomia(&["instrument", "show", id]);
        assert_eq!(shown.code, Some(0));
        assert_eq!(shown.out.trim_end(), reviewed("instrument", id).trim_end());
        let matrix = eunomia(&["instrument", "show", id, "--matrix"]);
        assert_eq!(matrix.code, Some(0));
        assert_eq!(matrix.out.trim_end(), reviewed("access", id).trim_end());
    }
}

#[test]
fn an_unknown_instrument_is_told_with_those_that_are_known() {
    let ran = eunomia(&["instrument", "show", "sis_arest"]);
    assert_eq!(ran.code, Some(1));
    let told = "`sis_arest` is not an instrument of this program; known are police_records_index, sis_arrest";
    assert!(ran.err.contains(told), "{}", ran.err);
}
