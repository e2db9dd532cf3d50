//! Which JSON this project takes from others: one reading for every reader.
//!
//! Two programs that read the same bytes differently are a way to show one thing and mean another. So, before
//! serde sees anything, one pass refuses what readers disagree about (RFC 8259, section 4 and 6; RFC 7493): a key
//! that stands twice in one object, even written with other escapes; fractions and exponents; integers beyond
//! 2^53 in size, and `-0`; halves of surrogate pairs; nesting deeper than [`MAX_DEPTH`]; anything after the value
//! but white space. Keys that a type does not know are refused by the types themselves (`deny_unknown_fields`).

mod scan;

use serde::de::DeserializeOwned;

/// How deep arrays and objects may nest.
pub const MAX_DEPTH: usize = 24;

/// The largest size of an integer: 2^53, up to which every JSON reader is exact (RFC 7493, section 2.2).
pub const MAX_INTEGER: u64 = 1 << 53;

/// Why a JSON text is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Not JSON at this byte.
    #[error("byte {at}: {expected} expected; write JSON as RFC 8259 has it")]
    Syntax {
        /// Byte from the beginning, counted from 0.
        at: usize,
        /// What should stand there.
        expected: &'static str,
    },
    /// One object has the same key twice.
    #[error("the key `{key}` stands twice in one object that ends at byte {at}; keep one")]
    DuplicateKey {
        /// Where the object ends.
        at: usize,
        /// The key, cut to 80 characters.
        key: String,
    },
    /// A number with a fraction or an exponent.
    #[error("byte {at}: a number with a fraction or an exponent; write whole numbers, or text")]
    Fraction {
        /// Where.
        at: usize,
    },
    /// An integer that not every reader keeps exact.
    #[error("byte {at}: an integer beyond 2^53, or `-0`; write it as text, or `0`")]
    IntegerRange {
        /// Where.
        at: usize,
    },
    /// Arrays and objects within each other beyond the limit.
    #[error("byte {at}: more than {} levels of arrays and objects; nest less", MAX_DEPTH)]
    Depth {
        /// Where.
        at: usize,
    },
    /// Well-formed, but not a value of the expected type.
    #[error("{0}")]
    Content(String),
}

/// Checks one JSON text without building anything from it.
///
/// # Errors
/// The first thing that is wrong.
pub fn check(bytes: &[u8]) -> Result<(), Error> {
    scan::scan(bytes)
}

/// Checks one JSON text and reads it as a `T`.
///
/// # Errors
/// The first thing that is wrong with the text, or what keeps it from being a `T`.
pub fn from_slice<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    check(bytes)?;
    serde_json::from_slice(bytes).map_err(|error| Error::Content(error.to_string()))
}
