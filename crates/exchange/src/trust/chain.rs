//! From one trust list to the newest: several lists, each of which the keepers of the one before let in.
//!
//! ```json
//! { "lists": ["<base64 of a trust list file>", "<base64 of the next>"] }
//! ```

use super::{Problem, SignedTrustList, TrustList};
use crate::{Error, strict_json};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

const PART: &str = "a chain of trust lists";
/// How many lists one chain holds at most.
const MOST: usize = 64;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    lists: Vec<String>,
}

/// Writes lists as a chain, oldest first.
pub fn encode_chain(lists: &[&SignedTrustList]) -> Vec<u8> {
    let lists = lists.iter().map(|list| STANDARD.encode(list.encode())).collect();
    serde_json::to_vec(&File { lists }).unwrap_or_default()
}

/// Takes a chain apart without believing any of it. A single trust list file is a chain of one.
///
/// # Errors
/// When it is neither, or too long.
pub fn decode_chain(bytes: &[u8]) -> Result<Vec<SignedTrustList>, Error> {
    if let Ok(single) = SignedTrustList::decode(bytes) {
        return Ok(vec![single]);
    }
    let json = |source| Error::Json { part: PART, source };
    let file: File = strict_json::from_slice(bytes).map_err(json)?;
    if file.lists.len() > MOST {
        let count = file.lists.len();
        return Err(Error::TooMany { what: "trust lists in a chain", count, most: MOST });
    }
    let one = |text: String| {
        let bytes = STANDARD.decode(text).map_err(|_| {
            json(strict_json::Error::Content("a list is not base64; copy the file whole".into()))
        })?;
        SignedTrustList::decode(&bytes)
    };
    file.lists.into_iter().map(one).collect()
}

/// The lists somebody needs who goes by version `held`: as few as lead from there to the newest of `kept`, which is
/// sorted by version. Empty when he has the newest.
pub fn chain_after(kept: &[TrustList], held: u64) -> Vec<&SignedTrustList> {
    let later = |than: u64| kept.iter().filter(move |list| list.version() > than);
    let mut chain = Vec::new();
    let mut at = kept.iter().find(|list| list.version() == held);
    let mut version = held;
    loop {
        let next = match at {
            Some(from) => later(version).rev().find(|list| list.accepts_after(from).is_ok()),
            // Nobody here knows that version: all that came later, and its holder follows as far as he can.
            None => later(version).next(),
        };
        let Some(next) = next else { return chain };
        chain.push(next.signed());
        (version, at) = (next.version(), Some(next));
    }
}

/// Follows a chain from the list in force as far as it leads. Lists that are not later are passed over. Gives the newest
/// accepted, or nothing when all of them are known.
///
/// # Errors
/// What stands against the first list that is later and cannot follow.
pub fn follow_chain(
    current: &TrustList,
    chain: Vec<SignedTrustList>,
) -> Result<Vec<TrustList>, Vec<Problem>> {
    let mut accepted: Vec<TrustList> = Vec::new();
    for signed in chain {
        let list = signed.check(None)?;
        let before = accepted.last().unwrap_or(current);
        if list.version() < before.version() || list.digest() == before.digest() {
            continue;
        }
        list.accepts_after(before)?;
        accepted.push(list);
    }
    Ok(accepted)
}
