//! Our requests before a foreign witness, and what we cosigned before foreign verifiers (Python).
#![expect(clippy::unwrap_used, reason = "test code")]

#[path = "made/memory.rs"]
mod memory;

use audit_log::{
    AddCheckpoint, Checkpoint, LogIndex, LogProof, Note, NoteKey, NoteKeyKind, NoteSignature,
    TreeSize, consistency_proof, format_proof, inclusion_proof, leaf_hash,
};
use memory::{MemoryLog, ORIGIN, entry};
use seal::{Secret, SigningKey};
use std::ffi::OsStr;
use std::fs;
use std::process::{Command, Output};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/foreign/witness.py");

const SKIPPED: &str = "SKIPPED: no foreign witness; set EUNOMIA_PYTHON to a Python with tlog-scales 0.0.3, \
                       aics-witness 0.1.0 and aics-tlog 0.2.1";

/// The Python with the foreign packages.
fn python() -> Option<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "where Python is, only the environment of a test says"
    )]
    let python = std::env::var("EUNOMIA_PYTHON");
    python.ok()
}

fn run(python: &str, arguments: &[&OsStr]) -> Output {
    Command::new(python).arg(SCRIPT).args(arguments).output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn request(log: &MemoryLog, old: u64) -> AddCheckpoint {
    let proof = match old {
        0 => Vec::new(),
        old => consistency_proof(TreeSize::new(old), log.state.size(), &log.read()).unwrap(),
    };
    AddCheckpoint { old: TreeSize::new(old), proof, checkpoint: log.note() }
}

#[test]
fn a_foreign_witness_cosigns_our_log_and_refuses_what_we_would_refuse() {
    let Some(python) = python() else {
        println!("{SKIPPED}");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let requests = folder.path().join("requests");
    fs::create_dir(&requests).unwrap();
    let mut log = MemoryLog::of(0, 1);
    let mut bodies: Vec<(u16, String)> = Vec::new();
    let mut old = 0;
    for size in [1, 7, 256, 300, 1000] {
        let from = log.state.size().get();
        log.append(&(from..size).map(entry).collect::<Vec<_>>());
        bodies.push((200, request(&log, old).to_string()));
        old = size;
    }
    let good = request(&log, 1000).to_string();
    bodies.push((409, request(&log, 300).to_string()));
    let mut fork = MemoryLog::of(999, 999);
    fork.append(&[b"other".to_vec()]);
    bodies.push((422, request(&fork, 1000).to_string()));
    bodies.push((403, good.replacen("example/2026 ", "example/2026 AAAA", 1)));
    bodies.push((404, good.replace(ORIGIN, "other.example/2026")));
    bodies.push((400, good.replacen("old 1000", "old 1001", 1)));
    bodies.push((200, good));
    for (number, (_, body)) in bodies.iter().enumerate() {
        fs::write(requests.join(format!("{number:02}")), body).unwrap();
    }
    assert!(log.verify().is_whole());
    let key = log.key().to_string();
    let ran = run(&python, &[folder.path().as_ref(), ORIGIN.as_ref(), key.as_ref()]);
    assert!(ran.status.success(), "{}", text(&ran));

    let foreign = fs::read_to_string(folder.path().join("witness.vkey")).unwrap();
    let foreign: NoteKey = foreign.trim().parse().unwrap();
    assert_eq!(foreign.kind(), NoteKeyKind::Witness);
    for (number, (expected, body)) in bodies.iter().enumerate() {
        let answer =
            fs::read_to_string(folder.path().join("answers").join(format!("{number:02}"))).unwrap();
        let (status, rest) = answer.split_once('\n').unwrap();
        // This witness takes a fork of the kept size for inconsistent; the protocol says 409. Either is a refusal.
        assert_eq!(status, expected.to_string(), "call {number}: {rest}\n{body}");
        if *expected == 200 {
            let request: AddCheckpoint = body.parse().unwrap();
            let mut note: Note = request.checkpoint.parse().unwrap();
            note.attach(rest.trim_end().parse::<NoteSignature>().unwrap());
            let keys = [log.key(), foreign.clone()];
            let (_, signatories) = Checkpoint::verify(&note.to_string(), &keys).unwrap();
            assert!(signatories.iter().any(|one| one.key == foreign && one.seconds.is_some()));
        }
        if *expected == 409 {
            assert_eq!(rest, "1000\n");
        }
    }
}

#[test]
fn foreign_verifiers_accept_a_cosigned_proof_and_refuse_it_changed() {
    let Some(python) = python() else {
        println!("{SKIPPED}");
        return;
    };
    let log = MemoryLog::of(700, 700);
    let witness = SigningKey::from_seed(&Secret::new([3; 32])).unwrap();
    let public =
        NoteKey::new("witness.example/w1", NoteKeyKind::Witness, witness.verifying_key()).unwrap();
    let mut note: Note = log.note().parse().unwrap();
    note.cosign(public.name(), &witness, 1_800_000_000).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.tlog-proof");
    let check = |proof: &str, leaf: &str| {
        fs::write(&file, proof).unwrap();
        let (log, public) = (log.key().to_string(), public.to_string());
        let arguments: [&OsStr; 5] =
            ["--proof".as_ref(), file.as_ref(), leaf.as_ref(), log.as_ref(), public.as_ref()];
        run(&python, &arguments)
    };
    for number in [0, 255, 256, 511, 699] {
        let index = LogIndex::new(number);
        let path = inclusion_proof(index, log.state.size(), &log.read()).unwrap();
        let proof = LogProof { index, extra: None, path, checkpoint: note.to_string() };
        let whole = format_proof(&proof);
        let leaf = hex::encode(leaf_hash(&entry(number)).as_bytes());
        let accepted = check(&whole, &leaf);
        assert_eq!(text(&accepted), format!("verified: entry {number} of 700, 2 keys\n"));
        let other = hex::encode(leaf_hash(b"other").as_bytes());
        assert_eq!(check(&whole, &other).status.code(), Some(1));
        let moved = whole.replacen(&format!("index {number}"), "index 3", 1);
        assert_eq!(check(&moved, &leaf).status.code(), Some(1));
        let mut later: Note = note.to_string().parse().unwrap();
        later.cosign(public.name(), &witness, 1_800_000_001).unwrap();
        let mut line = later.signatures().last().unwrap().clone();
        *line.bytes.get_mut(7).unwrap() ^= 1;
        later.attach(line);
        let dated = whole.replacen(&note.to_string(), &later.to_string(), 1);
        assert_eq!(check(&dated, &leaf).status.code(), Some(1), "a moment was changed");
    }
}
