//! From evidence to a score, a band and reasons.

use crate::align::NameEvidence;
use crate::candidate::Comparison;
use vocabulary::{Band, Finding, Reason, ReasonField, Score};

/// From here on a record is worth a person's look: two names that one person in fifty has, or one rare name.
pub(crate) const POSSIBLE: i32 = 8_000;
/// From here on most of what was asked agrees.
pub(crate) const LIKELY: i32 = 12_500;
/// From here on nearly everything agrees: a chance agreement is expected once in a million records.
pub(crate) const VERY_LIKELY: i32 = 20_000;

/// Evidence of the same document number of the same country.
const DOCUMENT_BITS: i32 = 25_000;

/// Weak evidence: what it is worth when it agrees and when it differs, in millibits.
const SEX_BITS: (i32, i32) = (800, -2_500);
const NATIONALITY_BITS: (i32, i32) = (1_800, -1_200);
const PLACE_BITS: (i32, i32) = (3_000, -600);

/// What the fields of two persons show, one by one. `None`: nothing to compare.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Evidence {
    pub(crate) name: Option<NameEvidence>,
    /// The name is not the first one of its person.
    pub(crate) alias: bool,
    pub(crate) date: Option<(Finding, i32)>,
    pub(crate) sex: Option<bool>,
    pub(crate) nationality: Option<bool>,
    pub(crate) place: Option<bool>,
    pub(crate) document: bool,
}

impl Evidence {
    /// All evidence together in millibits, within the limits of [`Evidence::most`].
    pub(crate) fn bits(&self) -> i32 {
        let weak = |found: Option<bool>, (for_it, against): (i32, i32)| {
            found.map_or(0, |agrees| if agrees { for_it } else { against })
        };
        let sum = self.name.map_or(0, |name| name.bits)
            + self.date.map_or(0, |(_, bits)| bits)
            + weak(self.sex, SEX_BITS)
            + weak(self.nationality, NATIONALITY_BITS)
            + weak(self.place, PLACE_BITS)
            + if self.document { DOCUMENT_BITS } else { 0 };
        sum.min(self.most())
    }

    /// The most the evidence may amount to, whatever its sum.
    fn most(&self) -> i32 {
        if self.document {
            let other_name = self.name.is_some_and(|name| name.agreeing == 0);
            return if other_name { VERY_LIKELY - 1 } else { i32::MAX };
        }
        let Some(name) = self.name else { return 0 };
        let date_agrees = self.date.is_some_and(|(_, bits)| bits > 0);
        if name.agreeing == 0 {
            // A birth date alone, or with an initial, is no match.
            0
        } else if is_weak(name, date_agrees) {
            LIKELY - 1
        } else if self.date.is_some_and(|(finding, _)| finding == Finding::Differs) {
            VERY_LIKELY - 1
        } else {
            i32::MAX
        }
    }

    /// The reasons, strongest field first.
    pub(crate) fn reasons(&self) -> Vec<Reason> {
        let mut reasons = Vec::with_capacity(6);
        let mut say = |field, finding| reasons.push(Reason { field, finding });
        if self.document {
            say(ReasonField::DocumentNumber, Finding::Equal);
        }
        if let Some(name) = self.name {
            say(ReasonField::Name, name.finding);
            if self.alias {
                say(ReasonField::Name, Finding::Alias);
            }
        }
        if let Some((finding, _)) = self.date {
            say(ReasonField::BirthDate, finding);
        }
        let weak = [
            (ReasonField::Sex, self.sex),
            (ReasonField::Nationality, self.nationality),
            (ReasonField::BirthPlace, self.place),
        ];
        for (field, found) in weak {
            if let Some(agrees) = found {
                say(field, if agrees { Finding::Equal } else { Finding::Differs });
            }
        }
        reasons
    }

    /// All of it for a caller.
    pub(crate) fn comparison(&self) -> Comparison {
        let bits = self.bits();
        Comparison {
            score: Score::from_millibits(bits),
            band: band_of(bits),
            reasons: self.reasons(),
        }
    }
}

/// True when words of the names stand against one another, or too few agree, and no birth date makes up for it.
fn is_weak(name: NameEvidence, date_agrees: bool) -> bool {
    let against = name.conflicts > 0 && !(date_agrees && name.agreeing > name.conflicts);
    against || (name.agreeing < 2 && name.words > 1 && !date_agrees)
}

/// The band of a score.
pub(crate) fn band_of(bits: i32) -> Option<Band> {
    match bits {
        VERY_LIKELY.. => Some(Band::VeryLikely),
        LIKELY.. => Some(Band::Likely),
        POSSIBLE.. => Some(Band::Possible),
        _ => None,
    }
}

/// True when both sides state a sex and it is the same; nothing when a side leaves it open.
pub(crate) fn same_sex(mine: u32, theirs: u32) -> Option<bool> {
    let stated = |code| code == 1 || code == 2;
    (stated(mine) && stated(theirs)).then_some(mine == theirs)
}

/// True when the sides have a country in common; nothing when a side states none.
pub(crate) fn share_country(mine: &[u32], theirs: &[u32]) -> Option<bool> {
    let stated = !mine.is_empty() && !theirs.is_empty();
    stated.then(|| mine.iter().any(|country| theirs.contains(country)))
}
