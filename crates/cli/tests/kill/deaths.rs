//! `kill -9` at random moments, while officers search and an owner loads a file.

use crate::bundle::play;
use crate::running::{Running, outcome, pause, until, verified};
use crate::upload::{PIECES, REGISTER, Rows, Upload, whole};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use vocabulary::{Person, PersonNameParts, Subject};
use web::client::Client;

const SEED: u64 = 20_261_121;
const DEATHS: usize = 6;
const ROWS: u64 = 3_000;
const ABROAD: &str = "de-police/police_records_index";

/// What was acknowledged before the node died.
#[derive(Default)]
struct Acknowledged {
    searches: Vec<String>,
    import: Option<Value>,
}

fn question(name: &str, born: &str) -> Value {
    let names =
        vec![PersonNameParts { full: Some(name.parse().unwrap()), given: None, family: None }];
    let born = Some(born.parse().unwrap());
    let subject = Subject::Person(Person { names, birth_date: born, ..Person::default() });
    json!({
        "subject": subject,
        "justification": {
            "purpose": "criminal_investigation", "case_reference": "KILL-2026-1", "offence": "0501"
        },
    })
}

fn open(client: &Client, name: &str, born: &str) -> Result<String, String> {
    let told = client.post("/api/v1/searches", &question(name, born))?;
    Ok(told["id"].as_str().unwrap().to_owned())
}

/// Searches and loads until the node dies: after a random piece of the file, and a random while.
fn until_it_dies(
    node: Running,
    rows: &Rows,
    chance: &mut fastrand::Rng,
) -> (Acknowledged, PathBuf) {
    let done = Mutex::new(Acknowledged::default());
    let dead = AtomicBool::new(false);
    let (tell, told) = mpsc::channel();
    // Every third file is acknowledged before the node dies; the others are somewhere on their way.
    let acknowledged = chance.u8(0..3) == 0;
    let moment = if acknowledged { PIECES + 1 } else { chance.usize(1..=PIECES) };
    let after = Duration::from_micros(if acknowledged { 0 } else { chance.u64(0..250_000) });
    let upload = Upload::begin(&node, rows, false).unwrap();
    let officer = node.client("police_officer");
    let folder = thread::scope(|scope| {
        let (done, dead) = (&done, &dead);
        scope.spawn(move || {
            for number in 0_u32.. {
                if dead.load(Ordering::SeqCst) {
                    return;
                }
                let name = format!("Giorgos Papadopulos{}", number % 7);
                if let Ok(id) = open(&officer, &name, "1970-02-03") {
                    done.lock().unwrap().searches.push(id);
                }
            }
        });
        scope.spawn(move || {
            let mut upload = upload;
            // A connection that breaks is what happens to a file when a node dies.
            if upload.send(PIECES, &|| tell.send(()).unwrap_or_default()).is_ok() {
                let report = upload.report();
                let is_there = report.is_some();
                done.lock().unwrap().import = report;
                if is_there {
                    tell.send(()).unwrap_or_default();
                }
            }
        });
        for _ in 0..moment {
            told.recv_timeout(Duration::from_secs(40)).unwrap();
        }
        pause(after);
        let folder = node.kill();
        dead.store(true, Ordering::SeqCst);
        folder
    });
    (done.into_inner().unwrap(), folder)
}

/// Whether the file is there: whole or not at all, and whole when it was acknowledged.
fn held_whole(node: &Running, rows: &Rows, before: u64, import: Option<&Value>) -> bool {
    let held = node.records(REGISTER).checked_sub(before).unwrap();
    assert!(held == 0 || held == rows.count, "{held} of {} records are there", rows.count);
    let is_there = held == rows.count;
    if let Some(report) = import {
        assert_eq!(report["taken"], rows.count);
        assert!(is_there, "an acknowledged file is gone");
    }
    let tried = whole(node, rows, true);
    assert_eq!(
        tried,
        if is_there { (0, rows.count) } else { (rows.count, 0) },
        "ids that are held"
    );
    let officer = node.client("police_officer");
    let id = open(&officer, &rows.last, &rows.born()).unwrap();
    let found = until("the own register answers", || {
        let search = officer.get(&format!("/api/v1/searches/{id}")).unwrap();
        outcome(&search, REGISTER).map(str::to_owned)
    });
    assert_eq!(found, if is_there { "match" } else { "no_match" }, "the last person of the file");
    is_there
}

#[test]
fn what_was_acknowledged_outlives_every_death() {
    let folder = play("federation-of-deaths");
    let mut chance = fastrand::Rng::with_seed(SEED);
    let mut abroad = Running::start(&folder.join("de-node"));
    let mut node = Running::start(&folder.join("gr-node"));
    let mut records = node.records(REGISTER);
    let (mut searches, mut imports) = (Vec::new(), 0_u64);
    let before = verified(&folder.join("gr-node"), "gr-police");
    for death in 0..DEATHS {
        let rows = Rows::new(death, ROWS);
        let (done, dead) = until_it_dies(node, &rows, &mut chance);
        verified(&dead, "gr-police");
        if chance.bool() {
            let dead = abroad.kill();
            verified(&dead, "de-police");
            abroad = Running::start(&dead);
        }
        node = Running::start(&dead);
        searches.extend(done.searches);
        if held_whole(&node, &rows, records, done.import.as_ref()) {
            records += rows.count;
            imports += 1;
        }
        let officer = node.client("police_officer");
        for id in &searches {
            let search = officer.get(&format!("/api/v1/searches/{id}")).unwrap();
            assert_eq!(search["id"], **id, "an acknowledged search is gone after death {death}");
        }
    }
    assert!(imports > 0, "no file was there at the end");
    assert!(!searches.is_empty(), "no search was acknowledged before any death");
    println!(
        "{DEATHS} deaths: {} searches and {imports} files acknowledged or kept",
        searches.len()
    );
    let officer = node.client("police_officer");
    for id in &searches {
        until("a node that came back answers what was asked before it died", || {
            let search = officer.get(&format!("/api/v1/searches/{id}")).unwrap();
            outcome(&search, ABROAD).filter(|outcome| outcome.ends_with("match")).map(drop)
        });
    }
    node.stop();
    abroad.stop();
    let entries = verified(&folder.join("gr-node"), "gr-police");
    let acknowledged = u64::try_from(searches.len()).unwrap() + imports;
    assert!(entries >= before + acknowledged, "{entries} entries, {acknowledged} acknowledged");
    verified(&folder.join("de-node"), "de-police");
}
