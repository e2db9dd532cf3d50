//! A data folder as the first version left it: this version opens it, nothing is lost, and the log is one log.
//!
//! `upgrade/schema-1.tar.gz` is the folder of a node of the demonstration with made-up people, as the program of
//! schema 1 closed it, with what that program said of its registers and searches in `expected.txt`. It stays as it
//! is; a later schema gets a folder of its own beside it.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "test code"
)]

use exchange::{Keepers, SignedTrustList};
use node::{Ask, Environment, Node, Officer, Officers, Opening, Settings};
use seal::{Digest, Secret, SigningKey};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use testkit::{LogCopy, SimClock, SimEntropy, law};
use vocabulary::{
    AuthorityId, Justification, Outcome, Person, PersonNameParts, QueryId, RegisterId, Subject,
    Timestamp,
};

/// When the folder was closed, and a little more: no time of storage has run out by then.
const CLOSED_AT: &str = "2026-11-21T09:00:00.000000Z";

/// The folder, unpacked for one test.
struct Previous {
    folder: tempfile::TempDir,
}

impl Previous {
    fn unpack() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let archive = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/upgrade/schema-1.tar.gz");
        let mut tar = Command::new("tar");
        tar.arg("-xzf").arg(archive).arg("-C").arg(folder.path());
        assert!(tar.status().unwrap().success(), "`tar` could not unpack the folder");
        Self { folder }
    }

    fn path(&self, inside: &str) -> PathBuf {
        self.folder.path().join(inside)
    }

    fn text(&self, inside: &str) -> String {
        fs::read_to_string(self.path(inside)).unwrap()
    }

    fn secret(&self, inside: &str) -> Secret {
        Secret::new(*self.text(inside).trim().parse::<Digest>().unwrap().as_bytes())
    }

    fn log(&self) -> PathBuf {
        self.path("gr-node/data/log/gr-police")
    }

    /// Opens the node with the program of today; each opening draws its ids from a seed of its own.
    fn open(&self, seed: u64) -> Node {
        let text = self.text("gr-node/node.toml");
        let settings = Settings::read(&text, &self.path("gr-node")).unwrap();
        let pinned = Keepers {
            threshold: usize::try_from(settings.keepers.threshold).unwrap(),
            keys: settings.keepers.keys.clone(),
        };
        let list = fs::read(self.path("trust-list.json")).unwrap();
        let instruments = settings.pseudonym_keys.iter();
        let pseudonym_keys = instruments
            .map(|one| (one.instrument.clone(), self.secret("police_records_index.key")));
        let closed: Timestamp = CLOSED_AT.parse().unwrap();
        let signer = SigningKey::from_seed(&self.secret("gr-node/signing.key")).unwrap();
        Node::open(Opening {
            pseudonym_keys: pseudonym_keys.collect(),
            secrets: [(police(), self.secret("gr-node/gr-police.secret"))].into(),
            environment: Environment {
                clock: Arc::new(SimClock::starting(closed)),
                entropy: Arc::new(SimEntropy::seeded(seed)),
                signer: Arc::new(signer),
                further: Vec::new(),
            },
            law: law().unwrap(),
            trust: SignedTrustList::read(&list, Some(&pinned)).unwrap(),
            settings,
            crash: None,
            searching: true,
        })
        .unwrap_or_else(|fault| panic!("{}", testkit::chain(&fault)))
    }

    fn officer(&self, role: &str) -> Officer {
        let officers = Officers::read(&self.text("gr-node/officers.toml")).unwrap();
        officers.all().iter().find(|one| one.role.as_str() == role).cloned().unwrap()
    }
}

fn police() -> AuthorityId {
    "gr-police".parse().unwrap()
}

