//! Do two records speak of the same person or thing, and why.
//!
//! [`compare`] is the scorer alone. An [`Index`] holds one register as a value: changes are applied to it, it is
//! searched from any number of threads, and it is written out and read back. It says record numbers, scores, bands
//! and reasons and nothing else of a record; what of these leaves a node the instrument says.
//!
//! A person is found through any of: two words of a name that are alike, a rare word, the birth date or one near it,
//! the whole name without spaces, a document number. What is found is then compared in full: names word by word with
//! the best pairing, in all scripts of the Union and in Arabic and Hebrew script, weighed by how rare the words are in
//! the register (Fellegi and Sunter 1969), then birth date, sex, nationality, birth place and document numbers.
//!
//! The crate does no I/O, knows no clock and draws no chance.

mod align;
mod ask;
mod candidate;
mod codec;
mod compare;
mod dates;
mod dictionary;
mod edit;
mod equivalents;
mod error;
mod facts;
mod frequency;
mod gather;
mod hash;
mod index;
mod lists;
mod number;
mod pseudonym;
mod records;
mod script;
mod search;
mod sound;
mod things;
mod verdict;
mod word;
mod words;

pub use candidate::{Candidate, Change, Comparison, Found, Question, RecordKey};
pub use compare::compare;
pub use error::Error;
pub use index::{Index, IndexKind};
pub use pseudonym::pseudonymise;
