//! Logs and proofs of the made-up desk.

use super::{QUERY, moment, parse};
use std::sync::Arc;
use web::desk::{ProofCalls, ProofFiles};
use web::problem::ProblemKind;
use web::views::proofs::{EntryView, LogView, LogsView, PromiseView, ProofsView, WitnessView};

/// The log entry that the samples hold.
const ENTRY: &str = "01890a5d-ac96-774b-bcce-b302099a8058";

/// Proofs of the one search, and a log that a witness is behind with.
pub(super) fn proof_calls() -> ProofCalls {
    ProofCalls {
        of_search: Arc::new(|_, id| {
            if id != parse(QUERY) {
                return Err(ProblemKind::NotFound.into());
            }
            Ok(proofs())
        }),
        of_entry: Arc::new(|_, (id, entry)| {
            if id != parse(QUERY) || entry != parse(ENTRY) {
                return Err(ProblemKind::NotFound.into());
            }
            Ok(ProofFiles { entry: b"{}".to_vec(), proof: "c2sp.org/tlog-proof@v1\n".into() })
        }),
        logs: Arc::new(|_, ()| Ok(logs())),
    }
}

fn proofs() -> ProofsView {
    let entry = EntryView {
        entry: parse(ENTRY),
        log: Some("gr-police/2026".into()),
        index: Some(41),
        leaf_hash: Some("AAAA".into()),
    };
    let waiting = EntryView { log: None, index: None, leaf_hash: None, ..entry.clone() };
    let promise = PromiseView {
        register: parse("de-bka/sis_arrest"),
        log: "de-bka/2026".into(),
        entry: parse(ENTRY),
        leaf_hash: "BBBB".into(),
        due: moment(31),
        standing: "kept",
        text: "kept: entry 7 of de-bka/2026".into(),
    };
    ProofsView { id: parse(QUERY), entries: vec![entry, waiting], promises: vec![promise] }
}

fn logs() -> LogsView {
    let witness =
        WitnessView { node: parse("bonn"), entries: Some(40), at: Some(moment(30)), fault: None };
    let away = WitnessView {
        node: parse("madrid"),
        entries: None,
        at: None,
        fault: Some("connection refused".into()),
    };
    let log = LogView {
        authority: parse("gr-police"),
        log: "gr-police/2026".into(),
        key: "gr-police/2026+00112233+AQ==".into(),
        entries: 42,
        published: 42,
        cosigned: Some(40),
        cosigners: 1,
        witnesses: vec![witness, away],
        earlier: vec!["gr-police/2025".into()],
    };
    LogsView {
        alarms: vec!["`bonn` holds a larger head".into()],
        warnings: vec!["`gr-police/2026`: 1 of 2 witnesses cosign".into()],
        evidence: vec!["de-bka-2026-0011.txt".into()],
        logs: vec![log],
    }
}
