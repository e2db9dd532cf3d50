//! Birth dates: how they are packed, how two of them agree, and which dates lie near one.

use vocabulary::{Finding, PartialDate};

/// A birth date in 32 bits: year, month, day; zero where a part is unknown, zero as a whole when there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Packed(pub(crate) u32);

impl Packed {
    pub(crate) fn new(date: Option<PartialDate>) -> Self {
        date.map_or(Self(0), |d| {
            Self::of(d.year() as u32, d.month().unwrap_or(0) as u32, d.day().unwrap_or(0) as u32)
        })
    }

    pub(crate) fn of(year: u32, month: u32, day: u32) -> Self {
        Self((year << 9) | (month << 5) | day)
    }

    pub(crate) fn parts(self) -> (u32, u32, u32) {
        (self.0 >> 9, (self.0 >> 5) & 15, self.0 & 31)
    }

    /// The date again; `None` when nothing is known or the bits are no date.
    pub(crate) fn date(self) -> Option<PartialDate> {
        let (year, month, day) = self.parts();
        let part = |n: u32| (n > 0).then_some(n as i8);
        PartialDate::new(i16::try_from(year).ok()?, part(month), part(day)).ok()
    }

    /// True when day, month and year are known and it is not 1 January, which often means that only the year is.
    pub(crate) fn is_full(self) -> bool {
        let (_, month, day) = self.parts();
        day > 0 && (month, day) != (1, 1)
    }

    /// What the comparison finds, and its evidence in millibits; nothing where a side is unknown.
    pub(crate) fn compare(self, other: Self) -> Option<(Finding, i32)> {
        if self.0 == 0 || other.0 == 0 {
            return None;
        }
        if self == other && self.0 & 31 != 0 {
            return Some((Finding::Equal, if self.is_full() { 12_500 } else { 6_000 }));
        }
        if self.is_full() && other.is_full() {
            return Some(full(self, other));
        }
        Some(partial(self, other))
    }

    /// Dates that a slip makes out of this one: day and month exchanged, a day more or less, one digit off;
    /// and the forms in which only the year, or year and month, are known. Without the date itself.
    pub(crate) fn near(self) -> Vec<Self> {
        let (year, month, day) = self.parts();
        let mut near = Vec::with_capacity(96);
        if !self.is_full() {
            return near;
        }
        near.extend([Self::of(year, 0, 0), Self::of(year, 1, 1), Self::of(year, month, 0)]);
        near.push(Self::of(year, day, month));
        near.extend((1..=31).map(|d| Self::of(year, month, d)));
        near.extend((1..=12).map(|m| Self::of(year, m, day)));
        for place in [1, 10, 100] {
            let rest = year - year / place % 10 * place;
            near.extend((0..10).map(|digit| Self::of(rest + digit * place, month, day)));
        }
        near.retain(|other| *other != self && other.date().is_some());
        near.retain(|other| self.compare(*other).is_some_and(|(_, bits)| bits > 0));
        near.sort_unstable_by_key(|other| other.0);
        near.dedup();
        near
    }
}

/// Two full dates that are not the same.
fn full(mine: Packed, theirs: Packed) -> (Finding, i32) {
    let ((y1, m1, d1), (y2, m2, d2)) = (mine.parts(), theirs.parts());
    if y1 == y2 && m1 == d2 && d1 == m2 {
        return (Finding::DayMonthSwapped, 8_500);
    }
    let wrong = digits(y1, y2) + digits(m1, m2) + digits(d1, d2);
    let next_day = y1 == y2 && m1 == m2 && d1.abs_diff(d2) == 1;
    if wrong == 1 || next_day || (digits_swapped(d1, d2) && y1 == y2 && m1 == m2) {
        return (Finding::OneOff, if y1 == y2 { 7_500 } else { 6_500 });
    }
    let equal = u32::from(y1 == y2) + u32::from(m1 == m2) + u32::from(d1 == d2);
    (Finding::Differs, if equal == 2 { -2_500 } else { -6_500 })
}

/// Dates of which one is known only in part, or is a 1 January.
fn partial(mine: Packed, theirs: Packed) -> (Finding, i32) {
    let ((y1, m1, d1), (y2, m2, d2)) = (mine.parts(), theirs.parts());
    if y1 != y2 {
        let near = y1.abs_diff(y2) == 1;
        return (Finding::Differs, if near { -2_500 } else { -6_000 });
    }
    let first_of_january = |m, d| (m, d) == (1, 1);
    if first_of_january(m1, d1) || first_of_january(m2, d2) || m1 == 0 || m2 == 0 {
        return (Finding::EqualAsFarAsKnown, 4_500);
    }
    if m1 == m2 { (Finding::EqualAsFarAsKnown, 8_000) } else { (Finding::Differs, -3_000) }
}

/// How many decimal digits differ.
pub(crate) fn digits(mut a: u32, mut b: u32) -> u32 {
    let mut wrong = 0;
    while a > 0 || b > 0 {
        wrong += u32::from(a % 10 != b % 10);
        (a, b) = (a / 10, b / 10);
    }
    wrong
}

/// True when the two digits of a day are exchanged.
fn digits_swapped(a: u32, b: u32) -> bool {
    a != b && a % 10 == b / 10 && a / 10 == b % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(a: &str, b: &str, finding: Finding) {
        let packed = |t: &str| Packed::new(Some(t.parse().unwrap()));
        assert_eq!(packed(a).compare(packed(b)).unwrap().0, finding, "{a} {b}");
        assert_eq!(packed(b).compare(packed(a)).unwrap().0, finding, "{b} {a}");
    }

    #[test]
    fn dates_agree_in_the_ways_the_field_knows() {
        check("1970-02-03", "1970-02-03", Finding::Equal);
        check("1970-02-03", "1970-03-02", Finding::DayMonthSwapped);
        check("1970-02-03", "1970-02-04", Finding::OneOff);
        check("1970-02-13", "1970-02-31".replace("31", "23").as_str(), Finding::OneOff);
        check("1970-02-03", "1979-02-03", Finding::OneOff);
        check("1970-02-03", "1970-01-01", Finding::EqualAsFarAsKnown);
        check("1970-02-03", "1970-02", Finding::EqualAsFarAsKnown);
        check("1970-02-03", "1970", Finding::EqualAsFarAsKnown);
        check("1970-02-03", "1970-05", Finding::Differs);
        check("1970-02-03", "1964-11-20", Finding::Differs);
    }
}
