//! Persons as registers describe them.

use crate::text::{is_line, text_newtype, word_enum};
use crate::{CountryCode, Document, PartialDate};
use serde::{Deserialize, Serialize};

text_newtype!(
    /// A name or a part of a name in any script, as it was written down.
    PersonName,
    "a name",
    "write one line of 1 to 200 characters with at least one letter",
    |text| is_line(text, 200) && text.chars().any(char::is_alphabetic)
);

word_enum!(
    /// Sex as travel documents state it (ICAO Doc 9303, Part 4, section 4.1.1).
    Sex,
    "a sex",
    "write `F`, `M` or `X`",
    {
        /// Female.
        Female = "F",
        /// Male.
        Male = "M",
        /// Unspecified.
        Unspecified = "X",
    }
);

/// One of the names a person is known by: whole, or in parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonNameParts {
    /// The whole name when the parts are not told apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full: Option<PersonName>,
    /// First names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given: Option<PersonName>,
    /// Family names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<PersonName>,
}

impl PersonNameParts {
    /// The name as one line: the whole name, or first names and family names.
    pub fn text(&self) -> String {
        let parts = [&self.full, &self.given, &self.family];
        parts
            .iter()
            .filter_map(|p| p.as_ref())
            .map(PersonName::as_str)
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// True when no part is given, or the whole name stands beside parts.
    pub fn is_malformed(&self) -> bool {
        let parts = self.given.is_some() || self.family.is_some();
        self.full.is_some() == parts
    }
}

/// A description of a natural person: the content of a record, or what is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// All names the person is known by, the main one first, aliases after it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<PersonNameParts>,
    /// Date of birth as far as known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<PartialDate>,
    /// Sex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sex: Option<Sex>,
    /// Nationalities.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub nationalities: Vec<CountryCode>,
    /// Place of birth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_place: Option<PersonName>,
    /// Identity documents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<Document>,
}
