//! The papers of a node: keys, certificate, officers, configuration, and the request to the keepers.

use crate::files::{make_folder, write_private, write_secret};
use exchange::{
    AuthorityEntry, Keepers, NodeEntry, NodeKey, NodeUrl, SignedRequest, TrustRequest, Wish,
};
use node::Entropy;
use seal::{Secret, SigningKey, sha256};
use std::fmt::Write as _;
use std::path::PathBuf;
use vocabulary::{AuthorityId, InstrumentId, NodeId, OfficerId, Role, Timestamp};
use web::tls::make_identity;

const DAY_MILLIS: i64 = 24 * 3_600_000;

/// A node as somebody wants it.
#[derive(Debug, Clone)]
pub(crate) struct NodeOrder {
    /// The folder of its papers.
    pub(crate) folder: PathBuf,
    pub(crate) node: NodeId,
    /// Where other nodes reach it.
    pub(crate) url: NodeUrl,
    pub(crate) listen: ListenOrder,
    pub(crate) authorities: Vec<AuthorityOrder>,
    /// The file of the trust list, as the configuration names it.
    pub(crate) trust_list: String,
    pub(crate) keepers: Keepers,
    pub(crate) pseudonym_keys: Vec<PseudonymKey>,
    pub(crate) contact: String,
    /// For how many days keys and certificate are made.
    pub(crate) days: u32,
    /// True when officers are chosen from a list instead of signing in.
    pub(crate) demonstration: bool,
}

/// Where a node listens, `address:port` each.
#[derive(Debug, Clone)]
pub(crate) struct ListenOrder {
    /// For other nodes.
    pub(crate) exchange: String,
    /// For officers.
    pub(crate) officers: String,
    /// For health and metrics.
    pub(crate) operations: Option<String>,
}

/// An authority of the node, with its officers.
#[derive(Debug, Clone)]
pub(crate) struct AuthorityOrder {
    pub(crate) entry: AuthorityEntry,
    pub(crate) officers: Vec<OfficerOrder>,
}

/// An officer. His access token goes into `ID.token`.
#[derive(Debug, Clone)]
pub(crate) struct OfficerOrder {
    pub(crate) id: OfficerId,
    pub(crate) role: Role,
    pub(crate) name: String,
}

/// The participants' key of an instrument, and the file as the configuration names it.
#[derive(Debug, Clone)]
pub(crate) struct PseudonymKey {
    pub(crate) instrument: InstrumentId,
    pub(crate) file: String,
}

/// 32 fresh bytes.
pub(crate) fn fresh(entropy: &dyn Entropy) -> [u8; 32] {
    let mut bytes = [0; 32];
    entropy.fill(&mut bytes);
    bytes
}

/// Writes everything a node needs and returns its request to the keepers, signed by its key.
///
/// # Errors
/// What cannot be made or written.
pub(crate) fn write_node(
    order: &NodeOrder,
    entropy: &dyn Entropy,
    now: Timestamp,
) -> Result<SignedRequest, String> {
    let folder = &order.folder;
    make_folder(folder)?;
    let seed = fresh(entropy);
    write_secret(&folder.join("signing.key"), &seed)?;
    let key = SigningKey::from_seed(&Secret::new(seed)).map_err(|e| e.to_string())?;
    for authority in &order.authorities {
        let name = format!("{}.secret", authority.entry.id);
        write_secret(&folder.join(name), &fresh(entropy))?;
    }
    let until = now.plus_millis(i64::from(order.days).saturating_mul(DAY_MILLIS));
    let mut hosts = vec![order.url.host().trim_matches(['[', ']']).to_owned()];
    hosts.extend(Some("localhost".to_owned()).filter(|name| !hosts.contains(name)));
    let identity = make_identity(&order.node, &hosts, (now, until)).map_err(|e| e.to_string())?;
    write_private(&folder.join("tls.crt"), identity.cert_pem.as_bytes())?;
    write_private(&folder.join("tls.key"), identity.key_pem.as_bytes())?;
    write_officers(order, entropy)?;
    write_private(&folder.join("node.toml"), configuration(order).as_bytes())?;
    let entry = NodeEntry {
        node: order.node.clone(),
        url: order.url.clone(),
        tls_key: identity.digest().map_err(|e| e.to_string())?,
        next_tls_key: None,
        // A minute of leeway, for clocks that do not agree.
        keys: vec![NodeKey { key: key.verifying_key(), from: now.plus_millis(-60_000), until }],
        authorities: order.authorities.iter().map(|one| one.entry.clone()).collect(),
    };
    let request =
        TrustRequest { made: now, contact: order.contact.clone(), wish: Wish::Join(entry) };
    let signed = SignedRequest::sign(request, &[&key]).map_err(|e| e.to_string())?;
    write_private(&folder.join("request.json"), &signed.encode())?;
    Ok(signed)
}

