//! The fields of a record and when each may be seen.

use crate::catalogue::Catalogues;
use crate::evidence::Source;
use crate::sheet::Sheet;
use crate::terms::Disclosure;
pub use crate::terms::FieldKind;
use vocabulary::{FieldName, SubjectKind};

/// A field of a record: its type, whether every record has it, and when somebody who asked may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    name: FieldName,
    kind: FieldKind,
    catalogue: Option<String>,
    required: bool,
    source: Source,
    disclosure: Disclosure,
    disclosure_source: Source,
}

impl Field {
    /// Its name.
    pub fn name(&self) -> &FieldName {
        &self.name
    }

    /// Its type.
    pub fn kind(&self) -> FieldKind {
        self.kind
    }

    /// The id of the catalogue its codes are from, for a field of type `code`.
    pub fn catalogue(&self) -> Option<&str> {
        self.catalogue.as_deref()
    }

    /// True when every record must have it.
    pub fn required(&self) -> bool {
        self.required
    }

    /// Where the field stands in the act.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// When it may be seen.
    pub fn disclosure(&self) -> Disclosure {
        self.disclosure
    }

    /// Where its disclosure stands in the act.
    pub fn disclosure_source(&self) -> &Source {
        &self.disclosure_source
    }

    /// Joins what `[[record]]` and `[[disclosure]]` say.
    pub(crate) fn join(part: FieldPart, rule: (Disclosure, Source)) -> Self {
        let FieldPart { name, kind, catalogue, required, source } = part;
        let (disclosure, disclosure_source) = rule;
        Self { name, kind, catalogue, required, source, disclosure, disclosure_source }
    }
}

/// What `[[record]]` says of a field.
#[derive(Debug)]
pub(crate) struct FieldPart {
    pub(crate) name: FieldName,
    kind: FieldKind,
    catalogue: Option<String>,
    required: bool,
    source: Source,
}

impl FieldPart {
    pub(crate) fn read(sheet: &Sheet<'_>, catalogues: &Catalogues) -> Option<Self> {
        let name = sheet.word::<FieldName>("field");
        let kind = sheet.word::<FieldKind>("type");
        let catalogue = sheet.text_if("catalogue");
        let required = sheet.flag("required");
        let source = Source::read(sheet);
        sheet.finish();
        let is_code = kind.as_ref().is_some_and(|kind| kind.value == FieldKind::Code);
        match &catalogue {
            Some(at) if kind.is_some() && !is_code => sheet.problem(
                &at.span,
                "catalogue",
                "only a field of type `code` has a catalogue",
                "write `type = \"code\"` or leave `catalogue` out",
            ),
            Some(at) if catalogues.get(&at.value).is_none() => sheet.problem(
                &at.span,
                "catalogue",
                format!("there is no catalogue `{}`", at.value),
                format!("write one of {}", catalogues.ids_in_words()),
            ),
            None if is_code => sheet.missing("catalogue", "name the catalogue of the codes"),
            _ => {}
        }
        Some(Self {
            name: name?.value,
            kind: kind?.value,
            catalogue: catalogue.map(|at| at.value),
            required,
            source: source?,
        })
    }
}

/// The fields that describe a subject itself and can be compared, with the type each must have.
pub(crate) fn subject_fields(kind: SubjectKind) -> &'static [(&'static str, FieldKind)] {
    match kind {
        SubjectKind::Person => &[
            ("first_name", FieldKind::PersonName),
            ("family_name", FieldKind::PersonName),
            ("alias", FieldKind::PersonName),
            ("birth_date", FieldKind::Date),
            ("sex", FieldKind::Sex),
            ("nationality", FieldKind::Country),
            ("birth_place", FieldKind::Place),
            ("document_number", FieldKind::DocumentNumber),
            ("document_country", FieldKind::Country),
            ("document_kind", FieldKind::DocumentKind),
        ],
        SubjectKind::Vehicle => &[
            ("number_plate", FieldKind::NumberPlate),
            ("registration_country", FieldKind::Country),
            ("vin", FieldKind::Vin),
            ("make", FieldKind::Text),
        ],
        SubjectKind::Document => &[
            ("document_number", FieldKind::DocumentNumber),
            ("document_country", FieldKind::Country),
            ("document_kind", FieldKind::DocumentKind),
        ],
    }
}
