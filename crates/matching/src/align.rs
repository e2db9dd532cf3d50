//! Two names word by word: which word of one is which of the other, and what that is worth.

use crate::word::{Kind, Likeness};
use crate::words::{Part, WORDS_MOST};
use vocabulary::Finding;

/// Evidence of a word that nothing is known of, in millibits: one person in five hundred has it.
pub(crate) const WORD_BITS: i32 = 9_000;
/// Evidence of an article or title that agrees.
const LIGHT_BITS: i32 = 500;
/// Evidence against: a word on either side and none like it on the other.
const CONFLICT_BITS: i32 = 8_500;
/// Evidence against: a word that one side lacks.
const MISSING_BITS: i32 = 900;
/// Evidence against: another order.
const ORDER_BITS: i32 = 400;
/// From here on a word agrees.
const AGREES: u16 = 500;

/// One word of a name as the alignment needs it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Side {
    /// Evidence of the word, in millibits.
    pub(crate) bits: i32,
    pub(crate) light: bool,
    pub(crate) part: Part,
}

/// The words of two names and how alike each is to each.
#[derive(Debug)]
pub(crate) struct Grid<'a> {
    pub(crate) asked: &'a [Side],
    pub(crate) held: &'a [Side],
    /// Row: held word; column: asked word.
    pub(crate) likes: &'a [[Likeness; WORDS_MOST]],
}

/// What two names amount to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NameEvidence {
    pub(crate) bits: i32,
    pub(crate) finding: Finding,
    /// Words that agree and are not light.
    pub(crate) agreeing: u8,
    /// Words that stand against one another.
    pub(crate) conflicts: u8,
    /// The larger number of words that are not light.
    pub(crate) words: u8,
}

impl Grid<'_> {
    /// The best pairing of the words.
    pub(crate) fn evidence(&self) -> NameEvidence {
        let pairing = self.pairing();
        self.judge(&pairing)
    }

    /// For each asked word the held word that is its partner.
    fn pairing(&self) -> [Option<u8>; WORDS_MOST] {
        let mut pairing = [None; WORDS_MOST];
        let mut taken = 0_u8;
        for (asked, partner) in pairing.iter_mut().enumerate().take(self.asked.len()) {
            let mut partners = (0..self.held.len()).filter(|h| self.worth(asked, *h) > 0);
            let (first, second) = (partners.next(), partners.next());
            let Some(held) = first else { continue };
            if second.is_some() || taken & (1 << held) != 0 {
                return self.best_pairing();
            }
            taken |= 1 << held;
            *partner = Some(held as u8);
        }
        pairing
    }

    /// The pairing with the greatest worth, over all subsets of held words.
    fn best_pairing(&self) -> [Option<u8>; WORDS_MOST] {
        let sets = 1_usize << self.held.len();
        let mut best = vec![0_i32; sets];
        let mut choices = vec![[None; WORDS_MOST]; sets];
        for asked in 0..self.asked.len() {
            // Larger sets first: each still reads the state before this word.
            for set in (0..sets).rev() {
                for held in (0..self.held.len()).filter(|h| set & (1 << h) != 0) {
                    let without = set & !(1 << held);
                    let worth = self.worth(asked, held);
                    if worth > 0 && best[without] + worth > best[set] {
                        best[set] = best[without] + worth;
                        choices[set] = choices[without];
                        choices[set][asked] = Some(held as u8);
                    }
                }
            }
        }
        choices[sets - 1]
    }

    /// Evidence of a pair of words.
    fn worth(&self, asked: usize, held: usize) -> i32 {
        let (mine, theirs) = (self.asked[asked], self.held[held]);
        let like = self.likes[held][asked];
        let bits = if mine.light && theirs.light {
            LIGHT_BITS
        } else if mine.light || theirs.light {
            LIGHT_BITS * 2
        } else {
            mine.bits.min(theirs.bits)
        };
        bits * i32::from(like.permille) / 1000
    }

    fn judge(&self, pairing: &[Option<u8>; WORDS_MOST]) -> NameEvidence {
        let heavy = |sides: &[Side]| sides.iter().filter(|side| !side.light).count() as u8;
        let (asked, held) = (heavy(self.asked), heavy(self.held));
        let (mut bits, mut kind, mut paired, mut agreeing, mut turned) =
            (0, Kind::Same, 0, 0, false);
        let mut last = 0;
        let (mut asked_paired, mut held_paired) = (0, 0);
        for (at, partner) in pairing.iter().enumerate() {
            let Some(partner) = *partner else { continue };
            let like = self.likes[usize::from(partner)][at];
            let (mine, theirs) = (self.asked[at], self.held[usize::from(partner)]);
            bits += self.worth(at, usize::from(partner));
            kind = kind.max(like.kind);
            turned |= is_turned(mine.part, theirs.part, paired > 0 && partner < last);
            last = partner;
            paired += 1;
            asked_paired += u8::from(!mine.light);
            held_paired += u8::from(!theirs.light);
            agreeing += u8::from(!mine.light && !theirs.light && like.permille >= AGREES);
        }
        let (lone_asked, lone_held) =
            (asked.saturating_sub(asked_paired), held.saturating_sub(held_paired));
        let conflicts = lone_asked.min(lone_held);
        let missing = lone_asked.max(lone_held) - conflicts;
        bits -= CONFLICT_BITS * i32::from(conflicts) + MISSING_BITS * i32::from(missing);
        bits -= if turned { ORDER_BITS } else { 0 };
        let finding = match kind {
            _ if conflicts > 0 || paired == 0 => Finding::Differs,
            _ if missing > 0 => Finding::Partial,
            Kind::Shortened | Kind::Unlike => Finding::Partial,
            Kind::Variant => Finding::Variant,
            Kind::Same | Kind::SameAcrossScripts if turned => Finding::OtherOrder,
            Kind::SameAcrossScripts => Finding::EqualAcrossScripts,
            Kind::Same => Finding::Equal,
        };
        NameEvidence { bits, finding, agreeing, conflicts, words: asked.max(held) }
    }

    /// The evidence when the names without their spaces are alike by `permille`.
    pub(crate) fn joined(&self, permille: u16) -> NameEvidence {
        let sum = |sides: &[Side]| sides.iter().filter(|s| !s.light).map(|s| s.bits).sum::<i32>();
        let words = self.asked.len().max(self.held.len()).min(WORDS_MOST) as u8;
        let known = sum(self.asked).max(sum(self.held)).min(2 * WORD_BITS);
        let bits = known * i32::from(permille) / 1000;
        let finding = if permille == 1000 { Finding::Equal } else { Finding::Variant };
        NameEvidence { bits, finding, agreeing: words.max(2), conflicts: 0, words }
    }
}

/// True when two partners stand in different parts, or, where parts are not told apart, in another order.
fn is_turned(mine: Part, theirs: Part, backwards: bool) -> bool {
    if mine == Part::Unknown || theirs == Part::Unknown { backwards } else { mine != theirs }
}
