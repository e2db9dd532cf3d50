//! Random happenings from many seeds. A seed that fails says how to repeat it.
#![expect(clippy::unwrap_used, reason = "test code")]

use std::sync::Mutex;
use testkit::{attempt, ops_of};

const OPS: usize = 150;
const SEEDS: u64 = 50;
/// Simulations that run beside each other; each is one thread's own.
const AT_ONCE: usize = 2;

#[expect(clippy::disallowed_methods, reason = "a person chooses seeds by the environment")]
fn chosen(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|value| value.parse().unwrap())
}

#[test]
fn the_laws_of_the_house_hold_under_random_happenings() {
    let seeds = match chosen("EUNOMIA_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..chosen("EUNOMIA_SEEDS").unwrap_or(SEEDS),
    };
    let one = seeds.end - seeds.start == 1;
    let (seeds, broken) = (Mutex::new(seeds), Mutex::new(Vec::new()));
    let work = || {
        loop {
            let Some(seed) = seeds.lock().unwrap().next() else { return };
            match attempt(seed, &ops_of(seed, OPS)) {
                Ok(report) if one => eprintln!("{report:#?}"),
                Ok(_) => {}
                Err(failure) => broken.lock().unwrap().push(format!(
                    "seed {seed}: {}\n  again: cargo xtask simulate --from {seed} --seeds 1",
                    testkit::chain(&failure)
                )),
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(work);
        }
    });
    let broken = broken.into_inner().unwrap();
    assert!(broken.is_empty(), "{} seeds failed\n{}", broken.len(), broken.join("\n"));
}
