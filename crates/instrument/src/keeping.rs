//! How long things are kept: retention and review, copies, records that answer no query for a while.

use crate::dated::Dated;
use crate::evidence::Source;
use crate::read::Names;
use crate::sheet::Sheet;
use crate::terms::{Afterwards, KeptThing, StartingPoint};
use std::collections::BTreeMap;
use vocabulary::{CalendarSpan, FieldName, Role};

/// How long one kind of thing is kept, from when, and what happens then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retention {
    of: KeptThing,
    only: Option<(FieldName, Vec<String>)>,
    from: StartingPoint,
    keep: Option<Dated<CalendarSpan>>,
    then: Afterwards,
    notice: Option<CalendarSpan>,
    source: Source,
}

impl Retention {
    /// What is kept.
    pub fn of(&self) -> KeptThing {
        self.of
    }

    /// The field and its values that this is limited to, where it is.
    pub fn only(&self) -> Option<(&FieldName, &[String])> {
        self.only.as_ref().map(|(field, values)| (field, values.as_slice()))
    }

    /// True when the rule speaks of a record with these `fields`.
    pub fn covers(&self, fields: &BTreeMap<FieldName, String>) -> bool {
        self.only.as_ref().is_none_or(|(field, values)| {
            fields.get(field).is_some_and(|value| values.contains(value))
        })
    }

    /// From when the time is counted.
    pub fn from(&self) -> StartingPoint {
        self.from
    }

    /// How long it is kept; `None` means not beyond the starting point.
    pub fn keep(&self) -> Option<&Dated<CalendarSpan>> {
        self.keep.as_ref()
    }

    /// What happens then.
    pub fn then(&self) -> Afterwards {
        self.then
    }

    /// How long before the end the owner is told.
    pub fn notice(&self) -> Option<CalendarSpan> {
        self.notice
    }

    /// Where it stands in the act.
    pub fn source(&self) -> &Source {
        &self.source
    }

    pub(crate) fn read(sheet: &Sheet<'_>, names: &Names<'_>) -> Option<Self> {
        let of = sheet.word::<KeptThing>("of");
        let from = sheet.word::<StartingPoint>("from");
        let keep = Keep::read(sheet);
        let then = sheet.word::<Afterwards>("then");
        let notice = sheet.word_if::<CalendarSpan>("notice").map(|at| at.value);
        let only = sheet.table_if("only").and_then(|table| read_only(&table, names));
        let source = Source::read(sheet);
        sheet.finish();
        Some(Self {
            of: of?.value,
            only,
            from: from?.value,
            keep: keep?.into_length(),
            then: then?.value,
            notice,
            source: source?,
        })
    }
}

/// What `keep` says: a length of time, perhaps by date, or `no longer`.
enum Keep {
    For(Dated<CalendarSpan>),
    NoLonger,
}

impl Keep {
    fn read(sheet: &Sheet<'_>) -> Option<Self> {
        if !sheet.is_list("keep") && sheet.text("keep")?.value == "no longer" {
            return Some(Self::NoLonger);
        }
        Dated::read(sheet, "keep").map(Self::For)
    }

    fn into_length(self) -> Option<Dated<CalendarSpan>> {
        match self {
            Self::For(length) => Some(length),
            Self::NoLonger => None,
        }
    }
}

fn read_only(sheet: &Sheet<'_>, names: &Names<'_>) -> Option<(FieldName, Vec<String>)> {
    let field = sheet.word::<FieldName>("field");
    let values = sheet.some_words::<FieldName>("is");
    sheet.finish();
    let field = field?;
    names.check_field(sheet, "field", &field);
    for value in &values {
        names.check_code(sheet, "is", &field.value, value);
    }
    Some((field.value, values.into_iter().map(|at| at.value.to_string()).collect()))
}

/// Copies of records at other nodes (disseminated topology).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copies {
    valid_for: Dated<CalendarSpan>,
    inventory: bool,
    source: Source,
}

impl Copies {
    /// How old a copy may be.
    pub fn valid_for(&self) -> &Dated<CalendarSpan> {
        &self.valid_for
    }

    /// True when an up-to-date inventory of copies must be kept.
    pub fn inventory(&self) -> bool {
        self.inventory
    }

    /// Where it stands in the act.
    pub fn source(&self) -> &Source {
        &self.source
    }

    pub(crate) fn read(sheet: &Sheet<'_>) -> Option<Self> {
        let valid_for = Dated::read(sheet, "valid_for");
        let inventory = sheet.flag("inventory");
        let source = Source::read(sheet);
        sheet.finish();
        Some(Self { valid_for: valid_for?, inventory, source: source? })
    }
}

/// A record that answers no query for a while (Regulation (EU) 2018/1862, Article 26(4)).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsearchable {
    at_most: Dated<CalendarSpan>,
    renewable_by: Option<CalendarSpan>,
    authorised_by: Role,
    source: Source,
}

impl Unsearchable {
    /// The longest time at once.
    pub fn at_most(&self) -> &Dated<CalendarSpan> {
        &self.at_most
    }

    /// By how much it may be renewed each time, where it may.
    pub fn renewable_by(&self) -> Option<CalendarSpan> {
        self.renewable_by
    }

    /// Who must have authorised it.
    pub fn authorised_by(&self) -> &Role {
        &self.authorised_by
    }

    /// Where it stands in the act.
    pub fn source(&self) -> &Source {
        &self.source
    }

    pub(crate) fn read(sheet: &Sheet<'_>, names: &Names<'_>) -> Option<Self> {
        let at_most = Dated::read(sheet, "at_most");
        let renewable_by = sheet.word_if::<CalendarSpan>("renewable_by").map(|at| at.value);
        let authorised_by = sheet.word::<Role>("authorised_by");
        let source = Source::read(sheet);
        sheet.finish();
        let authorised_by = authorised_by?;
        names.check_role(sheet, "authorised_by", &authorised_by);
        Some(Self {
            at_most: at_most?,
            renewable_by,
            authorised_by: authorised_by.value,
            source: source?,
        })
    }
}
