//! Our logs under a foreign verifier: the code of the Go checksum database.
#![expect(clippy::unwrap_used, reason = "test code")]

#[path = "made/memory.rs"]
mod memory;

use audit_log::Note;
use memory::{MemoryLog, ORIGIN, entry};
use seal::{Secret, SigningKey};
use std::path::Path;
use std::process::{Command, Output};

const ENTRIES: u64 = 1000;

#[test]
fn the_go_checksum_database_accepts_our_log_and_refuses_it_with_one_byte_changed() {
    #[expect(
        clippy::disallowed_methods,
        reason = "where Go is, only the environment of a test says"
    )]
    let go = std::env::var("EUNOMIA_GO");
    let Ok(go) = go else {
        println!("SKIPPED: EUNOMIA_GO is not set; the foreign verifier was not run");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let verifier = folder.path().join("verify");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/foreign/verify.go");
    let built = Command::new(go)
        .env("GO111MODULE", "off")
        .env("GOPATH", "/usr/share/gocode")
        .args(["build", "-o"])
        .args([verifier.as_os_str(), Path::new(source).as_os_str()])
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", text(&built));

    let mut log = MemoryLog::of(0, 1);
    let copy = folder.path().join("log");
    for size in [1, 2, 255, 256, 257, 300, 700, ENTRIES] {
        let from = log.state.size().get();
        log.append(&(from..size).map(entry).collect::<Vec<_>>());
        let head = log.files.get("checkpoint").unwrap().clone();
        log.files.insert(format!("checkpoint.{size}"), head);
    }
    // Two witnesses have cosigned the head: the foreign reader takes it as it is.
    let head = cosigned(&log.note());
    log.files.insert("checkpoint".to_owned(), head.into_bytes());
    for (name, bytes) in &log.files {
        write(&copy.join(name), bytes);
    }
    let run = |key: &str| Command::new(&verifier).arg(&copy).arg(key).output().unwrap();
    let key = log.key().to_string();
    let accepted = run(&key);
    assert!(accepted.status.success(), "{}", text(&accepted));
    assert!(log.verify().is_whole());
    assert_eq!(text(&accepted), "verified: 1000 entries, 1000 sizes, 8 earlier checkpoints\n");

    let changes = [
        ("tile/entries/001", 100, "refused: entry 2"),
        ("tile/entries/003.p/232", 2, "refused: entry 768"),
        // This version of the Go reader does not compare every full tile with its parent; the proof then fails.
        ("tile/0/002", 31, "refused: entry 513"),
        ("tile/0/003.p/232", 7, "inconsistent tile"),
        ("tile/1/000.p/3", 40, "inconsistent tile"),
        ("checkpoint", ORIGIN.len() + 7, "refused: signature"),
        ("checkpoint.300", ORIGIN.len() + 7, "refused: signature"),
    ];
    for (name, at, why) in changes {
        let whole = log.files.get(name).unwrap();
        let mut bytes = whole.clone();
        *bytes.get_mut(at).unwrap() ^= 1;
        write(&copy.join(name), &bytes);
        let refused = run(&key);
        assert_eq!(refused.status.code(), Some(1), "{name} changed at {at}");
        assert!(text(&refused).contains(why), "{name} changed at {at}: {}", text(&refused));
        write(&copy.join(name), whole);
    }
}

fn cosigned(note: &str) -> String {
    let mut head: Note = note.parse().unwrap();
    for number in [1, 2] {
        let witness = SigningKey::from_seed(&Secret::new([number; 32])).unwrap();
        head.cosign(&format!("witness.example/w{number}"), &witness, 1_800_000_000).unwrap();
    }
    head.to_string()
}

fn write(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}
