//! Every file that ships loads, reads back as it was reviewed, and is short.
#![expect(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "test code")]

use expect_test::expect_file;
use instrument::{Catalogues, Evidence, Instrument, Mode, Topology, read, render};
use std::fs;
use std::path::PathBuf;

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(name)
}

fn files(name: &str) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = fs::read_dir(folder(name))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

fn catalogues() -> Catalogues {
    let files = files("catalogues");
    let pairs: Vec<(&str, &str)> = files.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
    Catalogues::read(&pairs).unwrap_or_else(|problems| {
        for problem in &problems {
            eprintln!("{problem}");
        }
        panic!("a catalogue has problems")
    })
}

fn instruments() -> Vec<Instrument> {
    let catalogues = catalogues();
    let read = |(name, text): &(String, String)| {
        read(name, text, &catalogues).unwrap_or_else(|problems| {
            for problem in &problems {
                eprintln!("{problem}");
            }
            panic!("{name} has problems")
        })
    };
    files("instruments").iter().map(read).collect()
}

#[test]
fn every_shipped_instrument_reads_back_as_it_was_reviewed() {
    let instruments = instruments();
    assert!(instruments.len() >= 5, "instruments are missing");
    for instrument in instruments {
        let golden = format!("golden/{}.md", instrument.id());
        let golden = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests").join(golden);
        expect_file![golden].assert_eq(&render(&instrument));
    }
}

#[test]
fn every_golden_reading_belongs_to_a_shipped_instrument() {
    let ids: Vec<String> = instruments().iter().map(|one| format!("{}.md", one.id())).collect();
    let golden = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    for entry in fs::read_dir(golden).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(ids.contains(&name), "{name} has no instrument");
    }
}

#[test]
fn no_instrument_file_is_longer_than_two_hundred_lines() {
    for (name, text) in files("instruments") {
        assert!(text.lines().count() <= 200, "{name} has {} lines", text.lines().count());
    }
}

#[test]
fn an_instrument_with_an_unread_figure_runs_in_exercise_mode() {
    for instrument in instruments() {
        let Mode::Exercise { unverified } = instrument.mode() else {
            panic!("{} claims to be in force, its day of application was not read", instrument.id())
        };
        assert!(unverified.iter().all(|one| one.evidence != Evidence::Verified));
    }
}

#[test]
fn alerts_are_disseminated_and_police_records_are_asked_at_their_owner() {
    for instrument in instruments() {
        let alert = instrument.id().as_str().starts_with("sis_");
        let expected = if alert { Topology::Disseminated } else { Topology::Federated };
        assert_eq!(instrument.topology(), expected, "{}", instrument.id());
        assert_eq!(instrument.copies().is_some(), alert);
    }
}

#[test]
fn the_digest_is_that_of_the_exact_bytes() {
    let catalogues = catalogues();
    let (name, text) = files("instruments").remove(0);
    let one = read(&name, &text, &catalogues).unwrap();
    let other = read(&name, &format!("{text}\n"), &catalogues).unwrap();
    assert_ne!(one.digest(), other.digest());
}
