//! `eunomia join`: everything a newcomer needs to ask the keepers in.

use crate::Done;
use crate::arguments::{Init, Join, JoinAct};
use crate::files::{cannot, read_secret, write_private};
use crate::joining::{
    AuthorityOrder, ListenOrder, NodeOrder, OfficerOrder, PseudonymKey, load_list, told, write_node,
};
use crate::system::{SystemClock, SystemEntropy};
use exchange::{AuthorityEntry, Keepers, NodeUrl, SignedTrustList, TrustList};
use node::Clock;
use seal::KeyId;
use std::collections::BTreeSet;
use std::fs;
use std::process::ExitCode;

/// Runs the command.
///
/// # Errors
/// Everything that is wrong, at once.
pub(crate) fn run(order: &Join) -> Done {
    match &order.act {
        JoinAct::Init(order) => init(order),
    }
}

/// Makes the folder of a node that wants to come in.
fn init(order: &Init) -> Done {
    let mut problems = Vec::new();
    let mut take = |result: Result<(), String>| problems.extend(result.err());
    take(is_free(order));
    let list = pinned_list(order);
    take(list.as_ref().map(drop).map_err(Clone::clone));
    let url = url(order);
    take(url.as_ref().map(drop).map_err(Clone::clone));
    let authorities = authorities(order);
    take(authorities.as_ref().map(drop).map_err(Clone::clone));
    for key in &order.pseudonym_key {
        take(read_secret(&key.file).map(drop));
    }
    let (Ok((list, keepers)), Ok(url), Ok(authorities)) = (list, url, authorities) else {
        return Err(problems.join("\n"));
    };
    problems.extend(taken_names(order, &list));
    if !problems.is_empty() {
        return Err(problems.join("\n"));
    }
    let papers = NodeOrder {
        folder: order.folder.clone(),
        node: order.node.clone(),
        url,
        listen: ListenOrder {
            exchange: order.listen.clone(),
            officers: order.officers_listen.clone(),
            operations: order.operations_listen.clone(),
        },
        authorities,
        trust_list: "trust-list.json".to_owned(),
        keepers,
        pseudonym_keys: pseudonym_keys(order)?,
        contact: order.contact.clone(),
        days: order.days,
        demonstration: false,
    };
    let request = write_node(&papers, &SystemEntropy::new(), SystemClock.now())?;
    write_private(&order.folder.join("trust-list.json"), &list.signed().encode())?;
    for line in request.in_words() {
        println!("{line}");
    }
    let folder = order.folder.display();
    println!(
        "made {folder}: keys, certificate, node.toml, officers.toml, trust-list.json, request.json"
    );
    println!(
        "next: send {folder}/request.json to a keeper, and compare the lines above with him by voice"
    );
    println!(
        "next: eunomia serve --config {folder}/node.toml (it waits until the keepers have entered the node)"
    );
    Ok(ExitCode::SUCCESS)
}

fn is_free(order: &Init) -> Result<(), String> {
    let used = fs::read_dir(&order.folder).is_ok_and(|mut entries| entries.next().is_some());
    if used {
        return Err(format!(
            "`{}` holds something already; keys are never written over: name a fresh folder",
            order.folder.display()
        ));
    }
    Ok(())
}

/// The list of the federation, signed by enough of the keepers whose fingerprints were given.
fn pinned_list(order: &Init) -> Result<(TrustList, Keepers), String> {
    let mut prints = BTreeSet::new();
    for text in &order.keeper {
        let joined: String = text.split_whitespace().collect();
        let id: KeyId = joined.to_lowercase().parse().map_err(|_| {
            format!("`{text}` is no fingerprint; write the 32 hexadecimal digits of a keeper's key")
        })?;
        prints.insert(id);
    }
    let at = |what: String| format!("`{}`: {what}", order.list);
    let bytes = load_list(&order.list)?;
    let list = SignedTrustList::read(&bytes, None).map_err(|problems| at(told(&problems)))?;
    let known = list.keepers().keys.iter().filter(|key| prints.contains(&key.key_id()));
    let threshold = usize::try_from(order.threshold).unwrap_or(usize::MAX);
    let keepers = Keepers { threshold, keys: known.copied().collect() };
    let strangers = prints.iter().filter(|id| keepers.keys.iter().all(|key| key.key_id() != **id));
    let strangers: Vec<String> = strangers.map(|id| format!("`{id}`")).collect();
    if !strangers.is_empty() {
        return Err(at(format!(
            "its keepers are others: {} is none of them; check the fingerprint and where the list came from",
            strangers.join(", ")
        )));
    }
    let pinned = list.signed().clone().check(Some(&keepers));
    let list = pinned.map_err(|problems| at(told(&problems)))?;
    Ok((list, keepers))
}

