//! `eunomia verify-log`: a whole log, and every way in which it is not one.

use crate::bundle::{Ran, eunomia, text};
use crate::copy::{copy_folder, played};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const LOG: &str = "gr-node/data/log/gr-police";

fn copied() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let log = folder.path().join("log");
    copy_folder(&played().join(LOG), &log);
    (folder, log)
}

fn verify(folder: &Path) -> Ran {
    eunomia(&["verify-log", text(folder)])
}

/// The size in the checkpoint: its second line (C2SP tlog-checkpoint).
fn size(log: &Path) -> u64 {
    fs::read_to_string(log.join("checkpoint")).unwrap().lines().nth(1).unwrap().parse().unwrap()
}

#[test]
fn a_whole_log_is_whole() {
    let (_folder, log) = copied();
    let ran = verify(&log);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains(&format!("entries     {} read and in the signed tree", size(&log))));
    assert!(ran.out.contains("result      whole: nothing was changed, taken out or put in"));
    assert!(ran.out.contains("(the folder itself; compare it with the trust list)"));
    let key = fs::read_to_string(log.join("log.vkey")).unwrap();
    let given = eunomia(&["verify-log", text(&log), "--key", key.trim()]);
    assert_eq!(given.code, Some(0));
    assert!(given.out.contains("(given)"), "{}", given.out);
}

#[test]
fn the_entry_with_a_flipped_byte_is_named() {
    let (_folder, log) = copied();
    let (size, width) = (size(&log), 256);
    let (tile, number) = (size / width, size % width);
    assert_eq!(tile, 0, "the small federation has one partial tile");
    let path = log.join(format!("tile/entries/000.p/{number}"));
    let whole = fs::read(&path).unwrap();
    // An entry of a bundle is two bytes of length and the entry (C2SP tlog-tiles).
    let mut starts = Vec::new();
    let mut at = 0_usize;
    while at < whole.len() {
        starts.push(at + 2);
        at += 2 + usize::from(u16::from_be_bytes([whole[at], whole[at + 1]]));
    }
    for entry in [0, 1, starts.len() / 2, starts.len() - 1] {
        let mut flipped = whole.clone();
        flipped[starts[entry] + 9] ^= 1;
        fs::write(&path, &flipped).unwrap();
        let ran = verify(&log);
        assert_eq!(ran.code, Some(1), "{}", ran.out);
        let told = format!("result      broken; the first entry in doubt is {entry}\n");
        assert!(ran.out.contains(&told), "{}", ran.out);
        assert!(ran.out.contains("what to do"), "{}", ran.out);
    }
}

#[test]
fn a_missing_tile_a_changed_checkpoint_and_a_wrong_key_are_told() {
    let (_folder, log) = copied();
    let other = played().join("de-node/data/log/de-police/log.vkey");
    let other = fs::read_to_string(other).unwrap();
    let ran = eunomia(&["verify-log", text(&log), "--key", other.trim()]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.out.contains("none of the given keys signed the note"), "{}", ran.out);
    let ran = eunomia(&["verify-log", text(&log), "--key", "no key"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("write it as `name+0123abcd+base64`"), "{}", ran.err);

    let checkpoint = fs::read_to_string(log.join("checkpoint")).unwrap();
    let smaller = checkpoint.replacen(&format!("\n{}\n", size(&log)), "\n7\n", 1);
    assert_ne!(smaller, checkpoint);
    fs::write(log.join("checkpoint"), smaller).unwrap();
    let ran = verify(&log);
    assert_eq!(ran.code, Some(1), "a signature does not fit a changed text: {}", ran.out);
    assert!(ran.out.contains("broken      checkpoint"), "{}", ran.out);
    fs::write(log.join("checkpoint"), checkpoint).unwrap();

    fs::remove_dir_all(log.join("tile/entries")).unwrap();
    let ran = verify(&log);
    assert_eq!(ran.code, Some(1), "{}", ran.out);
    assert!(ran.out.contains("the first entry in doubt is 0"), "{}", ran.out);
}

#[test]
fn a_folder_that_is_no_log_is_said_to_be_none() {
    let folder = TempDir::new().unwrap();
    for path in [folder.path().to_owned(), folder.path().join("absent")] {
        let ran = verify(&path);
        assert_eq!(ran.code, Some(1));
        assert!(
            ran.err.contains("is not the folder of a log: it has no `checkpoint`"),
            "{}",
            ran.err
        );
    }
    let (_folder, log) = copied();
    fs::remove_file(log.join("log.vkey")).unwrap();
    let ran = verify(&log);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("give the log's public key with --key"), "{}", ran.err);
}
