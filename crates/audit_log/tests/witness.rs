//! A witness: what it cosigns, what it refuses, and that it never cosigns two trees that contradict each other.
#![expect(clippy::unwrap_used, reason = "test code")]

#[path = "made/memory.rs"]
mod memory;

use audit_log::{
    AddCheckpoint, Checkpoint, Judgement, Note, NoteKey, NoteKeyKind, TreeSize, WitnessedHead,
    consistency_proof, judge, verify_consistency,
};
use memory::{MemoryLog, ORIGIN};
use proptest::prelude::*;
use seal::{Secret, SigningKey};
use std::collections::BTreeMap;

const NAME: &str = "witness.example/w1";

/// A log that grows, and remembers nothing but its tiles.
struct Grown(MemoryLog);

impl Grown {
    fn new() -> Self {
        Self(MemoryLog::of(0, 1))
    }

    fn grow(&mut self, by: u64, mark: &str) {
        let from = self.0.state.size().get();
        let entries: Vec<_> =
            (from..from + by).map(|n| format!("{mark} {n}").into_bytes()).collect();
        self.0.append(&entries);
    }

    fn size(&self) -> TreeSize {
        self.0.state.size()
    }

    fn request(&self, old: u64) -> AddCheckpoint {
        let read = self.0.read();
        let proof = match old {
            0 => Vec::new(),
            old => consistency_proof(TreeSize::new(old), self.size(), &read).unwrap_or_default(),
        };
        AddCheckpoint { old: TreeSize::new(old), proof, checkpoint: self.0.note() }
    }
}

/// A witness with its disk: what is kept survives, a cosignature on its way may be lost.
struct Witness {
    key: SigningKey,
    kept: Option<WitnessedHead>,
    now: u64,
}

impl Witness {
    fn new(seed: u8) -> Self {
        let key = SigningKey::from_seed(&Secret::new([seed; 32])).unwrap();
        Self { key, kept: None, now: 1_800_000_000 }
    }

    fn judge(&self, log: &Grown, request: &AddCheckpoint) -> Judgement {
        judge(request, &[log.0.key()], self.kept.as_ref(), self.now)
    }

    /// Takes a request; `dies` before the head is durable (1), after it and before the answer (2), or not.
    fn take(&mut self, log: &Grown, request: &AddCheckpoint, dies: u8) -> Option<String> {
        self.now += 1;
        let Judgement::Consistent(consistent) = self.judge(log, request) else { return None };
        if dies == 1 {
            return None;
        }
        self.kept = Some(consistent.head().clone());
        if dies == 2 {
            return None;
        }
        let mut note: Note = request.checkpoint.parse().unwrap();
        note.attach(consistent.cosign(NAME, &self.key).unwrap());
        Some(note.to_string())
    }

    fn public(&self) -> NoteKey {
        NoteKey::new(NAME, NoteKeyKind::Witness, self.key.verifying_key()).unwrap()
    }
}

#[test]
fn a_growing_log_is_cosigned_from_head_to_head() {
    let (mut log, mut witness) = (Grown::new(), Witness::new(3));
    let mut old = 0;
    for by in [1, 1, 254, 1, 700] {
        log.grow(by, "entry");
        let request = log.request(old);
        let text = request.to_string();
        assert_eq!(text.parse::<AddCheckpoint>().unwrap(), request);
        let note = witness.take(&log, &request, 0).unwrap();
        let (checkpoint, signatories) =
            Checkpoint::verify(&note, &[log.0.key(), witness.public()]).unwrap();
        assert_eq!(checkpoint.size(), log.size());
        assert_eq!(signatories.len(), 2);
        assert_eq!(signatories[1].seconds, Some(witness.now));
        old = log.size().get();
    }
    assert!(log.0.verify().is_whole());
    // The same head again is cosigned again, at a later moment.
    assert!(witness.take(&log, &log.request(old), 0).is_some());
}

