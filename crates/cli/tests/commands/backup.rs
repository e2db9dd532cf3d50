//! `eunomia backup`, `restore` and `retention` on a real node folder.

use crate::bundle::{Ran, eunomia, text};
use crate::copy::Copy;
use std::fs;
use std::path::{Path, PathBuf};

fn run(copy: &Copy, command: &[&str], more: &[&str]) -> Ran {
    let config = copy.path("gr-node/node.toml");
    let mut all = command.to_vec();
    all.extend(["--config", text(&config)]);
    all.extend(more);
    eunomia(&all)
}

impl Ran {
    fn said(&self) -> String {
        format!("{}{}", self.out, self.err)
    }
}

/// The only folder in `folder` that holds a backup.
fn only(folder: &Path) -> PathBuf {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut backups = entries.filter(|path| path.join("backup.json").exists());
    let only = backups.next().unwrap();
    assert!(backups.next().is_none());
    only
}

#[test]
fn a_node_is_backed_up_lost_and_put_back_with_a_report_of_what_is_lost() {
    let copy = Copy::new();
    let (to, keys_to) = (copy.path("away"), copy.path("apart"));
    let made = run(&copy, &["backup"], &["--to", text(&to), "--keys-to", text(&keys_to)]);
    assert_eq!(made.code, Some(0), "{}", made.said());
    let (from, keys_from) = (only(&to), only(&keys_to));
    assert!(to.join("log").join("erasures.journal").exists());
    let over = run(&copy, &["retention", "show"], &[]);
    assert_eq!(over.code, Some(0), "{}", over.said());
    let put_back = ["--from", text(&from), "--keys-from", text(&keys_from)];
    let there = run(&copy, &["restore"], &put_back);
    assert_eq!(there.code, Some(1));
    assert!(there.said().contains("move database and keys away"), "{}", there.said());
    let rows = copy.path("later.jsonl");
    let later =
        r#"{"id":"later-1","names":[{"full":"Ada Example"}],"birth_date":"1970-01-02","sex":"F"}"#;
    fs::write(&rows, format!("{later}\n")).unwrap();
    let register = ["--register", "gr-police/police_records_index"];
    let more = [&register[..], &["--officer", "register_owner", text(&rows)][..]].concat();
    let imported = run(&copy, &["import"], &more);
    assert_eq!(imported.code, Some(0), "{}", imported.said());
    let data = copy.path("gr-node/data");
    for file in ["eunomia.db", "payload.keys"] {
        fs::remove_file(data.join(file)).unwrap();
    }
    let restored = run(&copy, &["restore"], &put_back);
    assert_eq!(restored.code, Some(0), "{}", restored.said());
    let told = restored.said();
    assert!(told.contains("1 times gr-police collection under police_records_index"), "{told}");
    let whole = eunomia(&["verify-log", text(&data.join("log").join("gr-police"))]);
    assert_eq!(whole.code, Some(0), "{}", whole.said());
    let again = run(&copy, &["import"], &more);
    assert_eq!(again.code, Some(0), "the record is entered again: {}", again.said());
    let whole = eunomia(&["verify-log", text(&data.join("log").join("gr-police"))]);
    assert_eq!(whole.code, Some(0), "{}", whole.said());
}
