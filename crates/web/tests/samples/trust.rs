//! What the samples say about the federation and its trust list.

use super::{moment, parse};
use std::sync::Arc;
use web::desk::ListDesk;
use web::problem::{Problem, ProblemKind};
use web::views::{ExpiryView, PartnerView, TrustView};

pub fn trust_view() -> TrustView {
    let row = |kind: &str, days_left: i64, nearness: &str| ExpiryView {
        kind: kind.to_owned(),
        told: format!("the {} ends in {days_left} days", kind.replace('_', " ")),
        when: moment(days_left * 24 * 3600),
        days_left,
        nearness: nearness.to_owned(),
        to_do: "the keepers should publish a list with later dates".to_owned(),
        warn: nearness != "far",
    };
    TrustView {
        version: 7,
        standing: "stale".to_owned(),
        entered: true,
        notice: Some("The trust list should have been renewed.".to_owned()),
        expiries: vec![row("trust_list_valid", 13, "14 days"), row("node_key", 300, "far")],
    }
}

/// A desk whose list is the bytes `list 7`, and which takes `list 8` alone.
pub fn list_desk() -> ListDesk {
    ListDesk {
        show: Arc::new(|| b"list 7".to_vec()),
        take: Arc::new(|bytes| match bytes.as_slice() {
            b"list 8" => Ok(serde_json::json!({ "version": 8, "changed": true })),
            _ => Err(Problem::new(ProblemKind::ListNotTaken, "it is older")),
        }),
    }
}

pub fn partners() -> Vec<PartnerView> {
    let own = PartnerView {
        node: parse("athens"),
        authorities: vec!["Hellenic border police".into(), "Hellenic Police".into()],
        own: true,
        reachable: None,
        last_contact: None,
        waiting: 0,
        last_fault: None,
    };
    let there = PartnerView {
        node: parse("bonn"),
        authorities: vec!["Bundeskriminalamt".into()],
        own: false,
        reachable: Some(true),
        last_contact: Some(moment(30)),
        ..own.clone()
    };
    let away = PartnerView {
        node: parse("madrid"),
        authorities: vec!["Guardia Civil".into()],
        reachable: Some(false),
        waiting: 3,
        last_fault: Some("no connection to `madrid:7443`: connection refused".into()),
        ..there.clone()
    };
    vec![own, there, away]
}
