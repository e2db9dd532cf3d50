//! A search: gather, compare, order.

use crate::align::Side;
use crate::ask::{Asked, AskedName, HeldTraits};
use crate::candidate::{Candidate, Found, Question};
use crate::compare::same_place;
use crate::facts::{PersonFacts, part_of, word_id};
use crate::frequency;
use crate::gather::{Gather, Term};
use crate::index::{Index, IndexKind, joined_key};
use crate::verdict::{Evidence, band_of};
use crate::word::{Likeness, Shape};
use crate::words::{Part, WORDS_MOST};
use vocabulary::{Person, Score, Subject, Timestamp};

impl Index {
    /// The records that may be the person or thing asked for and are searchable at `now`, best first, at most `most`.
    ///
    /// Looked at are records with two words like asked ones, with a rare asked word, with the birth date, with a date
    /// near it and any asked word, with the whole name or with a document number; [`Found::cut`] tells when such a
    /// record was left out for a limit. A record that agrees in less is not looked at, and that is not told. A
    /// question of the other kind than the index finds nothing. Any number of threads may search at once.
    pub fn search(&self, question: &Question<'_>, now: Timestamp, most: usize) -> Found {
        match (question, self.kind) {
            (Question::Clear(Subject::Person(person)), IndexKind::Clear) => {
                self.search_person(person, now, most)
            }
            (Question::Clear(Subject::Vehicle(vehicle)), IndexKind::Clear) => {
                self.search_vehicle(vehicle, now, most)
            }
            (Question::Clear(Subject::Document(document)), IndexKind::Clear) => {
                self.search_document(document, now, most)
            }
            (Question::Pseudonymised(person), IndexKind::Pseudonymised) => {
                self.search_pseudonymised(person, now, most)
            }
            (Question::Clear(_), IndexKind::Pseudonymised)
            | (Question::Pseudonymised(_), IndexKind::Clear) => Found::default(),
        }
    }

    fn search_person(&self, person: &Person, now: Timestamp, most: usize) -> Found {
        let mut asked = Asked::new(person);
        let mut gather = Gather::new(self, now);
        for document in &asked.documents {
            gather.key(crate::facts::whole_key(document));
        }
        let mut caches = Vec::with_capacity(asked.names.len());
        for name in &mut asked.names {
            let folds = || name.probes.iter().map(|probe| probe.word.folds[0].as_bytes());
            gather.key(joined_key(folds()));
            let last = folds().len().saturating_sub(1);
            gather.key(joined_key(folds().skip(last).chain(folds().take(last))));
            gather.terms(&self.terms(name), asked.date);
            caches.push(Cache::default());
        }
        let scored = gather.slots.iter().filter_map(|slot| {
            let evidence = self.evidence(&asked, *slot, &mut caches)?;
            let bits = evidence.bits();
            band_of(bits).map(|_| (*slot, bits, evidence))
        });
        let scored: Vec<(u32, i32, Evidence)> = scored.collect();
        self.best(scored, gather.cut, most)
    }

    /// What is like each word of a name; sets the evidence of the words by how frequent they are here.
    fn terms(&self, name: &mut AskedName) -> Vec<Term> {
        let mut terms = Vec::with_capacity(name.probes.len());
        for (probe, side) in name.probes.iter().zip(&mut name.sides) {
            let like = self.dictionary.like(probe);
            let same = like.iter().take_while(|(_, likeness)| likeness.permille == 1000);
            let with: usize = same.map(|(id, _)| self.dictionary.slots(*id).len()).sum();
            side.bits = frequency::bits(with, self.records.len());
            if !side.light {
                let lists = like.iter().map(|(id, l)| (self.dictionary.slots(*id), l.permille));
                terms.push(Term { lists: lists.collect(), strong: !probe.word.is_initial() });
            }
        }
        if terms.is_empty() {
            // A name of particles only is searched by them.
            for probe in &name.probes {
                let like = self.dictionary.like(probe);
                let lists = like.iter().map(|(id, l)| (self.dictionary.slots(*id), l.permille));
                terms.push(Term { lists: lists.collect(), strong: true });
            }
        }
        terms
    }

