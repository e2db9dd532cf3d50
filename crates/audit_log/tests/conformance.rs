//! Foreign test vectors: 518 proofs of transparency-dev/merkle, and the test log of transparency-dev/tessera.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "test code"
)]

use audit_log::{
    Checkpoint, EntryBundle, LogIndex, NoteKey, TileKind, TilePath, TileState, TreeSize,
    consistency_proof, format_proof, inclusion_proof, leaf_hash, parse_proof, verify_consistency,
    verify_inclusion, verify_log, verify_subtree_consistency, verify_subtree_inclusion,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use seal::Digest;
use std::path::{Path, PathBuf};

const VECTORS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors/tlog");
const TESSERA_KEY: &str =
    "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";

fn vectors(folder: &str) -> Option<PathBuf> {
    let path = Path::new(VECTORS).join(folder);
    if path.is_dir() {
        return Some(path);
    }
    println!("SKIPPED: {} absent", path.display());
    None
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// One case. A hash that is empty is refused by the type ([`None`]); some cases use a short text where the hash does
/// not matter, which is filled up with zeros.
struct Case(serde_json::Value);

impl Case {
    fn number(&self, key: &str) -> u64 {
        self.0[key].as_u64().unwrap()
    }

    fn digest(text: &str) -> Option<Digest> {
        let mut bytes = STANDARD.decode(text).unwrap();
        if bytes.is_empty() || bytes.len() > 32 {
            return None;
        }
        bytes.resize(32, 0);
        Some(Digest::from_bytes(bytes.try_into().unwrap()))
    }

    fn hash(&self, key: &str) -> Option<Digest> {
        Self::digest(self.0[key].as_str().unwrap())
    }

    fn proof(&self) -> Option<Vec<Digest>> {
        let hashes = self.0["proof"].as_array().cloned().unwrap_or_default();
        hashes.iter().map(|hash| Self::digest(hash.as_str().unwrap())).collect()
    }

    fn range(&self) -> (LogIndex, LogIndex) {
        (LogIndex::new(self.number("start")), LogIndex::new(self.number("end")))
    }

    fn inclusion(&self) -> Option<bool> {
        let (leaf, root, proof) = (self.hash("leafHash")?, self.hash("root")?, self.proof()?);
        let index = LogIndex::new(self.number("leafIdx"));
        let size = TreeSize::new(self.number("treeSize"));
        Some(verify_inclusion(index, size, &leaf, &root, &proof).is_ok())
    }

    fn subtree_inclusion(&self) -> Option<bool> {
        let (leaf, root, proof) = (self.hash("leafHash")?, self.hash("root")?, self.proof()?);
        let index = LogIndex::new(self.number("leafIdx"));
        Some(verify_subtree_inclusion(index, self.range(), &leaf, &root, &proof).is_ok())
    }

    fn consistency(&self) -> Option<bool> {
        let (old, new, proof) = (self.hash("root1")?, self.hash("root2")?, self.proof()?);
        let old = (TreeSize::new(self.number("size1")), &old);
        let new = (TreeSize::new(self.number("size2")), &new);
        Some(verify_consistency(old, new, &proof).is_ok())
    }

    fn subtree_consistency(&self) -> Option<bool> {
        let (part, whole, proof) = (self.hash("root1")?, self.hash("root2")?, self.proof()?);
        let size = TreeSize::new(self.number("size"));
        Some(verify_subtree_consistency(self.range(), size, &part, &whole, &proof).is_ok())
    }
}

/// Runs all cases of a folder; gives how many there are and how many must hold.
fn run(folder: &str, verify: fn(&Case) -> Option<bool>) -> (usize, usize) {
    let Some(path) = vectors(&format!("merkle-proofs/{folder}")) else { return (0, 0) };
    let mut holding = 0;
    let files = files(&path);
    for file in &files {
        let case = Case(serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap());
        let must_hold = case.0["wantErr"] == false;
        holding += usize::from(must_hold);
        assert_eq!(verify(&case).unwrap_or(false), must_hold, "{}", file.display());
    }
    (files.len(), holding)
}

#[test]
fn all_518_proofs_of_transparency_dev_are_judged_as_they_must_be() {
    let all = [
        run("inclusion", Case::inclusion),
        run("consistency", Case::consistency),
        run("subtreeinclusion", Case::subtree_inclusion),
        run("subtreeconsistency", Case::subtree_consistency),
    ];
    let (cases, holding) = all.iter().fold((0, 0), |sum, of| (sum.0 + of.0, sum.1 + of.1));
    println!("{cases} cases, of which {holding} hold: {all:?}");
    assert!(cases == 518 || cases == 0, "{cases}");
    assert!(holding >= 24 || cases == 0, "{holding}");
}

fn read(folder: &Path) -> impl Fn(&TilePath) -> Result<Option<Vec<u8>>, String> {
    |path| Ok(std::fs::read(folder.join(path.to_string())).ok())
}

fn tessera_head(folder: &Path, size: u64) -> Checkpoint {
    let note = std::fs::read_to_string(folder.join(format!("checkpoint.{size}"))).unwrap();
    let (head, signatories) = Checkpoint::verify(&note, &[TESSERA_KEY.parse().unwrap()]).unwrap();
    assert_eq!(signatories.len(), 1);
    assert_eq!(head.size(), TreeSize::new(size));
    head
}

#[test]
fn the_log_of_tessera_is_whole_at_each_of_its_16_checkpoints() {
    let Some(folder) = vectors("tessera-log") else { return };
    let key: NoteKey = TESSERA_KEY.parse().unwrap();
    assert_eq!(key.to_string(), TESSERA_KEY);
    for size in 0..=15_u64 {
        let note = std::fs::read(folder.join(format!("checkpoint.{size}"))).unwrap();
        let verdict = verify_log(&note, std::slice::from_ref(&key), &read(&folder), &mut |_| ());
        assert!(verdict.is_whole(), "{size}: {:?}", verdict.problems);
        assert_eq!(verdict.entries, size);
    }
}

#[test]
fn proofs_between_all_sizes_of_the_log_of_tessera_hold() {
    let Some(folder) = vectors("tessera-log") else { return };
    let read = read(&folder);
    for new in 1..=15 {
        let head = tessera_head(&folder, new);
        let width = u16::try_from(new).unwrap();
        let path = TilePath::new(TileKind::Entries, 0, width).unwrap();
        let bundle = EntryBundle::decode(&path, &read(&path).unwrap().unwrap()).unwrap();
        assert_eq!(bundle.encode(), read(&path).unwrap().unwrap());
        for (index, entry) in (0..).map(LogIndex::new).zip(bundle.entries()) {
            let path = inclusion_proof(index, head.size(), &read).unwrap();
            let leaf = leaf_hash(entry);
            assert_eq!(verify_inclusion(index, head.size(), &leaf, head.root(), &path), Ok(()));
            let checkpoint = std::fs::read_to_string(folder.join(format!("checkpoint.{new}")));
            let proof =
                audit_log::LogProof { index, extra: None, path, checkpoint: checkpoint.unwrap() };
            let proof = parse_proof(&format_proof(&proof)).unwrap();
            let verified = proof.verify(&leaf, &[TESSERA_KEY.parse().unwrap()]).unwrap();
            assert_eq!(verified.0, head);
        }
        for old in 1..=new {
            let before = tessera_head(&folder, old);
            let proof = consistency_proof(before.size(), head.size(), &read).unwrap();
            let verified = verify_consistency(
                (before.size(), before.root()),
                (head.size(), head.root()),
                &proof,
            );
            assert_eq!(verified, Ok(()), "{old} to {new}");
        }
    }
}

#[test]
fn appending_the_entries_of_tessera_gives_its_files_to_the_byte() {
    let Some(folder) = vectors("tessera-log") else { return };
    let read = read(&folder);
    let path: TilePath = "tile/entries/000.p/15".parse().unwrap();
    let bundle = EntryBundle::decode(&path, &read(&path).unwrap().unwrap()).unwrap();
    let mut state = TileState::new();
    for (size, entry) in (1..).zip(bundle.entries()) {
        for file in state.append(std::slice::from_ref(entry)).unwrap() {
            assert_eq!(read(&file.path).unwrap(), Some(file.bytes), "{}", file.path);
        }
        assert_eq!(state.root(), *tessera_head(&folder, size).root());
    }
}
