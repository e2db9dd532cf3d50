//! Why somebody asks: the purpose and what that purpose must be supported by.

use crate::text::{is_line, text_newtype};
use crate::{PurposeId, RegisterId};
use serde::{Deserialize, Serialize};

text_newtype!(
    /// The number of the case for which data are processed, as the asking authority keeps it.
    CaseReference,
    "a case reference",
    "write one line of 3 to 64 characters that is not made of zeros",
    |text| is_line(text, 64)
        && text.chars().count() >= 3
        && text.chars().any(|c| c.is_alphanumeric() && c != '0')
);

text_newtype!(
    /// A code of the common table of offences (Decision 2009/316/JHA, Annex A; used by Regulation (EU)
    /// 2024/982, Article 47(1)(c)): four digits, with `00` at the end for a whole category.
    OffenceCode,
    "an offence code",
    "write the four digits of the common table of offences, such as `0501`",
    |text| text.len() == 4 && text.chars().all(|c| c.is_ascii_digit())
);

text_newtype!(
    /// Why the urgent path is taken or a search is widened, in the officer's words; checked afterwards by a person.
    UrgencyReason,
    "a reason",
    "write one line of 10 to 400 characters that says why",
    |text| is_line(text, 400) && text.chars().count() >= 10
);

/// What an officer states for one query. Which parts a purpose requires, the instrument says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Justification {
    /// The purpose of the query.
    pub purpose: PurposeId,
    /// The case, where the purpose has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case_reference: Option<CaseReference>,
    /// The offence, where the purpose requires one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offence: Option<OffenceCode>,
    /// Set when the urgent path is taken: a later validation by a second person is then due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub urgent: Option<UrgencyReason>,
    /// Registers asked beyond the smallest necessary set.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub widened_to: Vec<RegisterId>,
    /// Why the query was widened; required as soon as `widened_to` is not empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub widening_reason: Option<UrgencyReason>,
}

impl Justification {
    /// A justification that states the purpose and nothing else.
    pub fn of(purpose: PurposeId) -> Self {
        Self {
            purpose,
            case_reference: None,
            offence: None,
            urgent: None,
            widened_to: Vec::new(),
            widening_reason: None,
        }
    }
}