    fn evidence(&self, asked: &Asked, slot: u32, caches: &mut [Cache]) -> Option<Evidence> {
        let held = PersonFacts::read(self.records.facts(slot))?;
        let mut evidence = asked.traits(&HeldTraits {
            date: self.records.date(slot),
            sex: u32::from(held.sex),
            nationalities: held.nationalities,
            documents: held.documents,
        });
        for (i, (name, cache)) in asked.names.iter().zip(caches).enumerate() {
            for (j, words) in held.names().enumerate() {
                let found = self.compare_name(name, words, cache);
                if evidence.name.is_none_or(|before| found.bits > before.bits) {
                    (evidence.name, evidence.alias) = (Some(found), i + j > 0);
                }
            }
        }
        if !asked.place.is_empty() && !held.place.is_empty() {
            let place: Vec<Shape<'_>> =
                held.place.iter().map(|id| self.dictionary.shape(*id)).collect();
            evidence.place = same_place(asked, &place);
        }
        Some(evidence)
    }

    fn compare_name(
        &self,
        name: &AskedName,
        words: &[u32],
        cache: &mut Cache,
    ) -> crate::align::NameEvidence {
        let count = words.len().min(WORDS_MOST);
        let mut likes = [[Likeness::default(); WORDS_MOST]; WORDS_MOST];
        let mut sides = [Side { bits: 0, light: false, part: Part::Unknown }; WORDS_MOST];
        for (at, word) in words.iter().take(count).enumerate() {
            let id = word_id(*word);
            let row = cache.row(id, || self.row(name, id));
            likes[at] = row.likes;
            sides[at] = Side { bits: row.bits, light: row.light, part: part_of(*word) };
        }
        let fold = |at: usize| self.dictionary.shape(word_id(words[at])).folds[0];
        name.compare(&sides[..count], &likes[..count], fold)
    }

    fn row(&self, name: &AskedName, id: u32) -> CacheRow {
        let shape = self.dictionary.shape(id);
        let mut likes = [Likeness::default(); WORDS_MOST];
        for (cell, probe) in likes.iter_mut().zip(&name.probes) {
            *cell = probe.likeness(&shape);
        }
        let bits = frequency::bits(self.dictionary.slots(id).len(), self.records.len());
        CacheRow { likes, bits, light: shape.light }
    }

    /// Orders what was scored and keeps the best.
    pub(crate) fn best(
        &self,
        mut scored: Vec<(u32, i32, Evidence)>,
        cut: bool,
        most: usize,
    ) -> Found {
        scored.sort_unstable_by_key(|(slot, bits, _)| {
            (std::cmp::Reverse(*bits), self.records.key(*slot))
        });
        let hidden = scored.len() > most;
        scored.truncate(most);
        let candidates = scored.into_iter().filter_map(|(slot, bits, evidence)| {
            Some(Candidate {
                key: self.records.key(slot),
                score: Score::from_millibits(bits),
                band: band_of(bits)?,
                reasons: evidence.reasons(),
            })
        });
        Found { candidates: candidates.collect(), cut: cut || hidden }
    }
}

/// How alike one held word is to each asked word, and its evidence.
#[derive(Debug, Clone, Copy)]
struct CacheRow {
    likes: [Likeness; WORDS_MOST],
    bits: i32,
    light: bool,
}

/// Rows of one search by the number of the held word, so that frequent words are compared once.
#[derive(Debug, Default)]
struct Cache {
    /// Number of the word plus one, and its row; a power of two of places.
    places: Vec<(u32, u32)>,
    rows: Vec<CacheRow>,
}

impl Cache {
    fn row(&mut self, id: u32, make: impl FnOnce() -> CacheRow) -> CacheRow {
        if self.rows.len() * 2 >= self.places.len() {
            self.grow();
        }
        let place = self.place(id);
        if self.places[place].0 == 0 {
            self.places[place] = (id + 1, self.rows.len() as u32);
            self.rows.push(make());
        }
        self.rows[self.places[place].1 as usize]
    }

    fn place(&self, id: u32) -> usize {
        let mask = self.places.len() - 1;
        let mut place = (id.wrapping_mul(0x9e37_79b1) >> 7) as usize & mask;
        while self.places[place].0 != 0 && self.places[place].0 != id + 1 {
            place = (place + 1) & mask;
        }
        place
    }

    fn grow(&mut self) {
        let size = (self.places.len() * 2).max(256);
        let old = std::mem::replace(&mut self.places, vec![(0, 0); size]);
        for entry in old.into_iter().filter(|entry| entry.0 != 0) {
            let place = self.place(entry.0 - 1);
            self.places[place] = entry;
        }
    }
}
