//! A made-up world: registers as streams of records, and who stands where.

use crate::draw::{Draw, mix};
use crate::numbering::{Numbering, SubjectNumber};
use crate::plan::{Plan, RegisterPlan};
use crate::population::{MEMORABLE, Population};
use crate::render::render;
use crate::style::{Layout, Style, spelling_by_ear};
use crate::{Spelling, thing_record};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use vocabulary::{FieldName, Invalid, Record, RecordId, RegisterId, Subject, SubjectKind};

/// Where a subject stands: register and record.
pub type Holder = (RegisterId, RecordId);

/// A plan carried out. It keeps a few numbers per register; records are computed when asked for.
#[derive(Debug, Clone)]
pub struct World {
    plan: Plan,
    population: Population,
    numberings: Vec<Numbering>,
}

/// One line of the ground truth, as `truth.jsonl` has it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TruthLine {
    /// The person or thing.
    pub subject: SubjectNumber,
    /// A register that holds it.
    pub register: RegisterId,
    /// The record there.
    pub record: RecordId,
}

const FIELDS: u64 = 6;

impl World {
    /// Carries out `plan`.
    ///
    /// # Errors
    /// As [`Plan::check`].
    pub fn new(plan: Plan) -> Result<Self, Invalid> {
        plan.check()?;
        let numberings = (0_u64..)
            .zip(&plan.registers)
            .map(|(place, planned)| Numbering::new(&plan, place, planned))
            .collect();
        Ok(Self { population: Population::new(plan.seed), plan, numberings })
    }

    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The people and things.
    pub fn population(&self) -> Population {
        self.population
    }

    /// All records of `register` with their subjects, in the order of their ids; none when the plan has no such register.
    pub fn register(&self, register: &RegisterId) -> Option<RegisterStream<'_>> {
        let place = self.plan.registers.iter().position(|planned| planned.register == *register)?;
        let planned = self.plan.registers.get(place)?;
        Some(RegisterStream { world: self, place, next: 0, end: planned.records })
    }

    /// How many records of `register` describe a subject that other registers hold too, the memorable person not counted.
    pub fn shared_records(&self, register: &RegisterId) -> u64 {
        self.registers()
            .find(|(planned, _)| planned.register == *register)
            .map_or(0, |(_, numbering)| numbering.shared())
    }

    /// Everywhere `subject` stands, in the order of the plan; computed, not looked up.
    pub fn holders(&self, subject: SubjectNumber) -> Vec<Holder> {
        self.held(subject)
            .map(|(_, planned, number)| (planned.register.clone(), record_id(planned, number)))
            .collect()
    }

    /// The whole ground truth, register by register, in constant memory.
    pub fn truth(&self) -> impl Iterator<Item = TruthLine> {
        self.registers().flat_map(|(planned, numbering)| {
            (0..planned.records).map(move |number| TruthLine {
                subject: numbering.subject(number),
                register: planned.register.clone(),
                record: record_id(planned, number),
            })
        })
    }

    pub(crate) fn registers(&self) -> impl Iterator<Item = (&RegisterPlan, &Numbering)> {
        self.plan.registers.iter().zip(&self.numberings)
    }

    /// Place, register and record number of every record of `subject`.
    pub(crate) fn held(
        &self,
        subject: SubjectNumber,
    ) -> impl Iterator<Item = (usize, &RegisterPlan, u32)> {
        self.registers().enumerate().filter_map(move |(place, (planned, numbering))| {
            Some((place, planned, numbering.record(subject)?))
        })
    }

    /// The id of record `number` of the register at `place`.
    pub(crate) fn record_name(&self, place: usize, number: u32) -> Option<RecordId> {
        Some(record_id(self.plan.registers.get(place)?, number))
    }

    /// Record `number` of the register at `place`, with its subject.
    pub(crate) fn record(&self, place: usize, number: u32) -> Option<(Record, SubjectNumber)> {
        let planned = self.plan.registers.get(place)?;
        let subject = self.numberings.get(place)?.subject(number);
        let register = mix(self.plan.seed, u64::try_from(place).ok()?.wrapping_add(1));
        let entropy = mix(register, u64::from(number));
        let record = Record {
            id: record_id(planned, number),
            subject: self.describe(planned, subject, entropy),
            fields: draw_fields(planned, entropy),
            unsearchable_until: None,
        };
        Some((record, subject))
    }

    /// `subject` as the register writes it down.
    pub(crate) fn describe(
        &self,
        planned: &RegisterPlan,
        subject: SubjectNumber,
        entropy: u64,
    ) -> Subject {
        let number = subject.get();
        match planned.kind {
            SubjectKind::Person => {
                let person = self.population.person(number);
                let style = if number == MEMORABLE {
                    memorable_style(planned)
                } else {
                    Style::drawn(planned.country, &person, entropy)
                };
                Subject::Person(render(&person, style, entropy))
            }
            SubjectKind::Vehicle => Subject::Vehicle(thing_record::write_vehicle(
                self.population.vehicle(number),
                planned.country,
                entropy,
            )),
            SubjectKind::Document => Subject::Document(thing_record::write_document(
                self.population.document(number),
                entropy,
            )),
        }
    }
}

/// At home in Greek, elsewhere as a clerk of the country hears it, in one line.
fn memorable_style(planned: &RegisterPlan) -> Style {
    if planned.country.as_str() == "GR" {
        Style::plain(Spelling::Native)
    } else {
        Style { layout: Layout::Full, ..Style::plain(spelling_by_ear(planned.country)) }
    }
}

/// `GR-00000017`: the country of the register and the number of the record.
fn record_id(planned: &RegisterPlan, number: u32) -> RecordId {
    crate::population::sure(format!("{}-{number:08}", planned.country).parse().ok())
}

fn draw_fields(planned: &RegisterPlan, entropy: u64) -> BTreeMap<FieldName, String> {
    let draw = &mut Draw::new(entropy, FIELDS, 0);
    planned
        .fields
        .iter()
        .filter_map(|(field, values)| {
            Some((field.clone(), values.get(draw.place(values.len()))?.clone()))
        })
        .collect()
}

/// The records of one register, one after the other, each with its subject.
#[derive(Debug, Clone)]
pub struct RegisterStream<'a> {
    world: &'a World,
    place: usize,
    next: u32,
    end: u32,
}

impl Iterator for RegisterStream<'_> {
    type Item = (Record, SubjectNumber);

    fn next(&mut self) -> Option<Self::Item> {
        if self.next >= self.end {
            return None;
        }
        let made = self.world.record(self.place, self.next);
        self.next = self.next.saturating_add(1);
        made
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = usize::try_from(self.end.saturating_sub(self.next)).unwrap_or(usize::MAX);
        (left, Some(left))
    }

    fn nth(&mut self, n: usize) -> Option<Self::Item> {
        self.next = self.next.saturating_add(u32::try_from(n).unwrap_or(u32::MAX));
        self.next()
    }
}
