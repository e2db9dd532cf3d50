//! Questions whose answers are known.

use crate::draw::{Draw, mix};
use crate::numbering::SubjectNumber;
use crate::plan::RegisterPlan;
use crate::population::NOBODY;
use crate::question;
use crate::world::{Holder, World};
use serde::{Deserialize, Serialize};
use vocabulary::{Subject, SubjectKind};

/// In which way a question departs from the record it is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QueryKind {
    /// The name as the record has it, the true date of birth.
    Exact,
    /// The name in the script that the record does not use.
    CrossScript,
    /// The name as another country spells it, or with the short first name.
    Variant,
    /// One letter wrong.
    OneTypo,
    /// Two letters wrong.
    TwoTypos,
    /// Family name and first name exchanged.
    Swapped,
    /// A part of the name left out.
    MissingPart,
    /// Year, or year and month, of birth only.
    PartialDate,
    /// The date one day, month or year off, or day and month exchanged.
    WrongDate,
    /// No date of birth.
    NoDate,
    /// Another spelling with one letter wrong, a part left out or exchanged, and a wrong or partial date.
    Hard,
    /// The number of a passport or identity card of a person, nothing else.
    PersonDocument,
    /// A number plate.
    Plate,
    /// A vehicle identification number.
    Vin,
    /// The number of a lost, stolen or blank document.
    DocumentNumber,
}

impl QueryKind {
    /// The kinds of question about persons by name.
    pub const BY_NAME: [Self; 11] = [
        Self::Exact,
        Self::CrossScript,
        Self::Variant,
        Self::OneTypo,
        Self::TwoTypos,
        Self::Swapped,
        Self::MissingPart,
        Self::PartialDate,
        Self::WrongDate,
        Self::NoDate,
        Self::Hard,
    ];

    /// What is asked for.
    pub const fn subject(self) -> SubjectKind {
        match self {
            Self::Plate | Self::Vin => SubjectKind::Vehicle,
            Self::DocumentNumber => SubjectKind::Document,
            Self::Exact
            | Self::CrossScript
            | Self::Variant
            | Self::OneTypo
            | Self::TwoTypos
            | Self::Swapped
            | Self::MissingPart
            | Self::PartialDate
            | Self::WrongDate
            | Self::NoDate
            | Self::Hard
            | Self::PersonDocument => SubjectKind::Person,
        }
    }
}

/// Which kinds of question are asked, and how often nobody is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mix {
    /// Kinds with their weights.
    pub kinds: Vec<(QueryKind, u32)>,
    /// Of 100 questions, how many ask for somebody or something that stands in no register.
    pub nobody_percent: u32,
}

impl Default for Mix {
    /// All kinds about persons by name equally often, one question in four about nobody.
    fn default() -> Self {
        Self { kinds: QueryKind::BY_NAME.map(|kind| (kind, 1)).to_vec(), nobody_percent: 25 }
    }
}

/// A question with its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorldQuery {
    /// Who or what is meant; none when it stands in no register.
    pub subject: Option<SubjectNumber>,
    /// How the question departs from the record.
    pub kind: QueryKind,
    /// The question.
    pub ask: Subject,
    /// Every record that describes the subject; for questions by number alone, every one that holds the number.
    pub expected: Vec<Holder>,
}

const QUERIES: u64 = 8;
const TRIES: u32 = 64;

impl World {
    /// Questions number 0 to `count` under `seed`. A kind for which no register has anything fitting yields none.
    ///
    /// Questions about nobody: no subject of any register has that name (first name and family name in official
    /// Latin) with that date of birth, nor that number. They are asked with the whole true date, so kinds that tell
    /// less or other about the date or the name become [`QueryKind::Exact`]: somebody else could rightly be found.
    pub fn queries(&self, seed: u64, count: u32, mix: &Mix) -> impl Iterator<Item = WorldQuery> {
        (0..count).filter_map(move |number| self.query(seed, number, mix))
    }

    fn query(&self, seed: u64, number: u32, kinds: &Mix) -> Option<WorldQuery> {
        let draw = &mut Draw::new(mix(seed, self.plan().seed), QUERIES, u64::from(number));
        let weights: Vec<_> = kinds.kinds.iter().map(|(kind, weight)| (*weight, *kind)).collect();
        let kind = draw.weighted(&weights, QueryKind::Exact);
        let nobody = draw.chance(kinds.nobody_percent);
        (0..TRIES).find_map(|_| {
            let (place, planned) = self.draw_register(kind.subject(), draw)?;
            if nobody { self.ask_nobody(kind, planned, draw) } else { self.ask(kind, place, draw) }
        })
    }

    /// A register of `kind`, by the number of its records.
    fn draw_register(&self, kind: SubjectKind, draw: &mut Draw) -> Option<(usize, &RegisterPlan)> {
        let fitting = || self.registers().enumerate().filter(|(_, (r, _))| r.kind == kind);
        let total = fitting().map(|(_, (r, _))| u64::from(r.records)).sum();
        let mut left = draw.bits().checked_rem(total)?;
        for (place, (planned, _)) in fitting() {
            match left.checked_sub(u64::from(planned.records)) {
                None => return Some((place, planned)),
                Some(rest) => left = rest,
            }
        }
        None
    }

    fn ask(&self, kind: QueryKind, place: usize, draw: &mut Draw) -> Option<WorldQuery> {
        let records = self.plan().registers.get(place)?.records;
        let (record, subject) = self.record(place, draw.below(records))?;
        let ask = self.question(kind, subject, &record.subject, draw)?;
        let expected = self
            .held(subject)
            .filter(|(place, _, number)| {
                let by_name =
                    kind.subject() == SubjectKind::Person && kind != QueryKind::PersonDocument;
                by_name
                    || self
                        .record(*place, *number)
                        .is_some_and(|(record, _)| question::holds_number(&record.subject, &ask))
            })
            .filter_map(|(place, planned, number)| {
                Some((planned.register.clone(), self.record_name(place, number)?))
            })
            .collect();
        Some(WorldQuery { subject: Some(subject), kind, ask, expected })
    }

    fn ask_nobody(
        &self,
        kind: QueryKind,
        planned: &RegisterPlan,
        draw: &mut Draw,
    ) -> Option<WorldQuery> {
        let kind = match kind {
            QueryKind::MissingPart
            | QueryKind::PartialDate
            | QueryKind::WrongDate
            | QueryKind::NoDate
            | QueryKind::Hard => QueryKind::Exact,
            QueryKind::Exact
            | QueryKind::CrossScript
            | QueryKind::Variant
            | QueryKind::OneTypo
            | QueryKind::TwoTypos
            | QueryKind::Swapped
            | QueryKind::PersonDocument
            | QueryKind::Plate
            | QueryKind::Vin
            | QueryKind::DocumentNumber => kind,
        };
        let subject = SubjectNumber::new(NOBODY | (draw.bits() & 0xff_ffff_fffe));
        let held = self.describe(planned, subject, draw.bits());
        let ask = self.question(kind, subject, &held, draw)?;
        Some(WorldQuery { subject: None, kind, ask, expected: Vec::new() })
    }

    fn question(
        &self,
        kind: QueryKind,
        subject: SubjectNumber,
        held: &Subject,
        draw: &mut Draw,
    ) -> Option<Subject> {
        match held {
            Subject::Person(held) => {
                let person = self.population().person(subject.get());
                question::about_person(kind, &person, held, draw).map(Subject::Person)
            }
            Subject::Vehicle(held) => {
                question::about_vehicle(kind, held, draw).map(Subject::Vehicle)
            }
            Subject::Document(held) => Some(Subject::Document(held.clone())),
        }
    }
}
