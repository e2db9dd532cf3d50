//! Durable log entries a second, and durable searches a second, from 64 callers; tiles and checkpoints included.
//!
//! A yardstick runs in the same minute: how often this disk makes 4 KiB durable, one after the other. Run with
//! `cargo bench -p store`; a number after `--` sets the seconds of each part.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::print_stdout,
    reason = "a bench measures with the clock and prints"
)]

#[expect(dead_code, reason = "the tests use the rest of it")]
#[path = "../tests/store/databases.rs"]
mod databases;
#[expect(dead_code, reason = "the tests use the rest of it")]
#[path = "../tests/store/support.rs"]
mod support;

use databases::Engine;
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use store::{CrashPoint, Draft, NewPart, OpenSearch, SettlePart, Store};
use support::{Home, berlin, entry, envelope, grant, now, police, query_id, register, sign};
use vocabulary::Outcome;
use vocabulary::ProcessingOperation::Consultation;

const CALLERS: usize = 64;

/// The engine of a home that names none.
const ENGINE: Engine = Engine { postgres: false };

static COMMITS: AtomicU64 = AtomicU64::new(0);

fn main() {
    let seconds = std::env::args().find_map(|word| word.parse().ok()).unwrap_or(5);
    let time = Duration::from_secs(seconds);
    println!("load average before: {}", load_average());
    println!("yardstick: {:.0} fdatasync/s of 4 KiB, one after the other", syncs(time / 4));
    part(Engine { postgres: false }, time);
    if databases::server().is_some() {
        part(Engine { postgres: true }, time);
    } else {
        println!("SKIPPED: PostgreSQL; set EUNOMIA_POSTGRES=postgres://role@host:port/postgres");
    }
    println!("load average after: {}", load_average());
}

fn part(engine: Engine, time: Duration) {
    println!("{engine:?}");
    let log = entries(engine, time);
    println!("  log:       {log:.0} durable entries/s of {} bytes", size_of_entry());
    let searches = searches(engine, time);
    println!("  searches:  {searches:.0} durable transactions/s (open or settle)");
}

fn load_average() -> String {
    std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim().to_owned()
}

fn syncs(time: Duration) -> f64 {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&vec![0; 1 << 20]).unwrap();
    let (begun, mut count) = (Instant::now(), 0_u64);
    while begun.elapsed() < time {
        file.write_all_at(&[7; 4096], (count % 256) * 4096).unwrap();
        file.sync_data().unwrap();
        count += 1;
    }
    count as f64 / begun.elapsed().as_secs_f64()
}

/// Runs `work` from all callers for `time` while a sequencer publishes; gives what came out a second, until
/// everything is published.
fn run(store: &Store, time: Duration, work: impl Fn() -> u64 + Sync) -> f64 {
    let (stop, done) = (AtomicBool::new(false), AtomicU64::new(0));
    let begun = Instant::now();
    std::thread::scope(|scope| {
        let callers: Vec<_> = (0..CALLERS)
            .map(|_| {
                scope.spawn(|| {
                    while begun.elapsed() < time {
                        done.fetch_add(work(), Ordering::Relaxed);
                    }
                })
            })
            .collect();
        let sequencer = scope.spawn(|| {
            let rest = Duration::from_millis(200);
            loop {
                let last = stop.load(Ordering::Acquire);
                while store.sequence(&police(), 65_536).unwrap().is_some() {}
                store.publish(&police(), &sign).unwrap();
                if last {
                    return;
                }
                std::thread::park_timeout(rest);
            }
        });
        for caller in callers {
            caller.join().unwrap();
        }
        stop.store(true, Ordering::Release);
        sequencer.thread().unpark();
    });
    let state = store.log_state(&police()).unwrap().unwrap();
    assert_eq!((state.published, state.waiting), (state.size, 0));
    let (done, commits) = (done.load(Ordering::Relaxed), COMMITS.load(Ordering::Relaxed));
    println!("           ({:.1} jobs a commit)", done as f64 / commits.max(1) as f64);
    done as f64 / begun.elapsed().as_secs_f64()
}

/// A store that counts its commits.
fn counting(home: &Home) -> Store {
    COMMITS.store(0, Ordering::Relaxed);
    home.open_with(Some(Arc::new(|point| {
        if point == CrashPoint::Committed {
            COMMITS.fetch_add(1, Ordering::Relaxed);
        }
        false
    })))
}

fn draft(grant: &access::Grant) -> Draft {
    let mut draft = entry(grant);
    draft.entry.case_commitment = draft.entry.subject_commitment;
    draft
}

fn size_of_entry() -> usize {
    draft(&grant(&police(), Consultation, Some(query_id()))).entry.encode().unwrap().len()
}

fn entries(engine: Engine, time: Duration) -> f64 {
    let home = Home::on(engine);
    let store = counting(&home);
    let granted = grant(&police(), Consultation, Some(query_id()));
    run(&store, time, || {
        store.log_maintenance(&granted, &draft(&granted)).unwrap();
        1
    })
}

/// One search with one remote register, opened and then settled: two transactions.
fn searches(engine: Engine, time: Duration) -> f64 {
    let home = Home::on(engine);
    let store = counting(&home);
    run(&store, time, || {
        let query = query_id();
        let granted = grant(&police(), Consultation, Some(query));
        let question =
            envelope((&police(), &berlin()), exchange::Kind::Query, Some(query), &" ".repeat(1024));
        let part = NewPart {
            register: register(&berlin()),
            outcome: None,
            answer: None,
            envelope: Some(question.clone()),
            to_node: None,
            expires: now().plus_millis(60_000),
        };
        let job = OpenSearch {
            authority: police(),
            query,
            officer: "officer".parse().unwrap(),
            role: "police_officer".parse().unwrap(),
            at: now(),
            content: vec![b' '; 400],
            entries: vec![(&granted, entry(&granted))],
            refused: Vec::new(),
            parts: vec![part],
        };
        let receipt = store.open_search(job).unwrap().swap_remove(0);
        let settled = store
            .settle_part(SettlePart {
                receipt,
                register: register(&berlin()),
                outcome: Outcome::NoMatch,
                answer: Some(vec![b' '; 200]),
                reply: Some(question),
                at: now(),
            })
            .unwrap();
        assert!(settled);
        2
    })
}
