//! Retention: what has been kept as long as the instruments say goes, in bounded steps, each run one log entry.

use crate::entries::word;
use crate::fault::Fault;
use crate::node::{Node, covered};
use access::Grant;
use audit_log::Entry;
use exchange::EnvelopeId;
use instrument::{Instrument, KeptThing, Topology, flat_fields};
use rules::{Due, ended_kept_until, over_up_to, record_due, records_due_from_before};
use std::collections::BTreeMap;
use store::{Draft, EraseOver, KeptRecord, OverPart, OverRecord, RecordState};
use vocabulary::{AuthorityId, InstrumentId, ProcessingOperation, QueryId, RegisterId, Timestamp};

/// The maintenance task in the log.
const TASK: &str = "retention";
/// How many of each kind one run takes.
const RUN: usize = 2_000;
/// How many of each kind one step, which is one transaction, takes.
const STEP: usize = 100;
/// After how many runs the rest waits for the next call.
const RUNS: u32 = 500;

/// What is over, or went, for one authority under one instrument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetentionLine {
    /// The authority.
    pub authority: AuthorityId,
    /// The instrument.
    pub instrument: InstrumentId,
    /// How many of what: `records`, `search_parts`, `justifications`, `envelopes`, `receipts`.
    pub counts: BTreeMap<&'static str, u64>,
}

/// Whose data of what kind are looked at, when.
#[derive(Clone, Copy)]
struct Place<'a> {
    authority: &'a AuthorityId,
    instrument: &'a Instrument,
    at: Timestamp,
}

/// What is over in one place, as much as one run takes.
#[derive(Default)]
struct Over {
    records: Vec<OverRecord>,
    parts: Vec<(OverPart, Option<Timestamp>)>,
    justifications: Vec<QueryId>,
    envelopes: Vec<EnvelopeId>,
    receipts: Vec<QueryId>,
}

impl Over {
    fn counts(&self) -> BTreeMap<&'static str, u64> {
        let counts = [
            ("records", self.records.len()),
            ("search_parts", self.parts.len()),
            ("justifications", self.justifications.len()),
            ("envelopes", self.envelopes.len()),
            ("receipts", self.receipts.len()),
        ];
        let some = counts.into_iter().filter(|(_, count)| *count > 0);
        some.map(|(what, count)| (what, u64::try_from(count).unwrap_or(u64::MAX))).collect()
    }

    /// Takes the next step off; none when nothing is left.
    fn step(&mut self) -> Option<Self> {
        let step = Self {
            records: first(&mut self.records),
            parts: first(&mut self.parts),
            justifications: first(&mut self.justifications),
            envelopes: first(&mut self.envelopes),
            receipts: first(&mut self.receipts),
        };
        (!step.counts().is_empty()).then_some(step)
    }
}

fn first<T>(all: &mut Vec<T>) -> Vec<T> {
    all.drain(..all.len().min(STEP)).collect()
}

impl Node {
    /// Erases everything whose time is over, everywhere on this node, and says what went. What was interrupted is over
    /// still and goes with the next call.
    ///
    /// # Errors
    /// When an instrument lets nobody maintain its register, or the store fails.
    pub fn run_retention(&self) -> Result<Vec<RetentionLine>, Fault> {
        let at = self.now();
        let mut lines = Vec::new();
        for (authority, instrument) in covered(&self.shared.hosted, &self.shared.law) {
            let place = Place { authority, instrument, at };
            let mut gone = BTreeMap::new();
            for _ in 0..RUNS {
                let counts = self.retention_run(place)?;
                if counts.is_empty() {
                    break;
                }
                for (what, count) in counts {
                    let sum: &mut u64 = gone.entry(what).or_default();
                    *sum = sum.saturating_add(count);
                }
            }
            lines.extend(line(place, gone));
        }
        Ok(lines)
    }

    /// What a run would take away now, at most 2,000 of each kind in each place. Nothing is touched.
    ///
    /// # Errors
    /// As [`Node::run_retention`].
    pub fn retention_due(&self) -> Result<Vec<RetentionLine>, Fault> {
        let at = self.now();
        let mut lines = Vec::new();
        for (authority, instrument) in covered(&self.shared.hosted, &self.shared.law) {
            let place = Place { authority, instrument, at };
            let (grant, _) = self.decide_retention(place)?;
            lines.extend(line(place, self.over(place, &grant)?.counts()));
        }
        Ok(lines)
    }

    fn decide_retention(&self, place: Place<'_>) -> Result<(Grant, Entry), Fault> {
        let Place { authority, instrument, at } = place;
        self.decide_maintenance(authority, instrument, ProcessingOperation::Erasure, (TASK, at))
    }

