//! What retention and review ask for today: which records go, which the owner must look at.

use crate::retention::{RetentionEnd, after, end_of, record_retention, retention_end, rules};
use instrument::{Afterwards, Instrument, KeptThing, StartingPoint};
use std::collections::BTreeMap;
use vocabulary::{FieldName, Timestamp};

/// What the retention of a living record asks for at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// Nothing: its time runs on.
    Nothing,
    /// The owner must review the need to keep it before this end; without a recorded extension it is erased then.
    Review(RetentionEnd),
    /// Its time is over: it is erased.
    Erase(RetentionEnd),
}

/// What is due at `now` for a living record with these `fields` that was entered, or retained after a review, at
/// `from`. A record of which the instrument sets no end is kept until its owner ends it.
pub fn record_due(
    instrument: &Instrument,
    fields: &BTreeMap<FieldName, String>,
    from: Timestamp,
    now: Timestamp,
) -> Due {
    match record_retention(instrument, fields, from) {
        Some(end) if end.is_over(now) => Due::Erase(end),
        Some(end) if end.then() == Afterwards::Review && warned(&end, now) => Due::Review(end),
        _ => Due::Nothing,
    }
}

fn warned(end: &RetentionEnd, now: Timestamp) -> bool {
    end.notice_at().is_some_and(|notice| notice <= now)
}

/// Until when a record that ended at `ended` is still kept. An instrument that says nothing about it lets it be kept
/// no longer than its end.
pub fn ended_kept_until(
    instrument: &Instrument,
    fields: &BTreeMap<FieldName, String>,
    ended: Timestamp,
) -> Timestamp {
    let of_ended = instrument.retention().iter().filter(|rule| {
        rule.of() == KeptThing::Record
            && rule.from() == StartingPoint::EndOfRecord
            && rule.covers(fields)
    });
    let ends = of_ended.filter_map(|rule| match rule.keep() {
        Some(figure) => after(ended, figure),
        None => Some(ended),
    });
    ends.min().unwrap_or(ended)
}

/// The moment before which a record must have been entered, or last retained, for anything to be due at `now`, be it
/// the warning; `None` when nothing of the instrument's records is ever due. Younger records need not be looked at.
pub fn records_due_from_before(instrument: &Instrument, now: Timestamp) -> Option<Timestamp> {
    rules(instrument, KeptThing::Record)
        .filter_map(|rule| {
            latest(now, &|from| {
                end_of(rule, from).is_some_and(|end| end.is_over(now) || warned(&end, now))
            })
        })
        .max()
        .map(|last| last.plus_millis(DAY).min(now))
}

/// The moment up to which the keeping of `thing` is over at `now`, to the day: what is counted from it or from before
/// it goes. `None` when the instrument has no rule for it, or nothing can be that old.
pub fn over_up_to(instrument: &Instrument, thing: KeptThing, now: Timestamp) -> Option<Timestamp> {
    latest(now, &|from| retention_end(instrument, thing, from).is_some_and(|end| end <= now))
}

/// One day in milliseconds.
const DAY: i64 = 86_400_000;

/// The latest moment up to `now`, in whole days before it, at which `holds` is still true. It is true of all moments
/// before one that it is true of.
fn latest(now: Timestamp, holds: &dyn Fn(Timestamp) -> bool) -> Option<Timestamp> {
    /// Days looked back: no act keeps anything for two hundred years.
    const MOST: i64 = 73_000;
    let back = |days: i64| now.plus_millis(days.saturating_mul(-DAY));
    let (mut young, mut old) = (0_i64, MOST);
    if !holds(back(old)) {
        return None;
    }
    while young < old {
        let middle = young.midpoint(old);
        if holds(back(middle)) { old = middle } else { young = middle.saturating_add(1) }
    }
    Some(back(old))
}
