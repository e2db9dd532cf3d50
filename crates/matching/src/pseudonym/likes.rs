//! The parts of names in an index that are like the asked ones.

use crate::hash::KeyKind;
use crate::index::Index;
use crate::pseudonym::facts::{name_of, token_of};
use crate::pseudonym::rule::{Level, Part};
use crate::pseudonym::tokens::OwnedForms;
use vocabulary::{PseudonymisedPerson, TokenPseudonyms};

/// What is like any of the asked parts of first names, or of family names.
#[derive(Debug, Default)]
pub(crate) struct Likes {
    given: bool,
    /// Numbers of parts, sorted, each with the best way in which it agrees.
    tokens: Vec<(u32, Level)>,
}

impl Likes {
    fn new<'a>(index: &Index, parts: impl Iterator<Item = &'a TokenPseudonyms>) -> Self {
        let mut likes = Self::default();
        for part in parts {
            likes.given = true;
            let owned = OwnedForms::new(part);
            let forms = owned.forms();
            let mut take = |kind, level, values: &[u64]| {
                for value in values {
                    let under = index.pseudonyms.under(kind, *value);
                    likes.tokens.extend(under.map(|token| (token, level)));
                }
            };
            take(KeyKind::Fold, Level::Exact, &[forms.exact]);
            take(KeyKind::Sound, Level::Sound, forms.sounds);
            take(KeyKind::Deletion, Level::Near, forms.near);
        }
        likes.tokens.sort_unstable_by_key(|(token, level)| (*token, std::cmp::Reverse(*level)));
        likes.tokens.dedup_by_key(|(token, _)| *token);
        likes
    }

    /// True when the query gives any part of this kind of name.
    pub(crate) fn is_given(&self) -> bool {
        self.given
    }

    /// Numbers of the parts that agree.
    pub(crate) fn tokens(&self) -> impl Iterator<Item = u32> {
        self.tokens.iter().map(|(token, _)| *token)
    }

    /// How a part of the index agrees.
    pub(crate) fn level(&self, token: u32) -> Option<Level> {
        let at = self.tokens.binary_search_by_key(&token, |(token, _)| *token).ok()?;
        Some(self.tokens[at].1)
    }

    /// How the parts in `held` that belong to the name numbered `name` agree.
    pub(crate) fn part(&self, held: &[u32], name: u32) -> Part {
        if !self.given {
            return Part::NotGiven;
        }
        let mut best = Part::Unknown;
        for word in held.iter().filter(|word| name_of(**word) == name) {
            let part = self.level(token_of(*word)).map_or(Part::Differs, Part::Agrees);
            best = best.max(part);
        }
        best
    }
}

/// One name of the asked person.
#[derive(Debug)]
pub(crate) struct AskedName {
    pub(crate) first: Likes,
    pub(crate) family: Likes,
}

impl AskedName {
    /// The names of `person`, each with what is like it.
    pub(crate) fn all(index: &Index, person: &PseudonymisedPerson) -> Vec<Self> {
        let parts = || person.first_names.iter().chain(&person.family_names);
        let mut numbers: Vec<u8> = parts().map(|part| part.name).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let name = |number: u8| {
            let of = |parts: &'_ [TokenPseudonyms]| {
                Likes::new(index, parts.iter().filter(|part| part.name == number))
            };
            Self { first: of(&person.first_names), family: of(&person.family_names) }
        };
        numbers.into_iter().map(name).collect()
    }
}
