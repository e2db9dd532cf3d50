//! Policies: read with every problem at once, and held against checkpoints and proofs.
#![expect(clippy::unwrap_used, reason = "test code")]

#[path = "made/memory.rs"]
mod memory;

use audit_log::{
    Error, LogIndex, LogProof, Note, NoteKey, NoteKeyKind, Policy, earliest_cosigned, format_proof,
    inclusion_proof, leaf_hash, parse_proof,
};
use memory::{MemoryLog, entry};
use proptest::prelude::*;
use seal::{Secret, SigningKey};

fn signer(number: u8) -> SigningKey {
    SigningKey::from_seed(&Secret::new([100 + number; 32])).unwrap()
}

fn witness(number: u8) -> NoteKey {
    let name = format!("w{number}.example");
    NoteKey::new(&name, NoteKeyKind::Witness, signer(number).verifying_key()).unwrap()
}

/// The policy of the specification's example: two of three of one organisation, and one of three of another.
fn text(log: &NoteKey) -> String {
    let lines: Vec<String> =
        (0..6).map(|n| format!("witness W{n} {} https://w{n}.example\n", witness(n))).collect();
    format!(
        "# two levels\n\n  log {log} https://log.example\n{}\
         group X-witnesses 2 W0 W1 W2\n\
         group Y-witnesses\tany W3 W4 W5\n\
         group X-and-Y all X-witnesses Y-witnesses\n\
         quorum X-and-Y\n",
        lines.concat()
    )
}

/// The checkpoint of `log`, cosigned by these witnesses at these moments.
fn cosigned(log: &MemoryLog, by: &[(u8, u64)]) -> String {
    let mut note: Note = log.note().parse().unwrap();
    for (number, at) in by {
        note.cosign(witness(*number).name(), &signer(*number), *at).unwrap();
    }
    note.to_string()
}

#[test]
fn the_example_of_the_specification_holds_from_the_moment_its_quorum_is_full() {
    let log = MemoryLog::of(9, 9);
    let policy = Policy::read(&text(&log.key())).unwrap();
    assert_eq!(policy.logs(), &[log.key()]);
    assert_eq!(policy.witnesses().count(), 6);

    let by = |by: &[(u8, u64)]| policy.believe(&cosigned(&log, by)).map(|one| one.cosigned_by);
    assert_eq!(by(&[(0, 10), (1, 20), (3, 15)]), Ok(Some(20)));
    assert_eq!(by(&[(0, 10), (2, 90), (1, 20), (5, 40), (4, 60)]), Ok(Some(40)));
    assert_eq!(by(&[(2, 7), (1, 7), (5, 7)]), Ok(Some(7)));

    let missing = |found| match by(found) {
        Err(Error::NoQuorum { missing }) => missing,
        other => format!("{other:?}"),
    };
    assert_eq!(
        missing(&[(0, 10), (3, 15)]),
        "`X-and-Y` lacks 1 of: `X-witnesses` lacks 1 of: `W1`, `W2`"
    );
    assert_eq!(
        missing(&[(0, 1), (1, 1)]),
        "`X-and-Y` lacks 1 of: `Y-witnesses` lacks 1 of: `W3`, `W4`, `W5`"
    );
    assert!(by(&[(7, 1), (8, 1)]).is_err(), "witnesses that the policy does not name");
}

#[test]
fn a_policy_without_witnesses_asks_for_the_log_alone() {
    let log = MemoryLog::of(3, 3);
    let bare = Policy::read(&format!("log {}\nquorum none\n", log.key())).unwrap();
    assert_eq!(bare.believe(&log.note()).unwrap().cosigned_by, None);
    assert_eq!(bare, Policy::of_log(log.key()));
    let one = format!("log {}\nwitness solo {}\nquorum solo\n", log.key(), witness(1));
    let one = Policy::read(&one).unwrap();
    assert!(one.believe(&log.note()).is_err());
    assert_eq!(one.believe(&cosigned(&log, &[(1, 5)])).unwrap().cosigned_by, Some(5));
    // Another log is not believed, whoever cosigned.
    let other = NoteKey::new("other/2026", NoteKeyKind::Log, *log.key().key()).unwrap();
    assert_eq!(one.for_log(other).believe(&cosigned(&log, &[(1, 5)])), Err(Error::NotSigned));
}

#[test]
fn every_problem_of_a_policy_is_told_with_its_line() {
    let (log, other) = (MemoryLog::of(1, 1).key(), witness(1));
    let text = format!(
        "log {other}\nlog {log}\nlog {log}\nwitness none {other}\nwitness A {other}\nwitness A {}\n\
         witness B {other}\ngroup G 3 A\ngroup H any A A\ngroup I all later\ngroup\n\
         group J 01 A\nquorum nobody\nquorum A\nnonsense\nlog\nwitness C x+y+z\n\u{7}",
        witness(2)
    );
    let problems = Policy::read(&text).unwrap_err();
    let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let expected = [
        "the last line has no line feed",
        "line 1: the key",
        "line 3: a log with this public key",
        "line 4: `none` is no name",
        "line 6: `A` is defined above already",
        "line 7: a witness with this public key",
        "line 8: write `all`, `any` or a number from 1 to 1",
        "line 9: `A` is a member of a group already",
        "line 10: `later` is not defined above",
        "line 11: write `group NAME",
        "line 12: write `all`",
        "line 13: `nobody` is not defined above",
        "line 14: line 13 has the quorum already",
        "line 15: `nonsense` begins no line",
        "line 16: write `log KEY`",
        "line 17: `x+y+z`: not a note key",
        "line 18: it has a control character",
    ];
    for (found, expected) in told.iter().zip(expected) {
        assert!(found.starts_with(expected), "{found} instead of {expected}");
    }
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    let none = Policy::read("# nothing\n").unwrap_err();
    assert!(none[0].to_string().starts_with("there is no quorum"));
}

