//! Moments and lengths of time. Nothing here reads a clock.

use crate::Invalid;
use crate::text::{serde_as_text, word_enum};
use std::fmt;
use std::str::FromStr;

/// A moment in microseconds since 1970-01-01T00:00:00Z, written as RFC 3339 in UTC with six decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment `micros` microseconds after the epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the epoch.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// The calendar year in UTC.
    pub fn year(self) -> i16 {
        jiff::Timestamp::from_microsecond(self.0)
            .map_or(1970, |at| at.to_zoned(jiff::tz::TimeZone::UTC).year())
    }

    /// The moment `millis` milliseconds later (earlier when negative); stops at the ends of the range.
    #[must_use]
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis.saturating_mul(1000)))
    }

    /// Milliseconds from `earlier` to here; negative when `earlier` is later.
    pub const fn millis_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0) / 1000
    }

    /// The moment one `span` after this one: hours and minutes by the clock, days, months and years by the
    /// calendar in UTC. Working days count Monday to Friday; holidays are the caller's to add.
    ///
    /// # Errors
    /// When the result lies outside the years 1800 to 9999.
    pub fn plus_span(self, span: CalendarSpan) -> Result<Self, Invalid> {
        let invalid =
            || Invalid::new(&span.to_string(), "a length of time in range", "write a shorter one");
        let start = jiff::Timestamp::from_microsecond(self.0).map_err(|_| invalid())?;
        let count = i64::from(span.count());
        let zoned = start.to_zoned(jiff::tz::TimeZone::UTC);
        let step = match span.unit() {
            SpanUnit::Minutes => jiff::Span::new().try_minutes(count),
            SpanUnit::Hours => jiff::Span::new().try_hours(count),
            SpanUnit::Days => jiff::Span::new().try_days(count),
            SpanUnit::WorkingDays => jiff::Span::new().try_days(working_days(&zoned, count)),
            SpanUnit::Months => jiff::Span::new().try_months(count),
            SpanUnit::Years => jiff::Span::new().try_years(count),
        }
        .map_err(|_| invalid())?;
        let end = zoned.checked_add(step).map_err(|_| invalid())?;
        Ok(Self(end.timestamp().as_microsecond()))
    }
}

/// Calendar days that hold `count` weekdays after `start`.
fn working_days(start: &jiff::Zoned, count: i64) -> i64 {
    let weekday = i64::from(start.weekday().to_monday_zero_offset());
    let (mut left, mut days, mut day) = (count, 0_i64, weekday);
    while left > 0 {
        days = days.saturating_add(1);
        day = day.saturating_add(1) % 7;
        if day < 5 {
            left = left.saturating_sub(1);
        }
    }
    days
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(at) => write!(f, "{at:.6}"),
            Err(_) => write!(f, "{} µs", self.0),
        }
    }
}

impl FromStr for Timestamp {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        text.parse::<jiff::Timestamp>()
            .map(|at| Self(at.as_microsecond()))
            .map_err(|_| Invalid::new(text, "a moment", "write it as `2026-11-21T08:30:00Z`"))
    }
}

serde_as_text!(Timestamp);

word_enum!(
    /// The units in which acts state lengths of time.
    SpanUnit,
    "a unit of time",
    "write `minutes`, `hours`, `days`, `working days`, `months` or `years`",
    {
        /// Minutes by the clock.
        Minutes = "minutes",
        /// Hours by the clock.
        Hours = "hours",
        /// Calendar days.
        Days = "days",
        /// Days that are neither Saturday, Sunday nor public holiday.
        WorkingDays = "working days",
        /// Calendar months.
        Months = "months",
        /// Calendar years.
        Years = "years",
    }
);

/// A length of time as an act states it: `48 hours`, `10 working days`, `5 years`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CalendarSpan {
    count: u32,
    unit: SpanUnit,
}

impl CalendarSpan {
    /// `count` of `unit`.
    pub const fn new(count: u32, unit: SpanUnit) -> Self {
        Self { count, unit }
    }

    /// How many.
    pub const fn count(self) -> u32 {
        self.count
    }

    /// Of what.
    pub const fn unit(self) -> SpanUnit {
        self.unit
    }
}

impl fmt::Display for CalendarSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = self.unit.as_str();
        let word = if self.count == 1 { word.strip_suffix('s').unwrap_or(word) } else { word };
        write!(f, "{} {word}", self.count)
    }
}

impl FromStr for CalendarSpan {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let invalid = || {
            Invalid::new(
                text,
                "a length of time",
                "write a number and a unit, as in `60 days` or `48 hours`",
            )
        };
        let (count, unit) = text.split_once(' ').ok_or_else(invalid)?;
        let count: u32 = count.parse().map_err(|_| invalid())?;
        let plural = if unit.ends_with('s') { unit.to_owned() } else { format!("{unit}s") };
        let unit: SpanUnit = plural.parse().map_err(|_| invalid())?;
        if count == 0 || count > 100_000 {
            return Err(invalid());
        }
        Ok(Self { count, unit })
    }
}

serde_as_text!(CalendarSpan);
