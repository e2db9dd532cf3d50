//! How records are compared, what a query must give, and what of a match leaves.

use crate::evidence::Source;
use crate::field::subject_fields;
use crate::read::Names;
use crate::sheet::{At, Sheet};
use crate::terms::{MatchingKind, ReasonsLeave};
use std::collections::BTreeSet;
use vocabulary::{FieldName, SubjectKind};

/// How records of an instrument are compared with what is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matching {
    kind: MatchingKind,
    compare: Vec<FieldName>,
    query_needs: QueryNeeds,
    reasons_leave: ReasonsLeave,
    reasons_source: Source,
    matches_most: u32,
    source: Source,
}

impl Matching {
    /// How records are compared.
    pub fn kind(&self) -> MatchingKind {
        self.kind
    }

    /// The fields that are compared; a query may give these and no others.
    pub fn compare(&self) -> &[FieldName] {
        &self.compare
    }

    /// What a query must at least give.
    pub fn query_needs(&self) -> &QueryNeeds {
        &self.query_needs
    }

    /// What of the reasons leaves the owner.
    pub fn reasons_leave(&self) -> ReasonsLeave {
        self.reasons_leave
    }

    /// Where that stands in the act.
    pub fn reasons_source(&self) -> &Source {
        &self.reasons_source
    }

    /// The most matches one answer holds: a technical limit, not one of the act.
    pub fn matches_most(&self) -> u32 {
        self.matches_most
    }

    /// Where matching stands in the act.
    pub fn source(&self) -> &Source {
        &self.source
    }

    pub(crate) fn read(
        sheet: &Sheet<'_>,
        names: &Names<'_>,
        kinds: &[SubjectKind],
    ) -> Option<Self> {
        let kind = sheet.word::<MatchingKind>("kind");
        let compare = sheet.some_words::<FieldName>("compare");
        let needs = sheet.table("query_needs").and_then(|table| QueryNeeds::read(&table, &compare));
        let reasons = sheet.table("reasons_leave").and_then(|table| {
            let is = table.word::<ReasonsLeave>("is");
            let source = Source::read(&table);
            table.finish();
            Some((is?.value, source?))
        });
        let matches_most = sheet.count("matches_most", 1000);
        let source = Source::read(sheet);
        sheet.finish();
        for at in &compare {
            names.check_field(sheet, "compare", at);
            let known = |kind: &SubjectKind| {
                subject_fields(*kind).iter().any(|(name, _)| *name == at.value.as_str())
            };
            if !kinds.is_empty() && !kinds.iter().any(known) {
                let all = kinds.iter().flat_map(|kind| subject_fields(*kind));
                let list: BTreeSet<String> = all.map(|(name, _)| format!("`{name}`")).collect();
                let list = list.into_iter().collect::<Vec<_>>().join(", ");
                sheet.problem(
                    &at.span,
                    "compare",
                    format!("`{}` cannot be compared", at.value),
                    format!("compare some of {list}"),
                );
            }
        }
        let (reasons_leave, reasons_source) = reasons?;
        Some(Self {
            kind: kind?.value,
            compare: compare.into_iter().map(|at| at.value).collect(),
            query_needs: needs?,
            reasons_leave,
            reasons_source,
            matches_most: matches_most?,
            source: source?,
        })
    }
}

/// What a query must at least give: so many of these fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryNeeds {
    at_least: u32,
    of: Vec<FieldName>,
    source: Source,
}

impl QueryNeeds {
    /// How many of the fields.
    pub fn at_least(&self) -> u32 {
        self.at_least
    }

    /// The fields that count.
    pub fn of(&self) -> &[FieldName] {
        &self.of
    }

    /// Where it stands in the act.
    pub fn source(&self) -> &Source {
        &self.source
    }

    fn read(sheet: &Sheet<'_>, compare: &[At<FieldName>]) -> Option<Self> {
        let at_least = sheet.count("at_least", 20);
        let of = sheet.some_words::<FieldName>("of");
        let source = Source::read(sheet);
        sheet.finish();
        for at in &of {
            if !compare.iter().any(|compared| compared.value == at.value) {
                sheet.problem(
                    &at.span,
                    "of",
                    format!("`{}` is needed but not compared", at.value),
                    "add it to `compare` or take it out here",
                );
            }
        }
        let most = u32::try_from(of.len()).unwrap_or(u32::MAX);
        if at_least.is_some_and(|least| least > most) && most > 0 {
            sheet.problem(
                &sheet.span,
                "at_least",
                "more fields are needed than are named",
                format!("write at most {most}, or name more fields"),
            );
        }
        let of = of.into_iter().map(|at| at.value).collect();
        Some(Self { at_least: at_least?, of, source: source? })
    }
}
