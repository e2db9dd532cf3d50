//! `eunomia trust propose` and `sign`: the next list, and the signatures it needs.

use crate::Done;
use crate::arguments::{Propose, Revoke, Sign};
use crate::files::{cannot, read_text, write_private};
use crate::joining::{
    KeeperPublic, instruments_of, keeper_key, law_of, load_list, next_list, read_signed, sign_list,
    told,
};
use crate::system::SystemClock;
use exchange::{
    Agreement, Change, Keepers, ListDates, SignedRequest, SignedTrustList, TrustList,
    TrustListContent, differences,
};
use node::Clock;
use seal::SigningKey;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

impl Propose {
    /// A proposal with one revocation alone.
    pub(crate) fn revoking(order: &Revoke) -> Self {
        Self {
            list: Some(order.list.clone()),
            add: Vec::new(),
            remove_node: Vec::new(),
            revoke_node: order.node.iter().cloned().collect(),
            revoke_key: order.key_id.iter().copied().collect(),
            since: order.since,
            tls_key_changed: Vec::new(),
            keeper: Vec::new(),
            threshold: None,
            agreement: Vec::new(),
            remove_agreement: Vec::new(),
            instruments: false,
            instruments_in: None,
            fresh_days: 7,
            valid_days: 30,
            key: order.key.clone(),
            out: order.out.clone(),
        }
    }
}

/// What was read from files, and what could not be.
#[derive(Default)]
struct Gathered {
    changes: Vec<Change>,
    keys: Vec<SigningKey>,
    problems: Vec<String>,
}

impl Gathered {
    fn take<T>(&mut self, result: Result<T, String>) -> Option<T> {
        result.map_err(|problem| self.problems.push(problem)).ok()
    }
}

/// Writes the next version of a list.
///
/// # Errors
/// Everything that is wrong with the files and the list they lead to.
pub(crate) fn propose(order: &Propose) -> Done {
    let before = order.list.as_deref().map(read_signed).transpose()?;
    let mut gathered = gather(order, before.as_ref());
    let keepers = keepers(order, before.as_ref(), &mut gathered);
    if !gathered.problems.is_empty() {
        return Err(gathered.problems.join("\n"));
    }
    let dates = ListDates::of_days(SystemClock.now(), order.fresh_days, order.valid_days);
    let (content, lines) = next_list(before.as_ref(), keepers, gathered.changes, dates)?;
    let keys: Vec<&SigningKey> = gathered.keys.iter().collect();
    let signed = sign_list(&content, &keys)?;
    write_private(&order.out, &signed.encode())?;
    for line in lines {
        println!("{line}");
    }
    println!("written to {}", order.out.display());
    tell_missing(&signed, &content, before.as_ref());
    Ok(ExitCode::SUCCESS)
}

fn gather(order: &Propose, before: Option<&TrustList>) -> Gathered {
    let mut all = Gathered::default();
    for path in &order.add {
        let change = all.take(request(path, before));
        all.changes.extend(change);
    }
    let since = order.since;
    let nodes = order.revoke_node.iter().cloned();
    all.changes.extend(nodes.map(|node| Change::RevokeNode { node, since }));
    let keys = order.revoke_key.iter().copied();
    all.changes.extend(keys.map(|key| Change::RevokeKey { key, since }));
    all.changes.extend(order.remove_node.iter().cloned().map(Change::RemoveNode));
    all.changes.extend(order.tls_key_changed.iter().cloned().map(Change::TlsKeyChanged));
    for path in &order.agreement {
        let agreement = all.take(agreement(path));
        all.changes.extend(agreement.map(Change::AddAgreement));
    }
    all.changes.extend(order.remove_agreement.iter().cloned().map(Change::RemoveAgreement));
    if order.instruments || order.instruments_in.is_some() {
        let law = all.take(law_of(order.instruments_in.as_deref()));
        all.changes.extend(law.iter().flat_map(instruments_of));
    }
    for path in &order.key {
        let key = all.take(keeper_key(path));
        all.keys.extend(key);
    }
    all
}

fn keepers(
    order: &Propose,
    before: Option<&TrustList>,
    gathered: &mut Gathered,
) -> Option<Keepers> {
    let old = before.map(TrustList::keepers);
    if order.keeper.is_empty() {
        if old.is_none() {
            gathered.problems.push(
                "the first list of a federation needs its keepers; name each with --keeper, or the list it is to follow \
                 with --list"
                    .to_owned(),
            );
        }
        let threshold = order.threshold?;
        return old.map(|old| Keepers { threshold, keys: old.keys.clone() });
    }
    let mut keys = Vec::new();
    for path in &order.keeper {
        let key = gathered.take(KeeperPublic::read(path));
        keys.extend(key);
    }
    let threshold = order.threshold.or(old.map(|old| old.threshold)).unwrap_or(2);
    Some(Keepers { threshold, keys })
}

