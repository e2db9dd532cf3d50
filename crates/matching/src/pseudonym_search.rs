//! Search among pseudonyms: at least two of first name, family name and birth date must agree
//! (Regulation (EU) 2024/982, Article 43(2)).

use crate::align::NameEvidence;
use crate::candidate::Found;
use crate::dates::Packed;
use crate::facts::{country_code, sex_code};
use crate::frequency;
use crate::gather::{Gather, Term};
use crate::index::Index;
use crate::pseudonym::{PseudonymFacts, number_of};
use crate::verdict::{Evidence, band_of, same_sex, share_country};
use vocabulary::{Finding, PseudonymisedPerson, Timestamp, TokenPseudonyms};

/// Worth of an equal sound against an equal spelling, in thousandths.
const SOUND_PERMILLE: i32 = 800;
/// Evidence against: neither spelling nor sound of any part agrees.
const CONFLICT_BITS: i32 = 5_000;

/// An asked part: the numbers of its pseudonyms, spelling first, as far as the index knows them.
type Token = (Option<u32>, Vec<u32>);

/// How a group of parts agrees.
#[derive(Debug, Clone, Copy, Default)]
struct Agreement {
    bits: i32,
    exact: bool,
}

impl Index {
    pub(crate) fn search_pseudonymised(
        &self,
        person: &PseudonymisedPerson,
        now: Timestamp,
        most: usize,
    ) -> Found {
        let first = self.tokens(&person.first_names);
        let family = self.tokens(&person.family_names);
        let date = Packed::new(person.birth_date);
        let countries: Vec<u32> =
            person.nationalities.iter().map(|country| country_code(Some(*country))).collect();
        let mut gather = Gather::new(self, now);
        let terms: Vec<Term> = first.iter().chain(&family).map(|token| self.term(token)).collect();
        gather.terms(&terms, date);
        let scored = gather.slots.iter().filter_map(|slot| {
            let held = PseudonymFacts::read(self.records.facts(*slot))?;
            let evidence = Evidence {
                name: Some(self.names_of(&first, &family, &held)),
                date: date.compare(self.records.date(*slot)),
                sex: same_sex(sex_code(person.sex), held.sex),
                nationality: share_country(&countries, held.nationalities),
                ..Evidence::default()
            };
            let agreeing = u8::from(evidence.date.is_some_and(|(_, bits)| bits > 0))
                + evidence.name.map_or(0, |name| name.agreeing);
            let bits = evidence.bits();
            (agreeing >= 2 && band_of(bits).is_some()).then_some((*slot, bits, evidence))
        });
        let scored = scored.collect();
        self.best(scored, gather.cut, most)
    }

    fn tokens(&self, parts: &[TokenPseudonyms]) -> Vec<Token> {
        let find = |pseudonym| self.pseudonyms.find(number_of(pseudonym));
        parts.iter().map(|p| (find(&p.exact), p.sounds.iter().filter_map(find).collect())).collect()
    }

    fn term(&self, token: &Token) -> Term {
        let exact = token.0.map(|id| (self.pseudonyms.slots(id), 1000));
        let sounds = token.1.iter().map(|id| (self.pseudonyms.slots(*id), 800));
        Term { lists: exact.into_iter().chain(sounds).collect(), strong: true }
    }

    /// First and family names as they stand, or exchanged where that agrees better.
    fn names_of(
        &self,
        first: &[Token],
        family: &[Token],
        held: &PseudonymFacts<'_>,
    ) -> NameEvidence {
        let tokens: Vec<&[u32]> = held.tokens().collect();
        let (firsts, families) = tokens.split_at(held.first_names.min(tokens.len()));
        let straight = [self.agree(first, firsts), self.agree(family, families)];
        let turned = [self.agree(first, families), self.agree(family, firsts)];
        let sum =
            |pair: &[Option<Agreement>; 2]| pair.iter().flatten().map(|a| a.bits).sum::<i32>();
        let exchanged = sum(&turned) > sum(&straight) && turned.iter().flatten().count() == 2;
        let chosen = if exchanged { turned } else { straight };
        let asked = [(first, firsts), (family, families)];
        let compared = asked.map(|(mine, theirs)| !mine.is_empty() && !theirs.is_empty());
        let conflicts = (0..2).filter(|at| compared[*at] && chosen[*at].is_none()).count() as u8;
        let agreeing = chosen.iter().flatten().count() as u8;
        let exact = chosen.iter().flatten().all(|a| a.exact);
        let finding = match (agreeing, conflicts) {
            (0, _) | (_, 1..) => Finding::Differs,
            (1, _) => Finding::Partial,
            _ if !exact => Finding::Variant,
            _ if exchanged => Finding::OtherOrder,
            _ => Finding::Equal,
        };
        let bits = sum(&chosen) - CONFLICT_BITS * i32::from(conflicts);
        NameEvidence { bits, finding, agreeing, conflicts, words: 2 }
    }

    /// The best agreement of any asked part with any held one: aliases stand in the same list.
    fn agree(&self, asked: &[Token], held: &[&[u32]]) -> Option<Agreement> {
        let mut best: Option<Agreement> = None;
        for (exact, sounds) in asked {
            for theirs in held {
                let same = exact.filter(|id| theirs.first() == Some(id));
                let alike =
                    || sounds.iter().find(|id| theirs.get(1..).is_some_and(|s| s.contains(id)));
                let Some(id) = same.or_else(|| alike().copied()) else { continue };
                let known = frequency::bits(self.pseudonyms.slots(id).len(), self.records.len());
                let bits = if same.is_some() { known } else { known * SOUND_PERMILLE / 1000 };
                if best.is_none_or(|before| bits > before.bits) {
                    best = Some(Agreement { bits, exact: same.is_some() });
                }
            }
        }
        best
    }
}
