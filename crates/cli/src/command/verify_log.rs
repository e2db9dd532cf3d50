//! `eunomia verify-log`: verifies a copied log folder offline and names the first broken entry.

use crate::Done;
use crate::arguments::VerifyLog;
use crate::files::{cannot, read_text};
use audit_log::{NoteKey, TilePath, Verdict, verify_log};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
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
    let verdict = verify(&order.folder, &key)?;
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
        return Ok(ExitCode::SUCCESS);
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
    Ok(ExitCode::FAILURE)
}

/// Verifies the log in `folder`.
///
/// # Errors
/// When the checkpoint cannot be read.
pub(crate) fn verify(folder: &Path, key: &NoteKey) -> Result<Verdict, String> {
    let path = folder.join("checkpoint");
    let checkpoint = fs::read(&path).map_err(|error| cannot("read", &path, &error))?;
    let read = |tile: &TilePath| match fs::read(folder.join(tile.to_string())) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.to_string()),
    };
    Ok(verify_log(&checkpoint, std::slice::from_ref(key), &read, &mut |_| {}))
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
