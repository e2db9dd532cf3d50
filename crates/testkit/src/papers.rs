//! The papers of a simulated federation: keys, trust list, settings, officers.

use crate::entropy::SimEntropy;
use crate::error::{Failure, chain};
use crate::plan::{FederationPlan, NodePlan};
use exchange::{
    AuthorityEntry, InstrumentEntry, Keepers, NodeEntry, NodeKey, SignedTrustList, TrustList,
    TrustListContent,
};
use node::{
    AuthoritySettings, KeeperSettings, Law, LimitSettings, ListenSettings, Officer, Settings,
    TlsSettings,
};
use seal::{Digest, Secret, SigningKey, sha256};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use vocabulary::{AuthorityId, Role, Timestamp};

const DAY_MILLIS: i64 = 24 * 3_600_000;

/// What one node holds besides its data.
#[derive(Debug, Clone)]
pub struct NodePapers {
    /// Its configuration.
    pub settings: Settings,
    /// The key it signs with.
    pub signer: Arc<SigningKey>,
    /// The secret of each of its authorities.
    pub secrets: Vec<(AuthorityId, [u8; 32])>,
}

/// A fresh signing key.
///
/// # Errors
/// When the seed cannot be used.
pub fn fresh_key(entropy: &SimEntropy) -> Result<SigningKey, Failure> {
    SigningKey::from_seed(&Secret::new(entropy.bytes_32()))
        .map_err(|error| Failure::Setup(chain(&error)))
}

/// Makes the papers of one node whose data lie under `folder`.
pub(crate) fn node_papers(
    plan: &NodePlan,
    folder: &Path,
    entropy: &SimEntropy,
) -> Result<NodePapers, Failure> {
    let nowhere = PathBuf::new;
    let authorities = plan.authorities.iter().map(|one| AuthoritySettings {
        id: one.id.clone(),
        name: one.id.to_string(),
        country: Some(one.country),
        secret: nowhere(),
        registers: one.registers.clone(),
    });
    let settings = Settings {
        node: plan.node.clone(),
        data: folder.join(plan.node.as_str()),
        database: None,
        trust_list: nowhere(),
        keepers: KeeperSettings { threshold: 2, keys: Vec::new() },
        signing_key: nowhere(),
        further_signing_keys: Vec::new(),
        tls: TlsSettings { certificate: nowhere(), key: nowhere() },
        listen: ListenSettings {
            exchange: String::new(),
            officers: String::new(),
            operations: None,
        },
        officers: nowhere(),
        instruments: None,
        local_law: None,
        authorities: authorities.collect(),
        pseudonym_keys: Vec::new(),
        operation: node::OperationSettings::default(),
        limits: LimitSettings { readers: 1, ..LimitSettings::default() },
        backup: None,
        demonstration: false,
    };
    let secrets = plan.authorities.iter().map(|one| (one.id.clone(), entropy.bytes_32())).collect();
    Ok(NodePapers { settings, signer: Arc::new(fresh_key(entropy)?), secrets })
}

/// The trust list of the plan, signed by two of three keepers and read back as a node reads it.
pub(crate) fn trust_list(
    plan: &FederationPlan,
    papers: &[NodePapers],
    law: &Law,
    (entropy, now): (&SimEntropy, Timestamp),
) -> Result<TrustList, Failure> {
    let keys = (0..3).map(|_| fresh_key(entropy)).collect::<Result<Vec<_>, _>>()?;
    let keepers =
        Keepers { threshold: 2, keys: keys.iter().map(SigningKey::verifying_key).collect() };
    let nodes = plan.nodes.iter().zip(papers).map(|(node, papers)| node_entry(node, papers, now));
    let content = TrustListContent {
        version: 1,
        issued: now,
        fresh_until: now.plus_millis(DAY_MILLIS.saturating_mul(340)),
        valid_until: now.plus_millis(DAY_MILLIS.saturating_mul(350)),
        keepers: keepers.clone(),
        agreements: Vec::new(),
        revoked: Vec::new(),
        nodes: nodes.collect::<Result<_, _>>()?,
        instruments: law
            .all()
            .map(|one| InstrumentEntry {
                id: one.id().clone(),
                digest: Digest::from_bytes(one.digest()),
            })
            .collect(),
    };
    let bytes = content.to_bytes().map_err(|error| Failure::Setup(chain(&error)))?;
    let signers: Vec<&SigningKey> = keys.iter().take(2).collect();
    let file = SignedTrustList::sign(bytes, &signers).encode();
    SignedTrustList::read(&file, Some(&keepers)).map_err(|problems| {
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        Failure::Setup(told.join("\n"))
    })
}

fn node_entry(plan: &NodePlan, papers: &NodePapers, now: Timestamp) -> Result<NodeEntry, Failure> {
    Ok(NodeEntry {
        node: plan.node.clone(),
        url: format!("https://{}.example.org:8443", plan.node).parse()?,
        tls_key: sha256(plan.node.as_str().as_bytes()),
        next_tls_key: None,
        keys: vec![NodeKey {
            key: papers.signer.verifying_key(),
            from: now.plus_millis(-60_000),
            until: now.plus_millis(DAY_MILLIS.saturating_mul(365)),
        }],
        authorities: plan
            .authorities
            .iter()
            .map(|one| AuthorityEntry {
                id: one.id.clone(),
                name: one.id.to_string(),
                country: one.country,
                kind: one.kind,
                registers: one.registers.clone(),
                third_country: false,
            })
            .collect(),
    })
}

/// The officer of `authority` who acts as `role`.
///
/// # Errors
/// When the words make no id.
pub fn officer(authority: &AuthorityId, role: &Role) -> Result<Officer, Failure> {
    let id = format!("{authority}-{role}");
    Ok(Officer {
        token_digest: sha256(id.as_bytes()),
        name: id.clone(),
        id: id.parse()?,
        authority: authority.clone(),
        role: role.clone(),
    })
}
