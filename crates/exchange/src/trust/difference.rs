//! What a new trust list would change, in plain words: a keeper reads them before he signs.

use super::{Agreement, AuthorityEntry, Keepers, NodeEntry, RevokedKey, TrustListContent};
use vocabulary::{InstrumentId, PurposeId};

/// The differences from one list to another, one a line; `+` comes in, `-` goes, `~` is changed.
pub fn differences(old: &TrustListContent, new: &TrustListContent) -> Vec<String> {
    let mut lines = dates(old, new);
    keepers(&old.keepers, &new.keepers, &mut lines);
    for node in &new.nodes {
        match old.nodes.iter().find(|one| one.node == node.node) {
            None => node_comes(node, &mut lines),
            Some(before) => node_changes(before, node, &mut lines),
        }
    }
    for node in old.nodes.iter().filter(|one| new.nodes.iter().all(|n| n.node != one.node)) {
        lines.push(format!("- node `{}` leaves with all its authorities", node.node));
    }
    for revoked in new.revoked.iter().filter(|one| !old.revoked.contains(one)) {
        lines.push(format!("- {}", revocation(revoked)));
    }
    for revoked in old.revoked.iter().filter(|one| !new.revoked.contains(one)) {
        let id = revoked.key.key_id();
        lines.push(format!(
            "~ the revocation of key `{id}` is forgotten: a keeper should not sign this"
        ));
    }
    agreements(old, new, &mut lines);
    let known = |all: &TrustListContent, entry| all.instruments.contains(entry);
    for entry in new.instruments.iter().filter(|entry| !known(old, entry)) {
        lines.push(format!("+ instrument `{}` in version {}", entry.id, entry.digest));
    }
    for entry in old.instruments.iter().filter(|entry| !known(new, entry)) {
        lines.push(format!("- instrument `{}` in version {}", entry.id, entry.digest));
    }
    lines
}

fn dates(old: &TrustListContent, new: &TrustListContent) -> Vec<String> {
    let mut lines = vec![format!("~ version {} follows version {}", new.version, old.version)];
    for (what, before, after) in [
        ("issued", old.issued, new.issued),
        ("fresh until", old.fresh_until, new.fresh_until),
        ("valid until", old.valid_until, new.valid_until),
    ] {
        if before != after {
            lines.push(format!("~ {what} {after} instead of {before}"));
        }
    }
    lines
}

fn keepers(old: &Keepers, new: &Keepers, lines: &mut Vec<String>) {
    if old.threshold != new.threshold {
        let (old, new) = (old.threshold, new.threshold);
        lines.push(format!("~ {new} keepers must sign instead of {old}"));
    }
    let goes = old.keys.iter().filter(|key| !new.keys.contains(key));
    let comes = new.keys.iter().filter(|key| !old.keys.contains(key));
    lines.extend(comes.map(|key| format!("+ keeper {}", key.key_id())));
    lines.extend(goes.map(|key| format!("- keeper {}", key.key_id())));
}

fn node_comes(node: &NodeEntry, lines: &mut Vec<String>) {
    lines.push(format!("+ node `{}` at {} with TLS key {}", node.node, node.url, node.tls_key));
    lines.extend(node.keys.iter().map(|key| {
        let id = key.key.key_id();
        format!("+   key {id} from {} until {}", key.from, key.until)
    }));
    lines.extend(node.authorities.iter().map(|one| format!("+   {}", authority(one))));
}

/// An authority in one line.
pub(super) fn authority(entry: &AuthorityEntry) -> String {
    let outside = if entry.is_of_third_country() { ", third country" } else { "" };
    let AuthorityEntry { id, name, country, kind, registers, .. } = entry;
    format!("authority `{id}` \"{name}\" ({kind}, {country}{outside}), {}", held(registers))
}

fn held(registers: &[InstrumentId]) -> String {
    let names: Vec<&str> = registers.iter().map(InstrumentId::as_str).collect();
    if names.is_empty() {
        "no registers".to_owned()
    } else {
        format!("registers {}", names.join(", "))
    }
}

