//! reproducible made-up people, vehicles, documents and alerts with the ground truth
//!
//! Nobody here lives: names are combined from frequent names of a country, numbers follow the shapes of its documents,
//! and everything is a pure function of a seed and a number. A [`Population`] holds who there is; [`render`] writes a
//! person down the way registers do, with another script, another spelling, a slip or a gap.
//! A [`World`] made from a [`Plan`] holds registers that overlap, knows who stands where, and asks questions whose
//! answers are known. It serves demonstrations, tests and measurements; nothing of it may be taken for real data.

mod cycle;
mod draw;
mod famous;
mod import;
mod lexicon;
mod nation;
mod number;
mod numbering;
mod person;
mod plan;
mod population;
mod query;
mod question;
mod render;
mod slip;
mod spelling;
mod style;
mod thing;
mod thing_record;
mod world;
mod written;

pub use import::{import_csv_header, to_import_csv, to_import_line};
pub use numbering::SubjectNumber;
pub use person::{TrueName, TruePerson, WORLD_YEAR};
pub use plan::{MOST_REGISTERS, Plan, RegisterPlan};
pub use population::{MEMORABLE, Population, memorable};
pub use query::{Mix, QueryKind, WorldQuery};
pub use render::render;
pub use spelling::{Script, Spelling};
pub use style::{DateSlip, FirstName, Gaps, Layout, Parts, Style, spelling_by_ear};
pub use world::{Holder, RegisterStream, TruthLine, World};
pub use written::Written;
