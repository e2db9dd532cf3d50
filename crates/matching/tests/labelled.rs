//! How the scorer does on labelled pairs; says aloud when the development data are not there.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "test code")]

use matching::compare;
use vocabulary::{Band, Person, PersonNameParts};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/matching/");

#[derive(Debug, Default)]
struct Tally {
    right: usize,
    wrong: usize,
    missed: usize,
    refused: usize,
}

impl Tally {
    fn count(&mut self, said: bool, is: bool) {
        match (said, is) {
            (true, true) => self.right += 1,
            (true, false) => self.wrong += 1,
            (false, true) => self.missed += 1,
            (false, false) => self.refused += 1,
        }
    }

    /// Harmonic mean of precision and recall, in thousandths.
    fn f1(&self) -> usize {
        2000 * self.right / (2 * self.right + self.wrong + self.missed).max(1)
    }

    fn print(&self, title: &str) {
        let of = |part: usize, whole: usize| 1000 * part / whole.max(1);
        println!(
            "{title}: precision {} recall {} F1 {} specificity {} (thousandths) of {} pairs",
            of(self.right, self.right + self.wrong),
            of(self.right, self.right + self.missed),
            self.f1(),
            of(self.refused, self.refused + self.wrong),
            self.right + self.wrong + self.missed + self.refused
        );
    }
}

fn person(name: &str) -> Person {
    let full = Some(name.parse().unwrap());
    Person { names: vec![PersonNameParts { full, given: None, family: None }], ..Person::default() }
}

/// Pairs of one file, tallied at each band; gives the F1 at *likely*.
fn tally(title: &str, pairs: &[(Person, Person, bool, String)]) -> usize {
    let mut f1 = 0;
    for band in Band::ALL {
        let mut tally = Tally::default();
        for (a, b, is, told) in pairs {
            let found = compare(a, b);
            let said = found.band.is_some_and(|found| found <= *band);
            tally.count(said, *is);
            if said != *is && *band == Band::Likely {
                println!(
                    "  {} {told} {:?} {:?}",
                    if *is { "missed" } else { "wrong" },
                    found.score,
                    found.reasons
                );
            }
        }
        tally.print(&format!("{title} at {band}"));
        if *band == Band::Likely {
            f1 = tally.f1();
        }
    }
    f1
}

/// Cells of a line of comma-separated text with quotes.
fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(std::mem::take(&mut cell)),
            _ => cell.push(c),
        }
    }
    cells.push(cell);
    cells
}

#[test]
fn labelled_names_are_told_apart() {
    let Ok(text) = std::fs::read_to_string(format!("{FOLDER}name_pairs_dev.csv")) else {
        return println!("SKIPPED: name_pairs_dev.csv absent");
    };
    let pairs: Vec<(Person, Person, bool, String)> = text
        .lines()
        .skip(1)
        .map(cells)
        .filter(|cells| cells[1] == "Person")
        .map(|c| (person(&c[2]), person(&c[3]), c[4] == "true", format!("{} | {}", c[2], c[3])))
        .collect();
    assert!(tally("name pairs", &pairs) >= 600);
}

#[test]
fn labelled_persons_are_told_apart() {
    let Ok(text) = std::fs::read_to_string(format!("{FOLDER}person_pairs_dev.jsonl")) else {
        return println!("SKIPPED: person_pairs_dev.jsonl absent");
    };
    let name = |side: &serde_json::Value| {
        let parts = ["name", "firstName", "middleName", "fatherName", "lastName"];
        let text: Vec<&str> = parts.iter().filter_map(|part| side[*part].as_str()).collect();
        text.join(" ")
    };
    let pairs: Vec<(Person, Person, bool, String)> = text
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .filter(|pair| pair["schema"] == "Person")
        .map(|pair| {
            let (a, b) = (name(&pair["query"]), name(&pair["candidate"]));
            let is = pair["match"].as_bool().unwrap();
            (person(&a), person(&b), is, format!("{a} | {b}"))
        })
        .collect();
    assert!(tally("person pairs", &pairs) >= 700);
}