fn node_changes(old: &NodeEntry, new: &NodeEntry, lines: &mut Vec<String>) {
    let name = &new.node;
    if old.url != new.url {
        lines.push(format!("~ node `{name}` is at {} instead of {}", new.url, old.url));
    }
    if old.tls_key != new.tls_key {
        lines.push(format!(
            "~ node `{name}` has TLS key {} instead of {}",
            new.tls_key, old.tls_key
        ));
    }
    match (&old.next_tls_key, &new.next_tls_key) {
        (before, Some(next)) if before.as_ref() != Some(next) => {
            lines.push(format!("+ node `{name}` will change to TLS key {next}"));
        }
        (Some(next), None) if *next != new.tls_key => {
            lines.push(format!("- node `{name}` will not change to TLS key {next}"));
        }
        _ => {}
    }
    for key in new.keys.iter().filter(|key| !old.keys.contains(key)) {
        let id = key.key.key_id();
        lines.push(format!("+ node `{name}`: key {id} from {} until {}", key.from, key.until));
    }
    for key in old.keys.iter().filter(|key| !new.keys.contains(key)) {
        lines.push(format!("- node `{name}`: key {}", key.key.key_id()));
    }
    for entry in new.authorities.iter().filter(|entry| !old.authorities.contains(entry)) {
        lines.push(format!("+ node `{name}`: {}", authority(entry)));
    }
    for entry in old.authorities.iter().filter(|entry| !new.authorities.contains(entry)) {
        lines.push(format!("- node `{name}`: {}", authority(entry)));
    }
}

fn revocation(revoked: &RevokedKey) -> String {
    let RevokedKey { key, node, revoked, compromised_since } = revoked;
    let since =
        compromised_since.map_or(String::new(), |since| format!(", in other hands since {since}"));
    format!("key `{}` of node `{node}` is revoked at {revoked}{since}", key.key_id())
}

fn agreements(old: &TrustListContent, new: &TrustListContent, lines: &mut Vec<String>) {
    for one in new.agreements.iter().filter(|one| !old.agreements.contains(one)) {
        let before = old.agreements.iter().any(|before| before.id == one.id);
        lines.push(format!("{} {}", if before { "~" } else { "+" }, agreement(one)));
    }
    for one in old.agreements.iter().filter(|one| new.agreements.iter().all(|n| n.id != one.id)) {
        lines.push(format!("- agreement `{}`", one.id));
    }
}

/// An agreement in one line.
pub(super) fn agreement(one: &Agreement) -> String {
    let subjects: Vec<&str> = one.subjects.iter().map(|kind| kind.as_str()).collect();
    let purposes: Vec<&str> = one.purposes.iter().map(PurposeId::as_str).collect();
    format!(
        "agreement `{}` with {}{}: {}, purposes {}, on {}, from {} until {} ({}); assured: {}",
        one.id,
        one.party,
        if one.copies { ", copies too" } else { "" },
        held(&one.instruments),
        purposes.join(", "),
        subjects.join(", "),
        one.from,
        one.until,
        one.legal_basis,
        one.assurances.join("; ")
    )
}

impl TrustListContent {
    /// The list in words, one line each: for reading and for comparing by voice.
    pub fn in_words(&self) -> Vec<String> {
        let mut lines = vec![
            format!("version {}, issued {}", self.version, self.issued),
            format!("fresh until {}, valid until {}", self.fresh_until, self.valid_until),
        ];
        let Keepers { threshold, keys } = &self.keepers;
        lines.push(format!("{threshold} of {} keepers must sign", keys.len()));
        lines.extend(keys.iter().map(|key| format!("  keeper {}", key.key_id())));
        for node in &self.nodes {
            lines.push(format!("node `{}` at {}, TLS key {}", node.node, node.url, node.tls_key));
            let next = node.next_tls_key.iter();
            lines.extend(next.map(|next| format!("  next TLS key {next}")));
            lines.extend(node.keys.iter().map(|key| {
                format!("  key {} from {} until {}", key.key.key_id(), key.from, key.until)
            }));
            lines.extend(node.authorities.iter().map(|one| format!("  {}", authority(one))));
        }
        lines.extend(self.agreements.iter().map(agreement));
        lines.extend(self.revoked.iter().map(revocation));
        lines.extend(
            self.instruments.iter().map(|one| format!("instrument `{}` {}", one.id, one.digest)),
        );
        lines
    }
}
