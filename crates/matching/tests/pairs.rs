//! The bands, scores and reasons of made-up pairs as a golden file: its difference is the review of a change.
#![expect(clippy::unwrap_used, reason = "test code")]

use expect_test::expect_file;
use matching::compare;
use std::fmt::Write;
use vocabulary::{Band, Person};

/// Pairs: `name [date] | name [date]`, with what the pair shows as a heading.
const PAIRS: &str = include_str!("pairs/pairs.txt");

/// `Name Name 1970-02-03` as a person; `Given, Family` tells the parts apart; `;` parts aliases.
fn person(text: &str) -> Person {
    let mut words: Vec<&str> = text.split_whitespace().collect();
    let date = words.last().and_then(|word| word.parse().ok());
    if date.is_some() {
        words.pop();
    }
    let line = words.join(" ");
    let names = line.split("; ").map(|name| match name.split_once(", ") {
        Some((given, family)) => serde_json::json!({"given": given, "family": family}),
        None => serde_json::json!({"full": name}),
    });
    let names = names.map(|name| serde_json::from_value(name).unwrap()).collect();
    Person { names, birth_date: date, ..Person::default() }
}

#[test]
fn made_up_pairs_are_judged_as_the_golden_file_says() {
    let mut out = String::new();
    for line in PAIRS.lines() {
        let Some((query, record)) = line.split_once(" | ") else {
            writeln!(out, "{line}").unwrap();
            continue;
        };
        let found = compare(&person(query), &person(record));
        let reasons: Vec<String> =
            found.reasons.iter().map(|r| format!("{} {}", r.field, r.finding)).collect();
        let band = found.band.map_or("none", Band::as_str);
        writeln!(out, "{band:<11} {:>7}  {line}  ({})", found.score, reasons.join(", ")).unwrap();
    }
    expect_file!["pairs/judged.txt"].assert_eq(&out);
}

#[test]
fn a_comparison_is_the_same_both_ways() {
    for (query, record) in PAIRS.lines().filter_map(|line| line.split_once(" | ")) {
        let (a, b) = (person(query), person(record));
        assert_eq!(compare(&a, &b).score, compare(&b, &a).score, "{query} | {record}");
    }
}
