//! A log in memory, as a folder would hold it.

use audit_log::{Checkpoint, NoteKey, NoteKeyKind, TilePath, TileState, Verdict, verify_log};
use seal::{Secret, SigningKey};
use std::collections::BTreeMap;

pub(crate) const ORIGIN: &str = "at-bka.example/2026";

pub(crate) struct MemoryLog {
    pub(crate) state: TileState,
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    signer: SigningKey,
}

impl MemoryLog {
    /// A log of entries `from..to`, each with its number as text, appended in batches.
    pub(crate) fn of(count: u64, batch: usize) -> Self {
        let signer = SigningKey::from_seed(&Secret::new([7; 32])).unwrap();
        let mut log = Self { state: TileState::new(), files: BTreeMap::new(), signer };
        let entries: Vec<Vec<u8>> = (0..count).map(entry).collect();
        for entries in entries.chunks(batch) {
            log.append(entries);
        }
        log
    }

    pub(crate) fn append(&mut self, entries: &[Vec<u8>]) {
        for file in self.state.append(entries).unwrap() {
            self.files.insert(file.path.to_string(), file.bytes);
        }
        let head = Checkpoint::new(ORIGIN, self.state.size(), self.state.root()).unwrap();
        let note = head.sign(&self.signer).unwrap().to_string();
        self.files.insert("checkpoint".to_owned(), note.into_bytes());
        assert!(self.note().starts_with(ORIGIN));
    }

    pub(crate) fn key(&self) -> NoteKey {
        NoteKey::new(ORIGIN, NoteKeyKind::Log, self.signer.verifying_key()).unwrap()
    }

    /// The signed checkpoint.
    pub(crate) fn note(&self) -> String {
        String::from_utf8(self.files.get("checkpoint").unwrap().clone()).unwrap()
    }

    pub(crate) fn read(&self) -> impl Fn(&TilePath) -> Result<Option<Vec<u8>>, String> {
        |path| Ok(self.files.get(&path.to_string()).cloned())
    }

    pub(crate) fn verify(&self) -> Verdict {
        let checkpoint = self.files.get("checkpoint").map_or(&[][..], Vec::as_slice);
        verify_log(checkpoint, &[self.key()], &self.read(), &mut |_| ())
    }
}

/// What entry `index` says.
pub(crate) fn entry(index: u64) -> Vec<u8> {
    format!("entry {index}").into_bytes()
}
