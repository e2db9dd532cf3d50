//! Measures an index of made-up persons: building, searching by kind of slip, memory. Arguments: how many persons, and
//! `clear` or `pseudonymised` for one of the two parts only.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    clippy::unwrap_used,
    clippy::string_slice,
    reason = "a program that measures and prints"
)]

#[path = "search/people.rs"]
mod people;
#[path = "search/pseudonymised.rs"]
mod pseudonymised;

use matching::{Change, Index, IndexKind, Question, RecordKey};
use people::{Chance, Made, Slip};
use std::time::Instant;
use vocabulary::{Subject, Timestamp};

const NOW: Timestamp = Timestamp::from_micros(0);
const QUERIES_PER_KIND: usize = 200;

fn main() {
    let count = std::env::args().find_map(|arg| arg.parse().ok()).unwrap_or(1_000_000);
    let only = |part: &str| std::env::args().any(|arg| arg == part);
    println!("load average before: {}", load());
    if !only("pseudonymised") {
        clear(count);
    }
    if !only("clear") {
        pseudonymised::measure(count);
    }
    println!("load average after: {}", load());
}

fn clear(count: usize) {
    let mut chance = Chance::new(1);
    let people: Vec<Made> = (0..count).map(|_| people::person(&mut chance)).collect();
    let index = build(&people);
    let bytes = measure_bytes(&index);
    println!(
        "{count} persons, {} bytes a person in memory, {bytes} written",
        index.memory_bytes() / count
    );
    println!(
        "{:<22} {:>9} {:>9} {:>9} {:>9} {:>6}",
        "kind", "recall@10", "p50 µs", "p95 µs", "max µs", "cut"
    );
    let mut all = Vec::new();
    for slip in Slip::ALL {
        all.extend(measure(&index, &people, *slip, &mut chance));
    }
    all.sort_unstable();
    println!("{:<22} {:>9} {:>9} {:>9}", "all", "", at(&all, 50), at(&all, 95));
}

fn build(people: &[Made]) -> Index {
    let subjects: Vec<Subject> = people.iter().map(Made::subject).collect();
    let start = Instant::now();
    let mut index = Index::new(IndexKind::Clear);
    for (key, subject) in (0..).map(RecordKey::new).zip(&subjects) {
        index.apply(Change::Put { key, subject, searchable_from: None }).unwrap();
    }
    let seconds = start.elapsed().as_secs_f64();
    println!("built at {:.0} persons/s", people.len() as f64 / seconds);
    index
}

fn measure_bytes(index: &Index) -> usize {
    let start = Instant::now();
    let bytes = index.encode();
    let written = start.elapsed().as_secs_f64();
    let start = Instant::now();
    let again = Index::decode(&bytes).unwrap();
    println!("encode {written:.1} s, decode {:.1} s", start.elapsed().as_secs_f64());
    assert_eq!(again.len(), index.len(), "what was written is read back");
    bytes.len() / index.len().max(1)
}

/// Microseconds of each search; prints one line.
fn measure(index: &Index, people: &[Made], slip: Slip, chance: &mut Chance) -> Vec<u128> {
    let (mut found, mut cut, mut times) = (0, 0, Vec::new());
    for _ in 0..QUERIES_PER_KIND {
        let target = chance.below(people.len());
        let made = &people[target];
        let query = slip.query(made, chance).subject();
        let start = Instant::now();
        let answer = index.search(&Question::Clear(&query), NOW, 10);
        times.push(start.elapsed().as_micros());
        // Without a date the same name is as good as the same record.
        let right = |key: u64| {
            key == target as u64 || (slip.is_dateless() && people[key as usize].name == made.name)
        };
        found += usize::from(answer.candidates.iter().any(|c| right(c.key.get())));
        cut += usize::from(answer.cut);
    }
    times.sort_unstable();
    let recall = found as f64 / QUERIES_PER_KIND as f64;
    println!(
        "{:<22} {recall:>9.3} {:>9} {:>9} {:>9} {cut:>6}",
        slip.name(),
        at(&times, 50),
        at(&times, 95),
        at(&times, 100)
    );
    times
}

fn at(sorted: &[u128], percent: usize) -> u128 {
    sorted
        .get((sorted.len() * percent / 100).min(sorted.len().saturating_sub(1)))
        .copied()
        .unwrap_or(0)
}

fn load() -> String {
    std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim().to_owned()
}
