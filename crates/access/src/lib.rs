//! Who may do what, why and by which article; makes grants.
//!
//! One door: [`decide`] takes the [`AccessLaw`], a [`Request`] and a time and gives a [`Grant`] or a [`Refusal`] with all
//! its reasons. The tables of the instruments and local law are Cedar policies; local law may only forbid. It knows the asker and the public table of the instrument, never a record and never the content of
//! a query, so a refusal tells nothing about anybody. Whoever reads or changes personal data must show a grant;
//! nothing but `decide` makes one.

mod asker;
mod decide;
mod explain;
mod grant;
mod law;
mod matrix;
mod plan;
mod refusal;
mod stated;

pub use asker::{Asker, AskerHome};
pub use decide::{Decision, Request, decide};
pub use explain::{Explained, explain};
pub use grant::Grant;
pub use law::{AccessLaw, LocalForbid};
pub use matrix::matrix;
pub use plan::{PlannedRegister, RegisterPlace, RegisterPlan, WhyAsked, registers_to_ask};
pub use refusal::{Refusal, RefusalReason};
