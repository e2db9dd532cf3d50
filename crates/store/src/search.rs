//! Searches asked here: opened, settled part by part, decided on by a person, looked at again.

mod decide;
mod list;
mod open;
mod settle;
mod view;

use crate::sealing::Place;
use vocabulary::{AuthorityId, QueryId, RegisterId};

pub use decide::DecideMatch;
pub use list::{OutcomeTally, SearchRow};
pub use open::{NewPart, OpenSearch};
pub use settle::SettlePart;
pub use view::{DecisionView, PartView, SearchView};

pub(crate) fn search_place(authority: &AuthorityId, query: QueryId) -> Place {
    Place::new("search", &[authority.as_str().as_bytes(), &query.to_bytes()])
}

fn part_place(authority: &AuthorityId, query: QueryId, register: &RegisterId) -> Place {
    let (owner, instrument) = (register.authority().as_str(), register.instrument().as_str());
    let keys =
        [authority.as_str().as_bytes(), &query.to_bytes(), owner.as_bytes(), instrument.as_bytes()];
    Place::new("search_part", &keys)
}
