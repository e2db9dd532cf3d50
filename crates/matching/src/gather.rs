//! Which records a search looks at: the few that can be the one asked for, found without looking at the others.

use crate::dates::Packed;
use crate::index::{Index, date_key};
use crate::lists::Head;
use vocabulary::Timestamp;

/// Records that one search compares in full.
const SLOTS_MOST: usize = 6_000;
/// Entries of lists that one search reads.
const READ_MOST: usize = 4_000_000;
/// Records with one rare word that are looked at for that word alone.
const RARE_MOST: usize = 800;
/// From here on a list counts as one of the word itself and not of a word somewhat like it.
const CLOSE: u16 = 900;

/// One asked word or part: the lists of what is like it, likest first, with how alike it is.
#[derive(Debug, Default)]
pub(crate) struct Term {
    pub(crate) lists: Vec<(Head, u16)>,
    /// It can find a record by itself: neither particle nor initial.
    pub(crate) strong: bool,
}

/// The records gathered so far.
#[derive(Debug)]
pub(crate) struct Gather<'a> {
    index: &'a Index,
    now: Timestamp,
    seen: Vec<u64>,
    pub(crate) slots: Vec<u32>,
    /// True as soon as a limit hid something.
    pub(crate) cut: bool,
    read: usize,
}

/// One bit for every slot: has it one, two, three of the asked words.
struct Levels {
    once: Vec<u64>,
    twice: Vec<u64>,
    thrice: Vec<u64>,
}

impl<'a> Gather<'a> {
    pub(crate) fn new(index: &'a Index, now: Timestamp) -> Self {
        let seen = vec![0; words_for(index)];
        Self { index, now, seen, slots: Vec::with_capacity(256), cut: false, read: 0 }
    }

    /// Adds the records noted under `key`.
    pub(crate) fn key(&mut self, key: u64) {
        if let Some(head) = self.index.noted(key) {
            self.list(head);
        }
    }

    /// Adds the records that the words and the birth date point at.
    pub(crate) fn terms(&mut self, terms: &[Term], date: Packed) {
        if date.0 & 31 != 0 {
            self.key(date_key(date));
        }
        let close = self.levels(terms, CLOSE);
        self.bits(&close.thrice);
        self.bits(&close.twice);
        let strong = terms.iter().filter(|term| term.strong).count();
        let all = self.levels(terms, 1);
        self.near_dates(date, &all.once);
        if strong == 1 {
            let lone = terms.iter().filter(|term| term.strong).flat_map(|term| &term.lists);
            for (head, _) in lone {
                self.list(*head);
            }
        } else {
            self.rare(terms);
        }
        self.bits(&all.thrice);
        self.bits(&all.twice);
        if date != Packed::default() && !date.is_full() {
            self.compatible(date, &all.once);
        }
    }

    /// Adds one record, unless it is there already or may not be found now.
    fn offer(&mut self, slot: u32) {
        let (word, bit) = (slot as usize / 64, 1_u64 << (slot % 64));
        // An unsearchable record costs what a searchable one costs that is here already.
        let fresh = self.seen[word] & bit == 0 && self.index.records.is_searchable(slot, self.now);
        if fresh && self.slots.len() < SLOTS_MOST {
            self.seen[word] |= bit;
            self.slots.push(slot);
        } else {
            self.cut |= fresh;
        }
    }

    fn list(&mut self, head: Head) {
        if !self.may_read(head) {
            return;
        }
        let index = self.index;
        for slot in index.lists.numbers(&head) {
            self.offer(slot);
        }
    }

    /// True when the list may still be read within the limit.
    fn may_read(&mut self, head: Head) -> bool {
        self.read += head.len();
        let may = self.read <= READ_MOST;
        self.cut |= !may;
        may
    }

    fn bits(&mut self, bits: &[u64]) {
        for (at, word) in bits.iter().enumerate() {
            let mut rest = *word;
            while rest != 0 {
                self.offer((at * 64) as u32 + rest.trailing_zeros());
                rest &= rest - 1;
            }
        }
    }

    /// Counts for every record how many of the asked words it has, in words at least `least` alike.
    fn levels(&mut self, terms: &[Term], least: u16) -> Levels {
        let size = words_for(self.index);
        let index = self.index;
        let mut levels =
            Levels { once: vec![0; size], twice: vec![0; size], thrice: vec![0; size] };
        let mut union = vec![0_u64; size];
        for term in terms {
            union.fill(0);
            let lists = term.lists.iter().filter(|(_, permille)| *permille >= least);
            for (head, _) in lists {
                if self.may_read(*head) {
                    for slot in index.lists.numbers(head) {
                        union[slot as usize / 64] |= 1 << (slot % 64);
                    }
                }
            }
            for (at, word) in union.iter().enumerate() {
                levels.thrice[at] |= levels.twice[at] & word;
                levels.twice[at] |= levels.once[at] & word;
                levels.once[at] |= word;
            }
        }
        levels
    }

    /// Adds records with a birth date near the asked one that have any of the words.
    fn near_dates(&mut self, date: Packed, once: &[u64]) {
        for near in date.near() {
            let Some(head) = self.index.noted(date_key(near)) else { continue };
            if !self.may_read(head) {
                return;
            }
            let index = self.index;
            for slot in index.lists.numbers(&head) {
                if once[slot as usize / 64] & (1 << (slot % 64)) != 0 {
                    self.offer(slot);
                }
            }
        }
    }

    /// Adds records for a rare word alone: what else is wrong with them the comparison finds out.
    fn rare(&mut self, terms: &[Term]) {
        let mut lists: Vec<Head> = terms
            .iter()
            .filter(|term| term.strong)
            .flat_map(|term| &term.lists)
            .filter(|(_, permille)| *permille >= CLOSE)
            .map(|(head, _)| *head)
            .collect();
        lists.sort_unstable_by_key(|head| head.len());
        let mut left = RARE_MOST;
        for head in lists {
            if head.len() > left {
                return;
            }
            left -= head.len();
            self.list(head);
        }
    }

    /// Adds records with one of the words whose birth date agrees with the asked one as far as that is known.
    fn compatible(&mut self, date: Packed, once: &[u64]) {
        for (at, word) in once.iter().enumerate() {
            let mut rest = *word;
            while rest != 0 {
                let slot = (at * 64) as u32 + rest.trailing_zeros();
                if date.compare(self.index.records.date(slot)).is_some_and(|(_, bits)| bits > 0) {
                    self.offer(slot);
                }
                rest &= rest - 1;
            }
        }
    }
}

/// Words that hold a bit for every slot.
fn words_for(index: &Index) -> usize {
    index.records.slot_count().div_ceil(64)
}
