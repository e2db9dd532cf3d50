//! What a made-up world is to hold: registers, their sizes and how far they overlap.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::{CountryCode, FieldName, Invalid, RegisterId, SubjectKind};

/// One register of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterPlan {
    /// The register.
    pub register: RegisterId,
    /// What its records describe.
    pub kind: SubjectKind,
    /// The country whose authority keeps it: its people prevail, and its clerks' habits decide the spelling.
    pub country: CountryCode,
    /// How many records it holds.
    pub records: u32,
    /// Of 100 records, how many describe a subject that at least one other register of the same kind holds too. A
    /// share that the other registers together cannot meet is cut to what they can.
    pub overlap_percent: u8,
    /// Further fields of each record with the values they may take, such as `action`; one value is drawn per record.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<FieldName, Vec<String>>,
}

/// A made-up world: from equal plans follow equal worlds, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// What everything is drawn from.
    pub seed: u64,
    /// The registers.
    pub registers: Vec<RegisterPlan>,
    /// The registers of persons whose record number 0 is the person of [`crate::memorable`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub memorable_in: Vec<RegisterId>,
}

/// The most registers a plan may hold.
pub const MOST_REGISTERS: usize = 4000;

impl Plan {
    /// Checks that the plan can be carried out.
    ///
    /// # Errors
    /// When a register stands twice, a share is above 100, there are more than [`MOST_REGISTERS`], or the memorable
    /// person is to stand in a register that the plan does not have, that holds no persons, or that is empty.
    pub fn check(&self) -> Result<(), Invalid> {
        let invalid = |value: &str, help| Err(Invalid::new(value, "a plan of a world", help));
        if self.registers.len() > MOST_REGISTERS {
            return invalid("registers", "plan at most 4000 registers");
        }
        let mut seen = BTreeSet::new();
        for planned in &self.registers {
            if !seen.insert(&planned.register) {
                return invalid(&planned.register.to_string(), "name each register once");
            }
            if planned.overlap_percent > 100 {
                return invalid(
                    &planned.overlap_percent.to_string(),
                    "write `overlap_percent` from 0 to 100",
                );
            }
        }
        for register in &self.memorable_in {
            let holds = |planned: &&RegisterPlan| {
                planned.register == *register
                    && planned.kind == SubjectKind::Person
                    && planned.records > 0
            };
            if self.registers.iter().find(holds).is_none() {
                return invalid(
                    &register.to_string(),
                    "name in `memorable_in` registers of persons with at least one record",
                );
            }
        }
        Ok(())
    }
}
