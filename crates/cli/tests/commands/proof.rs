//! `eunomia proof`: a proof out of a copied log, checked without it; every way in which one does not hold.

use crate::bundle::{Ran, eunomia, text};
use crate::copy::played;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

struct Proven {
    folder: TempDir,
    key: String,
}

impl Proven {
    /// The proof of the second entry of a played log.
    fn new() -> Self {
        let log = played().join("gr-node/data/log/gr-police");
        let folder = TempDir::new().unwrap();
        let out = folder.path().join("entry.json");
        let ran = export(&log, "1", &out);
        assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
        fs::write(folder.path().join("x.tlog-proof"), &ran.out).unwrap();
        let key = fs::read_to_string(log.join("log.vkey")).unwrap().trim().to_owned();
        Self { folder, key }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn check(&self, more: &[&str]) -> Ran {
        let (proof, entry) = (self.at("x.tlog-proof"), self.at("entry.json"));
        let mut words = vec!["proof", "check"];
        words.extend(more);
        words.extend([text(&proof), text(&entry)]);
        eunomia(&words)
    }

    fn refused(&self, more: &[&str], why: &str) {
        let ran = self.check(more);
        assert_eq!(ran.code, Some(1), "{}", ran.out);
        let told = format!("{}{}", ran.out, ran.err);
        assert!(told.contains(why), "{told}");
    }
}

fn export(log: &Path, entry: &str, out: &Path) -> Ran {
    eunomia(&["proof", "export", "--log", text(log), "--entry", entry, "--entry-out", text(out)])
}

#[test]
fn a_proof_holds_without_the_log_and_by_the_id_of_its_entry() {
    let proven = Proven::new();
    let ran = proven.check(&["--key", &proven.key]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("result      proven"), "{}", ran.out);
    assert!(ran.out.contains("existed by  unknown: no witness was asked for"), "{}", ran.out);

    let entry = fs::read_to_string(proven.at("entry.json")).unwrap();
    let (_, rest) = entry.split_once("\"entry_id\":\"").unwrap();
    let (id, _) = rest.split_once('"').unwrap();
    let log = played().join("gr-node/data/log/gr-police");
    let again = export(&log, id, &proven.at("again.json"));
    assert_eq!(again.out, fs::read_to_string(proven.at("x.tlog-proof")).unwrap());
    assert_eq!(fs::read_to_string(proven.at("again.json")).unwrap(), entry);

    let absent = export(&log, "99999", &proven.at("no.json"));
    assert!(absent.err.contains("there is no entry 99999"), "{}", absent.err);
    let absent = export(&log, "nobody", &proven.at("no.json"));
    assert!(absent.err.contains("no entry of this log has the id `nobody`"), "{}", absent.err);
}

#[test]
fn a_proof_that_does_not_hold_is_told_with_what_to_do() {
    let proven = Proven::new();
    let key = ["--key", proven.key.as_str()];
    proven.refused(&[], "give the key of the log with `--key`, or a policy with `--policy`");
    let other = played().join("de-node/data/log/de-police/log.vkey");
    let other = fs::read_to_string(other).unwrap();
    proven.refused(&["--key", other.trim()], "give the key of that log and year");

    let policy = proven.at("none.policy");
    fs::write(&policy, "witness a nonsense\nquorum b\n").unwrap();
    proven.refused(&["--policy", text(&policy)], "line 1: `nonsense`");
    proven.refused(&["--policy", text(&policy)], "line 2: `b` is not defined");
    fs::write(&policy, "quorum none\n").unwrap();
    proven.refused(&["--policy", text(&policy)], "names no log");
    let ran = proven.check(&["--policy", text(&policy), "--key", &proven.key]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);

    let whole = fs::read(proven.at("entry.json")).unwrap();
    let mut changed = whole.clone();
    *changed.last_mut().unwrap() ^= 1;
    fs::write(proven.at("entry.json"), changed).unwrap();
    proven.refused(&key, "not byte for byte the one that was logged");
    fs::write(proven.at("entry.json"), whole).unwrap();

    let proof = fs::read_to_string(proven.at("x.tlog-proof")).unwrap();
    let moved = proof.replacen("index 1\n", "index 2\n", 1);
    fs::write(proven.at("x.tlog-proof"), moved).unwrap();
    proven.refused(&key, "the proof does not lead to the root");
    fs::write(proven.at("x.tlog-proof"), proof.replacen("@v1", "@v9", 1)).unwrap();
    proven.refused(&key, "the first line is not `c2sp.org/tlog-proof@v1`");
    let (head, rest) = proof.split_once("gr-police/").unwrap();
    let later = format!("{head}gr-police/{}", rest.replacen('\n', "\n1", 1));
    fs::write(proven.at("x.tlog-proof"), later).unwrap();
    proven.refused(&key, "fetch the proof again and keep this one as evidence");
}
