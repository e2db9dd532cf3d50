//! The rule of a match, written down a second time and plainly: over two persons, without an index.

use vocabulary::{Band, PartialDate, PseudonymisedPerson, TokenPseudonyms};

/// How parts of names agree: 3 exactly, 2 by sound, 1 nearly; 0 not.
fn level(a: &TokenPseudonyms, b: &TokenPseudonyms) -> u8 {
    let meet = |a: &[_], b: &[_]| a.iter().any(|form| b.contains(form));
    if a.exact == b.exact {
        3
    } else if meet(&a.sounds, &b.sounds) {
        2
    } else {
        u8::from(meet(&a.near, &b.near))
    }
}

type Parts<'a> = Vec<&'a TokenPseudonyms>;

/// First and family names, name by name.
fn names(person: &PseudonymisedPerson) -> Vec<[Parts<'_>; 2]> {
    let of = |parts: &'_ [TokenPseudonyms], n| -> Vec<usize> {
        (0..parts.len()).filter(|at| parts[*at].name == n).collect()
    };
    let name = |n| {
        let first = of(&person.first_names, n).into_iter().map(|at| &person.first_names[at]);
        let family = of(&person.family_names, n).into_iter().map(|at| &person.family_names[at]);
        [first.collect(), family.collect()]
    };
    (0..8)
        .map(name)
        .filter(|[first, family]: &[Parts<'_>; 2]| first.len() + family.len() > 0)
        .collect()
}

#[derive(Clone, Copy, PartialEq)]
enum Date {
    Open,
    Unknown,
    Equal,
    Partial,
    Slip,
    Differs,
}

fn date(asked: Option<PartialDate>, held: Option<PartialDate>) -> Date {
    let (Some(asked), Some(held)) = (asked, held) else {
        return if asked.is_none() { Date::Open } else { Date::Unknown };
    };
    let january = (held.month(), held.day()) == (Some(1), Some(1));
    let held = if january { PartialDate::new(held.year(), None, None).unwrap() } else { held };
    let agree = |a: Option<i8>, b: Option<i8>| a.is_none() || b.is_none() || a == b;
    let (Some(day), Some(other)) = (asked.day(), held.day()) else {
        let same = asked.year() == held.year() && agree(asked.month(), held.month());
        return if same { Date::Partial } else { Date::Differs };
    };
    if asked == held {
        return Date::Equal;
    }
    let exchanged = PartialDate::new(asked.year(), Some(day), asked.month()) == Ok(held);
    let (a, b) = (asked.to_string(), held.to_string());
    let digits = a.chars().zip(b.chars()).filter(|(a, b)| a != b).count();
    let next_day = match (asked.month(), held.month()) {
        (a, b) if a == b => asked.year() == held.year() && day.abs_diff(other) == 1,
        _ => {
            [(&a, &b), (&b, &a)].contains(&(&"1970-02-28".to_owned(), &"1970-03-01".to_owned()))
                || [(&a, &b), (&b, &a)]
                    .contains(&(&"1970-01-01".to_owned(), &"1969-12-31".to_owned()))
        }
    };
    if exchanged || digits == 1 || next_day { Date::Slip } else { Date::Differs }
}

/// The band of one name of the query, its parts taken as `asked`, against one name of the record.
fn judge(asked: [&Parts<'_>; 2], held: [&Parts<'_>; 2], date: Date) -> Option<Band> {
    let mut levels = [None; 2];
    let mut gap = date == Date::Unknown;
    for at in 0..2 {
        let best = asked[at].iter().flat_map(|a| held[at].iter().map(|b| level(a, b))).max();
        levels[at] = best;
        gap |= best.is_none() && !asked[at].is_empty();
    }
    let [first, family] = levels;
    let clear = |level: Option<u8>| level >= Some(2);
    let dated = matches!(date, Date::Equal | Date::Partial | Date::Slip);
    let agreeing = levels.iter().flatten().count() + usize::from(dated);
    if levels.contains(&Some(0))
        || date == Date::Differs
        || (date == Date::Slip && !(clear(first) && clear(family)))
        || (gap && !(clear(family) && (date == Date::Equal || first.is_some())))
        || agreeing < 2
    {
        return None;
    }
    let weaker =
        levels.iter().flatten().filter(|l| **l == 1).count() + usize::from(date == Date::Partial);
    let firm = matches!(date, Date::Equal | Date::Partial);
    Some(match (firm, agreeing, weaker) {
        (true, 3, 0) => Band::VeryLikely,
        (true, 3, 1) | (true, 2, 0) => Band::Likely,
        _ => Band::Possible,
    })
}

/// The band in which `held` matches `asked`; nothing when it does not.
pub(crate) fn band(asked: &PseudonymisedPerson, held: &PseudonymisedPerson) -> Option<Band> {
    let date = date(asked.birth_date, held.birth_date);
    let mut best: Option<Band> = None;
    for [first, family] in names(asked) {
        for [held_first, held_family] in names(held) {
            let whole = ![&first, &family, &held_first, &held_family].iter().any(|p| p.is_empty());
            let straight = judge([&first, &family], [&held_first, &held_family], date);
            let exchanged = judge([&first, &family], [&held_family, &held_first], date);
            let found = straight.into_iter().chain(exchanged.filter(|_| whole)).min();
            best = best.into_iter().chain(found).min();
        }
    }
    best
}