fn proof(log: &MemoryLog, index: u64, checkpoint: String) -> LogProof {
    let index = LogIndex::new(index);
    let path = inclusion_proof(index, log.state.size(), &log.read()).unwrap();
    LogProof { index, extra: None, path, checkpoint }
}

#[test]
fn a_cosigned_proof_is_checked_offline_and_every_changed_byte_is_noticed() {
    let log = MemoryLog::of(300, 300);
    assert!(log.verify().is_whole());
    let policy = Policy::read(&text(&log.key())).unwrap();
    let leaf = leaf_hash(&entry(270));
    let whole = proof(&log, 270, cosigned(&log, &[(0, 10), (1, 20), (3, 15)]));
    assert_eq!(whole.check(&leaf, &policy).unwrap().cosigned_by, Some(20));
    assert_eq!(whole.check(&leaf_hash(&entry(271)), &policy), Err(Error::BadProof));

    let text = format_proof(&whole);
    assert_eq!(format_proof(&parse_proof(&text).unwrap()), text);
    for at in 0..text.len() {
        for mask in [1, 4, 32, 128] {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= mask;
            let Ok(changed) = String::from_utf8(bytes) else { continue };
            let Ok(parsed) = parse_proof(&changed) else { continue };
            assert!(
                parsed.check(&leaf, &policy).is_err(),
                "byte {at} changed by {mask}: {changed}"
            );
        }
    }
}

#[test]
fn a_changed_byte_of_a_cosignature_is_an_error_and_not_a_missing_witness() {
    let log = MemoryLog::of(5, 5);
    let policy = Policy::read(&text(&log.key())).unwrap();
    let whole: Note = cosigned(&log, &[(0, 10), (1, 20), (3, 15), (4, 1)]).parse().unwrap();
    for (line, signature) in whole.signatures().iter().enumerate().skip(1) {
        for at in 0..signature.bytes.len() {
            let mut changed = signature.clone();
            changed.bytes[at] ^= 1 << (at % 8);
            let mut note = whole.clone();
            note.attach(changed);
            let name = signature.name.clone();
            // The moment is signed with the rest: nobody can make a cosignature older.
            assert_eq!(
                policy.believe(&note.to_string()),
                Err(Error::BadSignature(name)),
                "line {line}, byte {at}"
            );
        }
    }
}

#[test]
fn the_earliest_cosignature_counts_and_a_log_is_no_witness_of_itself() {
    let log = MemoryLog::of(5, 5);
    let all = [witness(0), witness(1), witness(2)];
    let note = cosigned(&log, &[(0, 30), (1, 20), (7, 1)]);
    assert_eq!(earliest_cosigned(&note, &log.key(), &all), Ok(Some(20)));
    assert_eq!(earliest_cosigned(&note, &log.key(), &all[..1]), Ok(Some(30)));
    assert_eq!(earliest_cosigned(&log.note(), &log.key(), &all), Ok(None));

    let own = SigningKey::from_seed(&Secret::new([7; 32])).unwrap();
    let mut note: Note = log.note().parse().unwrap();
    note.cosign("itself.example", &own, 3).unwrap();
    let itself = NoteKey::new("itself.example", NoteKeyKind::Witness, own.verifying_key()).unwrap();
    assert_eq!(earliest_cosigned(&note.to_string(), &log.key(), &[itself]), Ok(None));
}

proptest! {
    /// A policy agrees with counting by hand, for every subset of witnesses.
    #[test]
    fn a_policy_agrees_with_counting_by_hand(moments in prop::collection::vec(prop::option::of(1..100_u64), 6)) {
        let log = MemoryLog::of(2, 2);
        let policy = Policy::read(&text(&log.key())).unwrap();
        let by: Vec<(u8, u64)> = (0_u8..).zip(&moments).filter_map(|(n, at)| Some((n, (*at)?))).collect();
        let holds_at = |now: u64| {
            let there = |n: &usize| moments[*n].is_some_and(|at| at <= now);
            (0..3).filter(there).count() >= 2 && (3..6).any(|n| there(&n))
        };
        let expected = (1..100).find(|now| holds_at(*now));
        let found = policy.believe(&cosigned(&log, &by));
        prop_assert_eq!(found.ok().map(|one| one.cosigned_by.unwrap()), expected);
    }

    #[test]
    fn nearly_right_policies_never_panic(lines in prop::collection::vec(
        "(log|witness|group|quorum|#)?[ \t]?([A-C]|all|any|none|[0-3])?( [A-D]){0,3}", 0..12)) {
        drop(Policy::read(&(lines.join("\n") + "\n")));
    }
}
