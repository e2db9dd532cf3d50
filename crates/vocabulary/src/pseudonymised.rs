//! Persons whose names are pseudonyms: what police records indexes hold and exchange.

use crate::text::text_newtype;
use crate::{CountryCode, PartialDate, Sex};
use serde::{Deserialize, Serialize};

text_newtype!(
    /// The pseudonym of one form of one part of a name: the first eight bytes of a keyed function of that form,
    /// as 16 hexadecimal digits (Regulation (EU) 2024/982, Articles 25(1) and 43(1)). Who holds the key can make it
    /// again and compare; who does not learns nothing but which pseudonyms are equal.
    NamePseudonym,
    "a name pseudonym",
    "write 16 hexadecimal digits in lower case",
    |text| text.len() == 16 && text.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'))
);

/// The pseudonyms of one part of a name: of its spelling, of how it sounds, and of its spelling with one letter lost.
/// Two parts agree when a pseudonym of one stands among those of the same kind of the other (Regulation (EU) 2024/982,
/// Article 43(1)).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenPseudonyms {
    /// Of the spelling, after case, accents and script are set aside.
    pub exact: NamePseudonym,
    /// Of how it sounds: one or two.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sounds: Vec<NamePseudonym>,
    /// Of the spelling with each letter in turn left out, and whole: parts of which one is a slip of the other have one
    /// of these in common. None for a part of fewer than four letters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub near: Vec<NamePseudonym>,
    /// To which of the names of the person the part belongs: zero for the first one, then the aliases in turn.
    #[serde(default, skip_serializing_if = "is_main_name")]
    pub name: u8,
}

/// True for the number of the first of the names of a person.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands fields over by reference")]
fn is_main_name(name: &u8) -> bool {
    *name == 0
}

/// A person of a police records index, or a query to one: names as pseudonyms, the other identity data in clear
/// (Regulation (EU) 2024/982, Articles 25 and 43).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PseudonymisedPerson {
    /// The parts of all first names, aliases included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub first_names: Vec<TokenPseudonyms>,
    /// The parts of all family names, aliases included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub family_names: Vec<TokenPseudonyms>,
    /// Date of birth as far as known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<PartialDate>,
    /// Sex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sex: Option<Sex>,
    /// Nationalities.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub nationalities: Vec<CountryCode>,
}