#[test]
fn what_a_witness_refuses_has_the_status_of_the_protocol() {
    let (mut log, mut witness) = (Grown::new(), Witness::new(3));
    log.grow(5, "entry");
    witness.take(&log, &log.request(0), 0).unwrap();
    log.grow(4, "entry");
    let whole = log.request(5);
    let status = |request: &AddCheckpoint| witness.judge(&log, request).status();
    assert_eq!(status(&whole), 200);

    // Another size than the kept one: 409 with the size.
    assert_eq!(witness.judge(&log, &log.request(3)), Judgement::OtherSize(TreeSize::new(5)));
    assert_eq!(status(&log.request(0)), 409);

    // No proof, a proof too long, a hash changed: 422.
    let mut bad = whole.clone();
    bad.proof.clear();
    assert_eq!(status(&bad), 422);
    bad.proof = whole.proof.iter().chain(whole.proof.last()).copied().collect();
    assert_eq!(status(&bad), 422);

    // Another key, or nobody's signature: 403. Another log: 404.
    let other = NoteKey::new(
        ORIGIN,
        NoteKeyKind::Log,
        SigningKey::from_seed(&Secret::new([9; 32])).unwrap().verifying_key(),
    )
    .unwrap();
    assert_eq!(judge(&whole, &[other], None, 0).status(), 403);
    let unknown = NoteKey::new("other/2026", NoteKeyKind::Log, *log.0.key().key()).unwrap();
    assert_eq!(judge(&whole, &[unknown], None, 0).status(), 404);
    assert_eq!(judge(&whole, &[], None, 0).status(), 404);

    // An old size above the checkpoint's: 400. A clock that went back: 503.
    assert_eq!(status(&AddCheckpoint { old: TreeSize::new(10), ..whole.clone() }), 400);
    let behind = judge(&whole, &[log.0.key()], witness.kept.as_ref(), witness.now - 7);
    assert_eq!(behind, Judgement::ClockBehind(7));
    assert_eq!(behind.status(), 503);

    // From nothing to a tree takes no proof.
    let bare = AddCheckpoint { old: TreeSize::new(0), ..whole.clone() };
    assert_eq!(judge(&bare, &[log.0.key()], None, 0).status(), 422);
}

#[test]
fn two_trees_of_one_size_are_a_fork_and_both_notes_are_given_out() {
    let (mut log, mut fork) = (Grown::new(), Grown::new());
    log.grow(7, "entry");
    fork.grow(6, "entry");
    fork.grow(1, "other");
    let mut witness = Witness::new(3);
    witness.take(&log, &log.request(0), 0).unwrap();
    for old in [0, 3, 7] {
        let judged = witness.judge(&log, &fork.request(old));
        let (kept, offered) = (log.0.note(), fork.0.note());
        assert_eq!(judged, Judgement::Forked { kept, offered }, "from {old}");
        assert_eq!(judged.status(), 409);
    }
    // Grown further, the fork has no proof that leads from what was cosigned.
    fork.grow(3, "entry");
    assert_eq!(witness.judge(&log, &fork.request(7)).status(), 422);
}

#[test]
fn malformed_requests_are_told_and_never_panic() {
    let mut log = Grown::new();
    log.grow(4, "entry");
    let root = log.0.state.root();
    log.grow(5, "entry");
    let whole = log.request(4).to_string();
    for bad in [
        whole.replacen("old 4", "old 04", 1),
        whole.replacen("old 4", "old -4", 1),
        whole.replacen("old 4\n", "", 1),
        whole.replacen("\n\n", "\n", 1),
        whole.replacen("old 4\n", "old 4\nAAAA\n", 1),
        whole.clone() + "x",
        "old 4\n".to_owned() + &("A".repeat(43) + "=\n").repeat(64) + "\n" + &log.0.note(),
        String::new(),
    ] {
        assert!(bad.parse::<AddCheckpoint>().is_err(), "{bad}");
    }
    let witness = Witness::new(3);
    for at in 0..whole.len() {
        let mut bytes = whole.clone().into_bytes();
        bytes[at] ^= 1;
        let Ok(text) = String::from_utf8(bytes) else { continue };
        let Ok(request) = text.parse::<AddCheckpoint>() else { continue };
        let kept = WitnessedHead { size: TreeSize::new(4), root, note: String::new(), at: 0 };
        let judged = judge(&request, &[log.0.key()], Some(&kept), 1);
        // Base64 of 32 bytes has two bits to spare; a strict reader takes none of the other spellings.
        let same = request.to_string() == whole;
        assert!(same || !matches!(judged, Judgement::Consistent(_)), "byte {at} was not noticed");
        drop(witness.judge(&log, &request));
    }
}

