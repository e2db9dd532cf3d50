//! The papers of a node: keys, certificate, officers, configuration, and the trust list of all.

use crate::federation::CastNode;
use crate::files::{make_folder, write_private, write_secret};
use exchange::{
    AuthorityEntry, InstrumentEntry, Keepers, NodeEntry, NodeKey, SignedTrustList, TrustListContent,
};
use node::{Entropy, Law};
use seal::{Digest, Secret, SigningKey, sha256};
use std::fmt::Write as _;
use std::path::Path;
use vocabulary::{InstrumentId, Timestamp};
use web::tls::make_identity;

/// Where a node of the bundle listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ports {
    pub(crate) exchange: u16,
    pub(crate) officers: u16,
    pub(crate) operations: u16,
}

/// The keepers of the trust list: three keys, of which two sign.
pub(crate) struct KeeperKeys(Vec<SigningKey>);

impl KeeperKeys {
    /// Makes three fresh keys and keeps them in `folder`.
    pub(crate) fn make(folder: &Path, entropy: &dyn Entropy) -> Result<Self, String> {
        make_folder(folder)?;
        let mut keys = Vec::new();
        for number in 1..=3 {
            let seed = fresh(entropy);
            write_secret(&folder.join(format!("keeper-{number}.key")), &seed)?;
            keys.push(SigningKey::from_seed(&Secret::new(seed)).map_err(|e| e.to_string())?);
        }
        Ok(Self(keys))
    }

    fn keepers(&self) -> Keepers {
        Keepers { threshold: 2, keys: self.0.iter().map(SigningKey::verifying_key).collect() }
    }
}

/// 32 fresh bytes.
pub(crate) fn fresh(entropy: &dyn Entropy) -> [u8; 32] {
    let mut bytes = [0; 32];
    entropy.fill(&mut bytes);
    bytes
}

/// Writes keys, certificate and officers of a node and returns its entry for the trust list.
pub(crate) fn write_node(
    folder: &Path,
    cast: &CastNode,
    ports: Ports,
    entropy: &dyn Entropy,
    now: Timestamp,
) -> Result<NodeEntry, String> {
    make_folder(folder)?;
    let seed = fresh(entropy);
    write_secret(&folder.join("signing.key"), &seed)?;
    let key = SigningKey::from_seed(&Secret::new(seed)).map_err(|e| e.to_string())?;
    write_secret(&folder.join(format!("{}.secret", cast.authority)), &fresh(entropy))?;
    let hosts = ["127.0.0.1".to_owned(), "localhost".to_owned()];
    let identity = make_identity(&cast.node, &hosts).map_err(|e| e.to_string())?;
    write_private(&folder.join("tls.crt"), identity.cert_pem.as_bytes())?;
    write_private(&folder.join("tls.key"), identity.key_pem.as_bytes())?;
    write_officers(folder, cast, entropy)?;
    let year = 365 * 24 * 3_600_000;
    Ok(NodeEntry {
        node: cast.node.clone(),
        url: format!("https://127.0.0.1:{}", ports.exchange)
            .parse()
            .map_err(|e: vocabulary::Invalid| e.to_string())?,
        tls_key: identity.digest().map_err(|e| e.to_string())?,
        next_tls_key: None,
        keys: vec![NodeKey {
            key: key.verifying_key(),
            from: now.plus_millis(-60_000),
            until: now.plus_millis(year),
        }],
        authorities: vec![AuthorityEntry {
            id: cast.authority.clone(),
            name: cast.name.clone(),
            country: cast.country,
            kind: cast.kind,
            registers: cast.registers.clone(),
        }],
    })
}

fn write_officers(folder: &Path, cast: &CastNode, entropy: &dyn Entropy) -> Result<(), String> {
    let mut text =
        String::from("# The officers of this node. A token is kept nowhere, only its digest.\n");
    for (name, role) in &cast.officers {
        let token = hex::encode(fresh(entropy));
        write_private(&folder.join(format!("{role}.token")), token.as_bytes())?;
        let digest = sha256(token.as_bytes());
        write!(
            text,
            "\n[[officer]]\nid = \"{role}\"\nname = \"{name}\"\nauthority = \"{}\"\nrole = \"{role}\"\n\
             token_digest = \"{digest}\"\n",
            cast.authority
        )
        .map_err(|e| e.to_string())?;
    }
    write_private(&folder.join("officers.toml"), text.as_bytes())
}

/// Signs the trust list of these nodes by two of the three keepers and returns its file.
pub(crate) fn trust_list(
    nodes: Vec<NodeEntry>,
    law: &Law,
    keepers: &KeeperKeys,
    now: Timestamp,
) -> Result<Vec<u8>, String> {
    const DAY: i64 = 24 * 3_600_000;
    let content = TrustListContent {
        version: 1,
        issued: now,
        fresh_until: now.plus_millis(7 * DAY),
        valid_until: now.plus_millis(30 * DAY),
        keepers: keepers.keepers(),
        nodes,
        instruments: law
            .all()
            .map(|one| InstrumentEntry {
                id: one.id().clone(),
                digest: Digest::from_bytes(one.digest()),
            })
            .collect(),
    };
    let bytes = content.to_bytes().map_err(|e| e.to_string())?;
    let signers: Vec<&SigningKey> = keepers.0.iter().take(2).collect();
    let signed = SignedTrustList::sign(bytes, &signers);
    Ok(signed.encode())
}

/// The configuration file of a node of the bundle.
pub(crate) fn configuration(
    cast: &CastNode,
    ports: Ports,
    keepers: &KeeperKeys,
    pseudonymised: &[InstrumentId],
) -> String {
    let keys: Vec<String> = keepers.keepers().keys.iter().map(|key| format!("\"{key}\"")).collect();
    let registers: Vec<String> = cast.registers.iter().map(|id| format!("\"{id}\"")).collect();
    let text = format!(
        "node = \"{}\"\ndata = \"data\"\ntrust_list = \"../trust-list.json\"\nsigning_key = \"signing.key\"\n\
         officers = \"officers.toml\"\ndemonstration = true\n\n\
         [keepers]\nthreshold = 2\nkeys = [{}]\n\n\
         [tls]\ncertificate = \"tls.crt\"\nkey = \"tls.key\"\n\n\
         [listen]\nexchange = \"127.0.0.1:{}\"\nofficers = \"127.0.0.1:{}\"\n\
         operations = \"127.0.0.1:{}\"\n\n\
         [[authority]]\nid = \"{}\"\nname = \"{}\"\ncountry = \"{}\"\nsecret = \"{}.secret\"\nregisters = [{}]\n",
        cast.node,
        keys.join(", "),
        ports.exchange,
        ports.officers,
        ports.operations,
        cast.authority,
        cast.name,
        cast.country,
        cast.authority,
        registers.join(", "),
    );
    let table = |id| format!("\n[[pseudonym_key]]\ninstrument = \"{id}\"\nkey = \"../{id}.key\"\n");
    let tables: Vec<String> = pseudonymised.iter().map(table).collect();
    text + &tables.concat()
}
