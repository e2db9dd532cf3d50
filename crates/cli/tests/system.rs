//! Real disasters to real processes: killed, stopped, cut off, without room. What was acknowledged outside is found
//! inside afterwards, in store and log, and the service goes on by itself. `cargo xtask system` runs this.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "test code"
)]

#[path = "support/bundle.rs"]
mod bundle;
#[path = "system/check.rs"]
mod check;
#[path = "system/files.rs"]
mod files;
#[path = "system/journal.rs"]
mod journal;
#[path = "system/line.rs"]
mod line;
#[path = "system/load.rs"]
mod load;
#[path = "kill/running.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod running;
#[path = "system/scenarios.rs"]
mod scenarios;
#[path = "system/site.rs"]
mod site;

use scenarios::SCENARIOS;
use site::Site;

/// What a person chooses by the environment.
fn chosen(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "a person chooses by the environment")]
    let value = std::env::var(name);
    value.ok()
}

#[test]
fn what_was_acknowledged_outlives_every_disaster() {
    let Some(form) = chosen("EUNOMIA_SYSTEM") else {
        println!(
            "SKIPPED: disasters to real processes: run `cargo xtask system`, or set EUNOMIA_SYSTEM=short"
        );
        return;
    };
    let seed = chosen("EUNOMIA_SEED").map_or(20_261_121, |seed| seed.parse().unwrap());
    let only = chosen("EUNOMIA_SCENARIO");
    println!("seed: {seed}");
    let mut site = Site::new(seed, form == "short");
    let mut played = 0;
    for (name, scenario) in SCENARIOS {
        if only.as_ref().is_some_and(|only| only != name) {
            continue;
        }
        played += 1;
        println!("== {name}");
        scenario(&mut site);
        let told = site.check();
        println!("   {told}");
    }
    assert!(played > 0, "no such scenario; there are {:?}", SCENARIOS.map(|(name, _)| name));
    site.end();
}
