//! Search among pseudonyms: gather what can match, apply the rule, order.

use crate::align::NameEvidence;
use crate::candidate::Found;
use crate::dates::Packed;
use crate::facts::{country_code, sex_code};
use crate::frequency;
use crate::index::Index;
use crate::pseudonym::born::Born;
use crate::pseudonym::facts::{PseudonymFacts, name_of, token_of};
use crate::pseudonym::likes::{AskedName, Likes};
use crate::pseudonym::rule::{Level, Names};
use crate::verdict::{Evidence, LIKELY, POSSIBLE, VERY_LIKELY, same_sex, share_country};
use vocabulary::{Band, Finding, PseudonymisedPerson, Timestamp};

/// The asked person but for the names.
#[derive(Debug)]
struct Traits {
    date: Packed,
    sex: u32,
    countries: Vec<u32>,
}

/// First and family names of one name of the record, against which those of the query are held: as they stand, or
/// exchanged.
#[derive(Debug, Clone, Copy)]
struct Paired<'a> {
    name: u32,
    first: &'a [u32],
    family: &'a [u32],
    exchanged: bool,
}

impl Paired<'_> {
    fn compare(&self, asked: &AskedName) -> Names {
        Names {
            first: asked.first.part(self.first, self.name),
            family: asked.family.part(self.family, self.name),
        }
    }
}

impl Index {
    pub(crate) fn search_pseudonymised(
        &self,
        person: &PseudonymisedPerson,
        now: Timestamp,
        most: usize,
    ) -> Found {
        let traits = Traits {
            date: Packed::new(person.birth_date),
            sex: sex_code(person.sex),
            countries: person.nationalities.iter().map(|c| country_code(Some(*c))).collect(),
        };
        let mut scored: Vec<(u32, i32, Evidence)> = Vec::new();
        for asked in AskedName::all(self, person) {
            for slot in self.slots_for(&asked, traits.date) {
                let born = Born::of(traits.date, self.records.date(slot));
                if born == Born::Differs || !self.records.is_searchable(slot, now) {
                    continue;
                }
                let found = self.compare_pseudonymised(&asked, slot, born);
                scored.extend(found.map(|(band, name)| {
                    let evidence = self.pseudonymised_evidence(&traits, slot, born, name);
                    (slot, within(band, evidence.bits()), evidence)
                }));
            }
        }
        scored.sort_unstable_by_key(|(slot, bits, _)| (*slot, std::cmp::Reverse(*bits)));
        scored.dedup_by_key(|(slot, _, _)| *slot);
        self.best(scored, false, most)
    }

    /// The best match of a name of the query with any name of the record.
    fn compare_pseudonymised(
        &self,
        asked: &AskedName,
        slot: u32,
        born: Born,
    ) -> Option<(Band, NameEvidence)> {
        let held = PseudonymFacts::read(self.records.facts(slot))?;
        let (first, family) = held.parts();
        let last = held.tokens.iter().map(|word| name_of(*word)).max()?;
        let mut best: Option<(Band, NameEvidence)> = None;
        for name in 0..=last {
            let straight = Paired { name, first, family, exchanged: false };
            let turned = Paired { name, first: family, family: first, exchanged: true };
            let names = straight.compare(asked);
            let mut offer = |names: Names, paired: Paired<'_>| {
                let Some(band) = names.judge(born) else { return };
                let evidence = self.name_evidence(asked, names, paired);
                // A band that is stronger orders before one that is weaker.
                if best.is_none_or(|(b, e)| (band, -evidence.bits) < (b, -e.bits)) {
                    best = Some((band, evidence));
                }
            };
            offer(names, straight);
            if names.are_whole() && !names.are_clear() {
                offer(turned.compare(asked), turned);
            }
        }
        best
    }

    fn name_evidence(&self, asked: &AskedName, names: Names, paired: Paired<'_>) -> NameEvidence {
        let best = |likes: &Likes, held: &[u32]| {
            let own = held.iter().filter(|word| name_of(**word) == paired.name);
            let agreeing = own.filter_map(|word| {
                let token = token_of(*word);
                Some((likes.level(token)?, self.part_bits(token)))
            });
            agreeing.max()
        };
        let found = [best(&asked.first, paired.first), best(&asked.family, paired.family)];
        let exact = found.iter().flatten().all(|(level, _)| *level == Level::Exact);
        let finding = match names.agreeing() {
            0 | 1 => Finding::Partial,
            _ if !exact => Finding::Variant,
            _ if paired.exchanged => Finding::OtherOrder,
            _ => Finding::Equal,
        };
        let bits = found.iter().flatten().map(|(level, bits)| bits * permille(*level) / 1000).sum();
        NameEvidence { bits, finding, agreeing: names.agreeing(), conflicts: 0, words: 2 }
    }

    /// Evidence of a part of a name by how rare it is here.
    fn part_bits(&self, token: u32) -> i32 {
        frequency::bits(self.pseudonyms.slots(token).len(), self.records.len())
    }

    fn pseudonymised_evidence(
        &self,
        traits: &Traits,
        slot: u32,
        born: Born,
        name: NameEvidence,
    ) -> Evidence {
        let held = PseudonymFacts::read(self.records.facts(slot));
        let nationality =
            held.and_then(|held| share_country(&traits.countries, held.nationalities));
        Evidence {
            name: Some(name),
            date: born.evidence(),
            sex: held.and_then(|held| same_sex(traits.sex, held.sex)),
            nationality,
            ..Evidence::default()
        }
    }
}

/// Worth of an agreement against an equal spelling, in thousandths.
fn permille(level: Level) -> i32 {
    match level {
        Level::Exact => 1000,
        Level::Sound => 800,
        Level::Near => 700,
    }
}

/// The score within the limits of the band that the rule gives.
fn within(band: Band, bits: i32) -> i32 {
    match band {
        Band::VeryLikely => bits.max(VERY_LIKELY),
        Band::Likely => bits.clamp(LIKELY, VERY_LIKELY - 1),
        Band::Possible => bits.clamp(POSSIBLE, LIKELY - 1),
    }
}
