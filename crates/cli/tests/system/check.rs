//! What is looked at after each disaster: everything in the journal is there, in store and log.

use crate::files::{COUNT, REGISTER, record, upload};
use crate::journal::Kept;
use crate::load::question;
use crate::running::{outcome, until, verified};
use crate::site::{ABROAD, HOME, Site};
use audit_log::{Entry, EntryBundle, TILE_WIDTH, TileKind, TilePath};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The last searches that must have been answered abroad in the end.
const AWAITED: usize = 12;

impl Site {
    /// Holds the journal against the node at home; says how much there was.
    pub(crate) fn check(&mut self) -> String {
        let kept = self.journal.kept().clone();
        self.serves();
        self.check_searches(&kept);
        let files = self.check_files(&kept);
        let log = self.home_folder.join("data/log").join(HOME);
        let ids = until("every id of the journal is in the published log", || {
            let ids = ids_in(&log)?;
            let missing = acknowledged(&kept).find(|id| !ids.contains(*id));
            missing.is_none().then_some(ids)
        });
        let entries = verified(&self.home_folder, HOME);
        verified(&self.abroad_folder, ABROAD);
        format!(
            "{} searches, {} decisions, {files} files, {} corrections and {} erasures acknowledged; \
             all there, {} ids in {entries} entries",
            kept.searches.len(),
            kept.decisions.len(),
            kept.corrected.len(),
            kept.erased.values().flatten().count(),
            ids.len(),
        )
    }

    /// The node serves again, by itself: a search is opened and answered at home and abroad.
    fn serves(&self) {
        let client = self.access.officer();
        let asked = question("Giorgos Papadopulos", "1970-02-03");
        let id = until("a search is opened", || {
            let told = client.post("/api/v1/searches", &asked).ok()?;
            told["id"].as_str().map(str::to_owned)
        });
        for register in [REGISTER, "de-police/police_records_index"] {
            self.answered(&id, register);
        }
        self.journal.search(&id);
    }

    /// What is late is not lost.
    fn answered(&self, id: &str, register: &str) {
        let client = self.access.officer();
        until("a register answers", || {
            let search = client.get(&format!("/api/v1/searches/{id}")).ok()?;
            outcome(&search, register).filter(|outcome| outcome.ends_with("match")).map(drop)
        });
    }

    fn check_searches(&self, kept: &Kept) {
        let client = self.access.officer();
        for id in &kept.searches {
            let search = client.get(&format!("/api/v1/searches/{id}")).unwrap();
            assert_eq!(search["id"], **id, "an acknowledged search is gone");
            for [_, register, reference, verdict] in
                kept.decisions.iter().filter(|[query, ..]| query == id)
            {
                let decided = decision(&search, register, reference);
                assert_eq!(decided, Some(verdict.as_str()), "a verdict in {id} is gone");
            }
        }
        for id in kept.searches.iter().rev().take(AWAITED) {
            self.answered(id, "de-police/police_records_index");
        }
    }

    /// Every file is there whole or not at all, but for what was erased; acknowledged ones are there.
    fn check_files(&self, kept: &Kept) -> usize {
        for (number, acknowledged) in &kept.files {
            let report = upload(&self.access, *number, true).unwrap();
            let held = report["rejected"].as_u64().unwrap();
            let erased = kept.erased.get(&record(*number, 1));
            let fewest = if erased.is_some() { COUNT - 1 } else { COUNT };
            let most = if erased.is_some_and(Option::is_some) { COUNT - 1 } else { COUNT };
            let whole = (fewest..=most).contains(&held);
            assert!(whole || (held == 0 && !acknowledged), "{held} records of file {number}");
        }
        kept.files.values().filter(|acknowledged| **acknowledged).count()
    }
}

fn decision<'a>(search: &'a Value, register: &str, reference: &str) -> Option<&'a str> {
    let rows = search["registers"].as_array()?;
    let row = rows.iter().find(|row| row["register"] == register)?;
    let matches = row["matches"].as_array()?;
    matches.iter().find(|one| one["found"]["reference"] == reference)?["decision"].as_str()
}

/// Every id that was acknowledged: of searches, and of entries of corrections and erasures.
fn acknowledged(kept: &Kept) -> impl Iterator<Item = &String> {
    kept.searches.iter().chain(&kept.corrected).chain(kept.erased.values().flatten())
}

/// The ids of entries and queries in a published log; none while it is being written.
fn ids_in(log: &Path) -> Option<BTreeSet<String>> {
    let note = fs::read_to_string(log.join("checkpoint")).ok()?;
    let size: u64 = note.lines().nth(1)?.parse().ok()?;
    let width = u64::from(TILE_WIDTH);
    let mut ids = BTreeSet::new();
    for index in 0..size.div_ceil(width) {
        let held = u16::try_from((size - index * width).min(width)).ok()?;
        let path = TilePath::new(TileKind::Entries, index, held).ok()?;
        let bytes = fs::read(log.join(path.to_string())).ok()?;
        for entry in EntryBundle::decode(&path, &bytes).ok()?.entries() {
            let entry = Entry::decode(entry).ok()?;
            ids.insert(entry.entry_id.to_string());
            ids.extend(entry.query.map(|query| query.to_string()));
        }
    }
    Some(ids)
}
