//! A date of which the year, the month or the day may be all that is known.

use crate::Invalid;
use crate::text::serde_as_text;
use std::fmt;
use std::str::FromStr;

/// A calendar date known to the year, to the month or to the day: `1970`, `1970-02` or `1970-02-03`.
///
/// Registers hold many such dates; travel documents show them with the unknown part left open
/// (ICAO Doc 9303, Part 3, section 4.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartialDate {
    year: i16,
    month: Option<i8>,
    day: Option<i8>,
}

const EXPECTED: &str = "a date";
const HELP: &str = "write `1970-02-03`, or `1970-02` or `1970` when no more is known";

impl PartialDate {
    /// Checks the parts against the calendar. Years run from 1800 to 2200.
    ///
    /// # Errors
    /// When a part is out of range, or a day is given without a month.
    pub fn new(year: i16, month: Option<i8>, day: Option<i8>) -> Result<Self, Invalid> {
        let valid = (1800..=2200).contains(&year)
            && match (month, day) {
                (None, None) => true,
                (None, Some(_)) => false,
                (Some(month), day) => jiff::civil::Date::new(year, month, day.unwrap_or(1)).is_ok(),
            };
        if valid {
            Ok(Self { year, month, day })
        } else {
            let text = format!("{year}-{}-{}", month.unwrap_or(0), day.unwrap_or(0));
            Err(Invalid::new(&text, EXPECTED, HELP))
        }
    }

    /// The year.
    pub fn year(self) -> i16 {
        self.year
    }

    /// The month, 1 to 12, where known.
    pub fn month(self) -> Option<i8> {
        self.month
    }

    /// The day of the month, where known.
    pub fn day(self) -> Option<i8> {
        self.day
    }
}

impl FromStr for PartialDate {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let invalid = || Invalid::new(text, EXPECTED, HELP);
        let digits = |part: &str, width: usize| -> Result<i16, Invalid> {
            if part.len() == width && part.bytes().all(|b| b.is_ascii_digit()) {
                part.parse().map_err(|_| invalid())
            } else {
                Err(invalid())
            }
        };
        let mut parts = text.split('-');
        let year = digits(parts.next().unwrap_or(""), 4)?;
        let mut small = || -> Result<Option<i8>, Invalid> {
            parts.next().map(|p| i8::try_from(digits(p, 2)?).map_err(|_| invalid())).transpose()
        };
        let (month, day) = (small()?, small()?);
        if parts.next().is_some() {
            return Err(invalid());
        }
        Self::new(year, month, day).map_err(|_| invalid())
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
        }
        if let Some(day) = self.day {
            write!(f, "-{day:02}")?;
        }
        Ok(())
    }
}

serde_as_text!(PartialDate);
