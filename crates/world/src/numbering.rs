//! Which subject stands under which record number, computed both ways without a table.

use crate::cycle::Cycle;
use crate::draw::mix;
use crate::nation::nation_place;
use crate::plan::{Plan, RegisterPlan};
use crate::population::MEMORABLE;
use serde::{Deserialize, Serialize};
use std::fmt;
use vocabulary::SubjectKind;

/// The number of a made-up person or thing: unique in a world over all kinds, at most 2^53 - 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SubjectNumber(u64);

impl SubjectNumber {
    /// The subject of `number`.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number, as [`crate::Population::person`] takes it.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for SubjectNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How the records of one register are numbered.
///
/// Bits 40 and up of a subject number name its block: 1 to 3 the shared pool of persons, vehicles and documents, 16 and
/// up the subjects that one register holds alone. Bits 32 to 39 name the country that prevails, bits 0 to 31 count.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Numbering {
    /// 1 when record 0 is the memorable person, otherwise 0.
    first: u64,
    records: u64,
    shared: u64,
    pool_size: u64,
    pool_base: u64,
    own_base: u64,
    order: Cycle,
    pool: Cycle,
}

fn pool_base(kind: SubjectKind) -> u64 {
    match kind {
        SubjectKind::Person => 1 << 40,
        SubjectKind::Vehicle => 2 << 40,
        SubjectKind::Document => 3 << 40,
    }
}

fn first_of(plan: &Plan, planned: &RegisterPlan) -> u64 {
    u64::from(plan.memorable_in.contains(&planned.register))
}

fn wanted(plan: &Plan, planned: &RegisterPlan) -> u64 {
    let records = u64::from(planned.records).saturating_sub(first_of(plan, planned));
    records.saturating_mul(u64::from(planned.overlap_percent)) / 100
}

/// The second largest wish for shared subjects: then the two largest share all of the pool, and every other register
/// takes from it what both hold.
fn pool_size(plan: &Plan, kind: SubjectKind) -> u64 {
    let mut wishes: Vec<u64> = plan
        .registers
        .iter()
        .filter(|planned| planned.kind == kind)
        .map(|planned| wanted(plan, planned))
        .collect();
    wishes.sort_unstable_by(|a, b| b.cmp(a));
    wishes.get(1).copied().unwrap_or(0)
}

impl Numbering {
    /// The numbering of the register at `place` of the plan.
    pub(crate) fn new(plan: &Plan, place: u64, planned: &RegisterPlan) -> Self {
        let first = first_of(plan, planned);
        let records = u64::from(planned.records);
        let pool_size = pool_size(plan, planned.kind);
        let home = nation_place(planned.country)
            .and_then(|home| u64::try_from(home).ok())
            .map_or(0, |home| home.wrapping_add(1));
        let entropy = mix(plan.seed, place);
        Self {
            first,
            records,
            shared: wanted(plan, planned).min(pool_size),
            pool_size,
            pool_base: pool_base(planned.kind),
            own_base: (place.wrapping_add(16) << 40) | (home << 32),
            order: Cycle::new(records.saturating_sub(first), mix(entropy, 1)),
            pool: Cycle::new(pool_size, mix(entropy, 2)),
        }
    }

    /// The subject of record `number`.
    pub(crate) fn subject(&self, number: u32) -> SubjectNumber {
        let Some(rest) = u64::from(number).checked_sub(self.first) else {
            return SubjectNumber(MEMORABLE);
        };
        let slot = self.order.forward(rest);
        SubjectNumber(match slot.checked_sub(self.shared) {
            Some(own) => self.own_base | own,
            None => self.pool_base | self.pool.forward(slot),
        })
    }

    /// The record of `subject`, where this register holds one.
    pub(crate) fn record(&self, subject: SubjectNumber) -> Option<u32> {
        if subject.0 == MEMORABLE {
            return (self.first == 1).then_some(0);
        }
        let (base, count) = (subject.0 & !0xffff_ffff, subject.0 & 0xffff_ffff);
        let slot = if base == self.pool_base && count < self.pool_size {
            Some(self.pool.backward(count)).filter(|slot| *slot < self.shared)
        } else if base == self.own_base {
            let slots = self.records.saturating_sub(self.first);
            Some(count.saturating_add(self.shared)).filter(|slot| *slot < slots)
        } else {
            None
        };
        u32::try_from(self.order.backward(slot?).saturating_add(self.first)).ok()
    }

    /// How many records describe shared subjects.
    pub(crate) fn shared(&self) -> u64 {
        self.shared
    }
}
