//! `eunomia trust show`: a list or a request in words.

use crate::Done;
use crate::joining::load_list;
use crate::system::SystemClock;
use exchange::{
    Expiry, Nearness, SignedRequest, SignedTrustList, Standing, TrustList, TrustListContent,
};
use node::Clock;
use std::process::ExitCode;

/// Shows it.
///
/// # Errors
/// When it is neither.
pub(crate) fn run(what: &str) -> Done {
    let bytes = load_list(what)?;
    if let Ok(request) = SignedRequest::decode(&bytes) {
        for line in request.in_words() {
            println!("{line}");
        }
        return Ok(ExitCode::SUCCESS);
    }
    let signed = SignedTrustList::decode(&bytes)
        .map_err(|error| format!("`{what}`: {}", crate::federation::chain(&error)))?;
    let content = TrustListContent::read(signed.list_bytes())
        .map_err(|error| format!("`{what}`: {}", crate::federation::chain(&error)))?;
    for line in content.in_words() {
        println!("{line}");
    }
    for (key, _) in signed.signatures() {
        println!("signed by {key}");
    }
    match signed.check(None) {
        Ok(list) => in_force(&list),
        Err(problems) => {
            for problem in problems {
                println!("not in force: {problem}");
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// How the list stands now, and what of it ends soon.
fn in_force(list: &TrustList) {
    let now = SystemClock.now();
    let standing = match list.standing(now) {
        Standing::Fresh => "fresh",
        Standing::Stale => "stale: the keepers should publish a later one",
        Standing::Frozen => "frozen: nothing new is asked or disclosed under it",
    };
    println!("standing: {standing}");
    let mut told = std::collections::BTreeSet::new();
    for node in list.nodes() {
        for row in list.expiries(&node.node, now) {
            let near: bool = row.nearness > Nearness::Far;
            if near && told.insert(row.what.clone()) {
                let Expiry { to_do, .. } = &row;
                println!("soon: {}; {to_do}", row.told());
            }
        }
    }
}