fn request(path: &Path, before: Option<&TrustList>) -> Result<Change, String> {
    let bytes = fs::read(path).map_err(|error| cannot("read", path, &error))?;
    let at = |what: String| format!("`{}`: {what}", path.display());
    let request =
        SignedRequest::decode(&bytes).map_err(|error| at(crate::federation::chain(&error)))?;
    for line in request.in_words() {
        println!("{line}");
    }
    request.change(before).map_err(|problem| at(problem.to_string()))
}

fn agreement(path: &Path) -> Result<Agreement, String> {
    let text = read_text(path)?;
    toml::from_str(&text)
        .map_err(|error| format!("`{}`: {}", path.display(), error.to_string().trim_end()))
}

/// Shows what a proposed list would change against the list in force, and signs it when the keeper agrees.
///
/// # Errors
/// What is wrong with the files, or that the key is none of a keeper.
pub(crate) fn sign(order: &Sign) -> Done {
    let key = keeper_key(&order.key)?;
    let path = &order.file;
    let bytes = fs::read(path).map_err(|error| cannot("read", path, &error))?;
    let at = |what: String| format!("`{}`: {what}", path.display());
    let mut signed =
        SignedTrustList::decode(&bytes).map_err(|error| at(crate::federation::chain(&error)))?;
    let content = TrustListContent::read(signed.list_bytes())
        .map_err(|error| at(crate::federation::chain(&error)))?;
    let problems = content.all_problems();
    if !problems.is_empty() {
        return Err(at(told(&problems)));
    }
    let before = order.list.as_deref().map(read_signed).transpose()?;
    if let Some(before) = &before
        && content.version <= before.version()
    {
        return Err(at(format!(
            "version {} cannot follow version {}, which is in force; propose it anew",
            content.version,
            before.version()
        )));
    }
    let lines = match &before {
        Some(before) => differences(before.content(), &content),
        None => content.in_words(),
    };
    for line in lines {
        println!("{line}");
    }
    let own = key.verifying_key();
    let old = before.as_ref().map(TrustList::keepers);
    if !content.keepers.keys.contains(&own) && !old.is_some_and(|old| old.keys.contains(&own)) {
        return Err(format!(
            "`{}` is the key of no keeper, neither of this list nor of the one before",
            order.key.display()
        ));
    }
    if !order.yes {
        println!("nothing signed; read the changes and run it again with --yes");
        return Ok(ExitCode::SUCCESS);
    }
    signed.add(&key);
    write_private(path, &signed.encode())?;
    println!("signed by keeper {}", own.key_id());
    tell_missing(&signed, &content, before.as_ref());
    Ok(ExitCode::SUCCESS)
}

/// Says which keepers may still sign, or that it is enough.
fn tell_missing(signed: &SignedTrustList, content: &TrustListContent, before: Option<&TrustList>) {
    let mut enough = true;
    let previous = before.map(TrustList::keepers).filter(|old| **old != content.keepers);
    for (whose, keepers) in [("", Some(&content.keepers)), (" of the list before", previous)] {
        let Some(keepers) = keepers else { continue };
        let by = |key: &&seal::VerifyingKey| {
            signed.signatures().iter().any(|(id, _)| *id == key.key_id())
        };
        let count = keepers.keys.iter().filter(by).count();
        enough &= count >= keepers.threshold;
        println!("{count} of {} keepers{whose} have signed", keepers.threshold);
    }
    if enough {
        println!("next: eunomia trust publish");
    } else {
        println!("next: send the file to a keeper, who runs eunomia trust sign");
    }
}

/// The bytes of a signed list that follows the one in force.
///
/// # Errors
/// Everything that stands against it.
pub(crate) fn follows(file: &Path, before: Option<&str>) -> Result<Vec<u8>, String> {
    let bytes = load_list(&file.to_string_lossy())?;
    let at = |what: String| format!("`{}`: {what}", file.display());
    let list = SignedTrustList::read(&bytes, None).map_err(|problems| at(told(&problems)))?;
    if let Some(before) = before {
        let before = read_signed(before)?;
        list.accepts_after(&before).map_err(|problems| at(told(&problems)))?;
    }
    Ok(bytes)
}
