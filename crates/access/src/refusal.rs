//! Why something is refused: every reason, with its article and a stable word.

use instrument::StartDay;
use std::fmt;
use vocabulary::{
    Article, AuthorityId, FieldName, InstrumentId, OffenceCode, ProcessingOperation, PurposeId,
    RegisterId, Role, SubjectKind,
};

/// One reason to refuse. Each follows from the asker and the public table alone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum RefusalReason {
    /// The instrument lists no such purpose.
    #[error("the instrument has no purpose `{0}`")]
    PurposeUnknown(PurposeId),
    /// The table does not let this role do this for this purpose.
    #[error("the role `{role}` may not do {operation} for the purpose `{purpose}`")]
    RoleMayNot {
        /// The role.
        role: Role,
        /// What was asked.
        operation: ProcessingOperation,
        /// For what.
        purpose: PurposeId,
    },
    /// The law of access here was not made from this version of the instrument.
    #[error("the law of access of this node was not made from this version of `{0}`")]
    InstrumentNotCompiled(InstrumentId),
    /// A rule of local law forbids it.
    #[error("local law forbids it by `{rule}`{}", said(says.as_deref()))]
    ForbiddenByLocalLaw {
        /// The id of the rule.
        rule: String,
        /// Why, where the rule says so.
        says: Option<String>,
    },
    /// A rule could not be evaluated: what it might have forbidden is refused.
    #[error("the rule `{0}` could not be evaluated, and nothing is granted past it")]
    RuleNotEvaluated(String),
    /// Only officers of the owner may do this.
    #[error("only officers of `{0}` may do this")]
    NotTheOwner(AuthorityId),
    /// The instrument does not apply yet.
    #[error("the instrument applies from {0}")]
    NotApplicableYet(StartDay),
    /// The purpose requires a case reference.
    #[error("the purpose requires a case reference")]
    JustificationMissingCaseReference,
    /// The purpose requires an offence.
    #[error("the purpose requires an offence")]
    JustificationMissingOffence,
    /// The offence is not in the common table.
    #[error("the offence `{0}` is not in the catalogue of offences")]
    OffenceUnknown(OffenceCode),
    /// The purpose has no urgent path.
    #[error("the purpose has no urgent path")]
    UrgentPathNotAllowed,
    /// A register beyond the smallest necessary set is asked, without a reason for it.
    #[error("a register beyond those that the purpose needs is asked without a reason")]
    WideningWithoutReason,
    /// A register is named that is not kept under this instrument or is not known here.
    #[error("the register `{0}` is not available under this instrument")]
    RegisterNotAvailable(RegisterId),
    /// The instrument holds no records on this kind of subject.
    #[error("the instrument holds no records on a {0}")]
    SubjectKindNotCovered(SubjectKind),
    /// The query gives too few of the fields that the instrument needs.
    #[error("the query gives too little: at least {at_least} of {}", in_words(of))]
    QueryTooBroad {
        /// How many fields are needed.
        at_least: u32,
        /// Of which.
        of: Vec<FieldName>,
    },
    /// A query was announced without saying what it gives.
    #[error("the query does not say which fields it gives")]
    QueryWithoutSubject,
}

fn in_words(fields: &[FieldName]) -> String {
    fields.iter().map(|field| format!("`{field}`")).collect::<Vec<_>>().join(", ")
}

fn said(says: Option<&str>) -> String {
    says.map(|says| format!(": {says}")).unwrap_or_default()
}

impl RefusalReason {
    /// The stable word: translations and pages look the reason up by it.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::PurposeUnknown(_) => "purpose_unknown",
            Self::RoleMayNot { .. } => "role_may_not",
            Self::InstrumentNotCompiled(_) => "instrument_not_compiled",
            Self::ForbiddenByLocalLaw { .. } => "forbidden_by_local_law",
            Self::RuleNotEvaluated(_) => "rule_not_evaluated",
            Self::NotTheOwner(_) => "not_the_owner",
            Self::NotApplicableYet(_) => "not_applicable_yet",
            Self::JustificationMissingCaseReference => "justification_missing_case_reference",
            Self::JustificationMissingOffence => "justification_missing_offence",
            Self::OffenceUnknown(_) => "offence_unknown",
            Self::UrgentPathNotAllowed => "urgent_path_not_allowed",
            Self::WideningWithoutReason => "widening_without_reason",
            Self::RegisterNotAvailable(_) => "register_not_available",
            Self::SubjectKindNotCovered(_) => "subject_kind_not_covered",
            Self::QueryTooBroad { .. } => "query_too_broad",
            Self::QueryWithoutSubject => "query_without_subject",
        }
    }

    /// The rule of local law that stands behind it, where one does.
    pub(crate) fn local_rule(&self) -> Option<&str> {
        if let Self::ForbiddenByLocalLaw { rule, .. } | Self::RuleNotEvaluated(rule) = self {
            Some(rule)
        } else {
            None
        }
    }

    /// What to do about it.
    pub const fn help(&self) -> &'static str {
        match self {
            Self::PurposeUnknown(_) => "choose a purpose of this instrument",
            Self::RoleMayNot { .. } => {
                "ask an officer whose role may do this, or choose the purpose you act for"
            }
            Self::InstrumentNotCompiled(_) => {
                "have the operator start the node again with its instrument files"
            }
            Self::ForbiddenByLocalLaw { .. } => {
                "ask for what the local law of this authority leaves open"
            }
            Self::RuleNotEvaluated(_) => {
                "have the operator run `eunomia access check` and correct the rule"
            }
            Self::NotTheOwner(_) => "ask the owner to do it",
            Self::NotApplicableYet(_) => "wait until the instrument applies",
            Self::JustificationMissingCaseReference => "give the reference of the case",
            Self::JustificationMissingOffence | Self::OffenceUnknown(_) => {
                "give the offence by its code of the common table"
            }
            Self::UrgentPathNotAllowed => "ask without urgency",
            Self::WideningWithoutReason => "name the register and say why it is needed",
            Self::RegisterNotAvailable(_) => {
                "name registers that the node lists under this instrument"
            }
            Self::SubjectKindNotCovered(_) => "choose an instrument for this kind of subject",
            Self::QueryTooBroad { .. } => "give more of these fields",
            Self::QueryWithoutSubject => "say which fields the query gives",
        }
    }
}

/// A refusal: all its reasons, each with the article it rests on. A value, not an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    reasons: Vec<(RefusalReason, Article)>,
}

impl Refusal {
    /// A refusal for `reasons`, in a fixed order, each once.
    pub(crate) fn of(mut reasons: Vec<(RefusalReason, Article)>) -> Self {
        reasons.sort();
        reasons.dedup();
        Self { reasons }
    }

    /// Every reason with the article it rests on. Never empty.
    pub fn reasons(&self) -> &[(RefusalReason, Article)] {
        &self.reasons
    }

    /// True when one of the reasons has this stable word.
    pub fn has(&self, word: &str) -> bool {
        self.reasons.iter().any(|(reason, _)| reason.word() == word)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (reason, article)) in self.reasons.iter().enumerate() {
            let comma = if place == 0 { "" } else { "; " };
            let numbered = article.as_str().starts_with(|c: char| c.is_ascii_digit());
            let word = if numbered { "Article " } else { "" };
            write!(f, "{comma}{reason} ({word}{article})")?;
        }
        Ok(())
    }
}
