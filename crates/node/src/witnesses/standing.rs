//! How it stands with the witnesses: for the page, for measurements, and for the log of the program.

use crate::fault::Fault;
use crate::node::Node;
use vocabulary::{AuthorityId, NodeId, Timestamp};

/// One partner as a witness of one log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosigner {
    /// The partner.
    pub node: NodeId,
    /// Entries under the head it has cosigned last in this run, and when it says it did.
    pub cosigned: Option<(u64, Timestamp)>,
    /// Why nothing came of the last offer.
    pub failed: Option<String>,
}

/// How one open log stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogStanding {
    /// Whose log.
    pub authority: AuthorityId,
    /// Its name.
    pub origin: String,
    /// Its public key as text (C2SP `signed-note`).
    pub key: String,
    /// Entries with an index.
    pub size: u64,
    /// Entries under the published checkpoint.
    pub published: u64,
    /// Entries under the largest cosigned head, and how many cosigned it; none while no witness has.
    pub cosigned: Option<(u64, usize)>,
    /// The partners that were asked.
    pub witnesses: Vec<Cosigner>,
    /// Logs of earlier years, the oldest first.
    pub earlier: Vec<String>,
}

/// How all logs of the node stand with their witnesses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessStanding {
    /// One for each hosted authority.
    pub logs: Vec<LogStanding>,
    /// What needs a person soon: too few witnesses. Nothing stops for it.
    pub warnings: Vec<String>,
    /// What needs a person now: a log that was put back, or a fork.
    pub alarms: Vec<String>,
    /// Files of evidence against logs.
    pub evidence: Vec<String>,
}

impl Node {
    /// How the logs of this node stand with their witnesses.
    ///
    /// # Errors
    /// When the store or the disk fails.
    pub fn witness_standing(&self) -> Result<WitnessStanding, Fault> {
        let mut standing = WitnessStanding {
            logs: Vec::new(),
            warnings: Vec::new(),
            alarms: self.witnesses().alarms.clone(),
            evidence: self.evidence()?,
        };
        for authority in self.hosted().keys() {
            let log = self.log_standing(authority)?;
            standing.warnings.extend(self.warning(&log));
            standing.logs.push(log);
        }
        Ok(standing)
    }

    fn log_standing(&self, authority: &AuthorityId) -> Result<LogStanding, Fault> {
        let none = || Fault::NotSetUp(format!("`{authority}` has no log"));
        let state = self.store().log_state(authority)?.ok_or_else(none)?;
        let years = self.store().log_years(authority)?;
        let open = years.iter().find(|year| year.ended.is_none()).ok_or_else(none)?;
        let cosigned = self.store().cosigned(&open.folder)?.map(|one| {
            let lines = one.note.lines().filter(|line| line.starts_with('\u{2014}')).count();
            (one.checkpoint.size().get(), lines.saturating_sub(1))
        });
        let known = self.witnesses();
        let of_this = known.known.iter().filter(|((origin, _), _)| *origin == state.origin);
        let at = |seconds: u64| i64::try_from(seconds).unwrap_or(0).saturating_mul(1_000_000);
        let witnesses = of_this
            .map(|((_, node), known)| Cosigner {
                node: node.clone(),
                cosigned: known.cosigned.map(|(n, s)| (n, Timestamp::from_micros(at(s)))),
                failed: known.failed.as_ref().map(|(_, why)| why.clone()),
            })
            .collect();
        drop(known);
        Ok(LogStanding {
            authority: authority.clone(),
            key: self.key_of(&state.origin)?.to_string(),
            origin: state.origin,
            size: state.size.get(),
            published: state.published.get(),
            cosigned,
            witnesses,
            earlier: years.iter().filter(|y| y.ended.is_some()).map(|y| y.origin.clone()).collect(),
        })
    }

    /// What is missing on a log: fewer cosignatures than are asked for, for want of partners that answer.
    fn warning(&self, log: &LogStanding) -> Option<String> {
        let wanted = usize::try_from(self.settings().limits.witnesses).unwrap_or(usize::MAX);
        let partners = self.trust().nodes().len().saturating_sub(1);
        let wanted = wanted.min(partners);
        let failing = log.witnesses.iter().filter(|one| one.failed.is_some()).count();
        let there = partners.saturating_sub(failing);
        if wanted == 0 || there >= wanted {
            return None;
        }
        let names: Vec<String> = log
            .witnesses
            .iter()
            .filter_map(|one| Some(format!("{} {}", one.node, one.failed.as_ref()?)))
            .collect();
        Some(format!(
            "`{}`: {there} of {wanted} witnesses cosign; {}",
            log.origin,
            names.join(", ")
        ))
    }
}
