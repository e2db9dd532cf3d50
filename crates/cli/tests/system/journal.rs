//! What the nodes acknowledged, kept outside of them: one line each, durable before the next call is made.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, MutexGuard};

/// The journal. Many drivers write into it.
pub(crate) struct Journal {
    file: Mutex<File>,
    kept: Mutex<Kept>,
}

/// Everything in it.
#[derive(Default, Clone)]
pub(crate) struct Kept {
    /// Searches opened, by id.
    pub(crate) searches: Vec<String>,
    /// Matches decided: search, register, reference, verdict.
    pub(crate) decisions: Vec<[String; 4]>,
    /// Files begun; true when they were acknowledged.
    pub(crate) files: BTreeMap<usize, bool>,
    /// Records whose erasure was asked for, and its log entry when it was acknowledged.
    pub(crate) erased: BTreeMap<String, Option<String>>,
    /// Log entries of corrections that were acknowledged.
    pub(crate) corrected: Vec<String>,
}

impl Journal {
    /// Begins a journal.
    pub(crate) fn new(path: &Path) -> Self {
        Self { file: Mutex::new(File::create(path).unwrap()), kept: Mutex::default() }
    }

    /// Everything in it now.
    pub(crate) fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap()
    }

    pub(crate) fn search(&self, id: &str) {
        self.write(&json!({ "search": id }));
        self.kept().searches.push(id.to_owned());
    }

    pub(crate) fn decision(&self, decision: [String; 4]) {
        self.write(&json!({ "decision": decision }));
        self.kept().decisions.push(decision);
    }

    pub(crate) fn file(&self, number: usize, acknowledged: bool) {
        self.write(&json!({ "file": number, "acknowledged": acknowledged }));
        self.kept().files.insert(number, acknowledged);
    }

    pub(crate) fn erased(&self, record: &str, entry: Option<&str>) {
        self.write(&json!({ "erased": record, "entry": entry }));
        self.kept().erased.insert(record.to_owned(), entry.map(str::to_owned));
    }

    pub(crate) fn corrected(&self, entry: &str) {
        self.write(&json!({ "corrected": entry }));
        self.kept().corrected.push(entry.to_owned());
    }

    fn write(&self, line: &Value) {
        let mut file = self.file.lock().unwrap();
        writeln!(file, "{line}").unwrap();
        file.sync_data().unwrap();
    }
}
