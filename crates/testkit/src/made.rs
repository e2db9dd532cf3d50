//! Records for the registers of a simulation, from the made-up world.

use crate::error::Failure;
use crate::plan::FederationPlan;
use instrument::{FieldKind, Instrument};
use node::Law;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use vocabulary::{FieldName, Record, RegisterId, Subject, SubjectKind};
use world::{Plan, RegisterPlan, World};

/// Drawn from the world for each record kept, because not every made-up record is complete.
const DRAWN_FOR_ONE: u32 = 12;
/// Records that wait to be imported later, for each register.
const SPARE: usize = 12;
/// Fields that are disclosed on a match and may hold a reference, best first.
const REFERENCES: [&str; 2] = ["reference", "decision_reference"];

/// The records of every register that were not imported yet.
#[derive(Debug)]
pub struct Stock(BTreeMap<RegisterId, VecDeque<Record>>);

impl Stock {
    /// Draws records for every register of `plan`. Each is complete enough to be found for certain by asking for
    /// the very same subject, and no two records of a register describe the same.
    ///
    /// # Errors
    /// When the world cannot be planned.
    pub fn draw(seed: u64, plan: &FederationPlan, law: &Law) -> Result<Self, Failure> {
        let keep = plan.records.saturating_add(SPARE);
        let drawn = u32::try_from(keep).unwrap_or(u32::MAX).saturating_mul(DRAWN_FOR_ONE);
        let mut registers = Vec::new();
        for (_, authority) in plan.authorities() {
            for id in &authority.registers {
                let instrument = instrument(law, id)?;
                registers.push(RegisterPlan {
                    register: RegisterId::new(authority.id.clone(), id.clone()),
                    kind: *instrument.subjects().first().unwrap_or(&SubjectKind::Person),
                    country: authority.country,
                    records: drawn,
                    overlap_percent: 20,
                    fields: BTreeMap::new(),
                });
            }
        }
        let world = World::new(Plan { seed, registers, memorable_in: Vec::new() })?;
        let mut stock = BTreeMap::new();
        for planned in &world.plan().registers {
            let instrument = instrument(law, planned.register.instrument())?;
            stock.insert(planned.register.clone(), records(&world, planned, instrument, keep)?);
        }
        Ok(Self(stock))
    }

    /// The registers.
    pub fn registers(&self) -> impl Iterator<Item = &RegisterId> {
        self.0.keys()
    }

    /// Takes `count` records of a register.
    pub fn take(&mut self, register: &RegisterId, count: usize) -> Vec<Record> {
        let Some(waiting) = self.0.get_mut(register) else { return Vec::new() };
        waiting.drain(..count.min(waiting.len())).collect()
    }
}

fn instrument<'a>(law: &'a Law, id: &vocabulary::InstrumentId) -> Result<&'a Instrument, Failure> {
    let absent = || Failure::Setup(format!("no instrument `{id}`"));
    law.get(id).map(AsRef::as_ref).ok_or_else(absent)
}

fn records(
    world: &World,
    planned: &RegisterPlan,
    instrument: &Instrument,
    keep: usize,
) -> Result<VecDeque<Record>, Failure> {
    let required = required(instrument);
    let (mut kept, mut seen) = (VecDeque::new(), BTreeSet::new());
    for (drawn, _) in world.register(&planned.register).into_iter().flatten() {
        let subject = instrument.only_compared(&drawn.subject);
        if kept.len() >= keep || !is_complete(&subject) || !seen.insert(identity(&subject)) {
            continue;
        }
        let fields = required.clone();
        let record = Record { id: drawn.id, subject, fields, unsearchable_until: None };
        if instrument.check_record(&record).is_empty() {
            kept.push_back(marked(instrument, &record, 0)?);
        }
    }
    Ok(kept)
}

/// Values for fields that every record must have and that the subject does not fill.
fn required(instrument: &Instrument) -> BTreeMap<FieldName, String> {
    let needed = instrument.fields().iter().filter(|field| field.required());
    let mut values = BTreeMap::new();
    for field in needed {
        let codes = field.catalogue().and_then(|id| instrument.catalogues().get(id));
        let code = codes.and_then(|list| list.entries().first()).map(|code| code.code().to_owned());
        match (code, field.kind()) {
            (Some(code), _) => drop(values.insert(field.name().clone(), code)),
            (None, FieldKind::Text) => {
                values.insert(field.name().clone(), "made up for a simulation".to_owned());
            }
            (None, _) => {}
        }
    }
    values
}

fn is_complete(subject: &Subject) -> bool {
    match subject {
        Subject::Person(person) => {
            let whole = |name: &vocabulary::PersonNameParts| {
                name.full.is_none() && name.given.is_some() && name.family.is_some()
            };
            person.names.first().is_some_and(whole)
                && person.birth_date.is_some_and(|date| date.day().is_some())
        }
        Subject::Vehicle(vehicle) => vehicle.plate.is_some(),
        Subject::Document(_) => true,
    }
}

/// By what two subjects of a register would be taken for one.
fn identity(subject: &Subject) -> String {
    match subject {
        Subject::Person(person) => {
            person.names.first().map(vocabulary::PersonNameParts::text).unwrap_or_default()
        }
        Subject::Vehicle(vehicle) => {
            vehicle.plate.as_ref().map(ToString::to_string).unwrap_or_default()
        }
        Subject::Document(document) => document.number.to_string(),
    }
}

/// The record in its `version`: a field that is disclosed on a match says which record it is and how often it was
/// corrected, so that an answer can be held against the journal.
///
/// # Errors
/// When the instrument has no such field.
pub fn marked(instrument: &Instrument, record: &Record, version: u32) -> Result<Record, Failure> {
    let names = REFERENCES.iter().filter_map(|name| name.parse::<FieldName>().ok());
    let field = names.into_iter().find(|name| instrument.field(name).is_some());
    let absent = || Failure::Setup(format!("`{}` discloses no reference", instrument.id()));
    let mut marked = record.clone();
    marked.fields.insert(field.ok_or_else(absent)?, format!("{}.v{version}", record.id));
    Ok(marked)
}

/// Which record a match speaks of, and in which version.
pub fn mark_of(fields: &BTreeMap<FieldName, String>) -> Option<(vocabulary::RecordId, u32)> {
    let marks = fields.iter().filter(|(name, _)| REFERENCES.contains(&name.as_str()));
    let (id, version) = marks.map(|(_, mark)| mark).next()?.rsplit_once(".v")?;
    Some((id.parse().ok()?, version.parse().ok()?))
}
