//! What is made and checked in is up to date, and the gate stands in one place only.

use xtask::tidy::files::Workspace;
use xtask::{gate, instrument_pages};

#[test]
fn the_pages_of_instruments_are_up_to_date() {
    let workspace = Workspace::read().unwrap();
    let pages = instrument_pages::pages(&workspace).unwrap_or_else(|cause| panic!("{cause}"));
    assert!(!pages.is_empty(), "no instrument file was read");
    for page in pages {
        let stands = workspace.text(&page.path);
        assert_eq!(stands, Some(page.text.as_str()), "{}: run `cargo xtask docs`", page.path);
    }
}

#[test]
fn the_script_of_the_gate_runs_every_check_in_order() {
    let workspace = Workspace::read().unwrap();
    let script = workspace.text(".ci/run").unwrap();
    let mut rest = script;
    for check in gate::CHECKS {
        let command = format!("\n{check}\n");
        let Some((_, after)) = rest.split_once(&command) else {
            panic!(".ci/run: `{check}` is missing or out of order");
        };
        rest = after;
    }
}
