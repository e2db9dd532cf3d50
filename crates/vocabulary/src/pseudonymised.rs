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

/// The pseudonyms of one part of a name: of its spelling and of how it sounds. Two parts agree when a pseudonym
/// of one stands among those of the other (Regulation (EU) 2024/982, Article 43(1)).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenPseudonyms {
    /// Of the spelling, after case, accents and script are set aside.
    pub exact: NamePseudonym,
    /// Of how it sounds: one or two.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sounds: Vec<NamePseudonym>,
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
