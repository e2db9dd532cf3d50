//! What ends when, and how near that is: certificates, keys, the list itself, agreements.

use super::TrustList;
use std::fmt;
use vocabulary::{NodeId, Timestamp};

const DAY_MILLIS: i64 = 24 * 3_600_000;

/// How near an end is. Each level is told once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nearness {
    /// Nothing to do yet.
    Far,
    /// Within 30 days.
    Month,
    /// Within 14 days.
    Fortnight,
    /// Within 7 days.
    Week,
    /// Within a day.
    Day,
    /// It has ended.
    Ended,
}

impl Nearness {
    /// The levels before the end, nearest first, with their days.
    const STEPS: [(Self, i64); 4] =
        [(Self::Day, 1), (Self::Week, 7), (Self::Fortnight, 14), (Self::Month, 30)];

    /// The word for pages, logs and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Far => "far",
            Self::Month => "30 days",
            Self::Fortnight => "14 days",
            Self::Week => "7 days",
            Self::Day => "1 day",
            Self::Ended => "ended",
        }
    }
}

impl fmt::Display for Nearness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Something that ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expiry {
    /// A stable word for metrics: `trust_list_fresh`, `trust_list_valid`, `signing_key`, `tls_certificate` or `agreement`.
    pub kind: &'static str,
    /// What ends, in words.
    pub what: String,
    /// When.
    pub when: Timestamp,
    /// Whole days until then, rounded down; negative afterwards.
    pub days_left: i64,
    /// How near that is.
    pub nearness: Nearness,
    /// What to do, and whose task it is.
    pub to_do: &'static str,
}

impl Expiry {
    /// Something that began at `from` and ends at `when`, seen at `now`. A level is left out that would be reached in the first
    /// half of the whole time: a warning that always stands is not read.
    pub fn of(
        (kind, what): (&'static str, String),
        (from, when): (Timestamp, Timestamp),
        now: Timestamp,
        to_do: &'static str,
    ) -> Self {
        let left = when.millis_since(now);
        let whole = when.millis_since(from);
        let reached = Nearness::STEPS.iter().find(|(_, days)| {
            let step = days.saturating_mul(DAY_MILLIS);
            left <= step && step.saturating_mul(2) <= whole
        });
        let nearness = if left <= 0 {
            Nearness::Ended
        } else {
            reached.map_or(Nearness::Far, |(nearness, _)| *nearness)
        };
        Self { kind, what, when, days_left: left.div_euclid(DAY_MILLIS), nearness, to_do }
    }

    /// How it stands, in one line.
    pub fn told(&self) -> String {
        let Self { what, when, days_left, .. } = self;
        if self.nearness == Nearness::Ended {
            format!("{what} ended at {when}")
        } else {
            format!("{what} ends in {days_left} days, at {when}")
        }
    }
}

impl TrustList {
    /// What of the list ends when, as node `own` has to know it.
    pub fn expiries(&self, own: &NodeId, now: Timestamp) -> Vec<Expiry> {
        let content = self.content();
        let (version, issued) = (self.version(), content.issued);
        let mut rows = vec![
            Expiry::of(
                ("trust_list_fresh", format!("the freshness of trust list {version}")),
                (issued, content.fresh_until),
                now,
                "the keepers should publish a list with later dates",
            ),
            Expiry::of(
                ("trust_list_valid", format!("the validity of trust list {version}")),
                (issued, content.valid_until),
                now,
                "the keepers should publish a list with later dates; after its end nothing new is asked or disclosed",
            ),
        ];
        let keys = self.node(own).into_iter().flat_map(|node| &node.keys);
        // During a rotation the later key counts: the other is meant to end.
        if let Some(last) = keys.max_by_key(|key| key.until) {
            rows.push(Expiry::of(
                ("signing_key", format!("the signing key of node `{own}`")),
                (last.from, last.until),
                now,
                "make a second key with `eunomia trust rotate` and send the request to a keeper",
            ));
        }
        rows.extend(content.agreements.iter().map(|agreement| {
            Expiry::of(
                ("agreement", format!("the agreement `{}`", agreement.id)),
                (agreement.from, agreement.until),
                now,
                "the keepers should enter its renewal; after its end the party is neither asked nor answered",
            )
        }));
        rows
    }
}
