//! When a birth date of a police records index agrees with the one that is asked for.

use crate::dates::{Packed, digits};
use vocabulary::Finding;

/// How the birth dates of query and record stand to one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Born {
    /// The query gives none.
    NotGiven,
    /// The record knows none.
    Unknown,
    /// The same day.
    Equal,
    /// The same as far as both are known; evidence in millibits.
    AsFarAsKnown(i32),
    /// What a slip makes of a date: day and month exchanged, one digit off, one day off; evidence in millibits.
    Slip(Finding, i32),
    /// Otherwise.
    Differs,
}

impl Born {
    pub(crate) fn of(asked: Packed, held: Packed) -> Self {
        if asked == Packed::default() {
            return Self::NotGiven;
        }
        if held == Packed::default() {
            return Self::Unknown;
        }
        let ((y1, m1, d1), (y2, m2, d2)) = (asked.parts(), only_known(held));
        if d1 != 0 && d2 != 0 {
            return full((y1, m1, d1), (y2, m2, d2));
        }
        match y1 == y2 {
            true if m1 == 0 || m2 == 0 => Self::AsFarAsKnown(4_500),
            true if m1 == m2 => Self::AsFarAsKnown(8_000),
            _ => Self::Differs,
        }
    }

    /// What is said of it as a reason, and its evidence; nothing where a side is open.
    pub(crate) fn evidence(self) -> Option<(Finding, i32)> {
        match self {
            Self::NotGiven | Self::Unknown => None,
            Self::Equal => Some((Finding::Equal, 12_500)),
            Self::AsFarAsKnown(bits) => Some((Finding::EqualAsFarAsKnown, bits)),
            Self::Slip(finding, bits) => Some((finding, bits)),
            Self::Differs => Some((Finding::Differs, -6_500)),
        }
    }
}

type Parts = (u32, u32, u32);

/// The parts of a date in a record: many registers write 1 January where they know the year only.
fn only_known(held: Packed) -> Parts {
    match held.parts() {
        (year, 1, 1) => (year, 0, 0),
        parts => parts,
    }
}

/// Two dates known to the day.
fn full(asked: Parts, held: Parts) -> Born {
    let ((y1, m1, d1), (y2, m2, d2)) = (asked, held);
    if asked == held {
        return Born::Equal;
    }
    if (y1, m1, d1) == (y2, d2, m2) {
        return Born::Slip(Finding::DayMonthSwapped, 8_500);
    }
    let equal = [y1 == y2, m1 == m2, d1 == d2].into_iter().filter(|same| *same).count();
    let one_digit = equal == 2 && digits(y1, y2) + digits(m1, m2) + digits(d1, d2) == 1;
    if one_digit || is_day_before(asked, held) || is_day_before(held, asked) {
        return Born::Slip(Finding::OneOff, if y1 == y2 { 7_500 } else { 6_500 });
    }
    Born::Differs
}

/// True when the second date is the day after the first.
fn is_day_before((year, month, day): Parts, after: Parts) -> bool {
    let next_month = if month == 12 { (year + 1, 1, 1) } else { (year, month + 1, 1) };
    let is_last = || day == 31 || Packed::of(year, month, day + 1).date().is_none();
    after == (year, month, day + 1) || (after == next_month && is_last())
}

/// All dates that agree with `asked` in any of the ways of [`Born`], as records may write them; sorted.
pub(crate) fn agreeing(asked: Packed) -> Vec<Packed> {
    let (year, month, day) = asked.parts();
    let mut dates: Vec<Packed> = Vec::with_capacity(400);
    dates.extend([Packed::of(year, 0, 0), Packed::of(year, 1, 1)]);
    let months = |month| if month == 0 { 1..=12 } else { month..=month };
    dates.extend(months(month).map(|m| Packed::of(year, m, 0)));
    if day == 0 {
        dates.extend(months(month).flat_map(|m| (1..=31).map(move |d| Packed::of(year, m, d))));
    } else {
        dates.extend((1..=31).map(|d| Packed::of(year, month, d)));
        dates.extend((1..=12).map(|m| Packed::of(year, m, day)));
        dates.extend([Packed::of(year, day, month), Packed::of(year + 1, 1, 1)]);
        dates.extend([Packed::of(year - 1, 12, 31), Packed::of(year, month + 1, 1)]);
        dates.extend((28..=31).map(|d| Packed::of(year, month - 1, d)));
        for place in [1, 10, 100, 1000] {
            let rest = year - year / place % 10 * place;
            dates.extend((0..10).map(|digit| Packed::of(rest + digit * place, month, day)));
        }
    }
    dates.sort_unstable_by_key(|date| date.0);
    dates.dedup();
    dates.retain(|date| date.date().is_some() && Born::of(asked, *date) != Born::Differs);
    dates
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(text: &str) -> Packed {
        Packed::new(Some(text.parse().unwrap()))
    }

    #[track_caller]
    fn check(asked: &str, held: &str, expected: Option<Finding>) {
        let found = Born::of(packed(asked), packed(held)).evidence().map(|(finding, _)| finding);
        assert_eq!(found, Some(expected.unwrap_or(Finding::Differs)), "{asked} {held}");
    }

    #[test]
    fn dates_agree_as_far_as_known_and_after_a_slip() {
        check("1970-02-03", "1970-02-03", Some(Finding::Equal));
        check("1970-02-03", "1970-01-01", Some(Finding::EqualAsFarAsKnown));
        check("1970-01-01", "1970-02-03", None);
        check("1970-02-03", "1970", Some(Finding::EqualAsFarAsKnown));
        check("1970-02", "1970-02-03", Some(Finding::EqualAsFarAsKnown));
        check("1970-02", "1970-03-03", None);
        check("1970", "1971", None);
        check("1970-02-03", "1970-03-02", Some(Finding::DayMonthSwapped));
        check("1970-02-28", "1970-03-01", Some(Finding::OneOff));
        check("1972-02-28", "1972-03-01", None);
        check("1969-12-31", "1970-01-01", None);
        check("1970-01-01", "1969-12-31", Some(Finding::OneOff));
        check("1970-02-03", "1980-02-03", Some(Finding::OneOff));
        check("1970-02-12", "1970-02-21", None);
    }

    #[test]
    fn every_date_that_agrees_is_listed() {
        for asked in ["1970-02-28", "1980-12-31", "1999-01-01", "2000-11-10", "1970", "1970-05"] {
            let listed = agreeing(packed(asked));
            for year in 1800..=2200 {
                for (month, day) in (0..=12).flat_map(|m| (0..=31).map(move |d| (m, d))) {
                    let held = Packed::of(year, month, day);
                    if held.date().is_some_and(|_| (month > 0) || day == 0) {
                        let agrees = Born::of(packed(asked), held) != Born::Differs;
                        assert_eq!(agrees, listed.contains(&held), "{asked} {held:?}");
                    }
                }
            }
        }
    }
}
