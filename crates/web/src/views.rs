//! The pages: view structs with public fields, and pure functions that turn them into HTML.
//!
//! A view holds everything a page shows, in words of the field; it also is the body of the programming interface. What is in a view has
//! been decided and logged before; nothing here decides what an officer may see.

pub mod federation;
pub mod form;
pub mod frame;
mod icons;
pub mod listing;
pub mod proofs;
pub mod result;
pub mod sign_in;
mod trust;
pub mod words;

pub use federation::{InstrumentView, PartnerView, RegisterView};
pub use form::{FormValues, FormView, PurposeChoice, RegisterChoice};
pub use frame::{Frame, Section};
pub use listing::SearchSummary;
pub use result::{MatchAnswer, RegisterAnswer, SearchView, Verdict};
pub use sign_in::Persona;
pub use trust::{ExpiryView, TrustView};
