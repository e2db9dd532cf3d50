//! Proofs for the desk: own entries, promises held against what partners show, and how the logs stand.

use super::Service;
use crate::desk::ProofFiles;
use crate::reception::LOG_PATH;
use crate::views::proofs::{EntryView, LogView, LogsView, PromiseView, ProofsView, WitnessView};
use exchange::Promise;
use node::{Fault, LogStanding, Officer, PromiseStanding};
use std::sync::Arc;
use vocabulary::{QueryId, RegisterId};

/// The evidence about a search of this officer. Blocks while partners are asked.
pub(super) fn of_search(
    service: &Arc<Service>,
    officer: &Officer,
    query: QueryId,
) -> Result<ProofsView, Fault> {
    let entries = service.node.entries_of_search(officer, query)?;
    let entries = entries.into_iter().map(|one| {
        let (log, index) = one.place.map(|(log, index)| (log, index.get())).unzip();
        let leaf_hash = one.leaf_hash.map(|hash| hash.to_string());
        EntryView { entry: one.entry_id, log, index, leaf_hash }
    });
    let promises = service.node.promises_of_search(officer, query)?;
    let promises =
        promises.into_iter().map(|(register, promise)| held(service, register, &promise));
    Ok(ProofsView { id: query, entries: entries.collect(), promises: promises.collect() })
}

/// Asks the node of a register for the proof it owes.
fn held(service: &Arc<Service>, register: RegisterId, promise: &Promise) -> PromiseView {
    let trust = service.node.trust();
    let path = format!("{LOG_PATH}{}/proofs/{}", promise.authority, promise.entry_id);
    let shown = match trust.node_of(&promise.authority) {
        None => Err("no node of the trust list hosts this authority".to_owned()),
        Some(entry) if service.node.is_self(&entry.node) => service
            .node
            .proof_of_entry(&promise.authority, promise.entry_id)
            .map_err(|fault| fault.to_string())
            .and_then(|proof| proof.ok_or_else(|| "it is not published yet".to_owned())),
        Some(entry) => {
            match service.runtime.block_on(service.carrier.call(&entry.node, &path, None)) {
                Ok((200, text)) => Ok(String::from_utf8_lossy(&text).into_owned()),
                Ok((404, _)) => Err("its node knows no such entry".to_owned()),
                Ok((status, _)) => Err(format!("its node answered {status}")),
                Err(why) => Err(why),
            }
        }
    };
    let shown = shown.as_deref().map_err(String::as_str);
    let (standing, text) = words(service.node.check_promise(promise, shown));
    PromiseView {
        register,
        log: promise.origin.clone(),
        entry: promise.entry_id,
        leaf_hash: promise.leaf_hash.to_string(),
        due: promise.due,
        standing,
        text,
    }
}

fn words(standing: PromiseStanding) -> (&'static str, String) {
    match standing {
        PromiseStanding::Kept(log, index, cosigned) => {
            let by = if cosigned.is_some() { ", under a head that a witness cosigned" } else { "" };
            ("kept", format!("kept: entry {index} of {log}{by}"))
        }
        PromiseStanding::NotDue => ("not_due", "not due yet".to_owned()),
        PromiseStanding::NotShown(why) => {
            ("not_shown", format!("due, and no proof was shown: {why}"))
        }
        PromiseStanding::Broken(why) => {
            let text = format!(
                "broken: what was shown is no proof of it ({why}); keep it and tell your overseer"
            );
            ("broken", text)
        }
    }
}

/// One entry about a search of this officer with its proof.
pub(super) fn of_entry(
    service: &Arc<Service>,
    officer: &Officer,
    (query, entry): (QueryId, QueryId),
) -> Result<ProofFiles, Fault> {
    let proven = service.node.prove_entry(officer, query, entry)?;
    Ok(ProofFiles { entry: proven.entry, proof: proven.proof })
}

/// How the logs of this node stand.
pub(super) fn logs(service: &Arc<Service>) -> Result<LogsView, Fault> {
    let standing = service.node.witness_standing()?;
    Ok(LogsView {
        alarms: standing.alarms,
        warnings: standing.warnings,
        evidence: standing.evidence,
        logs: standing.logs.into_iter().map(log).collect(),
    })
}

fn log(log: LogStanding) -> LogView {
    let witnesses = log.witnesses.into_iter().map(|one| {
        let (entries, at) = one.cosigned.unzip();
        WitnessView { node: one.node, entries, at, fault: one.failed }
    });
    LogView {
        authority: log.authority,
        log: log.origin,
        key: log.key,
        entries: log.size,
        published: log.published,
        cosigned: log.cosigned.map(|(size, _)| size),
        cosigners: log.cosigned.map_or(0, |(_, cosigners)| cosigners),
        witnesses: witnesses.collect(),
        earlier: log.earlier,
    }
}
