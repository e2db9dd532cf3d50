//! The suite of the store against `PostgreSQL`, and what only several processes on one database can show.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "test code"
)]

#[path = "../store/crash.rs"]
mod crash;
#[path = "../store/databases.rs"]
mod databases;
#[path = "../store/erasing.rs"]
mod erasing;
#[path = "../store/holding.rs"]
mod holding;
#[path = "../store/loading.rs"]
mod loading;
#[path = "../store/logging.rs"]
mod logging;
#[path = "../store/searching.rs"]
mod searching;
mod several;
#[path = "../store/support.rs"]
mod support;
#[path = "../store/witnessing.rs"]
mod witnessing;
#[path = "../store/years.rs"]
mod years;

/// Which engine this run of the suite is for.
const ENGINE: databases::Engine = databases::Engine { postgres: true };

/// These speak of a file of `SQLite`.
const OF_ONE_ENGINE: [&str; 2] = ["restoring", "schema"];

#[test]
fn the_suite_is_the_same_on_both_engines() {
    let (theirs, ours) = (include_str!("../store/main.rs"), include_str!("main.rs"));
    let suite = theirs.lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'));
    for module in suite.filter(|module| !OF_ONE_ENGINE.contains(module)) {
        assert!(ours.contains(&format!("mod {module};")), "`{module}` runs on SQLite only");
    }
}
