//! What officers and owners do while disasters happen: they search, decide, load files, correct and erase, and write down
//! what was acknowledged.

use crate::files::{COUNT, REGISTER, last_of, record, upload};
use crate::journal::Journal;
use crate::running::pause;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, Scope};
use std::time::Duration;
use web::client::Client;

/// Between two searches of an officer.
const BREATH: Duration = Duration::from_millis(15);

/// Where and with which tokens the drivers speak to a node. It outlives the process.
#[derive(Clone)]
pub(crate) struct Access {
    pub(crate) address: String,
    pub(crate) officer: String,
    pub(crate) owner: String,
}

impl Access {
    /// An officer who searches.
    pub(crate) fn officer(&self) -> Client {
        Client::new(&format!("http://{}", self.address), &self.officer).unwrap()
    }

    /// The keeper of the registers.
    pub(crate) fn owner(&self) -> Client {
        Client::new(&format!("http://{}", self.address), &self.owner).unwrap()
    }
}

/// Keeps a node busy until it is stopped.
pub(crate) struct Load<'a> {
    pub(crate) access: &'a Access,
    pub(crate) journal: &'a Journal,
    /// The number of the next file.
    pub(crate) files: &'a AtomicUsize,
    pub(crate) stopped: AtomicBool,
}

impl<'a> Load<'a> {
    pub(crate) fn new(access: &'a Access, journal: &'a Journal, files: &'a AtomicUsize) -> Self {
        Self { access, journal, files, stopped: AtomicBool::new(false) }
    }

    /// Works for a while, during which `disaster` happens, and stops.
    pub(crate) fn during(&self, disaster: impl FnOnce()) {
        thread::scope(|scope| {
            self.start(scope);
            disaster();
            self.stopped.store(true, Ordering::SeqCst);
        });
    }

    fn start<'s>(&'s self, scope: &'s Scope<'s, '_>) {
        for number in 0..2 {
            scope.spawn(move || self.repeat(|| self.search(number)));
        }
        scope.spawn(|| self.repeat(|| self.keep()));
    }

    fn repeat(&self, work: impl Fn() -> Result<(), String>) {
        while !self.stopped.load(Ordering::SeqCst) {
            if work().is_err() {
                // A node that is away is asked again after a moment.
                pause(Duration::from_millis(50));
            }
        }
    }

    /// One search, and a decision on its first match.
    fn search(&self, number: usize) -> Result<(), String> {
        let client = self.access.officer();
        let (name, born) = if number == 0 {
            ("Giorgos Papadopulos".to_owned(), "1970-02-03")
        } else {
            let last = self.files.load(Ordering::SeqCst).saturating_sub(1);
            (last_of(last), "1960-02-03")
        };
        let told = client.post("/api/v1/searches", &question(&name, born))?;
        let id = told["id"].as_str().ok_or("no id")?.to_owned();
        self.journal.search(&id);
        pause(BREATH);
        let search = client.get(&format!("/api/v1/searches/{id}"))?;
        let Some((register, reference)) = first_match(&search) else { return Ok(()) };
        let decision =
            json!({ "register": register, "reference": reference, "verdict": "rejected" });
        client.post(&format!("/api/v1/searches/{id}/decisions"), &decision)?;
        self.journal.decision([id, register, reference, "rejected".to_owned()]);
        Ok(())
    }

    /// One file, one correction, one erasure.
    fn keep(&self) -> Result<(), String> {
        let client = self.access.owner();
        let number = self.files.fetch_add(1, Ordering::SeqCst);
        self.journal.file(number, false);
        let report = upload(self.access, number, false).ok_or("no report")?;
        if report["taken"] != COUNT {
            return Err(format!("{report}"));
        }
        self.journal.file(number, true);
        let path = |row| format!("/api/v1/registers/{REGISTER}/records/{}", record(number, row));
        let corrected = json!({
            "names": [{ "full": "Made2 Corrected" }], "birth_date": "1961-02-03", "sex": "M"
        });
        let told = client.put(&path(2), &corrected)?;
        self.journal.corrected(told["entry"].as_str().ok_or("no entry")?);
        self.journal.erased(&record(number, 1), None);
        let told = client.remove(&path(1))?;
        self.journal.erased(&record(number, 1), Some(told["entry"].as_str().ok_or("no entry")?));
        Ok(())
    }
}

/// A question for a person.
pub(crate) fn question(name: &str, born: &str) -> Value {
    json!({
        "subject": { "kind": "person", "names": [{ "full": name }], "birth_date": born },
        "justification": {
            "purpose": "criminal_investigation", "case_reference": "SYSTEM-2026-1", "offence": "0501"
        },
    })
}

fn first_match(search: &Value) -> Option<(String, String)> {
    search["registers"].as_array()?.iter().find_map(|row| {
        let found = row["matches"].as_array()?.first()?;
        let reference = found["found"]["reference"].as_str()?.to_owned();
        Some((row["register"].as_str()?.to_owned(), reference))
    })
}
