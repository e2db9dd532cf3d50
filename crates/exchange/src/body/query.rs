//! The body of a query.

use serde::{Deserialize, Serialize};
use vocabulary::{PseudonymisedPerson, Subject};

/// Whom or what is asked for. Who asks, why and under which instrument stands in the header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueryBody {
    /// The question.
    pub question: Question,
}

/// A question in clear or under pseudonyms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Question {
    /// A person or thing in clear.
    Clear(Subject),
    /// A person under pseudonyms (Regulation (EU) 2024/982, Article 43).
    Pseudonymised(PseudonymisedPerson),
}

impl QueryBody {
    pub(super) fn contradiction(&self) -> Option<&'static str> {
        let empty =
            "it asks for nobody; give a name, a document number or what identifies the thing";
        let asks = match &self.question {
            Question::Clear(subject) => subject.check_query().is_ok(),
            Question::Pseudonymised(person) => {
                !person.first_names.is_empty() || !person.family_names.is_empty()
            }
        };
        (!asks).then_some(empty)
    }
}
