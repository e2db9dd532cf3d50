//! The parts a log entry is made of.

use seal::Digest;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use vocabulary::{AuthorityId, InstrumentId, Invalid, NodeId};

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$vmeta])* $variant),+
        }
    };
}

/// The version of the form of an entry; a reader refuses one it does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum EntryVersion {
    /// The first one.
    V1,
}

impl From<EntryVersion> for u8 {
    fn from(version: EntryVersion) -> Self {
        match version {
            EntryVersion::V1 => 1,
        }
    }
}

impl TryFrom<u8> for EntryVersion {
    type Error = String;

    fn try_from(number: u8) -> Result<Self, String> {
        match number {
            1 => Ok(Self::V1),
            _ => Err(format!("entries of version {number} are not known; use a newer program")),
        }
    }
}

words!(
    /// Which side of an exchange wrote the entry.
    Side {
        /// The authority whose officer asks.
        Asking,
        /// The authority whose register is asked.
        Asked,
        /// An act within one authority.
        Own,
    }
);

words!(
    /// Whether the processing was allowed.
    EntryDecision {
        /// It was.
        Granted,
        /// It was not, and no record was read.
        Refused,
    }
);

words!(
    /// What a person decided about a match.
    HumanVerdict {
        /// It speaks of the person or thing that was asked for: a confirmed hit.
        Confirmed,
        /// It does not.
        Rejected,
    }
);

/// A word of a closed list kept elsewhere: a reason of refusal, an aim, a maintenance task. No free text enters the
/// log, because free text ends up holding names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EntryWord(String);

impl EntryWord {
    /// The word.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for EntryWord {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let starts = text.starts_with(|c: char| c.is_ascii_lowercase());
        if starts && text.len() <= 64 && text.chars().all(letters) {
            return Ok(Self(text.to_owned()));
        }
        let help = "write 1 to 64 of `a-z`, `0-9` and `_`, starting with a letter";
        Err(Invalid::new(text, "a word of a closed list", help))
    }
}

impl TryFrom<String> for EntryWord {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<EntryWord> for String {
    fn from(word: EntryWord) -> Self {
        word.0
    }
}

impl fmt::Display for EntryWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The other side of an exchange.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Partner {
    /// The authority.
    pub authority: AuthorityId,
    /// The node that acts for it.
    pub node: NodeId,
}

/// An instrument in the version that was applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InstrumentVersion {
    /// The instrument.
    pub id: InstrumentId,
    /// The digest of its file.
    pub digest: Digest,
}

/// How many registers gave which outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutcomeCounts {
    /// Registers with at least one match.
    #[serde(rename = "match", default, skip_serializing_if = "is_zero")]
    pub matched: u32,
    /// Registers without one.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub no_match: u32,
    /// Registers that refused.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub refused: u32,
    /// Registers that did not answer in time.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub late: u32,
    /// Registers that could not be reached.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unreachable: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes the field by reference")]
const fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// A file of records taken in at once: one entry for all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// The salted digest of the file.
    pub file_digest: Digest,
    /// The root of the Merkle tree over the salted digests of its rows.
    pub root: Digest,
    /// How many rows were taken in.
    pub rows: u32,
    /// How many were not.
    pub rejected: u32,
}

/// A person's decision about a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HumanDecision {
    /// What was decided.
    pub verdict: HumanVerdict,
    /// The salted commitment to the reference of the match.
    pub reference_commitment: Digest,
}