fn url(order: &Init) -> Result<NodeUrl, String> {
    if let Some(url) = &order.url {
        return Ok(url.clone());
    }
    if order.listen.starts_with("0.0.0.0:") || order.listen.starts_with("[::]:") {
        return Err(format!(
            "`{}` is every address of the machine; say with --url where other nodes reach it",
            order.listen
        ));
    }
    format!("https://{}", order.listen).parse().map_err(|error| format!("--listen: {error}"))
}

fn authorities(order: &Init) -> Result<Vec<AuthorityOrder>, String> {
    let law = crate::carried::law()?;
    let only = match order.authority.as_slice() {
        [only] => Some(&only.id),
        _ => None,
    };
    let mut problems = Vec::new();
    let mut of = |given: &Option<vocabulary::AuthorityId>, what: &str| {
        let id = given.as_ref().or(only);
        let known = id.filter(|id| order.authority.iter().any(|one| one.id == **id));
        if known.is_none() {
            problems
                .push(format!("`{what}` names no authority of the node; write `authority/{what}`"));
        }
        known.cloned()
    };
    let registers: Vec<_> = order
        .registers
        .iter()
        .map(|one| (of(&one.authority, one.instrument.as_str()), one.instrument.clone()))
        .collect();
    let officers: Vec<_> =
        order.officer.iter().map(|one| (of(&one.authority, one.id.as_str()), one)).collect();
    let unknown = registers.iter().filter(|(_, id)| law.get(id).is_none());
    problems.extend(unknown.map(|(_, id)| {
        format!("`{id}` is not an instrument here; look at `eunomia instrument show`")
    }));
    if !problems.is_empty() {
        return Err(problems.join("\n"));
    }
    let whole = order.authority.iter().map(|text| {
        let own = |id: &Option<vocabulary::AuthorityId>| id.as_ref() == Some(&text.id);
        let kept = registers.iter().filter(|(id, _)| own(id)).map(|(_, one)| one.clone());
        let serving = officers.iter().filter(|(id, _)| own(id)).map(|(_, one)| OfficerOrder {
            id: one.id.clone(),
            role: one.role.clone(),
            name: one.name.clone(),
        });
        AuthorityOrder {
            entry: AuthorityEntry {
                id: text.id.clone(),
                name: text.name.clone(),
                country: text.country,
                kind: text.kind,
                registers: kept.collect(),
                third_country: false,
            },
            officers: serving.collect(),
        }
    });
    Ok(whole.collect())
}

/// Names that the list has given to others.
fn taken_names(order: &Init, list: &TrustList) -> Vec<String> {
    let mut problems = Vec::new();
    if list.node(&order.node).is_some() {
        problems
            .push(format!("the federation has a node `{}` already; choose another id", order.node));
    }
    let taken = order.authority.iter().filter(|one| list.authority(&one.id).is_some());
    problems.extend(taken.map(|one| {
        format!("the federation has an authority `{}` already; choose another id", one.id)
    }));
    problems
}

/// The files of the participants' keys, as the configuration names them from its own folder.
fn pseudonym_keys(order: &Init) -> Result<Vec<PseudonymKey>, String> {
    let keys = order.pseudonym_key.iter().map(|key| {
        let whole =
            fs::canonicalize(&key.file).map_err(|error| cannot("find", &key.file, &error))?;
        let file = whole.to_string_lossy().into_owned();
        Ok(PseudonymKey { instrument: key.instrument.clone(), file })
    });
    keys.collect()
}
