//! Where a rule stands, how sure that is, and what follows: in force or exercise only.

use crate::sheet::Sheet;
pub use crate::terms::Evidence;
use vocabulary::Article;

/// The article a rule rests on and how sure that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    article: Article,
    evidence: Evidence,
    note: Option<String>,
}

impl Source {
    /// The article.
    pub fn article(&self) -> &Article {
        &self.article
    }

    /// How sure it is.
    pub fn evidence(&self) -> Evidence {
        self.evidence
    }

    /// What a reviewer should know, where something is unsure.
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// Reads `article`, `evidence` and `note` of a table; `evidence` absent means read in the act.
    pub(crate) fn read(sheet: &Sheet<'_>) -> Option<Self> {
        let (evidence, note) = read_evidence(sheet);
        let article = sheet.word::<Article>("article")?.value;
        Some(Self { article, evidence: evidence?, note })
    }
}

/// Reads `evidence` and `note`.
pub(crate) fn read_evidence(sheet: &Sheet<'_>) -> (Option<Evidence>, Option<String>) {
    let note = sheet.text_if("note").map(|at| at.value);
    if sheet.has("evidence") {
        (sheet.word_if("evidence").map(|at| at.value), note)
    } else {
        (Some(Evidence::Verified), note)
    }
}

/// One entry that nobody has read in the act.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unverified {
    /// Which entry: `retention of log`.
    pub entry: String,
    /// How sure it is.
    pub evidence: Evidence,
}

/// Whether an instrument may be run on real data.
///
/// A reviewer's signature over [`crate::Instrument::digest`] lifts exercise mode; the node checks that signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// Every figure was read in the act.
    InForce,
    /// Made-up data only, marked on every page.
    Exercise {
        /// What was not read in the act.
        unverified: Vec<Unverified>,
    },
}
