//! A small federation of processes, its keepers, and what its officers are answered.

use crate::bundle::{Ran, program, text};
use exchange::{Keepers, ListDates, SignedTrustList, TrustList, TrustListContent};
use seal::{Secret, SigningKey};
use serde_json::{Value, json};
use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use vocabulary::{Person, PersonNameParts, Subject};
use web::client::{Client, TRUST_LIST, fetch};

/// How long anything may take on a machine that is busy.
const PATIENCE: Duration = Duration::from_mins(1);

/// A process that serves a node. It ends with the test.
pub(crate) struct Serving {
    child: Child,
    pub(crate) folder: PathBuf,
    /// The officers' address.
    pub(crate) address: String,
}

impl Serving {
    /// Starts the node of a folder and waits until it answers.
    pub(crate) fn start(folder: &Path) -> Self {
        let config = folder.join("node.toml");
        Self::of(program().args(["serve", "--config", text(&config)]), folder)
    }

    /// Runs a command that serves the node of `folder`.
    pub(crate) fn of(command: &mut Command, folder: &Path) -> Self {
        let log = File::options().create(true).append(true).open(folder.join("node.log")).unwrap();
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap();
        let config = fs::read_to_string(folder.join("node.toml")).unwrap();
        let line = config.lines().find_map(|line| line.strip_prefix("officers = \"127.")).unwrap();
        let address = format!("http://127.{}", line.trim_end_matches('"'));
        let node = Self { child, folder: folder.to_owned(), address };
        until("the node answers", || fetch(&node.address, "/api/v1/health").ok());
        node
    }

    /// Ends the process and waits until it is gone.
    pub(crate) fn stop(self) -> PathBuf {
        self.folder.clone()
    }

    /// The trust list the node goes by.
    pub(crate) fn list(&self) -> TrustList {
        SignedTrustList::read(&fetch(&self.address, TRUST_LIST).unwrap(), None).unwrap()
    }

    /// Waits until the node goes by this version.
    pub(crate) fn goes_by(&self, version: u64) {
        until(&format!("{} goes by version {version}", self.address), || {
            (self.list().version() == version).then_some(())
        });
    }

    pub(crate) fn client(&self, officer: &str) -> Client {
        let token = fs::read_to_string(self.folder.join(format!("{officer}.token"))).unwrap();
        Client::new(&self.address, &token).unwrap()
    }

    /// Searches for a person who is known to the police of all States; gives what the register came to say.
    pub(crate) fn ask(&self, officer: &str, register: &str) -> Value {
        let client = self.client(officer);
        let told = client.post("/api/v1/searches", &question()).unwrap();
        let path = format!("/api/v1/searches/{}", told["id"].as_str().unwrap());
        until("the register has an outcome", || {
            let search = client.get(&path).unwrap();
            let rows = search["registers"].as_array().unwrap();
            let row = rows.iter().find(|row| row["register"] == register)?;
            row["outcome"].is_string().then(|| row.clone())
        })
    }

    /// Searches again and again until the register gives this outcome.
    pub(crate) fn ask_until(&self, officer: &str, register: &str, outcome: &str) -> Value {
        until(&format!("{register} gives {outcome}"), || {
            Some(self.ask(officer, register)).filter(|row| row["outcome"] == outcome)
        })
    }

    /// What the program has logged.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.join("node.log")).unwrap()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // A process that has ended already is what is wanted.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn question() -> Value {
    let names = vec![PersonNameParts {
        full: Some("Giorgos Papadopulos".parse().unwrap()),
        given: None,
        family: None,
    }];
    let birth_date = Some("1970-02-03".parse().unwrap());
    let subject = Subject::Person(Person { names, birth_date, ..Person::default() });
    json!({
        "subject": subject,
        "justification": {
            "purpose": "criminal_investigation", "case_reference": "JOIN-2026-1", "offence": "0501"
        },
    })
}

/// Runs the program in a folder; it must end well.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Ran {
    let ran: Ran = program().current_dir(folder).args(arguments).output().unwrap().into();
    assert_eq!(ran.code, Some(0), "{arguments:?}: {}{}", ran.out, ran.err);
    ran
}

/// A list that follows `before` with these dates, signed by two keepers of the bundle, as a file.
pub(crate) fn following(bundle: &Path, before: &TrustList, dates: ListDates) -> PathBuf {
    let mut content: TrustListContent = before.content().clone();
    content.version = before.version().saturating_add(1);
    (content.issued, content.fresh_until, content.valid_until) =
        (dates.issued, dates.fresh_until, dates.valid_until);
    let keys = [1, 2].map(|number| {
        let text = fs::read_to_string(bundle.join(format!("keepers/keeper-{number}.key"))).unwrap();
        let mut seed = [0; 32];
        hex::decode_to_slice(text.trim(), &mut seed).unwrap();
        SigningKey::from_seed(&Secret::new(seed)).unwrap()
    });
    let Keepers { threshold, .. } = &content.keepers;
    assert_eq!(*threshold, 2);
    let signed = SignedTrustList::sign(content.to_bytes().unwrap(), &[&keys[0], &keys[1]]);
    let path = bundle.join(format!("list-{}.json", content.version));
    fs::write(&path, signed.encode()).unwrap();
    path
}

/// A port nobody uses at this moment.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Looks again and again until there is something to see.
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    #[expect(clippy::disallowed_methods, reason = "the test does not wait for ever")]
    let begun = Instant::now();
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(begun.elapsed() < PATIENCE, "in vain: {what}");
        #[expect(
            clippy::disallowed_methods,
            reason = "other processes tell nothing by themselves"
        )]
        std::thread::sleep(Duration::from_millis(100));
    }
}
