//! A police records index of made-up persons: how often a stranger matches, how often the one meant is found.

use matching::{Change, Index, IndexKind, Question, RecordKey, pseudonymise};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use vocabulary::{Person, PseudonymisedPerson, ReasonField, Subject, SubjectKind, Timestamp};
use world::{Mix, Plan, QueryKind, RegisterPlan, World};

const NOW: Timestamp = Timestamp::from_micros(0);
const QUERIES_PER_KIND: usize = 1_000;
/// Persons made at once: their pseudonyms take much more room than an index does.
const BATCH: usize = 10_000;
const REGISTER: &str = "a/police";

/// Builds the index of a register of `count` persons and asks it.
pub(crate) fn measure(count: usize) {
    let world = World::new(Plan {
        seed: 1,
        registers: vec![RegisterPlan {
            register: REGISTER.parse().unwrap(),
            kind: SubjectKind::Person,
            country: "GR".parse().unwrap(),
            records: count.try_into().unwrap(),
            overlap_percent: 0,
            fields: BTreeMap::new(),
        }],
        memorable_in: Vec::new(),
    })
    .unwrap();
    let (index, keys) = build(&world);
    println!("{count} pseudonymised, {} bytes a person in memory", index.memory_bytes() / count);
    let start = Instant::now();
    let bytes = index.encode();
    let written = start.elapsed().as_secs_f64();
    let start = Instant::now();
    let again = Index::decode(&bytes).unwrap();
    let read = start.elapsed().as_secs_f64();
    assert_eq!(again.len(), index.len(), "what was written is read back");
    println!(
        "{} bytes a person written; encode {written:.1} s, decode {read:.1} s",
        bytes.len() / count
    );
    drop((bytes, again));
    strangers(&world, &index);
    println!(
        "{:<22} {:>9} {:>9} {:>9} {:>9} {:>9}",
        "kind", "recall@10", "found", "p50 µs", "p95 µs", "max µs"
    );
    for kind in QueryKind::BY_NAME {
        recall(&world, &index, &keys, kind);
    }
}

/// Some function of the form; secrecy plays no part here.
fn keyed(form: &[u8]) -> [u8; 8] {
    let step = |h: u64, b: &u8| (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3);
    let hash = form.iter().fold(0xcbf2_9ce4_8422_2325, step);
    (hash ^ (hash >> 29)).to_be_bytes()
}

fn person(subject: &Subject) -> &Person {
    match subject {
        Subject::Person(person) => person,
        Subject::Vehicle(_) | Subject::Document(_) => unreachable!("a register of persons"),
    }
}

/// The index, and the keys of records by their ids.
fn build(world: &World) -> (Index, BTreeMap<String, u64>) {
    let mut index = Index::new(IndexKind::Pseudonymised);
    let mut keys = BTreeMap::new();
    let mut took = Duration::ZERO;
    let mut records = world.register(&REGISTER.parse().unwrap()).unwrap();
    loop {
        let mut batch: Vec<(RecordKey, PseudonymisedPerson)> = Vec::with_capacity(BATCH);
        for (record, _) in records.by_ref().take(BATCH) {
            let key = keys.len() as u64;
            keys.insert(record.id.to_string(), key);
            batch.push((RecordKey::new(key), pseudonymise(person(&record.subject), &keyed)));
        }
        if batch.is_empty() {
            break;
        }
        let start = Instant::now();
        for (key, person) in &batch {
            let change = Change::PutPseudonymised { key: *key, person, searchable_from: None };
            index.apply(change).unwrap();
        }
        took += start.elapsed();
    }
    println!("built at {:.0} persons/s", keys.len() as f64 / took.as_secs_f64());
    (index, keys)
}

/// What a question about nobody may tell.
const TOLD: [&str; 5] = ["full date", "year only", "no date", "family and date", "first and date"];

/// How many questions about nobody find somebody.
fn strangers(world: &World, index: &Index) {
    println!(
        "{:<22} {:>9} {:>9} {:>9} {:>9} {:>9}",
        "nobody, asked by", "matched", "found", "p50 µs", "p95 µs", "max µs"
    );
    let kinds = vec![(QueryKind::Exact, 1), (QueryKind::OneTypo, 1), (QueryKind::CrossScript, 1)];
    let mix = Mix { kinds, nobody_percent: 100 };
    let queries: Vec<_> = world.queries(7, 3_000, &mix).filter(|q| q.subject.is_none()).collect();
    for told in TOLD {
        let (mut matched, mut found, mut times) = (0, 0, Vec::new());
        let mut best: BTreeMap<String, usize> = BTreeMap::new();
        for query in &queries {
            let mut asked = pseudonymise(person(&query.ask), &keyed);
            match told {
                "year only" => {
                    let year = asked.birth_date.map(|date| date.year().to_string());
                    asked.birth_date = year.and_then(|year| year.parse().ok());
                }
                "no date" => asked.birth_date = None,
                "family and date" => asked.first_names.clear(),
                "first and date" => asked.family_names.clear(),
                _ => {}
            }
            let start = Instant::now();
            let answer = index.search(&Question::Pseudonymised(&asked), NOW, 20);
            times.push(start.elapsed().as_micros());
            matched += usize::from(!answer.candidates.is_empty());
            found += answer.candidates.len();
            if let Some(first) = answer.candidates.first() {
                let why: Vec<_> = first
                    .reasons
                    .iter()
                    .map(|r| (r.field, r.finding))
                    .filter(|(field, _)| {
                        matches!(field, ReasonField::Name | ReasonField::BirthDate)
                    })
                    .collect();
                *best.entry(format!("{} {why:?}", first.band)).or_default() += 1;
            }
        }
        line(told, matched, found, times);
        for (why, count) in best {
            println!("  {:>9.3}  best: {why}", count as f64 / queries.len() as f64);
        }
    }
}

fn recall(world: &World, index: &Index, keys: &BTreeMap<String, u64>, kind: QueryKind) {
    let mix = Mix { kinds: vec![(kind, 1)], nobody_percent: 0 };
    let (mut right, mut found, mut times) = (0, 0, Vec::new());
    for query in world.queries(9, QUERIES_PER_KIND as u32, &mix) {
        let asked = pseudonymise(person(&query.ask), &keyed);
        let start = Instant::now();
        let answer = index.search(&Question::Pseudonymised(&asked), NOW, 10);
        times.push(start.elapsed().as_micros());
        found += answer.candidates.len();
        let expected: Vec<u64> = query
            .expected
            .iter()
            .filter_map(|(_, id)| keys.get(&id.to_string()).copied())
            .collect();
        right += usize::from(answer.candidates.iter().any(|c| expected.contains(&c.key.get())));
    }
    line(&format!("{kind:?}"), right, found, times);
}

/// Prints the share of questions that matched, matches a question, and times.
fn line(what: &str, matched: usize, found: usize, mut times: Vec<u128>) {
    times.sort_unstable();
    let asked = times.len().max(1) as f64;
    let (share, each) = (matched as f64 / asked, found as f64 / asked);
    let at = |percent: usize| {
        times.get((times.len() * percent / 100).min(times.len().saturating_sub(1)))
    };
    let at = |percent| at(percent).copied().unwrap_or(0);
    println!("{what:<22} {share:>9.3} {each:>9.2} {:>9} {:>9} {:>9}", at(50), at(95), at(100));
}
