//! How many people, records and questions a second one core makes: `cargo bench -p world`.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a measurement reads the clock and prints"
)]

use std::hint::black_box;
use std::time::Instant;
use vocabulary::SubjectKind;
use world::{Mix, Plan, Population, RegisterPlan, World, to_import_line};

fn measure(what: &str, count: u32, mut step: impl FnMut(u32)) {
    let start = Instant::now();
    (0..count).for_each(&mut step);
    let seconds = start.elapsed().as_secs_f64();
    println!("{what}: {:.0} a second", f64::from(count) / seconds);
}

fn main() {
    let people = Population::new(1);
    black_box(people.person(0));
    measure("true persons", 1_000_000, |n| drop(black_box(people.person(u64::from(n)))));
    let register = |name: &str, country: &str| RegisterPlan {
        register: name.parse().unwrap(),
        kind: SubjectKind::Person,
        country: country.parse().unwrap(),
        records: 1_000_000,
        overlap_percent: 20,
        fields: std::collections::BTreeMap::new(),
    };
    let registers = vec![register("a/alerts", "GR"), register("b/alerts", "DE")];
    let world = World::new(Plan { seed: 1, registers, memorable_in: Vec::new() }).unwrap();
    let name = "a/alerts".parse().unwrap();
    let mut stream = world.register(&name).unwrap();
    measure("records of persons", 500_000, |_| drop(black_box(stream.next())));
    let mut stream = world.register(&name).unwrap();
    measure("import lines of persons", 500_000, |_| {
        drop(black_box(stream.next().map(|(record, _)| to_import_line(&record))));
    });
    let mix = Mix::default();
    let mut queries = world.queries(1, 100_000, &mix);
    measure("questions with answers", 50_000, |_| drop(black_box(queries.next())));
    measure("vehicles", 500_000, |n| drop(black_box(people.vehicle(u64::from(n)))));
}
