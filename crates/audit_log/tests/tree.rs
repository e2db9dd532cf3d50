//! The tree against a naive one that is written down as RFC 6962, section 2.1, defines it.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

#[path = "made/memory.rs"]
mod memory;

use audit_log::{
    Error, Frontier, LogIndex, TileState, TreeSize, consistency_proof, empty_root, inclusion_proof,
    leaf_hash, node_hash, root_at, root_within, subtree_consistency_proof, verify_consistency,
    verify_inclusion, verify_subtree_consistency, verify_subtree_inclusion,
};
use memory::{MemoryLog, entry};
use proptest::prelude::*;
use seal::Digest;

/// MTH of RFC 6962, section 2.1.
fn naive_root(leaves: &[Digest]) -> Digest {
    match leaves {
        [] => empty_root(),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(naive_cut(leaves.len()));
            node_hash(&naive_root(left), &naive_root(right))
        }
    }
}

/// PATH of RFC 6962, section 2.1.1.
fn naive_path(index: usize, leaves: &[Digest]) -> Vec<Digest> {
    if leaves.len() < 2 {
        return Vec::new();
    }
    let (left, right) = leaves.split_at(naive_cut(leaves.len()));
    let (mut path, other) = match index.checked_sub(left.len()) {
        None => (naive_path(index, left), right),
        Some(index) => (naive_path(index, right), left),
    };
    path.push(naive_root(other));
    path
}

/// PROOF of RFC 6962, section 2.1.2: SUBPROOF(old, leaves, whole).
fn naive_consistency(old: usize, leaves: &[Digest], whole: bool) -> Vec<Digest> {
    if old == leaves.len() {
        return if whole { Vec::new() } else { vec![naive_root(leaves)] };
    }
    let (left, right) = leaves.split_at(naive_cut(leaves.len()));
    let (mut proof, other) = match old.checked_sub(left.len()) {
        None | Some(0) => (naive_consistency(old, left, whole), right),
        Some(old) => (naive_consistency(old, right, false), left),
    };
    proof.push(naive_root(other));
    proof
}

fn naive_cut(size: usize) -> usize {
    let mut cut = 1;
    while cut * 2 < size {
        cut *= 2;
    }
    cut
}

fn leaves(count: u64) -> Vec<Digest> {
    (0..count).map(|index| leaf_hash(&entry(index))).collect()
}

fn at(number: usize) -> u64 {
    u64::try_from(number).unwrap()
}

/// Checks roots and proofs of a log against the naive tree: of one size, one entry and one older size.
fn check(log: &MemoryLog, leaves: &[Digest], index: usize, old: usize) {
    let size = log.state.size();
    let root = naive_root(leaves);
    assert_eq!(log.state.root(), root);
    assert_eq!(root_at(size, &log.read()).unwrap(), root);

    let index_of = LogIndex::new(at(index));
    let path = inclusion_proof(index_of, size, &log.read()).unwrap();
    assert_eq!(path, naive_path(index, leaves));
    assert_eq!(verify_inclusion(index_of, size, &leaves[index], &root, &path), Ok(()));
    for other in [index + 1, index.wrapping_sub(1), index ^ 2] {
        let wrong = LogIndex::new(at(other));
        assert!(verify_inclusion(wrong, size, &leaves[index], &root, &path).is_err());
    }

    let old_size = TreeSize::new(at(old));
    assert_eq!(root_within(old_size, size, &log.read()).unwrap(), naive_root(&leaves[..old]));
    let proof = consistency_proof(old_size, size, &log.read()).unwrap();
    assert_eq!(proof, naive_consistency(old, leaves, true));
    let old_root = naive_root(&leaves[..old]);
    assert_eq!(verify_consistency((old_size, &old_root), (size, &root), &proof), Ok(()));
    let swapped = verify_consistency((old_size, &root), (size, &old_root), &proof);
    assert_eq!(swapped.is_ok(), old == leaves.len());
}

#[test]
fn every_size_up_to_70_and_every_proof_agrees_with_the_naive_tree() {
    for size in 1..=70 {
        let leaves = leaves(size);
        let log = MemoryLog::of(size, 7);
        for index in 0..leaves.len() {
            check(&log, &leaves, index, index + 1);
        }
    }
}

