//! What an instrument file may say; reads, checks and renders it.
//!
//! An instrument is one legal act as this software runs it: purposes, roles, fields, disclosure, matching and
//! retention, each with its article, in one TOML file under `instruments/`. Closed lists that several
//! instruments share stand under `catalogues/`. [`read`] takes the text of a file and gives either a checked
//! [`Instrument`] or **all** its [`Problem`]s, each with its line. Nothing here opens a file.

mod access_rule;
mod catalogue;
mod dated;
mod evidence;
mod field;
mod instrument;
mod keeping;
mod matching;
mod problem;
mod purpose;
mod read;
mod record;
mod render;
mod sense;
mod shape;
mod sheet;
mod terms;

pub use access_rule::AccessRule;
pub use catalogue::{Catalogue, Catalogues, Entry};
pub use dated::{Dated, StartDay};
pub use evidence::{Evidence, Mode, Source, Unverified};
pub use field::{Field, FieldKind};
pub use instrument::Instrument;
pub use keeping::{Copies, Retention, Unsearchable};
pub use matching::{Matching, QueryNeeds};
pub use problem::Problem;
pub use purpose::{OffenceThreshold, Purpose, UrgentPath};
pub use read::read;
pub use record::{RecordProblem, flat_fields};
pub use render::render;
pub use shape::QueryShape;
pub use terms::{
    ActKind, Afterwards, Disclosure, JustificationPart, KeptThing, MatchingKind, ReasonsLeave,
    RegistersAsked, StartingPoint, Topology,
};
