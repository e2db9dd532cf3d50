//! The heads of others that this node cosigned: kept durably before anything is cosigned.

use crate::support::{Home, berlin, key};
use audit_log::{
    AddCheckpoint, Checkpoint, Frontier, Judgement, NoteKey, NoteKeyKind, TreeSize, leaf_hash,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store::{CrashPoint, Error};

const ORIGIN: &str = "de-police/2026";

/// A signed head of a log of `size` entries that differ from those of another `branch` from the first on.
fn head(size: u64, branch: &str) -> AddCheckpoint {
    let mut frontier = Frontier::new();
    frontier.append_many((0..size).map(|n| leaf_hash(format!("{branch} {n}").as_bytes())));
    let checkpoint = Checkpoint::new(ORIGIN, TreeSize::new(size), frontier.root()).unwrap();
    let note = checkpoint.sign(&key(2)).unwrap().to_string();
    AddCheckpoint { old: TreeSize::new(0), proof: Vec::new(), checkpoint: note }
}

fn keys() -> [NoteKey; 1] {
    [NoteKey::new(ORIGIN, NoteKeyKind::Log, key(2).verifying_key()).unwrap()]
}

#[test]
fn a_cosigned_head_outlives_a_restart_and_its_fork_is_refused() {
    let home = Home::new();
    let store = home.open();
    assert_eq!(store.witnessed(&berlin(), ORIGIN).unwrap(), None);
    let judged = store.witness(&berlin(), &head(5, "a"), &keys(), 100).unwrap();
    assert_eq!(judged.status(), 200);
    store.close();
    drop(store);
    let store = home.open();
    let kept = store.witnessed(&berlin(), ORIGIN).unwrap().unwrap();
    assert_eq!((kept.size.get(), kept.at, kept.note), (5, 100, head(5, "a").checkpoint));
    let forked = store.witness(&berlin(), &head(5, "b"), &keys(), 101).unwrap();
    assert!(matches!(forked, Judgement::Forked { .. }), "{forked:?}");
    let stale = store.witness(&berlin(), &head(7, "a"), &keys(), 101).unwrap();
    assert_eq!(stale, Judgement::OtherSize(TreeSize::new(5)));
    assert_eq!(store.witness(&berlin(), &head(5, "a"), &keys(), 99).unwrap().status(), 409);
}

#[test]
fn after_a_crash_either_the_head_is_kept_or_nothing_was_cosigned() {
    for point in [CrashPoint::JobsRan, CrashPoint::Committed] {
        let home = Home::new();
        let armed = Arc::new(AtomicBool::new(false));
        let die = Arc::clone(&armed);
        let crash = move |at: CrashPoint| at == point && die.load(Ordering::SeqCst);
        let store = home.open_with(Some(Arc::new(crash)));
        armed.store(true, Ordering::SeqCst);
        let judged = store.witness(&berlin(), &head(5, "a"), &keys(), 100);
        assert!(
            matches!(judged, Err(Error::Crashed)),
            "no judgement comes out, so none is cosigned"
        );
        drop(store);
        let store = home.open();
        let kept = store.witnessed(&berlin(), ORIGIN).unwrap();
        assert_eq!(kept.is_some(), point == CrashPoint::Committed);
        // The other branch is cosigned only if the first was not kept.
        let other = store.witness(&berlin(), &head(5, "b"), &keys(), 101).unwrap();
        assert_eq!(other.status() == 200, kept.is_none());
    }
}
