//! How long things are kept and when the owner must review them.

use instrument::{Afterwards, Dated, Instrument, KeptThing, Retention, StartingPoint};
use std::collections::BTreeMap;
use vocabulary::{Article, CalendarSpan, FieldName, Timestamp};

/// When keeping ends, what happens then, and by which article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetentionEnd {
    at: Timestamp,
    then: Afterwards,
    notice_at: Option<Timestamp>,
    article: Article,
}

impl RetentionEnd {
    /// The moment at which keeping ends.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// What happens then. After a review that is not recorded in time the data are erased too.
    pub fn then(&self) -> Afterwards {
        self.then
    }

    /// When the owner is told that the end is near.
    pub fn notice_at(&self) -> Option<Timestamp> {
        self.notice_at
    }

    /// The article.
    pub fn article(&self) -> &Article {
        &self.article
    }

    /// True when keeping has ended at `now`.
    pub fn is_over(&self, now: Timestamp) -> bool {
        now >= self.at
    }
}

/// When the keeping of `thing` ends that is counted from `from`; `None` when the instrument has no rule for it.
/// Where several rules speak of the same thing, the earliest end counts.
pub fn retention_end(
    instrument: &Instrument,
    thing: KeptThing,
    from: Timestamp,
) -> Option<Timestamp> {
    rules(instrument, thing).filter_map(|rule| end_of(rule, from)).map(|end| end.at).min()
}

/// When the keeping of a record ends that was entered, or retained after a review, at `from` and has these
/// `fields`: the categories of one instrument can have different lengths.
///
/// A rule that is limited to some values of a field speaks of no other record. Where several rules speak of the
/// record, the earliest end counts.
pub fn record_retention(
    instrument: &Instrument,
    fields: &BTreeMap<FieldName, String>,
    from: Timestamp,
) -> Option<RetentionEnd> {
    rules(instrument, KeptThing::Record)
        .filter(|rule| rule.covers(fields))
        .filter_map(|rule| end_of(rule, from))
        .min_by_key(RetentionEnd::at)
}

/// When the owner of a record with these `fields` must have reviewed the need to keep it; `None` when it is not
/// under review but simply erased.
pub fn review_due(
    instrument: &Instrument,
    fields: &BTreeMap<FieldName, String>,
    from: Timestamp,
) -> Option<Timestamp> {
    let end = record_retention(instrument, fields, from)?;
    (end.then == Afterwards::Review).then_some(end.at)
}

/// Until when a copy that its owner sent at `sent` may be used; `None` when the instrument knows no copies.
pub fn copy_valid_until(instrument: &Instrument, sent: Timestamp) -> Option<Timestamp> {
    after(sent, instrument.copies()?.valid_for())
}

/// Until when a record that became unsearchable at `from` may stay so; `None` when the instrument does not allow it.
pub fn unsearchable_limit(instrument: &Instrument, from: Timestamp) -> Option<Timestamp> {
    after(from, instrument.unsearchable()?.at_most())
}

/// Until when it may stay unsearchable once it is renewed at the end `until`; `None` when it may not be renewed.
pub fn unsearchable_renewed_until(instrument: &Instrument, until: Timestamp) -> Option<Timestamp> {
    until.plus_span(instrument.unsearchable()?.renewable_by()?).ok()
}

/// The rules for `thing`. A rule that starts when a record ends says nothing about how long a living record is kept.
pub(crate) fn rules(instrument: &Instrument, thing: KeptThing) -> impl Iterator<Item = &Retention> {
    instrument.retention().iter().filter(move |rule| {
        let ended = thing == KeptThing::Record && rule.from() == StartingPoint::EndOfRecord;
        rule.of() == thing && !ended
    })
}

/// The first moment at which the length in force on that day, counted from `from`, is over: a changed length
/// applies from its day to what is kept already.
pub(crate) fn after(from: Timestamp, figure: &Dated<CalendarSpan>) -> Option<Timestamp> {
    let mut steps = figure.all().peekable();
    while let Some((since, span)) = steps.next() {
        let over = from.plus_span(*span).ok()?;
        let over = since.map_or(over, |since| over.max(since.begins()));
        let changes = steps.peek().and_then(|(next, _)| *next);
        if changes.is_none_or(|next| over < next.begins()) {
            return Some(over);
        }
    }
    None
}

pub(crate) fn end_of(rule: &Retention, from: Timestamp) -> Option<RetentionEnd> {
    let at = match rule.keep() {
        Some(figure) => after(from, figure)?,
        None => from,
    };
    let notice_at = rule.notice().and_then(|notice| before(at, notice, from));
    let article = rule.source().article().clone();
    Some(RetentionEnd { at, then: rule.then(), notice_at, article })
}

/// The latest moment, on the time of day of `end`, from which `span` is over by `end`; not before `floor`.
fn before(end: Timestamp, span: CalendarSpan, floor: Timestamp) -> Option<Timestamp> {
    /// One day in milliseconds.
    const DAY: i64 = 86_400_000;
    let mut start = end;
    while start > floor {
        start = start.plus_millis(-DAY);
        if start.plus_span(span).ok()? <= end {
            break;
        }
    }
    Some(start.max(floor))
}