/// What the old program said of registers and searches holds word for word.
fn holds_what_was_told(node: &Node, officer: &Officer, expected: &str) {
    let counts = node.register_counts(&police()).unwrap();
    let (mut registers, mut parts) = (0, 0);
    for line in expected.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        match words.as_slice() {
            ["register", register, live] => {
                let row = counts.iter().find(|row| row.register.to_string() == *register).unwrap();
                assert_eq!(row.live, live.parse::<u64>().unwrap(), "{line}");
                registers += 1;
            }
            ["search", query, register, outcome, matches, decided] => {
                let query: QueryId = query.parse().unwrap();
                let search = node.search_of(officer, query).unwrap();
                let part = search.parts.iter().find(|one| one.register.to_string() == *register);
                let part = part.unwrap_or_else(|| panic!("{line}: the register is gone"));
                assert_eq!(part.outcome.map(Outcome::as_str), Some(*outcome), "{line}");
                assert_eq!(part.answer.matches.len(), matches.parse::<usize>().unwrap(), "{line}");
                assert_eq!(part.decisions.len(), decided.parse::<usize>().unwrap(), "{line}");
                parts += 1;
            }
            _ => panic!("`{line}` says nothing that is known"),
        }
    }
    assert_eq!((registers, parts), (5, 27), "everything was compared");
}

/// A search of today finds at home whom a search of then found there.
fn finds_whom_it_found(node: &Node, officer: &Officer, expected: &str) {
    let register: RegisterId = "gr-police/police_records_index".parse().unwrap();
    let first = expected.lines().rfind(|line| line.ends_with("index match 1 1")).unwrap();
    let then: QueryId = first.split(' ').nth(1).unwrap().parse().unwrap();
    let at = |query| {
        let search = node.search_of(officer, query).unwrap();
        search.parts.into_iter().find(|part| part.register == register).unwrap()
    };
    let full = Some("Giorgos Papadopulos".parse().unwrap());
    let names = vec![PersonNameParts { full, given: None, family: None }];
    let birth_date = Some("1970-02-03".parse().unwrap());
    let mut justification = Justification::of("criminal_investigation".parse().unwrap());
    justification.case_reference = Some("NEW-2026-1".parse().unwrap());
    justification.offence = Some("0501".parse().unwrap());
    let ask = Ask {
        subject: Subject::Person(Person { names, birth_date, ..Person::default() }),
        justification,
        instruments: vec![register.instrument().clone()],
    };
    let now = at(node.start_search(officer, &ask).unwrap().query);
    assert_eq!(now.outcome, Some(Outcome::Match));
    assert_eq!(now.answer.matches.len(), 1);
    assert_eq!(at(then).answer.matches.len(), 1);
}

#[test]
fn a_folder_of_the_first_schema_opens_and_loses_nothing() {
    let previous = Previous::unpack();
    let officer = previous.officer("police_officer");
    let expected = previous.text("expected.txt");
    let node = previous.open(1);
    holds_what_was_told(&node, &officer, &expected);
    finds_whom_it_found(&node, &officer, &expected);
    node.upkeep_logs().unwrap();
    node.close();
    drop(node);
    // Once more: a folder that has been brought to its version is opened like any other.
    let node = previous.open(2);
    holds_what_was_told(&node, &officer, &expected);
    node.close();
}

#[test]
fn the_log_of_the_first_schema_goes_on_as_one_log() {
    let previous = Previous::unpack();
    let node = previous.open(3);
    let key = node.log_key(&police()).unwrap();
    let before = LogCopy::read(&previous.log(), &key).unwrap();
    let officer = previous.officer("police_officer");
    finds_whom_it_found(&node, &officer, &previous.text("expected.txt"));
    while node.upkeep_logs().unwrap() {}
    let after = LogCopy::read(&previous.log(), &key).unwrap();
    assert_eq!(before.entries.len(), 136);
    assert!(after.entries.len() > before.entries.len(), "opening and searching are entries");
    let leaves =
        |copy: &LogCopy| -> Vec<Digest> { copy.entries.iter().map(|(_, leaf)| *leaf).collect() };
    assert!(leaves(&after).starts_with(&leaves(&before)), "an old entry has changed");
    node.close();
}
