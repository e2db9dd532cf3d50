//! What a register holds and what a query asks for.

use crate::text::{is_identifier, is_line, serde_as_text, text_newtype, word_enum};
use crate::{AuthorityId, Document, InstrumentId, Invalid, Person, Timestamp, Vehicle};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

text_newtype!(
    /// The id of a record as its owner gives it; unique in one register.
    RecordId,
    "a record id",
    "write one line of 1 to 64 characters",
    |text| is_line(text, 64)
);

text_newtype!(
    /// The name of a field as an instrument lists it: `birth_date`.
    FieldName,
    "a field name",
    "write 1 to 64 of `a-z`, `0-9`, `_` and `-`, starting with a letter",
    |text| is_identifier(text, 64)
);

impl From<QueryId> for RecordId {
    /// The id for a record that came without one.
    fn from(id: QueryId) -> Self {
        Self(id.to_string())
    }
}

/// The register that one authority keeps under one instrument, written `authority/instrument`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegisterId {
    authority: AuthorityId,
    instrument: InstrumentId,
}

impl RegisterId {
    /// The register of `authority` under `instrument`.
    pub fn new(authority: AuthorityId, instrument: InstrumentId) -> Self {
        Self { authority, instrument }
    }

    /// The owner.
    pub fn authority(&self) -> &AuthorityId {
        &self.authority
    }

    /// The instrument under which it is kept.
    pub fn instrument(&self) -> &InstrumentId {
        &self.instrument
    }
}

impl FromStr for RegisterId {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let invalid = || Invalid::new(text, "a register id", "write `authority/instrument`");
        let (authority, instrument) = text.split_once('/').ok_or_else(invalid)?;
        Ok(Self {
            authority: authority.parse().map_err(|_| invalid())?,
            instrument: instrument.parse().map_err(|_| invalid())?,
        })
    }
}

impl fmt::Display for RegisterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.authority, self.instrument)
    }
}

serde_as_text!(RegisterId);

/// The id of one query: 128 bits in UUID version 7 form (RFC 9562), so that ids sort by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QueryId(u128);

impl QueryId {
    /// Makes an id from the time and ten bytes of entropy.
    pub fn new(at: Timestamp, entropy: [u8; 10]) -> Self {
        let millis = u64::try_from(at.as_micros().div_euclid(1000)).unwrap_or(0);
        let mut bytes = [0_u8; 16];
        let (time, rest) = bytes.split_at_mut(6);
        time.copy_from_slice(millis.to_be_bytes().get(2..).unwrap_or(&[0; 6]));
        rest.copy_from_slice(&entropy);
        let raw = u128::from_be_bytes(bytes);
        let versioned =
            raw & !(0xf_u128 << 76) & !(0b11_u128 << 62) | (7_u128 << 76) | (0b10_u128 << 62);
        Self(versioned)
    }

    /// The 16 bytes, big endian.
    pub fn to_bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }

    /// Reads 16 bytes written by [`QueryId::to_bytes`].
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(u128::from_be_bytes(bytes))
    }
}

impl fmt::Display for QueryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hex = format!("{:032x}", self.0);
        let mut parts = Vec::with_capacity(5);
        let mut rest = hex.as_str();
        for width in [8, 4, 4, 4, 12] {
            let (part, tail) = rest.split_at_checked(width).unwrap_or((rest, ""));
            parts.push(part);
            rest = tail;
        }
        f.write_str(&parts.join("-"))
    }
}

impl FromStr for QueryId {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let invalid = || {
            Invalid::new(text, "a query id", "write it as `01890a5d-ac96-774b-bcce-b302099a8057`")
        };
        let widths: Vec<usize> = text.split('-').map(str::len).collect();
        let hex: String = text.split('-').collect();
        if widths != [8, 4, 4, 4, 12] || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(invalid());
        }
        u128::from_str_radix(&hex, 16).map(Self).map_err(|_| invalid())
    }
}

serde_as_text!(QueryId);

word_enum!(
    /// What kind of thing a register describes.
    SubjectKind,
    "a kind of subject",
    "write `person`, `vehicle` or `document`",
    {
        /// A natural person.
        Person = "person",
        /// A vehicle.
        Vehicle = "vehicle",
        /// A document.
        Document = "document",
    }
);

/// The person or thing that a record describes or a query asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Subject {
    /// A natural person.
    Person(Person),
    /// A vehicle.
    Vehicle(Vehicle),
    /// A document.
    Document(LooseDocument),
}

/// A document as a subject of its own; its kind stands in `document_kind` because `kind` names the subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LooseDocument {
    /// Its kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_kind: Option<crate::DocumentKind>,
    /// The country that issued it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<crate::CountryCode>,
    /// Its number.
    pub number: crate::DocumentNumber,
}

impl From<LooseDocument> for Document {
    fn from(loose: LooseDocument) -> Self {
        Self { kind: loose.document_kind, country: loose.country, number: loose.number }
    }
}

impl Subject {
    /// The kind of this subject.
    pub fn kind(&self) -> SubjectKind {
        match self {
            Self::Person(_) => SubjectKind::Person,
            Self::Vehicle(_) => SubjectKind::Vehicle,
            Self::Document(_) => SubjectKind::Document,
        }
    }

    /// Checks what a record must have: a person at least one well-formed name, a vehicle something that identifies it.
    ///
    /// # Errors
    /// With what is missing.
    pub fn check_record(&self) -> Result<(), Invalid> {
        match self {
            Self::Person(person) if person.names.is_empty() => {
                Err(Invalid::new("", "a person", "give at least one name in `names`"))
            }
            Self::Person(person) => check_names(person),
            Self::Vehicle(vehicle) => vehicle.check(),
            Self::Document(_) => Ok(()),
        }
    }

    /// Checks what a query must have: a person a name or a document number, a vehicle something that identifies it.
    ///
    /// # Errors
    /// With what is missing.
    pub fn check_query(&self) -> Result<(), Invalid> {
        match self {
            Self::Person(person) if person.names.is_empty() && person.documents.is_empty() => {
                Err(Invalid::new("", "a query for a person", "give a name or a document number"))
            }
            Self::Person(person) => check_names(person),
            Self::Vehicle(vehicle) => vehicle.check(),
            Self::Document(_) => Ok(()),
        }
    }
}

fn check_names(person: &Person) -> Result<(), Invalid> {
    match person.names.iter().find(|name| name.is_malformed()) {
        Some(name) => Err(Invalid::new(
            &name.text(),
            "a name",
            "give `full`, or `given` and `family`, not both",
        )),
        None => Ok(()),
    }
}

/// One record of a register: the subject and what else the instrument lets a record say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The owner's id.
    pub id: RecordId,
    /// The person or thing described.
    pub subject: Subject,
    /// Further fields that the instrument lists, such as the action to be taken.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<FieldName, String>,
    /// Until when the record answers no query, where the instrument allows that
    /// (Regulation (EU) 2018/1862, Article 26(4)).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsearchable_until: Option<Timestamp>,
}
