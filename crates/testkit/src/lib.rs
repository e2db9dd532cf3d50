//! Several nodes in one process under one clock: simulation.

mod asking;
mod carrying;
mod checking;
mod clock;
mod copies;
mod ending;
mod entropy;
mod error;
mod federation;
mod journal;
mod keeping;
mod law;
mod logs;
mod made;
mod network;
mod op;
mod papers;
mod plan;
mod power;
mod simulation;

pub use clock::SimClock;
pub use ending::Found;
pub use entropy::SimEntropy;
pub use error::{Failure, Invariant, chain};
pub use federation::{Called, Federation};
pub use law::law;
pub use logs::LogCopy;
pub use made::{Stock, mark_of, marked};
pub use op::{Op, Pick};
pub use papers::{NodePapers, fresh_key, officer};
pub use plan::{AuthorityPlan, FederationPlan, NodePlan};
pub use power::PowerCut;
pub use simulation::{Report, Simulation, run};
