//! The bodies that reply to a query: answer, refusal, receipt.

use crate::Promise;
use serde::{Deserialize, Serialize};
use vocabulary::{Article, Match, Outcome, RecordId};

/// Match or no match, with what the instrument lets leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerBody {
    /// [`Outcome::Match`] or [`Outcome::NoMatch`]; the other three words are never answered, they are observed.
    pub outcome: Outcome,
    /// The matches, best first.
    pub matches: Vec<Match>,
    /// How many records match; more than there are `matches` when the list was cut.
    pub count: u32,
    /// True when not all matches are listed.
    pub cut: bool,
    /// The position of the owner's log up to which the register was searched, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_to: Option<u64>,
    /// The owner's word that the query is in its log.
    pub promise: Promise,
}

impl AnswerBody {
    pub(super) fn contradiction(&self) -> Option<&'static str> {
        let listed = u32::try_from(self.matches.len()).unwrap_or(u32::MAX);
        match self.outcome {
            Outcome::NoMatch => (listed > 0 || self.count > 0 || self.cut)
                .then_some("`no_match` with matches; answer `match`, or list and count none"),
            Outcome::Match => (self.count == 0 || self.count < listed)
                .then_some("`match` with a smaller count than matches; count what matches"),
            Outcome::Refused | Outcome::Late | Outcome::Unreachable => {
                Some("an answer says `match` or `no_match`; send a refusal, or nothing yet")
            }
        }
    }
}

/// Why the asker may not ask this. Decided from asker and public rules alone, before any record was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefusalBody {
    /// All reasons, at least one.
    pub reasons: Vec<RefusalReason>,
    /// The owner's word that the refusal is in its log.
    pub promise: Promise,
}

/// One reason of a refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefusalReason {
    /// A stable word for programs: `purpose_not_allowed`.
    pub word: String,
    /// The article on which it rests, where one is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub article: Option<Article>,
    /// What the asker can do instead, in one sentence.
    pub help: String,
}

impl RefusalBody {
    pub(super) fn contradiction(&self) -> Option<&'static str> {
        let is_word = |word: &str| {
            (1..=64).contains(&word.len())
                && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        };
        if self.reasons.is_empty() {
            return Some("a refusal without a reason; give at least one");
        }
        let bad = self.reasons.iter().any(|reason| !is_word(&reason.word));
        bad.then_some(
            "a reason is 1 to 64 of `a-z`, `0-9` and `_`; take one from the list of reasons",
        )
    }
}

/// A signed receipt: the envelope it replies to is durable here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceivedBody {
    /// The receiver's word that the receipt of the envelope is in its log.
    pub promise: Promise,
    /// Of an inventory: records on it of which the receiver holds no copy, as many as it asks for at once. The owner
    /// sends them again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<RecordId>,
}
