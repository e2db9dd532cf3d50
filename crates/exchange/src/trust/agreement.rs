//! Agreements with third countries: what may be asked and answered beyond the Union, and until when.
//!
//! Personal data leave the Union only on a legal basis with safeguards (Directive (EU) 2016/680, Articles 35 to 37). Each
//! agreement is an entry of the trust list, so that a refusal follows from the public list alone.

use super::{AuthorityEntry, Problem, TrustList};
use serde::{Deserialize, Serialize};
use std::fmt;
use vocabulary::{AuthorityId, CountryCode, InstrumentId, PurposeId, SubjectKind, Timestamp};

/// The Member States by their codes (Article 52(1) of the Treaty on European Union).
const MEMBER_STATES: [&str; 27] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT",
    "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
];

/// An agreement with a third country or an international organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    /// Its id in the list: lower case letters, digits and hyphens.
    pub id: String,
    /// The other party; an organisation by the country of its seat.
    pub party: CountryCode,
    /// Its authorities that are covered; empty for all of the party but organisations, which are always named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authorities: Vec<AuthorityId>,
    /// The act it rests on.
    pub legal_basis: String,
    /// The instruments it covers.
    pub instruments: Vec<InstrumentId>,
    /// The purposes it covers.
    pub purposes: Vec<PurposeId>,
    /// The categories of data it covers, by what they describe.
    pub subjects: Vec<SubjectKind>,
    /// True when copies of disseminated registers may be held under it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub copies: bool,
    /// The assurances that the party gave, in words.
    pub assurances: Vec<String>,
    /// It applies from this moment on.
    pub from: Timestamp,
    /// It applies before this moment.
    pub until: Timestamp,
}

/// What would go from one authority to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transfer<'a> {
    /// A question and its answer.
    Query {
        /// Under which instrument.
        instrument: &'a InstrumentId,
        /// For which purpose.
        purpose: &'a PurposeId,
        /// About what.
        subject: SubjectKind,
    },
    /// Copies of a disseminated register.
    Copies {
        /// Under which instrument.
        instrument: &'a InstrumentId,
    },
}

/// Why no agreement lets something pass between two authorities. A value, not an error: it is an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoAgreement {
    /// The list names no agreement with this party.
    Absent {
        /// The authority of the third country.
        authority: AuthorityId,
        /// Its country.
        party: CountryCode,
    },
    /// There is one, for something else.
    NotCovered {
        /// The agreement.
        id: String,
    },
    /// The one that would cover it has ended.
    Expired {
        /// The agreement.
        id: String,
        /// When it ended.
        until: Timestamp,
    },
    /// The one that would cover it does not apply yet.
    NotYet {
        /// The agreement.
        id: String,
        /// From when on it applies.
        from: Timestamp,
    },
}

impl NoAgreement {
    /// The stable word: translations and pages look the reason up by it.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Absent { .. } => "agreement_absent",
            Self::NotCovered { .. } => "agreement_does_not_cover",
            Self::Expired { .. } => "agreement_expired",
            Self::NotYet { .. } => "agreement_not_yet",
        }
    }
}

impl fmt::Display for NoAgreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent { authority, party } => write!(
                f,
                "`{authority}` is an authority of a third country ({party}) and the trust list names no agreement with it; ask the keepers"
            ),
            Self::NotCovered { id } => write!(
                f,
                "the agreement `{id}` does not cover this instrument, purpose and category of data; ask without the third country"
            ),
            Self::Expired { id, until } => {
                write!(
                    f,
                    "the agreement `{id}` ended at {until}; ask the keepers whether it was renewed"
                )
            }
            Self::NotYet { id, from } => {
                write!(f, "the agreement `{id}` applies from {from}; ask again then")
            }
        }
    }
}

impl AuthorityEntry {
    /// True for an authority outside the Union, or one that the keepers marked so.
    pub fn is_of_third_country(&self) -> bool {
        self.third_country || !MEMBER_STATES.contains(&self.country.as_str())
    }
}

impl Agreement {
    /// True when the authority is a party to it.
    pub fn binds(&self, authority: &AuthorityEntry) -> bool {
        self.party == authority.country
            && (self.authorities.contains(&authority.id)
                || (self.authorities.is_empty() && !authority.third_country))
    }

    /// True when it speaks of this, whenever that may be.
    pub fn covers(&self, transfer: &Transfer<'_>) -> bool {
        match transfer {
            Transfer::Query { instrument, purpose, subject } => {
                self.instruments.contains(instrument)
                    && self.purposes.contains(purpose)
                    && self.subjects.contains(subject)
            }
            Transfer::Copies { instrument } => self.copies && self.instruments.contains(instrument),
        }
    }

    pub(super) fn problems(&self) -> Vec<Problem> {
        let is_id = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let is_empty = |text: &str| text.trim().is_empty();
        let checks = [
            (
                self.id.is_empty() || !self.id.chars().all(is_id),
                "has no proper id; write lower case letters, digits and hyphens",
            ),
            (is_empty(&self.legal_basis), "names no legal basis; write the act it rests on"),
            (self.instruments.is_empty(), "covers no instrument; list those it covers"),
            (self.purposes.is_empty(), "covers no purpose; list those it covers"),
            (self.subjects.is_empty(), "covers no category of data; list those it covers"),
            (
                self.assurances.is_empty() || self.assurances.iter().any(|text| is_empty(text)),
                "holds no assurances; write what the party assured",
            ),
            (self.from >= self.until, "ends before it begins; set `until` later than `from`"),
        ];
        let wrong = checks.into_iter().filter(|(wrong, _)| *wrong);
        wrong.map(|(_, what)| Problem::Agreement { id: self.id.clone(), what }).collect()
    }
}

impl TrustList {
    /// Whether `transfer` may pass between two authorities at `at`: always within the Union; with a third country only under
    /// an agreement in force that covers it. Authorities that the list does not name are none of its business.
    ///
    /// # Errors
    /// Why not.
    pub fn lets_pass(
        &self,
        (one, other): (&AuthorityId, &AuthorityId),
        transfer: &Transfer<'_>,
        at: Timestamp,
    ) -> Result<(), NoAgreement> {
        let (Some(one), Some(other)) = (self.authority(one), self.authority(other)) else {
            return Ok(());
        };
        // Two authorities of one third country are its own business; an organisation there is none of that country.
        let marked = one.third_country || other.third_country;
        if one.id == other.id || (one.country == other.country && !marked) {
            return Ok(());
        }
        for outside in [one, other].into_iter().filter(|entry| entry.is_of_third_country()) {
            self.agreement_for(outside, transfer, at)?;
        }
        Ok(())
    }

    fn agreement_for(
        &self,
        outside: &AuthorityEntry,
        transfer: &Transfer<'_>,
        at: Timestamp,
    ) -> Result<(), NoAgreement> {
        let (authority, party) = (outside.id.clone(), outside.country);
        let mut nearest = NoAgreement::Absent { authority, party };
        for agreement in self.content().agreements.iter().filter(|one| one.binds(outside)) {
            let id = agreement.id.clone();
            if !agreement.covers(transfer) {
                if matches!(nearest, NoAgreement::Absent { .. }) {
                    nearest = NoAgreement::NotCovered { id };
                }
            } else if at < agreement.from {
                nearest = NoAgreement::NotYet { id, from: agreement.from };
            } else if agreement.until <= at {
                nearest = NoAgreement::Expired { id, until: agreement.until };
            } else {
                return Ok(());
            }
        }
        Err(nearest)
    }
}
