//! The papers of the demonstration: what the commands of joining make, for every node of the cast at once.

use crate::federation::CastNode;
use crate::files::{make_folder, write_secret};
use crate::joining::{
    AuthorityOrder, ListenOrder, NodeOrder, OfficerOrder, PseudonymKey, fresh, instruments_of,
    next_list, sign_list, told,
};
use exchange::{AuthorityEntry, Keepers, ListDates, SignedRequest};
use node::{Entropy, Law};
use seal::{Secret, SigningKey};
use std::path::Path;
use vocabulary::{InstrumentId, Timestamp};

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

    pub(crate) fn keepers(&self) -> Keepers {
        Keepers { threshold: 2, keys: self.0.iter().map(SigningKey::verifying_key).collect() }
    }
}

/// What a node of the cast is made from.
pub(crate) fn node_order(
    folder: &Path,
    cast: &CastNode,
    ports: Ports,
    keepers: &KeeperKeys,
    pseudonymised: &[InstrumentId],
) -> Result<NodeOrder, String> {
    let officers = cast.officers.iter().map(|(name, role)| {
        let id = role.as_str().parse().map_err(|e: vocabulary::Invalid| e.to_string())?;
        Ok(OfficerOrder { id, role: role.clone(), name: (*name).to_owned() })
    });
    let entry = AuthorityEntry {
        id: cast.authority.clone(),
        name: cast.name.clone(),
        country: cast.country,
        kind: cast.kind,
        registers: cast.registers.clone(),
        third_country: false,
    };
    let local = |port: u16| format!("127.0.0.1:{port}");
    let url = format!("https://{}", local(ports.exchange));
    let keys = pseudonymised
        .iter()
        .map(|id| PseudonymKey { instrument: id.clone(), file: format!("../{id}.key") });
    Ok(NodeOrder {
        folder: folder.to_owned(),
        node: cast.node.clone(),
        url: url.parse().map_err(|e: vocabulary::Invalid| e.to_string())?,
        listen: ListenOrder {
            exchange: local(ports.exchange),
            officers: local(ports.officers),
            operations: Some(local(ports.operations)),
        },
        authorities: vec![AuthorityOrder {
            entry,
            officers: officers.collect::<Result<_, String>>()?,
        }],
        trust_list: "../trust-list.json".to_owned(),
        keepers: keepers.keepers(),
        pseudonym_keys: keys.collect(),
        contact: "the demonstration".to_owned(),
        days: 365,
        demonstration: true,
    })
}

/// The first trust list, of these requests, signed by two of the three keepers, as a file.
pub(crate) fn first_list(
    requests: &[SignedRequest],
    law: &Law,
    keepers: &KeeperKeys,
    now: Timestamp,
) -> Result<Vec<u8>, String> {
    let changes = requests.iter().map(|request| request.change(None));
    let mut changes: Vec<_> =
        changes.collect::<Result<_, _>>().map_err(|problem| told(&[problem]))?;
    changes.extend(instruments_of(law));
    let dates = ListDates::of_days(now, 7, 30);
    let (content, _) = next_list(None, Some(keepers.keepers()), changes, dates)?;
    let signers: Vec<&SigningKey> = keepers.0.iter().take(2).collect();
    Ok(sign_list(&content, &signers)?.encode())
}