#[test]
fn every_subtree_of_every_tree_up_to_40_is_proven_and_nothing_else() {
    for size in 1..=40_u64 {
        let leaves = leaves(size);
        let log = MemoryLog::of(size, 40);
        let root = naive_root(&leaves);
        for start in 0..size {
            for end in start + 1..=size {
                let range = (LogIndex::new(start), LogIndex::new(end));
                let proof =
                    subtree_consistency_proof(range.0, range.1, TreeSize::new(size), &log.read());
                let valid = start % (end - start).next_power_of_two() == 0;
                assert_eq!(proof.is_ok(), valid, "{start} {end} {size}");
                let Ok(proof) = proof else { continue };
                let part = &leaves[usize::try_from(start).unwrap()..usize::try_from(end).unwrap()];
                let part_root = naive_root(part);
                let verify = |part: &Digest, proof: &[Digest]| {
                    verify_subtree_consistency(range, TreeSize::new(size), part, &root, proof)
                };
                assert_eq!(verify(&part_root, &proof), Ok(()));
                assert!(verify(&empty_root(), &proof).is_err());
                let longer = [&proof[..], &[root]].concat();
                assert_eq!(verify(&part_root, &longer), Err(Error::BadProof));
                for (offset, leaf) in part.iter().enumerate() {
                    let path = naive_path(offset, part);
                    let index = LogIndex::new(start + at(offset));
                    let inside = verify_subtree_inclusion(index, range, leaf, &part_root, &path);
                    assert_eq!(inside, Ok(()));
                }
            }
        }
    }
}

#[test]
fn three_levels_of_tiles_agree_with_the_naive_tree() {
    let size = 65_536 + 300;
    let leaves = leaves(size);
    let log = MemoryLog::of(size, 10_000);
    assert!(log.files.contains_key("tile/2/000.p/1"));
    for (index, old) in [(0, 1), (65_535, 65_536), (65_536, 65_537), (65_835, 65_836), (700, 255)] {
        check(&log, &leaves, index, old);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_batches_give_the_same_tiles_root_and_proofs(
        batches in prop::collection::vec(1_usize..300, 1..8),
        index in any::<prop::sample::Index>(),
        old in any::<prop::sample::Index>(),
    ) {
        let total = at(batches.iter().sum());
        let leaves = leaves(total);
        let mut log = MemoryLog::of(0, 1);
        let mut frontier = Frontier::new();
        for batch in batches {
            let from = log.state.size().get();
            let to = from + at(batch);
            log.append(&(from..to).map(entry).collect::<Vec<_>>());
            frontier.append_many((from..to).map(|i| leaf_hash(&entry(i))));
            let read = log.read();
            let restored = TileState::restore(log.state.size(), &log.state.root(), &read);
            prop_assert_eq!(restored.as_ref(), Ok(&log.state));
        }
        prop_assert_eq!(frontier.root(), log.state.root());
        prop_assert_eq!(Frontier::decode(&frontier.encode()).unwrap(), frontier);
        prop_assert_eq!(&TileState::decode(&log.state.encode()).unwrap(), &log.state);
        check(&log, &leaves, index.index(leaves.len()), old.index(leaves.len()) + 1);
        let verdict = log.verify();
        prop_assert!(verdict.is_whole(), "{:?}", verdict.problems);
        // Written at once or in batches, the files of the last size are the same.
        for (name, bytes) in MemoryLog::of(total, usize::MAX).files {
            prop_assert_eq!(log.files.get(&name), Some(&bytes), "{}", name);
        }
    }

    #[test]
    fn no_altered_proof_is_accepted(size in 2_u64..600, index in any::<prop::sample::Index>(), bit in 0_usize..256) {
        let leaves = leaves(size);
        let log = MemoryLog::of(size, 600);
        let root = naive_root(&leaves);
        let index = index.index(leaves.len());
        let path = inclusion_proof(LogIndex::new(at(index)), TreeSize::new(size), &log.read()).unwrap();
        let verify = |path: &[Digest]| {
            verify_inclusion(LogIndex::new(at(index)), TreeSize::new(size), &leaves[index], &root, path)
        };
        for which in 0..path.len() {
            let mut bytes = *path[which].as_bytes();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let mut altered = path.clone();
            altered[which] = Digest::from_bytes(bytes);
            prop_assert_eq!(verify(&altered), Err(Error::BadProof));
            altered.remove(which);
            prop_assert_eq!(verify(&altered), Err(Error::BadProof));
        }
    }
}
