//! `eunomia proof`: takes the proof of an entry out of a log folder, and checks one offline.

use crate::Done;
use crate::arguments::{ProofAct, ProofCheck, ProofExport};
use crate::command::verify_log::tile;
use crate::files::{cannot, read_text};
use audit_log::{
    Believed, Checkpoint, Entry, EntryBundle, Error, LogIndex, LogProof, Note, NoteKey,
    NoteKeyKind, Policy, TILE_WIDTH, TileKind, TilePath, format_proof, inclusion_proof, leaf_hash,
    parse_proof,
};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use vocabulary::Timestamp;

/// Runs the command.
///
/// # Errors
/// What cannot be read, or why a proof does not hold.
pub(crate) fn run(order: &ProofAct) -> Done {
    match order {
        ProofAct::Export(order) => export(order),
        ProofAct::Check(order) => check(order),
    }
}

fn export(order: &ProofExport) -> Done {
    let (index, entry) = find(&order.log, &order.entry)?;
    let (head, note) = head_over(&order.log, index)?;
    let read = |path: &TilePath| tile(&order.log, path);
    let path = inclusion_proof(index, head.size(), &read).map_err(|error| error.to_string())?;
    let proof = format_proof(&LogProof { index, extra: None, path, checkpoint: note });
    if let Some(path) = &order.entry_out {
        fs::write(path, &entry).map_err(|error| cannot("write", path, &error))?;
    }
    std::io::stdout().write_all(proof.as_bytes()).map_err(|error| format!("{error}"))?;
    Ok(ExitCode::SUCCESS)
}

/// The largest head in the folder that covers the entry; one with cosignatures where there is one.
fn head_over(folder: &Path, index: LogIndex) -> Result<(Checkpoint, String), String> {
    for name in ["checkpoint.cosigned", "checkpoint"] {
        let path = folder.join(name);
        if name != "checkpoint" && !path.is_file() {
            continue;
        }
        let text = read_text(&path)?;
        let note: Note = text.parse().map_err(|e| format!("`{}`: {e}", path.display()))?;
        let head: Checkpoint =
            note.text().parse().map_err(|e| format!("`{}`: {e}", path.display()))?;
        if head.size().get() > index.get() {
            return Ok((head, text));
        }
    }
    Err(format!("entry {index} is not in the published log yet; wait for the next checkpoint"))
}

/// The entry by its index or its id.
fn find(folder: &Path, wanted: &str) -> Result<(LogIndex, Vec<u8>), String> {
    let path = folder.join("checkpoint");
    let text = read_text(&path)?;
    let note: Note = text.parse().map_err(|e| format!("`{}`: {e}", path.display()))?;
    let head: Checkpoint = note.text().parse().map_err(|e| format!("`{}`: {e}", path.display()))?;
    let size = head.size().get();
    let width = u64::from(TILE_WIDTH);
    if let Ok(index) = wanted.parse::<u64>() {
        if index >= size {
            return Err(format!("there is no entry {index}; the log has {size}, counted from 0"));
        }
        let bundle = index.checked_div(width).unwrap_or(0);
        let place = index.checked_rem(width).and_then(|place| usize::try_from(place).ok());
        let entries = bundle_of(folder, bundle, size)?;
        let found = place.and_then(|place| entries.into_iter().nth(place));
        return found
            .map(|entry| (LogIndex::new(index), entry))
            .ok_or_else(|| format!("the bundle of entry {index} is cut off"));
    }
    let mut first = 0_u64;
    while first < size {
        let bundle = first.checked_div(width).unwrap_or(0);
        for (index, entry) in (first..).zip(bundle_of(folder, bundle, size)?) {
            if Entry::decode(&entry).is_ok_and(|known| known.entry_id.to_string() == wanted) {
                return Ok((LogIndex::new(index), entry));
            }
        }
        first = first.saturating_add(width);
    }
    Err(format!(
        "no entry of this log has the id `{wanted}`; give its index from 0 or its id, and look in the logs of other years"
    ))
}

fn bundle_of(folder: &Path, bundle: u64, size: u64) -> Result<Vec<Vec<u8>>, String> {
    let width = u64::from(TILE_WIDTH);
    let held = size.saturating_sub(bundle.saturating_mul(width)).min(width);
    let held = u16::try_from(held).unwrap_or(TILE_WIDTH);
    let path = TilePath::new(TileKind::Entries, bundle, held).map_err(|e| e.to_string())?;
    for path in [path, path.full()] {
        if let Some(bytes) = tile(folder, &path)? {
            let bundle = EntryBundle::decode(&path, &bytes).map_err(|e| e.to_string())?;
            return Ok(bundle.entries().to_vec());
        }
    }
    Err(format!(
        "`{}` is missing; fetch it from a mirror or a backup",
        folder.join(path.to_string()).display()
    ))
}