/// One step of a history: the log grows, forks, or offers a head to some witness, who may die.
#[derive(Debug, Clone)]
enum Step {
    Grow { branch: usize, by: u64 },
    Fork { at: usize },
    Offer { branch: usize, witness: usize, old: Option<u64>, dies: u8 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (0..4_usize, 1..40_u64).prop_map(|(branch, by)| Step::Grow { branch, by }),
        1 => (0..4_usize).prop_map(|at| Step::Fork { at }),
        6 => (0..4_usize, 0..3_usize, prop::option::of(0..90_u64), 0..4_u8).prop_map(
            |(branch, witness, old, dies)| Step::Offer { branch, witness, old, dies }
        ),
    ];
    prop::collection::vec(step, 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Whatever a dishonest log offers to whom, and whenever a witness dies: all heads that one witness cosigned lie on
    /// one line, each beginning with the one before.
    #[test]
    fn no_witness_cosigns_two_inconsistent_trees(steps in steps()) {
        let mut branches = vec![Grown::new()];
        branches[0].grow(1, "entry");
        let mut witnesses: Vec<Witness> = (1..=3).map(Witness::new).collect();
        let mut cosigned: BTreeMap<usize, Vec<(Checkpoint, usize)>> = BTreeMap::new();
        for (number, step) in steps.into_iter().enumerate() {
            match step {
                Step::Grow { branch, by } => {
                    let branch = branch % branches.len();
                    branches[branch].grow(by, &format!("branch {branch}"));
                }
                Step::Fork { at } => {
                    let at = at % branches.len();
                    let mut log = MemoryLog::of(0, 1);
                    log.state = branches[at].0.state.clone();
                    log.files = branches[at].0.files.clone();
                    let mut fork = Grown(log);
                    fork.grow(1, &format!("fork {number}"));
                    branches.push(fork);
                }
                Step::Offer { branch, witness, old, dies } => {
                    let branch = branch % branches.len();
                    let log = &branches[branch];
                    let kept = witnesses[witness].kept.as_ref().map_or(0, |head| head.size.get());
                    // Mostly from the size the witness has, so that much is cosigned.
                    let request = log.request(old.unwrap_or(kept).min(log.size().get()));
                    if let Some(note) = witnesses[witness].take(log, &request, dies) {
                        let keys = [log.0.key(), witnesses[witness].public()];
                        let (checkpoint, _) = Checkpoint::verify(&note, &keys).unwrap();
                        cosigned.entry(witness).or_default().push((checkpoint, branch));
                    }
                }
            }
        }
        for heads in cosigned.values() {
            for pair in heads.windows(2) {
                let ((old, _), (new, branch)) = (&pair[0], &pair[1]);
                prop_assert!(old.size() <= new.size());
                let proof = consistency_proof(old.size(), new.size(), &branches[*branch].0.read());
                let holds = verify_consistency(
                    (old.size(), old.root()),
                    (new.size(), new.root()),
                    &proof.unwrap(),
                );
                prop_assert!(holds.is_ok(), "{} and {} are of different trees", old.size(), new.size());
            }
        }
    }
}

#[test]
fn a_log_key_does_not_cosign_and_a_witness_key_does_not_sign() {
    let mut log = Grown::new();
    log.grow(2, "entry");
    let as_witness = NoteKey::new(ORIGIN, NoteKeyKind::Witness, *log.0.key().key()).unwrap();
    let Judgement::NotSigned = judge(&log.request(0), &[as_witness], None, 0) else {
        panic!("the signature of a log was taken for that of a witness");
    };
}
