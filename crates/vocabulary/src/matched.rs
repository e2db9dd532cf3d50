//! What a search gives back: bands, reasons, matches and the five outcomes.

use crate::text::{serde_as_text, text_newtype, word_enum};
use crate::{AuthorityId, FieldName, InstrumentId, Invalid};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// How strongly two descriptions agree, in thousandths of a bit of evidence (Fellegi and Sunter 1969).
/// Fixed point, because it decides. It never leaves a node: the [`Band`] does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Score(i32);

impl Score {
    /// A score of `millibits` thousandths of a bit.
    pub const fn from_millibits(millibits: i32) -> Self {
        Self(millibits)
    }

    /// Thousandths of a bit.
    pub const fn millibits(self) -> i32 {
        self.0
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{}.{:03}", self.0.unsigned_abs() / 1000, self.0.unsigned_abs() % 1000)
    }
}

impl FromStr for Score {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let invalid =
            || Invalid::new(text, "a score", "write bits with three decimals, such as `12.345`");
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, part) = digits.split_once('.').ok_or_else(invalid)?;
        let plain = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
        if !plain(whole) || part.len() != 3 || !plain(part) {
            return Err(invalid());
        }
        let value: i32 = format!("{whole}{part}").parse().map_err(|_| invalid())?;
        Ok(Self(if negative { value.checked_neg().ok_or_else(invalid)? } else { value }))
    }
}

serde_as_text!(Score);

word_enum!(
    /// How likely it is that a match speaks of the person or thing asked for.
    Band,
    "a band",
    "write `very_likely`, `likely` or `possible`",
    {
        /// Nearly everything that was asked agrees.
        VeryLikely = "very_likely",
        /// Most of it agrees, or it agrees after a usual variation.
        Likely = "likely",
        /// Enough agrees for a person to look at it.
        Possible = "possible",
    }
);

word_enum!(
    /// What was compared.
    ReasonField,
    "a compared field",
    "write `name`, `birth_date`, `sex`, `nationality`, `birth_place`, `document_number`, `number_plate` or `vin`",
    {
        /// Names.
        Name = "name",
        /// Date of birth.
        BirthDate = "birth_date",
        /// Sex.
        Sex = "sex",
        /// Nationality.
        Nationality = "nationality",
        /// Place of birth.
        BirthPlace = "birth_place",
        /// Document number.
        DocumentNumber = "document_number",
        /// Number plate.
        NumberPlate = "number_plate",
        /// Vehicle identification number.
        Vin = "vin",
    }
);

word_enum!(
    /// What the comparison of one field found.
    Finding,
    "a finding",
    "write one of the words of the list in the glossary",
    {
        /// The same after case, accents and spacing are set aside.
        Equal = "equal",
        /// The same after transliteration from another script.
        EqualAcrossScripts = "equal_across_scripts",
        /// The same parts in another order.
        OtherOrder = "other_order",
        /// A usual variant or a slip of one or two letters.
        Variant = "variant",
        /// Some parts agree and others are missing on one side.
        Partial = "partial",
        /// A record under another name of the same person agrees.
        Alias = "alias",
        /// Day and month are exchanged.
        DayMonthSwapped = "day_month_swapped",
        /// One digit differs or the date is off by one.
        OneOff = "one_off",
        /// As far as both are known they agree.
        EqualAsFarAsKnown = "equal_as_far_as_known",
        /// They differ.
        Differs = "differs",
    }
);

/// One reason of a match: what was compared and what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// What was compared.
    pub field: ReasonField,
    /// What was found.
    pub finding: Finding,
}

text_newtype!(
    /// The number under which an owner finds the record of a match again. It does not identify a person
    /// by itself (Regulation (EU) 2024/982, Article 25(2)): 32 hexadecimal digits.
    MatchReference,
    "a match reference",
    "write 32 hexadecimal digits in lower case",
    |text| text.len() == 32 && text.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'))
);

/// One match as its owner answers it. It is not yet a hit: a person has to confirm it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Match {
    /// The owner of the record.
    pub owner: AuthorityId,
    /// The instrument under which the record is kept.
    pub instrument: InstrumentId,
    /// The number for whatever follows.
    pub reference: MatchReference,
    /// How likely it is, where the instrument lets the band leave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub band: Option<Band>,
    /// Why, where the instrument lets reasons leave.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Reason>,
    /// The fields that may be seen at once.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<FieldName, String>,
}

word_enum!(
    /// What became of one register in one query. Five words, never blurred.
    Outcome,
    "an outcome",
    "write `match`, `no_match`, `refused`, `late` or `unreachable`",
    {
        /// At least one record matches.
        Match = "match",
        /// No record matches that the asker may know of.
        NoMatch = "no_match",
        /// The asker may not ask this; decided before any record was read.
        Refused = "refused",
        /// No answer within the time limit; it is still awaited.
        Late = "late",
        /// The node cannot be reached; the query stays in the outbox.
        Unreachable = "unreachable",
    }
);
