//! Who takes part in a simulated federation: nodes, authorities, registers, officers.

use exchange::AuthorityKind;
use vocabulary::{AuthorityId, CountryCode, InstrumentId, Invalid, NodeId, Role};

/// One node of a plan.
#[derive(Debug, Clone)]
pub struct NodePlan {
    /// The node.
    pub node: NodeId,
    /// The authorities it hosts.
    pub authorities: Vec<AuthorityPlan>,
}

/// One authority of a plan.
#[derive(Debug, Clone)]
pub struct AuthorityPlan {
    /// The authority.
    pub id: AuthorityId,
    /// Its country.
    pub country: CountryCode,
    /// What kind it is.
    pub kind: AuthorityKind,
    /// The instruments under which it keeps a register.
    pub registers: Vec<InstrumentId>,
    /// The roles of its officers, one officer each; `register_owner` is always among them.
    pub roles: Vec<Role>,
}

/// A federation to be made up.
#[derive(Debug, Clone)]
pub struct FederationPlan {
    /// The nodes.
    pub nodes: Vec<NodePlan>,
    /// How many records each register holds at the beginning.
    pub records: usize,
}

struct Row {
    node: &'static str,
    authority: &'static str,
    country: &'static str,
    kind: AuthorityKind,
    registers: &'static [&'static str],
    roles: &'static [&'static str],
}

const POLICE: &[&str] = &["police_officer", "case_desk", "register_owner"];

/// The first three nodes, with two authorities on the second, stand in every plan.
const CAST: &[Row] = &[
    Row {
        node: "gr-node",
        authority: "gr-police",
        country: "GR",
        kind: AuthorityKind::Police,
        registers: &["police_records_index", "sis_arrest", "sis_vehicle"],
        roles: POLICE,
    },
    Row {
        node: "de-node",
        authority: "de-police",
        country: "DE",
        kind: AuthorityKind::Police,
        registers: &["police_records_index", "sis_arrest"],
        roles: POLICE,
    },
    Row {
        node: "de-node",
        authority: "de-rail-police",
        country: "DE",
        kind: AuthorityKind::Police,
        registers: &["police_records_index", "sis_vehicle"],
        roles: &["police_officer", "register_owner"],
    },
    Row {
        node: "bg-border",
        authority: "bg-border-guard",
        country: "BG",
        kind: AuthorityKind::BorderGuard,
        registers: &["sis_document"],
        roles: &["border_guard", "customs_officer", "register_owner"],
    },
    Row {
        node: "fr-node",
        authority: "fr-police",
        country: "FR",
        kind: AuthorityKind::Police,
        registers: &["police_records_index", "sis_document"],
        roles: POLICE,
    },
    Row {
        node: "eu-agency",
        authority: "eu-agency",
        country: "NL",
        kind: AuthorityKind::UnionAgency,
        registers: &[],
        roles: &["europol_analyst", "register_owner"],
    },
];

impl FederationPlan {
    /// A federation of `nodes` nodes, three to five; the second always hosts two authorities.
    ///
    /// # Errors
    /// Never for the table above; its words are checked like all others.
    pub fn of_nodes(nodes: usize, records: usize) -> Result<Self, Invalid> {
        let mut plan: Vec<NodePlan> = Vec::new();
        for row in CAST {
            let node: NodeId = row.node.parse()?;
            let authority = row.plan()?;
            match plan.iter_mut().find(|known| known.node == node) {
                Some(known) => known.authorities.push(authority),
                None => plan.push(NodePlan { node, authorities: vec![authority] }),
            }
        }
        plan.truncate(nodes.clamp(3, 5));
        Ok(Self { nodes: plan, records })
    }

    /// All authorities with their nodes.
    pub fn authorities(&self) -> impl Iterator<Item = (&NodeId, &AuthorityPlan)> {
        self.nodes.iter().flat_map(|node| node.authorities.iter().map(|one| (&node.node, one)))
    }
}

impl Row {
    fn plan(&self) -> Result<AuthorityPlan, Invalid> {
        Ok(AuthorityPlan {
            id: self.authority.parse()?,
            country: self.country.parse()?,
            kind: self.kind,
            registers: self.registers.iter().map(|id| id.parse()).collect::<Result<_, _>>()?,
            roles: self.roles.iter().map(|role| role.parse()).collect::<Result<_, _>>()?,
        })
    }
}
