//! Random happenings from many seeds. A seed that fails says how to repeat it.
#![expect(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "test code")]

use testkit::run;

const OPS: usize = 150;
const SEEDS: u64 = 50;

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
    let mut broken = Vec::new();
    for seed in seeds.clone() {
        match run(seed, OPS) {
            Ok(report) if seeds.end - seeds.start == 1 => eprintln!("{report:#?}"),
            Ok(_) => {}
            Err(failure) => broken.push(format!(
                "seed {seed}: {}\n  again: EUNOMIA_SEED={seed} cargo test -p testkit --test simulation",
                testkit::chain(&failure)
            )),
        }
    }
    if !broken.is_empty() {
        panic!("{} seeds failed\n{}", broken.len(), broken.join("\n"));
    }
}
