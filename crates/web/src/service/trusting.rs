//! The federation for pages and programs: its nodes, its trust list, what ends when, and handing over a newer list.

use super::Service;
use super::calls::problem;
use crate::carrier::Reach;
use crate::desk::ListDesk;
use crate::problem::Problem;
use crate::views::{ExpiryView, PartnerView, TrustView};
use exchange::{Nearness, Standing};
use node::{Fault, Node, Officer};
use serde_json::json;
use std::sync::Arc;

/// The trust list as anybody may see it and hand over a newer one: the signatures of its keepers are what counts.
pub(super) fn list_desk(service: &Arc<Service>) -> ListDesk {
    let (shown, taking) = (service.node().clone(), Arc::clone(service));
    ListDesk {
        show: Arc::new(move || shown.trust().signed().encode()),
        take: Arc::new(move |bytes: Vec<u8>| -> Result<serde_json::Value, Problem> {
            let change = taking.take_lists(&bytes).map_err(problem)?;
            let version = taking.node().trust().version();
            Ok(json!({ "version": version, "changed": change.is_some() }))
        }),
    }
}

/// What the page of the federation says about the list.
pub(super) fn trust_view(node: &Node) -> TrustView {
    let trust = node.trust();
    let notice = match node.list_standing() {
        Standing::Fresh if node.is_entered() => None,
        Standing::Fresh => Some(
            "The trust list does not name this node yet. It asks the others for a later list by itself.".to_owned(),
        ),
        Standing::Stale => Some(format!(
            "The trust list should have been renewed at {}. It holds until {}; ask its keepers for a later one.",
            trust.content().fresh_until, trust.content().valid_until
        )),
        Standing::Frozen => Some(format!(
            "The trust list ended at {}. Nothing new is asked or disclosed; what is under way is brought to its end. \
             It goes on by itself when the keepers have published a later one.",
            trust.content().valid_until
        )),
    };
    let expiries = node.expiries().into_iter().map(|row| ExpiryView {
        kind: row.kind.to_owned(),
        told: row.told(),
        when: row.when,
        days_left: row.days_left,
        nearness: row.nearness.as_str().to_owned(),
        to_do: row.to_do.to_owned(),
        warn: row.nearness > Nearness::Far,
    });
    let standing = match node.list_standing() {
        Standing::Fresh => "fresh",
        Standing::Stale => "stale",
        Standing::Frozen => "frozen",
    };
    TrustView {
        version: trust.version(),
        standing: standing.to_owned(),
        entered: node.is_entered(),
        notice,
        expiries: expiries.collect(),
    }
}

/// This node and its partners.
pub(super) fn federation(
    service: &Arc<Service>,
    _: &Officer,
    (): (),
) -> Result<Vec<PartnerView>, Fault> {
    let node = service.node();
    let trust = node.trust();
    let standing = service.standing();
    let queues = node.queues()?;
    let views = trust.nodes().iter().map(|entry| {
        let reach = standing.iter().find(|one| one.node == entry.node);
        let queue = queues.iter().find(|row| row.to_node == entry.node);
        PartnerView {
            node: entry.node.clone(),
            authorities: entry.authorities.iter().map(|one| one.name.clone()).collect(),
            own: node.is_self(&entry.node),
            reachable: reach.and_then(|one| match one.reach {
                Reach::Reachable => Some(true),
                Reach::Unreachable => Some(false),
                Reach::Untried => None,
            }),
            last_contact: reach.and_then(|one| one.last_contact),
            waiting: queue.map_or(0, |row| usize::try_from(row.waiting).unwrap_or(usize::MAX)),
            last_fault: reach
                .and_then(|one| one.last_fault.as_ref().map(|(_, words)| words.clone()))
                .or_else(|| queue.and_then(|row| row.last_error.clone())),
        }
    });
    Ok(views.collect())
}
