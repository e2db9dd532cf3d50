//! How fast the log grows, is written and is verified, on one core, with the load of the machine beside it.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement prints and reads the clock"
)]

use audit_log::{
    Checkpoint, Entry, Frontier, LogIndex, NoteKey, NoteKeyKind, Side, TilePath, TileState,
    inclusion_proof, leaf_hash, verify_log,
};
use seal::{Digest, Secret, SigningKey, sha256};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;
use vocabulary::{ProcessingOperation, QueryId, Timestamp};

const ENTRIES: u32 = 1 << 20;
const BATCH: usize = 1000;

fn main() {
    println!("{ENTRIES} entries, one core, load {}", load());
    let entries: Vec<Vec<u8>> = (0..ENTRIES).map(sample).collect();
    let bytes: usize = entries.iter().map(Vec::len).sum();
    println!("an entry has {} bytes", bytes / entries.len());

    let per_second = |what: &str, run: &mut dyn FnMut()| {
        let start = Instant::now();
        run();
        let seconds = start.elapsed().as_secs_f64();
        println!("{what}: {:.2} million a second", f64::from(ENTRIES) / seconds / 1e6);
        seconds
    };
    per_second("entries encoded as JSON", &mut || {
        (0..ENTRIES).for_each(|number| drop(black_box(sample(number))));
    });
    let mut leaves = Vec::new();
    per_second("leaf hashes", &mut || leaves = entries.iter().map(|e| leaf_hash(e)).collect());
    per_second("leaves into the frontier", &mut || {
        let mut frontier = Frontier::new();
        frontier.append_many(leaves.iter().copied());
        black_box(frontier.root());
    });

    let mut state = TileState::new();
    let mut files: BTreeMap<TilePath, Vec<u8>> = BTreeMap::new();
    let mut written = 0;
    let seconds = per_second("entries into tiles, in batches of 1000", &mut || {
        for batch in entries.chunks(BATCH) {
            for file in state.append(batch).unwrap() {
                written += file.bytes.len();
                files.insert(file.path, file.bytes);
            }
        }
    });
    let megabytes = f64::from(u32::try_from(written / 1024).unwrap()) / 1024.0;
    println!("tiles and bundles: {:.0} MiB a second", megabytes / seconds);

    let signer = SigningKey::from_seed(&Secret::new([7; 32])).unwrap();
    let key = NoteKey::new("bench.example/2026", NoteKeyKind::Log, signer.verifying_key()).unwrap();
    let head = Checkpoint::new("bench.example/2026", state.size(), state.root()).unwrap();
    let note = head.sign(&signer).unwrap().to_string();
    let read = |path: &TilePath| Ok(files.get(path).cloned());
    per_second("entries verified", &mut || {
        let verdict = verify_log(note.as_bytes(), std::slice::from_ref(&key), &read, &mut |_| ());
        assert!(verdict.is_whole(), "{:?}", verdict.problems);
    });
    let start = Instant::now();
    for index in (0..u64::from(ENTRIES)).step_by(1049) {
        black_box(inclusion_proof(LogIndex::new(index), state.size(), &read).unwrap());
    }
    println!("one inclusion proof: {:.0} µs", start.elapsed().as_secs_f64() / 1000.0 * 1e6);
    println!("load {}", load());
}

fn sample(number: u32) -> Vec<u8> {
    let at = Timestamp::from_micros(1_795_000_000_000_000 + i64::from(number));
    let id = QueryId::new(at, [3; 10]);
    let digest = |what: u8| -> Option<Digest> { Some(sha256(&[what])) };
    let mut entry = Entry::new(
        id,
        at,
        "at-bka".parse().unwrap(),
        Side::Asked,
        ProcessingOperation::Consultation,
    );
    entry.query = Some(id);
    entry.purpose = Some("prevention".parse().unwrap());
    entry.role = Some("investigator".parse().unwrap());
    entry.subject_commitment = digest(1);
    entry.header_digest = digest(2);
    entry.answer_digest = digest(3);
    entry.encode().unwrap()
}

fn load() -> String {
    std::fs::read_to_string("/proc/loadavg")
        .unwrap_or_else(|_| "unknown".to_owned())
        .trim()
        .to_owned()
}