fn check(order: &ProofCheck) -> Done {
    let policy = policy(order)?;
    let proof = parse_proof(&read_text(&order.proof)?)
        .map_err(|error| format!("`{}`: {error}", order.proof.display()))?;
    let entry = fs::read(&order.entry).map_err(|error| cannot("read", &order.entry, &error))?;
    let leaf = leaf_hash(&entry);
    let origin = proof.checkpoint.lines().next().unwrap_or_default().to_owned();
    println!("log         {origin}");
    println!("entry       index {}, leaf hash {leaf}", proof.index);
    match proof.check(&leaf, &policy) {
        Ok(believed) => {
            told(&believed);
            println!("result      proven: these very bytes stand in the log at this place");
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            println!("result      not proven: {error}");
            println!("what to do  {}", advice(&error, &origin, &policy));
            Ok(ExitCode::FAILURE)
        }
    }
}

fn told(believed: &Believed) {
    let checkpoint = &believed.checkpoint;
    println!("checkpoint  size {}, root {}", checkpoint.size(), checkpoint.root());
    for signatory in &believed.signatories {
        match (signatory.key.kind(), signatory.seconds) {
            (NoteKeyKind::Witness, Some(seconds)) => {
                println!("cosigned    by {} at {}", signatory.key.name(), moment(seconds));
            }
            _ => println!("signed      by {}", signatory.key.name()),
        }
    }
    match believed.cosigned_by {
        Some(seconds) => println!("existed by  {} (the quorum of the policy)", moment(seconds)),
        None => println!("existed by  unknown: no witness was asked for"),
    }
}

fn moment(seconds: u64) -> Timestamp {
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    Timestamp::from_micros(seconds.saturating_mul(1_000_000))
}

/// What somebody can do about a proof that does not hold.
fn advice(error: &Error, origin: &str, policy: &Policy) -> String {
    let known: Vec<&str> = policy.logs().iter().map(NoteKey::name).collect();
    match error {
        Error::NotSigned if !known.contains(&origin) => format!(
            "the proof is of the log `{origin}`, and you trust {}; give the key of that log and year",
            known.join(", ")
        ),
        Error::NotSigned => {
            "the key is not the one that signed; take the key of the log from the trust list".to_owned()
        }
        Error::BadSignature(name) => format!(
            "what `{name}` signed was altered; fetch the proof again and keep this one as evidence"
        ),
        Error::BadProof => {
            "the entry file is not byte for byte the one that was logged, or the proof is of another entry".to_owned()
        }
        Error::NoQuorum { .. } => {
            "export the proof again when more witnesses have cosigned, or ask why they did not".to_owned()
        }
        other @ (Error::Malformed { .. }
        | Error::EntryTooLong(_)
        | Error::Contradiction(_)
        | Error::Missing(_)
        | Error::Unreadable { .. }
        | Error::BadTile { .. }
        | Error::OutOfTree { .. }
        | Error::OtherRoot { .. }) => format!("the file is damaged ({other}); fetch it again"),
    }
}

/// The policy of the order: its file, with the key given where there is one; without a file, the key alone.
fn policy(order: &ProofCheck) -> Result<Policy, String> {
    let key = order
        .key
        .as_deref()
        .map(str::trim)
        .map(|key| key.parse::<NoteKey>().map_err(|error| format!("`--key`: {error}")));
    let key = key.transpose()?;
    if key.as_ref().is_some_and(|key| key.kind() != NoteKeyKind::Log) {
        return Err("`--key` is the key of a witness; give that of the log".to_owned());
    }
    let Some(path) = &order.policy else {
        return key.map(Policy::of_log).ok_or_else(|| {
            "give the key of the log with `--key`, or a policy with `--policy`".to_owned()
        });
    };
    let policy = Policy::read(&read_text(path)?).map_err(|problems| {
        let told: Vec<String> =
            problems.iter().map(|one| format!("`{}`, {one}", path.display())).collect();
        told.join("\n")
    })?;
    let policy = match key {
        Some(key) => policy.for_log(key),
        None => policy,
    };
    if policy.logs().is_empty() {
        return Err(format!("`{}` names no log; give its key with `--key`", path.display()));
    }
    Ok(policy)
}
