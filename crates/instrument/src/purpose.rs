//! The purposes of an instrument and what an officer must state for each.

use crate::dated::Dated;
use crate::evidence::Source;
use crate::sheet::Sheet;
use crate::terms::{JustificationPart, RegistersAsked};
use vocabulary::{Article, CalendarSpan, PurposeId};

/// A purpose for which data are processed (Directive (EU) 2016/680, Article 4(1)(b)).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purpose {
    id: PurposeId,
    text: String,
    source: Source,
    requires: Vec<JustificationPart>,
    requires_source: Option<Source>,
    offence_threshold: Option<OffenceThreshold>,
    registers: RegistersAsked,
    urgent_path: Option<UrgentPath>,
}

impl Purpose {
    /// Its id.
    pub fn id(&self) -> &PurposeId {
        &self.id
    }

    /// What it is, in words.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where it stands in the act.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// What the officer must state besides the purpose.
    pub fn requires(&self) -> &[JustificationPart] {
        &self.requires
    }

    /// True when `part` must be stated.
    pub fn needs(&self, part: JustificationPart) -> bool {
        self.requires.contains(&part)
    }

    /// Where that requirement stands; the purpose's own article when nothing is required.
    pub fn requires_article(&self) -> &Article {
        self.requires_source.as_ref().unwrap_or(&self.source).article()
    }

    /// Source of the requirement, where there is one.
    pub fn requires_source(&self) -> Option<&Source> {
        self.requires_source.as_ref()
    }

    /// How grave the offence must be, where the act says so.
    pub fn offence_threshold(&self) -> Option<&OffenceThreshold> {
        self.offence_threshold.as_ref()
    }

    /// Which registers are asked.
    pub fn registers(&self) -> RegistersAsked {
        self.registers
    }

    /// The urgent path, where there is one.
    pub fn urgent_path(&self) -> Option<&UrgentPath> {
        self.urgent_path.as_ref()
    }

    pub(crate) fn read(sheet: &Sheet<'_>) -> Option<Self> {
        let id = sheet.word::<PurposeId>("id");
        let text = sheet.text("text");
        let source = Source::read(sheet);
        let registers = sheet.word::<RegistersAsked>("registers");
        let requires = sheet.table_if("requires").map(|table| {
            let parts = table.some_words::<JustificationPart>("parts");
            let source = Source::read(&table);
            table.finish();
            (parts.into_iter().map(|part| part.value).collect::<Vec<_>>(), source)
        });
        let offence_threshold =
            sheet.table_if("offence_threshold").and_then(|t| OffenceThreshold::read(&t));
        let urgent_path = sheet.table_if("urgent_path").and_then(|t| UrgentPath::read(&t));
        sheet.finish();
        let (requires, requires_source) = requires.unwrap_or_default();
        if offence_threshold.is_some() && !requires.contains(&JustificationPart::Offence) {
            sheet.problem(
                &sheet.span,
                "offence_threshold",
                "a threshold for an offence that nobody has to state",
                "add `offence` to `requires.parts`",
            );
        }
        Some(Self {
            id: id?.value,
            text: text?.value,
            source: source?,
            requires,
            requires_source,
            offence_threshold,
            registers: registers?.value,
            urgent_path,
        })
    }
}

/// How long the maximum penalty of the offence must at least be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OffenceThreshold {
    maximum_penalty_at_least: Dated<CalendarSpan>,
    source: Source,
}

impl OffenceThreshold {
    /// The maximum penalty must be this long or longer.
    pub fn maximum_penalty_at_least(&self) -> &Dated<CalendarSpan> {
        &self.maximum_penalty_at_least
    }

    /// Where it stands.
    pub fn source(&self) -> &Source {
        &self.source
    }

    fn read(sheet: &Sheet<'_>) -> Option<Self> {
        let least = Dated::read(sheet, "maximum_penalty_at_least");
        let source = Source::read(sheet);
        sheet.finish();
        Some(Self { maximum_penalty_at_least: least?, source: source? })
    }
}

/// What may be left out when there is no time, and until when a second person must have validated it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UrgentPath {
    without: Vec<JustificationPart>,
    validate_within: Dated<CalendarSpan>,
    source: Source,
}

impl UrgentPath {
    /// What need not be stated at once.
    pub fn without(&self) -> &[JustificationPart] {
        &self.without
    }

    /// Until when a second person must have validated the query.
    pub fn validate_within(&self) -> &Dated<CalendarSpan> {
        &self.validate_within
    }

    /// Where it stands.
    pub fn source(&self) -> &Source {
        &self.source
    }

    fn read(sheet: &Sheet<'_>) -> Option<Self> {
        let without = sheet.words::<JustificationPart>("without");
        let within = Dated::read(sheet, "validate_within");
        let source = Source::read(sheet);
        sheet.finish();
        let without = without.into_iter().map(|part| part.value).collect();
        Some(Self { without, validate_within: within?, source: source? })
    }
}
