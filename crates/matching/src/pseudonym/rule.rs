//! The rule of a match: everything that is given in the query and known in the record agrees.

use crate::pseudonym::born::Born;
use vocabulary::Band;

/// In what way two parts of names agree, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// One slip apart.
    Near,
    /// They sound alike.
    Sound,
    /// The same spelling.
    Exact,
}

/// How the first names, or the family names, of query and record stand to one another; what agrees best comes last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// The query gives none.
    NotGiven,
    /// The record knows none.
    Unknown,
    /// No part agrees.
    Differs,
    /// The best agreement of any two parts.
    Agrees(Level),
}

impl Part {
    /// True when it agrees exactly or by sound.
    fn is_clear(self) -> bool {
        self >= Self::Agrees(Level::Sound)
    }

    fn agrees(self) -> bool {
        self >= Self::Agrees(Level::Near)
    }
}

/// First and family name of one name of the query against one name of the record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Names {
    pub(crate) first: Part,
    pub(crate) family: Part,
}

impl Names {
    fn parts(self) -> [Part; 2] {
        [self.first, self.family]
    }

    /// True when both agree exactly or by sound.
    pub(crate) fn are_clear(self) -> bool {
        self.parts().into_iter().all(Part::is_clear)
    }

    /// True when query and record both have both.
    pub(crate) fn are_whole(self) -> bool {
        self.parts().into_iter().all(|part| part >= Part::Differs)
    }

    /// How many agree.
    pub(crate) fn agreeing(self) -> u8 {
        self.parts().into_iter().filter(|part| part.agrees()).count() as u8
    }

    /// The band of a match; nothing when it is none.
    pub(crate) fn judge(self, born: Born) -> Option<Band> {
        if self.parts().contains(&Part::Differs)
            || born == Born::Differs
            || !self.makes_up_for_gaps(born)
            || (matches!(born, Born::Slip(..)) && !self.are_clear())
        {
            return None;
        }
        let dated = !matches!(born, Born::NotGiven | Born::Unknown);
        let agreeing = self.agreeing() + u8::from(dated);
        let near = self.parts().into_iter().filter(|part| *part == Part::Agrees(Level::Near));
        let weaker = near.count() + usize::from(matches!(born, Born::AsFarAsKnown(_)));
        let firm = matches!(born, Born::Equal | Born::AsFarAsKnown(_));
        match (agreeing, weaker) {
            (0 | 1, _) => None,
            (3, 0) if firm => Some(Band::VeryLikely),
            (3, 1) | (2, 0) if firm => Some(Band::Likely),
            _ => Some(Band::Possible),
        }
    }

    /// True when the record knows all that is given, or what it knows is enough without.
    fn makes_up_for_gaps(self, born: Born) -> bool {
        let gap = self.parts().contains(&Part::Unknown) || born == Born::Unknown;
        !gap || (self.family.is_clear() && (born == Born::Equal || self.first.agrees()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Level::{Exact, Near, Sound};
    use Part::{Agrees, Differs, NotGiven, Unknown};
    use vocabulary::Finding;

    const SLIP: Born = Born::Slip(Finding::OneOff, 7_500);
    const PARTIAL: Born = Born::AsFarAsKnown(4_500);

    #[track_caller]
    fn check(first: Part, family: Part, born: Born, expected: Option<Band>) {
        assert_eq!(Names { first, family }.judge(born), expected, "{first:?} {family:?} {born:?}");
    }

    #[test]
    fn all_that_is_given_and_known_agrees_or_it_is_no_match() {
        check(Agrees(Exact), Agrees(Sound), Born::Equal, Some(Band::VeryLikely));
        check(Agrees(Near), Agrees(Exact), Born::Equal, Some(Band::Likely));
        check(Agrees(Exact), Agrees(Exact), PARTIAL, Some(Band::Likely));
        check(Agrees(Near), Agrees(Exact), PARTIAL, Some(Band::Possible));
        check(NotGiven, Agrees(Exact), Born::Equal, Some(Band::Likely));
        check(Agrees(Exact), Agrees(Exact), Born::NotGiven, Some(Band::Possible));
        check(Differs, Agrees(Exact), Born::Equal, None);
        check(Agrees(Exact), Differs, Born::Equal, None);
        check(Agrees(Exact), Agrees(Exact), Born::Differs, None);
    }

    #[test]
    fn a_slip_in_the_date_needs_clear_names() {
        check(Agrees(Sound), Agrees(Exact), SLIP, Some(Band::Possible));
        check(Agrees(Near), Agrees(Exact), SLIP, None);
        check(NotGiven, Agrees(Exact), SLIP, None);
    }

    #[test]
    fn what_the_record_does_not_know_asks_more_of_the_rest() {
        check(Agrees(Near), Agrees(Sound), Born::Unknown, Some(Band::Possible));
        check(Agrees(Exact), Agrees(Near), Born::Unknown, None);
        check(Unknown, Agrees(Sound), Born::Equal, Some(Band::Likely));
        check(Unknown, Agrees(Sound), PARTIAL, None);
        check(Unknown, Agrees(Exact), Born::NotGiven, None);
        check(Agrees(Exact), Unknown, Born::Equal, None);
        check(NotGiven, Agrees(Exact), Born::Unknown, None);
    }
}