fn write_officers(order: &NodeOrder, entropy: &dyn Entropy) -> Result<(), String> {
    let mut text =
        String::from("# The officers of this node. A token is kept nowhere, only its digest.\n");
    for authority in &order.authorities {
        for OfficerOrder { id, role, name } in &authority.officers {
            let token = hex::encode(fresh(entropy));
            write_private(&order.folder.join(format!("{id}.token")), token.as_bytes())?;
            let (name, digest) = (quoted(name), sha256(token.as_bytes()));
            let authority = authority_id(authority);
            write!(
                text,
                "\n[[officer]]\nid = \"{id}\"\nname = {name}\nauthority = \"{authority}\"\nrole = \"{role}\"\n\
                 token_digest = \"{digest}\"\n",
            )
            .map_err(|e| e.to_string())?;
        }
    }
    write_private(&order.folder.join("officers.toml"), text.as_bytes())
}

fn authority_id(order: &AuthorityOrder) -> &AuthorityId {
    &order.entry.id
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// The configuration file of a node.
fn configuration(order: &NodeOrder) -> String {
    let keys: Vec<String> = order.keepers.keys.iter().map(|key| format!("\"{key}\"")).collect();
    let ListenOrder { exchange, officers, operations } = &order.listen;
    let operations = operations.iter().map(|at| format!("operations = \"{at}\"\n"));
    let operations: String = operations.collect();
    let demonstration = if order.demonstration { "demonstration = true\n" } else { "" };
    let mut text = format!(
        "node = \"{}\"\ndata = \"data\"\ntrust_list = {}\nsigning_key = \"signing.key\"\n\
         officers = \"officers.toml\"\n{demonstration}\n\
         [keepers]\nthreshold = {}\nkeys = [{}]\n\n\
         [tls]\ncertificate = \"tls.crt\"\nkey = \"tls.key\"\n\n\
         [listen]\nexchange = \"{exchange}\"\nofficers = \"{officers}\"\n{operations}",
        order.node,
        quoted(&order.trust_list),
        order.keepers.threshold,
        keys.join(", "),
    );
    let authorities = order.authorities.iter().map(|AuthorityOrder { entry, .. }| {
        let registers: Vec<String> = entry.registers.iter().map(|id| format!("\"{id}\"")).collect();
        let (id, name, country) = (&entry.id, quoted(&entry.name), entry.country);
        let registers = registers.join(", ");
        format!(
            "\n[[authority]]\nid = \"{id}\"\nname = {name}\ncountry = \"{country}\"\nsecret = \"{id}.secret\"\n\
             registers = [{registers}]\n"
        )
    });
    text.extend(authorities);
    text.extend(order.pseudonym_keys.iter().map(|PseudonymKey { instrument, file }| {
        let file = quoted(file);
        format!("\n[[pseudonym_key]]\ninstrument = \"{instrument}\"\nkey = {file}\n")
    }));
    text
}
