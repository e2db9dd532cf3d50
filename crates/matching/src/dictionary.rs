//! The distinct words of a register: each is taken apart once, and found by anything it is like.

use crate::hash::{KeyKind, key};
use crate::lists::{Head, Lists, Table};
use crate::script::Script;
use crate::sound::Sound;
use crate::word::{Likeness, Probe, Shape, Word};

/// The number of a word in its dictionary.
pub(crate) type WordId = u32;

#[derive(Debug, Clone, Copy)]
struct Entry {
    text: u32,
    lengths: [u16; 3],
    sounds: [Sound; 2],
    letters: u32,
    script: Script,
    light: bool,
    class: u16,
    /// Slots of the records with this word.
    slots: Head,
}

/// All words, with the records that have them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Dictionary {
    text: Vec<u8>,
    entries: Vec<Entry>,
    /// Words by the keys of [`Word::keys`], and by the word itself.
    keys: Table,
    words: Lists,
}

impl Dictionary {
    /// The number of `raw`, which is taken in when it is new.
    pub(crate) fn intern(&mut self, raw: &str) -> WordId {
        let whole = key(KeyKind::Raw, raw.as_bytes());
        if let Some(id) = self.find(whole, raw) {
            return id;
        }
        let id = self.entries.len() as WordId;
        let word = Word::new(raw);
        let mut lengths = [0; 3];
        let text = self.text.len() as u32;
        let parts = [raw, &word.folds[0], &word.folds[1]];
        for (length, part) in lengths.iter_mut().zip(parts) {
            *length = part.len().min(usize::from(u16::MAX)) as u16;
            self.text.extend_from_slice(&part.as_bytes()[..usize::from(*length)]);
        }
        let shape = word.shape();
        self.entries.push(Entry {
            text,
            lengths,
            sounds: word.sounds,
            letters: shape.letters,
            script: word.script,
            light: word.light,
            class: word.class,
            slots: Head::default(),
        });
        for key in word.keys().into_iter().chain(std::iter::once(whole)) {
            self.words.push(self.keys.entry(key), id);
        }
        id
    }

    fn find(&self, whole: u64, raw: &str) -> Option<WordId> {
        let head = self.keys.get(whole)?;
        self.words.numbers(head).find(|id| self.raw(*id) == raw.as_bytes())
    }

    /// Number of words.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The word as it was written, in lower case.
    pub(crate) fn raw(&self, id: WordId) -> &[u8] {
        let entry = &self.entries[id as usize];
        let start = entry.text as usize;
        &self.text[start..start + usize::from(entry.lengths[0])]
    }

    /// The forms of a word.
    pub(crate) fn shape(&self, id: WordId) -> Shape<'_> {
        let entry = &self.entries[id as usize];
        let first = entry.text as usize + usize::from(entry.lengths[0]);
        let second = first + usize::from(entry.lengths[1]);
        let end = second + usize::from(entry.lengths[2]);
        Shape {
            folds: [&self.text[first..second], &self.text[second..end]],
            sounds: entry.sounds,
            letters: entry.letters,
            script: entry.script,
            light: entry.light,
            class: entry.class,
        }
    }

    /// Notes that the record in `slot` has the word.
    pub(crate) fn note(&mut self, id: WordId, slot: u32, lists: &mut Lists) {
        lists.push(&mut self.entries[id as usize].slots, slot);
    }

    /// The records that have the word, erased ones included.
    pub(crate) fn slots(&self, id: WordId) -> Head {
        self.entries[id as usize].slots
    }

    /// All words like the asked one, with how alike they are; the likest first.
    pub(crate) fn like(&self, probe: &Probe) -> Vec<(WordId, Likeness)> {
        let mut found: Vec<WordId> = Vec::with_capacity(64);
        let mut keys = probe.word.keys();
        if !probe.word.is_initial() {
            let initial = &probe.word.folds[0].as_bytes()[..1.min(probe.word.folds[0].len())];
            keys.push(key(KeyKind::Fold, initial));
        }
        for head in keys.into_iter().filter_map(|key| self.keys.get(key)) {
            found.extend(self.words.numbers(head));
        }
        found.sort_unstable();
        found.dedup();
        let mut like: Vec<(WordId, Likeness)> = found
            .into_iter()
            .map(|id| (id, probe.likeness(&self.shape(id))))
            .filter(|(_, likeness)| likeness.permille > 0)
            .collect();
        like.sort_unstable_by_key(|(id, likeness)| (std::cmp::Reverse(likeness.permille), *id));
        like
    }

    /// Bytes held.
    pub(crate) fn memory_bytes(&self) -> usize {
        let entries = self.entries.capacity() * size_of::<Entry>();
        self.text.capacity() + entries + self.keys.memory_bytes() + self.words.memory_bytes()
    }
}
