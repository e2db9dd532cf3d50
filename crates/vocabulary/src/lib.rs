//! The words of internal-security cooperation as types: parsed once, valid ever after.
//!
//! Every type here has a private field, parses from text with [`std::str::FromStr`], shows itself with
//! [`std::fmt::Display`] and travels through serde as that text. A value of one of these types has been
//! checked; nothing further down checks it again. The crate does no I/O and knows no clock.
//! Every public type has an entry in `docs/GLOSSARY.md`; a test compares the two.

mod country;
mod justification;
mod matched;
mod partial_date;
mod person;
mod pseudonymised;
mod record;
mod text;
mod thing;
mod time;
mod who;
mod words;

pub use country::CountryCode;
pub use justification::{CaseReference, Justification, OffenceCode, UrgencyReason};
pub use matched::{Band, Finding, Match, MatchReference, Outcome, Reason, ReasonField, Score};
pub use partial_date::PartialDate;
pub use person::{Person, PersonName, PersonNameParts, Sex};
pub use pseudonymised::{NamePseudonym, PseudonymisedPerson, TokenPseudonyms};
pub use record::{
    FieldName, LooseDocument, QueryId, Record, RecordId, RegisterId, Subject, SubjectKind,
};
pub use text::Invalid;
pub use thing::{Document, DocumentKind, DocumentNumber, NumberPlate, Vehicle, Vin};
pub use time::{CalendarSpan, SpanUnit, Timestamp};
pub use who::{AuthorityId, NodeId, OfficerId, OfficerPseudonym, Role};
pub use words::{Article, InstrumentId, ProcessingOperation, PurposeId};
