//! The reading of an instrument as Markdown, for those who know the act.

use crate::instrument::Instrument;

/// The instrument as Markdown.
pub fn render(instrument: &Instrument) -> String {
    format!("# {}\n", instrument.title())
}
