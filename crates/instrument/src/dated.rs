//! Figures that changed over time: a list by date, the newest that has begun counts.

use crate::sheet::Sheet;
use std::fmt;
use std::str::FromStr;
use vocabulary::{CalendarSpan, Invalid, Timestamp};

/// A day from whose beginning (in UTC) something applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct StartDay(Timestamp);

impl StartDay {
    /// The first moment of the day.
    pub fn begins(self) -> Timestamp {
        self.0
    }
}

impl FromStr for StartDay {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let begins = format!("{text}T00:00:00Z").parse().map(Self);
        begins.map_err(|_| Invalid::new(text, "a day", "write it as `2023-03-07`, in quotes"))
    }
}

impl fmt::Display for StartDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.to_string().split('T').next().unwrap_or(""))
    }
}

/// A figure by date. Never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dated<T> {
    since: Option<StartDay>,
    first: T,
    later: Vec<(StartDay, T)>,
}

impl<T> Dated<T> {
    /// The figure that counts at `at`.
    pub fn at(&self, at: Timestamp) -> &T {
        let begun = self.later.iter().rev().find(|(from, _)| from.begins() <= at);
        begun.map_or(&self.first, |(_, value)| value)
    }

    /// The figures in the order of their days; the first may have none: it always counted.
    pub fn all(&self) -> impl Iterator<Item = (Option<StartDay>, &T)> {
        std::iter::once((self.since, &self.first))
            .chain(self.later.iter().map(|(from, value)| (Some(*from), value)))
    }
}

impl<T: fmt::Display> fmt::Display for Dated<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(since) = self.since {
            write!(f, "from {since} ")?;
        }
        write!(f, "{}", self.first)?;
        for (from, value) in &self.later {
            write!(f, ", from {from} {value}")?;
        }
        Ok(())
    }
}

impl Dated<CalendarSpan> {
    /// Reads a length of time, or a list of `{ from, is }` in the order of their days.
    pub(crate) fn read(sheet: &Sheet<'_>, key: &'static str) -> Option<Self> {
        if !sheet.is_list(key) {
            return Some(Self { first: sheet.word(key)?.value, later: Vec::new(), since: None });
        }
        let mut figures: Vec<(StartDay, CalendarSpan)> = Vec::new();
        for step in sheet.some_tables(key) {
            let from = step.word::<StartDay>("from");
            let is = step.word::<CalendarSpan>("is");
            step.finish();
            let (from, is) = (from?, is?);
            if figures.last().is_some_and(|(before, _)| *before >= from.value) {
                let message = format!("`{}` does not come after the one before it", from.value);
                step.problem(&from.span, "from", message, "put the days in order, each once");
            }
            figures.push((from.value, is.value));
        }
        let (first, later) = figures.split_first()?;
        Some(Self { since: Some(first.0), first: first.1, later: later.to_vec() })
    }
}
