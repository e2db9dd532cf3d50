//! Trust lists as files: read from anywhere, led on by changes, signed by keepers.

use crate::carried;
use crate::files::{cannot, read_text};
use crate::opening::signing_key;
use exchange::{
    Change, InstrumentEntry, Keepers, ListDates, Problem, SignedTrustList, TrustList,
    TrustListContent, differences,
};
use node::Law;
use seal::{Digest, SigningKey, VerifyingKey};
use std::fs;
use std::path::Path;

/// Problems, one a line.
pub(crate) fn told(problems: &[Problem]) -> String {
    let lines: Vec<String> =
        problems.iter().map(|problem| crate::federation::chain(problem)).collect();
    lines.join("\n")
}

/// The bytes of a trust list: of a file, or of the node at an address.
///
/// # Errors
/// When there is nothing to read.
pub(crate) fn load_list(from: &str) -> Result<Vec<u8>, String> {
    if from.starts_with("http://") {
        return web::client::fetch(from, web::client::TRUST_LIST);
    }
    if from.starts_with("https://") {
        return Err(format!(
            "`{from}` cannot be asked: a node shows its list at its officers' address over `http://`; the signatures \
             protect it, not the line"
        ));
    }
    let path = Path::new(from);
    fs::read(path).map_err(|error| cannot("read", path, &error))
}

/// A list that its own keepers signed.
///
/// # Errors
/// Everything that stands against it.
pub(crate) fn read_signed(from: &str) -> Result<TrustList, String> {
    let bytes = load_list(from)?;
    SignedTrustList::read(&bytes, None).map_err(|problems| format!("`{from}`: {}", told(&problems)))
}

/// The public key of a keeper and its file.
pub(crate) struct KeeperPublic;

impl KeeperPublic {
    /// Reads a public key of one line of base64.
    ///
    /// # Errors
    /// When the file holds something else.
    pub(crate) fn read(path: &Path) -> Result<VerifyingKey, String> {
        let text = read_text(path)?;
        text.trim().parse().map_err(|_| {
            format!("`{}` holds no public key; it must hold one line of base64", path.display())
        })
    }
}

/// Reads the secret key of a keeper.
///
/// # Errors
/// When the file is missing or holds something else.
pub(crate) fn keeper_key(path: &Path) -> Result<SigningKey, String> {
    signing_key(path)
}

/// The digests of the instruments of a law, as changes.
pub(crate) fn instruments_of(law: &Law) -> Vec<Change> {
    let entry = |one: &std::sync::Arc<instrument::Instrument>| InstrumentEntry {
        id: one.id().clone(),
        digest: Digest::from_bytes(one.digest()),
    };
    law.all().map(|one| Change::AddInstrument(entry(one))).collect()
}

/// The law a keeper vouches for: what the program carries, or the files of a folder.
///
/// # Errors
/// All problems of the files.
pub(crate) fn law_of(folder: Option<&Path>) -> Result<Law, String> {
    carried::law_of(folder, None)
}

/// The list that follows `before`, or the first of a federation, and what it changes in words.
///
/// # Errors
/// Everything that does not fit.
pub(crate) fn next_list(
    before: Option<&TrustList>,
    keepers: Option<Keepers>,
    changes: Vec<Change>,
    dates: ListDates,
) -> Result<(TrustListContent, Vec<String>), String> {
    let nothing = Keepers { threshold: 0, keys: Vec::new() };
    let first = || TrustListContent::first(keepers.clone().unwrap_or(nothing), dates);
    let old = before.map_or_else(first, |list| list.content().clone());
    let keepers = keepers.filter(|keepers| *keepers != old.keepers).map(Change::Keepers);
    let changes = keepers.into_iter().chain(changes).collect();
    let next = old.next(changes, dates).map_err(|problems| told(&problems))?;
    let lines = match before {
        Some(_) => differences(&old, &next),
        None => next.in_words(),
    };
    Ok((next, lines))
}

/// A list signed by keepers; with none it waits for them.
///
/// # Errors
/// When it holds what the project's JSON has no room for.
pub(crate) fn sign_list(
    content: &TrustListContent,
    keys: &[&SigningKey],
) -> Result<SignedTrustList, String> {
    let bytes = content.to_bytes().map_err(|error| error.to_string())?;
    Ok(SignedTrustList::sign(bytes, keys))
}
