//! `eunomia verify-log`: verifies a copied log folder offline, with the logs of later years in it, and names the first
//! broken entry.

use crate::Done;
use crate::arguments::VerifyLog;
use crate::files::{cannot, read_text};
use audit_log::{
    Checkpoint, EntryBundle, Note, NoteKey, NoteKeyKind, TILE_WIDTH, TileKind, TilePath, Verdict,
    verify_log,
};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Runs the command.
///
/// # Errors
/// When the folder or the key cannot be read; a broken log is not an error but exit status 1.
pub(crate) fn run(order: &VerifyLog) -> Done {
    let checkpoint = order.folder.join("checkpoint");
    if !checkpoint.is_file() {
        return Err(format!(
            "`{}` is not the folder of a log: it has no `checkpoint`; give the folder that holds `checkpoint` and `tile/`",
            order.folder.display()
        ));
    }
    let (key, from_folder) = key(order)?;
    let mut whole = one(&order.folder, &key, from_folder)?;
    let mut before = head_in(&order.folder);
    for (year, folder) in years(&order.folder)? {
        println!();
        // The log of each year has a name of its own; the key is the same, or was changed and stands in the folder.
        let name = key.name().rsplit_once('/').map_or(key.name(), |(authority, _)| authority);
        let next = year_key(&folder, &format!("{name}/{year}"), &key)?;
        whole &= one(&folder, &next, from_folder)?;
        match (first_entry(&folder), before) {
            (Some(first), Some(before)) if first == before => {
                println!("follows     the log before it: its last checkpoint is entry 0 here");
            }
            _ => {
                println!(
                    "broken      entry 0 is not the last checkpoint of the log before it: a log is missing between them, or one was replaced"
                );
                whole = false;
            }
        }
        before = head_in(&folder);
    }
    Ok(if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Verifies one log and tells what was found; true when it is whole.
fn one(folder: &Path, key: &NoteKey, from_folder: bool) -> Result<bool, String> {
    let verdict = verify(folder, key)?;
    println!("log         {}", key.name());
    let source =
        if from_folder { "the folder itself; compare it with the trust list" } else { "given" };
    println!("key         {key} ({source})");
    if let Some(checkpoint) = &verdict.checkpoint {
        println!("checkpoint  size {}, root {}", checkpoint.size(), checkpoint.root());
    }
    println!("entries     {} read and in the signed tree", verdict.entries);
    if verdict.is_whole() {
        println!("result      whole: nothing was changed, taken out or put in");
        return Ok(true);
    }
    for broken in &verdict.problems {
        println!("broken      {broken}");
    }
    match verdict.first_broken_entry() {
        Some(index) => println!("result      broken; the first entry in doubt is {index}"),
        None => println!("result      broken; every entry may still be intact"),
    }
    println!(
        "what to do  keep this copy, fetch a fresh one, and tell the supervisory authority if it repeats"
    );
    Ok(false)
}

/// Verifies the log in `folder`.
///
/// # Errors
/// When the checkpoint cannot be read.
pub(crate) fn verify(folder: &Path, key: &NoteKey) -> Result<Verdict, String> {
    let path = folder.join("checkpoint");
    let checkpoint = fs::read(&path).map_err(|error| cannot("read", &path, &error))?;
    let read = |path: &TilePath| tile(folder, path);
    Ok(verify_log(&checkpoint, std::slice::from_ref(key), &read, &mut |_| {}))
}

/// A tile or bundle of the folder; none when it is not there.
pub(crate) fn tile(folder: &Path, tile: &TilePath) -> Result<Option<Vec<u8>>, String> {
    match fs::read(folder.join(tile.to_string())) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

/// The folders of later years, in order; one that holds no checkpoint yet is only begun.
fn years(folder: &Path) -> Result<Vec<(String, PathBuf)>, String> {
    let mut years = Vec::new();
    for one in fs::read_dir(folder).map_err(|error| cannot("read", folder, &error))? {
        let one = one.map_err(|error| cannot("read", folder, &error))?;
        let name = one.file_name().to_string_lossy().into_owned();
        let is_year = name.len() == 4 && name.bytes().all(|byte| byte.is_ascii_digit());
        if is_year && one.path().join("checkpoint").is_file() {
            years.push((name, one.path()));
        }
    }
    years.sort_unstable();
    Ok(years)
}

fn year_key(folder: &Path, name: &str, key: &NoteKey) -> Result<NoteKey, String> {
    let same = NoteKey::new(name, NoteKeyKind::Log, *key.key()).map_err(|e| e.to_string())?;
    let note = fs::read_to_string(folder.join("checkpoint")).unwrap_or_default();
    if Checkpoint::verify(&note, std::slice::from_ref(&same)).is_ok() {
        return Ok(same);
    }
    let path = folder.join("log.vkey");
    if !path.is_file() {
        return Ok(same);
    }
    read_text(&path)?.trim().parse().map_err(|error| format!("`{}`: {error}", path.display()))
}

/// The text of the head of the log in `folder`.
fn head_in(folder: &Path) -> Option<String> {
    head(&fs::read(folder.join("checkpoint")).ok()?)
}

/// The text of the head that stands as entry 0 of the log in `folder`.
fn first_entry(folder: &Path) -> Option<String> {
    let head: Checkpoint = head_in(folder)?.parse().ok()?;
    let width = u16::try_from(head.size().get()).unwrap_or(TILE_WIDTH).min(TILE_WIDTH);
    let path = TilePath::new(TileKind::Entries, 0, width).ok()?;
    let found = [path, path.full()];
    let (path, bytes) =
        found.iter().find_map(|path| Some((path, tile(folder, path).ok().flatten()?)))?;
    let bundle = EntryBundle::decode(path, &bytes).ok()?;
    self::head(bundle.entries().first()?)
}

fn head(note: &[u8]) -> Option<String> {
    let note: Note = std::str::from_utf8(note).ok()?.parse().ok()?;
    Some(note.text().to_owned())
}

fn key(order: &VerifyLog) -> Result<(NoteKey, bool), String> {
    let from_folder = order.key.is_none();
    let text = match &order.key {
        Some(key) => key.clone(),
        None => read_text(&order.folder.join("log.vkey"))
            .map_err(|problem| format!("{problem}; or give the log's public key with --key"))?,
    };
    text.trim().parse().map(|key| (key, from_folder)).map_err(|error| format!("{error}"))
}
