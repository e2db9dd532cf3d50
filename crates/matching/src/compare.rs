//! The scorer alone: two persons, without an index and its knowledge of how frequent names are.

use crate::align::{NameEvidence, Side, WORD_BITS};
use crate::ask::{Asked, AskedName, HeldTraits};
use crate::candidate::Comparison;
use crate::word::{Likeness, Shape};
use crate::words::WORDS_MOST;
use vocabulary::Person;

/// Compares a person who is asked for with a person on record.
///
/// Every name of one is compared with every name of the other and the best pair counts. The score follows Fellegi
/// and Sunter (1969); each word of a name weighs as if one person in five hundred had it. Bands: *possible* from 8
/// bits, *likely* from 12.5, *very likely* from 20, and never *very likely* when the birth dates clearly differ.
pub fn compare(query: &Person, record: &Person) -> Comparison {
    let (asked, held) = (Asked::new(query), Asked::new(record));
    let documents: Vec<u32> = held.documents.concat();
    let mut evidence = asked.traits(&HeldTraits {
        date: held.date,
        sex: held.sex,
        nationalities: &held.nationalities,
        documents: &documents,
    });
    let shapes: Vec<Shape<'_>> = held.place.iter().map(|probe| probe.word.shape()).collect();
    evidence.place = same_place(&asked, &shapes);
    let mut best: Option<(NameEvidence, bool)> = None;
    for (i, mine) in asked.names.iter().enumerate() {
        for (j, theirs) in held.names.iter().enumerate() {
            let found = pair(mine, theirs);
            if best.is_none_or(|(before, _)| found.bits > before.bits) {
                best = Some((found, i + j > 0));
            }
        }
    }
    (evidence.name, evidence.alias) =
        best.map_or((None, false), |(name, alias)| (Some(name), alias));
    evidence.comparison()
}

/// True when any word of the birth places is alike that is not light; nothing when a side has none.
pub(crate) fn same_place(asked: &Asked, held: &[Shape<'_>]) -> Option<bool> {
    let alike = |probe: &crate::word::Probe| {
        held.iter().any(|shape| !shape.light && probe.likeness(shape).permille >= 800)
    };
    (!asked.place.is_empty() && !held.is_empty()).then(|| asked.place.iter().any(alike))
}

fn pair(mine: &AskedName, theirs: &AskedName) -> NameEvidence {
    let shapes: Vec<Shape<'_>> = theirs.probes.iter().map(|probe| probe.word.shape()).collect();
    let mut likes = [[Likeness::default(); WORDS_MOST]; WORDS_MOST];
    for (row, shape) in likes.iter_mut().zip(&shapes) {
        for (cell, probe) in row.iter_mut().zip(&mine.probes) {
            *cell = probe.likeness(shape);
        }
    }
    let sides: Vec<Side> = theirs.sides.iter().map(|s| Side { bits: WORD_BITS, ..*s }).collect();
    mine.compare(&sides, &likes, |at| shapes[at].folds[0])
}
