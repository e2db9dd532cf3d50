//! Whether the papers of a node agree with each other: certificate, keys, trust list, officers, instruments.

use super::Findings;
use crate::federation::chain;
use crate::files::read_text;
use crate::finding::Finding;
use crate::opening::{law, officers, trust};
use exchange::{Standing, TrustList};
use instrument::MatchingKind;
use node::{Law, Officers, Settings};
use std::sync::Arc;
use vocabulary::Timestamp;
use web::tls::{Identity, listening_config};

/// How far the clock may lie before the moment at which the keepers signed.
const CLOCK_OFF_MILLIS: i64 = 5 * 60 * 1_000;

/// Looks at the papers that `settings` names. What cannot be read at all is told elsewhere.
pub(super) fn look(settings: &Settings, now: Timestamp, findings: &mut Findings) {
    let identity = identity(settings, findings);
    if let Ok(trust) = trust(settings) {
        standing(settings, &trust, now, findings);
        if let Some(identity) = identity {
            pinned(settings, &trust, &identity, findings);
        }
    }
    if let Ok(officers) = officers(settings) {
        employed(settings, &officers, findings);
    }
    if let Ok(law) = law(settings) {
        pseudonym_keys(settings, &law, findings);
    }
}

/// The TLS identity, where certificate and key can be read and belong together.
fn identity(settings: &Settings, findings: &mut Findings) -> Option<Identity> {
    let cert_pem = read_text(&settings.tls.certificate).ok()?;
    let key_pem = read_text(&settings.tls.key).ok()?;
    let identity = Identity { cert_pem, key_pem };
    match listening_config(&identity, Arc::new(|_| None)) {
        Ok(_) => Some(identity),
        Err(error) => {
            findings.problems.push(Finding::file(&settings.tls.certificate, chain(&error)));
            None
        }
    }
}

fn standing(settings: &Settings, trust: &TrustList, now: Timestamp, findings: &mut Findings) {
    let (path, content) = (&settings.trust_list, trust.content());
    match trust.standing(now) {
        Standing::Fresh => {}
        Standing::Stale => {
            let what = format!(
                "was to be renewed by {} and holds until {}; fetch the current one from the keepers",
                content.fresh_until, content.valid_until
            );
            findings.notices.push(Finding::file(path, what));
        }
        Standing::Frozen => {
            let what = format!(
                "ended at {}: no query leaves this node; fetch the current one from the keepers",
                content.valid_until
            );
            findings.problems.push(Finding::file(path, what));
        }
    }
    if now.plus_millis(CLOCK_OFF_MILLIS) < content.issued {
        let what =
            format!("was signed at {} and the clock shows {now}; set the clock", content.issued);
        findings.problems.push(Finding::file(path, what));
    }
    if let Some(own) = trust.node(&settings.node)
        && !own.keys.iter().any(|key| key.is_valid_at(now))
    {
        let what = format!("has no key of `{}` that holds today; ask the keepers", settings.node);
        findings.problems.push(Finding::file(path, what));
    }
}

fn pinned(settings: &Settings, trust: &TrustList, identity: &Identity, findings: &mut Findings) {
    let (Some(own), Ok(digest)) = (trust.node(&settings.node), identity.digest()) else { return };
    if !own.accepts_tls_key(&digest) {
        let what = format!(
            "has a key that the trust list does not name for `{}`, so no partner will accept it; ask the keepers to \
             enter `{digest}`, or put the certificate back that they know",
            settings.node
        );
        findings.problems.push(Finding::file(&settings.tls.certificate, what));
    }
}

fn employed(settings: &Settings, officers: &Officers, findings: &mut Findings) {
    let path = &settings.officers;
    for (at, officer) in officers.all().iter().enumerate() {
        if !settings.authorities.iter().any(|own| own.id == officer.authority) {
            let what = format!(
                "officer {} is of `{}`, which this node does not host; correct `authority` or take him out",
                at.saturating_add(1),
                officer.authority
            );
            findings.problems.push(Finding::file(path, what));
        }
        let same = |one: &&node::Officer| one.token_digest == officer.token_digest;
        if officers.all().iter().take(at).any(|one| same(&one)) {
            let what = format!(
                "officer {} has the token of another one; give each a token of his own",
                at.saturating_add(1)
            );
            findings.problems.push(Finding::file(path, what));
        }
    }
    if officers.all().is_empty() {
        findings.notices.push(Finding::file(path, "names nobody: no officer can sign in"));
    }
}

fn pseudonym_keys(settings: &Settings, law: &Law, findings: &mut Findings) {
    for authority in &settings.authorities {
        for id in &authority.registers {
            let pseudonyms =
                law.get(id).is_some_and(|one| one.matching().kind() == MatchingKind::Pseudonymised);
            if pseudonyms && !settings.pseudonym_keys.iter().any(|key| key.instrument == *id) {
                let what = format!(
                    "`{}` keeps a register under `{id}`, whose participants share a key; add it as `[[pseudonym_key]]`",
                    authority.id
                );
                findings.problems.push(Finding::key("pseudonym_key", what));
            }
        }
    }
}
