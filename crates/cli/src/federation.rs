//! Makes a federation on this machine: keys, trust list, configurations, registers of made-up people.

mod build;
mod cast;
mod children;
mod papers;

pub(crate) use build::{Bundle, Order, build, chain, lines};
pub(crate) use cast::{CastNode, USUAL_STATES, demo_cast, demo_plan, made_up_fields};
pub(crate) use children::Children;
pub(crate) use papers::Ports;