    /// One run in one place: one grant, one entry, as many steps as it takes.
    fn retention_run(&self, place: Place<'_>) -> Result<BTreeMap<&'static str, u64>, Fault> {
        let (grant, mut entry) = self.decide_retention(place)?;
        // Nobody retains or corrects a record between the look and the step that erases it.
        let _one_by_one = self.change_of_record()?;
        let mut over = self.over(place, &grant)?;
        let counts = over.counts();
        if counts.is_empty() {
            return Ok(counts);
        }
        for (what, count) in &counts {
            entry.counts.insert(word(what)?, *count);
        }
        if !over.records.is_empty() {
            let register = RegisterId::new(place.authority.clone(), place.instrument.id().clone());
            entry.registers = vec![register];
        }
        let (entry, mut is_first) = (Draft { entry }, true);
        while let Some(step) = over.step() {
            self.retention_step(place, (&grant, &entry, is_first), step)?;
            is_first = false;
        }
        Ok(counts)
    }

    fn retention_step(
        &self,
        place: Place<'_>,
        (grant, entry, first): (&Grant, &Draft, bool),
        step: Over,
    ) -> Result<(), Fault> {
        let Place { authority, instrument, at } = place;
        let ids: Vec<_> = step.records.iter().map(|over| over.id.clone()).collect();
        let telling = match instrument.topology() {
            Topology::Disseminated if !ids.is_empty() => self.gone(authority, instrument, ids)?,
            Topology::Disseminated | Topology::Federated | Topology::Central => None,
        };
        let (_, erased) = self.store().erase_over(EraseOver {
            grant,
            entry,
            first,
            records: step.records,
            tell: telling.as_ref().map(crate::disseminate::Telling::job),
            parts: step.parts,
            justifications: step.justifications,
            envelopes: step.envelopes,
            receipts: step.receipts,
            at,
        })?;
        for key in erased {
            self.index_erase(authority, instrument.id(), key);
        }
        Ok(())
    }

    /// What is over in one place.
    fn over(&self, place: Place<'_>, grant: &Grant) -> Result<Over, Fault> {
        let Place { authority, instrument, at } = place;
        let here = (authority, instrument.id());
        let most = u32::try_from(RUN).unwrap_or(u32::MAX);
        let mut over = Over::default();
        if self.own(authority)?.registers.contains(instrument.id()) {
            let before = records_due_from_before(instrument, at);
            let is_over = |kept: &KeptRecord| is_over(instrument, kept, at);
            over.records = self.store().records_over(grant, (before, RUN), &is_over)?;
        }
        over.parts = self.parts_over(place, most)?;
        // Where the instrument says nothing, an envelope is kept no longer than it can come again.
        if let Some(taken) = strictly(instrument, KeptThing::QueryData, at) {
            over.envelopes = self.store().envelopes_over(here, taken, most)?;
        }
        let up_to = |thing| over_up_to(instrument, thing, at);
        if up_to(KeptThing::Justification).is_some() {
            over.justifications = self.store().justifications_over(authority, at, most)?;
        }
        if let Some(made) = up_to(KeptThing::Log) {
            over.receipts = self.store().receipts_over(here, made, most)?;
        }
        Ok(over)
    }

    /// Parts of searches that are over. Where the instrument says nothing, they are kept no longer than their answers are
    /// awaited.
    fn parts_over(
        &self,
        place: Place<'_>,
        most: u32,
    ) -> Result<Vec<(OverPart, Option<Timestamp>)>, Fault> {
        let Place { authority, instrument, at } = place;
        let Some(asked) = strictly(instrument, KeptThing::Search, at) else {
            return Ok(Vec::new());
        };
        let parts = self.store().parts_over((authority, instrument.id()), (asked, at), most)?;
        parts
            .into_iter()
            .map(|part| {
                let justified = self.justified_until(authority, &part)?;
                Ok((part, justified))
            })
            .collect()
    }

    /// Until when the justification of a search is kept: as long as any instrument it was granted under says.
    fn justified_until(
        &self,
        authority: &AuthorityId,
        part: &OverPart,
    ) -> Result<Option<Timestamp>, Fault> {
        let instruments = self.store().instruments_of(authority, part.query)?;
        let ends = instruments.iter().filter_map(|id| {
            let instrument = self.law().get(id)?;
            rules::retention_end(instrument, KeptThing::Justification, part.asked)
        });
        Ok(ends.max())
    }
}

fn line(place: Place<'_>, counts: BTreeMap<&'static str, u64>) -> Option<RetentionLine> {
    let (authority, instrument) = (place.authority.clone(), place.instrument.id().clone());
    (!counts.is_empty()).then_some(RetentionLine { authority, instrument, counts })
}

/// The moment up to which `thing` is over; an instrument that says nothing about it lets it be kept no longer than now.
fn strictly(instrument: &Instrument, thing: KeptThing, now: Timestamp) -> Option<Timestamp> {
    let silent = !instrument.retention().iter().any(|rule| rule.of() == thing);
    if silent { Some(now) } else { over_up_to(instrument, thing, now) }
}

fn is_over(instrument: &Instrument, kept: &KeptRecord, at: Timestamp) -> bool {
    let fields = flat_fields(&kept.record);
    match kept.state {
        RecordState::Live => {
            matches!(record_due(instrument, &fields, kept.kept_from, at), Due::Erase(_))
        }
        RecordState::Ended => ended_kept_until(instrument, &fields, kept.changed) <= at,
        RecordState::Erased => false,
    }
}
