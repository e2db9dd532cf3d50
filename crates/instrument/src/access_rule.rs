//! Who may do what for which purpose: one line of the access table.

use crate::evidence::Source;
use crate::read::Names;
use crate::sheet::Sheet;
use vocabulary::{FieldName, ProcessingOperation, PurposeId, Role};

/// One line of the access table of an instrument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRule {
    role: Role,
    purposes: Vec<PurposeId>,
    may: Vec<ProcessingOperation>,
    fields: Option<Vec<FieldName>>,
    owner_only: bool,
    source: Source,
}

impl AccessRule {
    /// The role it speaks of.
    pub fn role(&self) -> &Role {
        &self.role
    }

    /// For which purposes.
    pub fn purposes(&self) -> &[PurposeId] {
        &self.purposes
    }

    /// What that role may do.
    pub fn may(&self) -> &[ProcessingOperation] {
        &self.may
    }

    /// The fields this is limited to; `None` means all fields of a record.
    pub fn fields(&self) -> Option<&[FieldName]> {
        self.fields.as_deref()
    }

    /// True when it holds only for officers of the authority that owns the data.
    pub fn owner_only(&self) -> bool {
        self.owner_only
    }

    /// Where it stands in the act.
    pub fn source(&self) -> &Source {
        &self.source
    }

    pub(crate) fn read(sheet: &Sheet<'_>, names: &Names<'_>) -> Option<Self> {
        let role = sheet.word::<Role>("role");
        let purposes = sheet.some_words::<PurposeId>("purposes");
        let may = sheet.some_words::<ProcessingOperation>("may");
        let limited = sheet.has("fields");
        let fields = if limited { sheet.some_words::<FieldName>("fields") } else { Vec::new() };
        let owner_only = sheet.flag("owner_only");
        let source = Source::read(sheet);
        sheet.finish();
        for at in &purposes {
            names.check_purpose(sheet, "purposes", at);
        }
        for at in &fields {
            names.check_field(sheet, "fields", at);
        }
        if let Some(role) = &role {
            names.check_role(sheet, "role", role);
        }
        let fields = limited.then(|| fields.into_iter().map(|at| at.value).collect());
        Some(Self {
            role: role?.value,
            purposes: purposes.into_iter().map(|at| at.value).collect(),
            may: may.into_iter().map(|at| at.value).collect(),
            fields,
            owner_only,
            source: source?,
        })
    }
}
