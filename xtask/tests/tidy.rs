//! The rules of the house, held on the workspace as it stands. What is printed says where, which rule, and what to do.
#![expect(clippy::unwrap_used, reason = "test code")]

use std::io::Write;
use xtask::tidy::files::Workspace;
use xtask::tidy::{
    Problem, glossary, layers, licence, packages, purity, records, report, shape, size, words,
};

fn hold(rule: fn(&Workspace) -> Vec<Problem>) {
    let told = report(rule(&Workspace::read().unwrap()));
    assert!(told.is_empty(), "\n{told}");
}

#[test]
fn a_crate_uses_only_what_the_list_allows() {
    hold(layers::check);
}

#[test]
fn pure_crates_reach_neither_clock_nor_disk_nor_dice() {
    hold(purity::check);
}

#[test]
fn files_are_short_and_say_what_they_are_for() {
    hold(size::check);
}

#[test]
fn one_word_stands_for_one_thing() {
    hold(words::check);
}

#[test]
fn the_glossary_and_the_types_agree() {
    hold(glossary::check);
}

#[test]
fn there_are_at_most_ten_traits() {
    hold(shape::few_traits);
}

#[test]
fn nothing_is_left_undone_without_a_link() {
    hold(shape::nothing_undone);
}

#[test]
fn every_crate_has_the_lints() {
    hold(shape::lints);
}

#[test]
fn foreign_packages_are_few_and_of_one_registry() {
    hold(packages::check);
}

#[test]
fn decision_records_are_whole_and_numbered() {
    hold(records::decisions);
}

#[test]
fn every_instrument_has_its_page() {
    hold(records::instrument_pages);
}

#[test]
fn licences_are_on_the_list() {
    let root = Workspace::read().unwrap().root;
    // Packages for this platform alone: others need not be on this machine.
    let output = std::process::Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--offline",
            "--locked",
            "--format-version",
            "1",
            "--filter-platform",
            "host-tuple",
        ])
        .current_dir(root)
        .output();
    let metadata = output
        .ok()
        .filter(|output| output.status.success())
        .and_then(|output| serde_json::from_slice(&output.stdout).ok());
    match metadata {
        Some(metadata) => {
            let told = report(licence::check(&metadata));
            assert!(told.is_empty(), "\n{told}");
        }
        None => {
            // Written past the capture of the test harness, which hides what passing tests print.
            writeln!(
                std::io::stderr(),
                "SKIPPED: licences not checked, `cargo metadata --offline` cannot run here"
            )
            .unwrap();
        }
    }
}
