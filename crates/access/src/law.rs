//! The law of access, compiled: the tables of all instruments and local law as one Cedar engine.
//!
//! Cedar decides **who may**: role, purpose, operation, ownership, and what local law forbids. What must be stated with
//! it (case reference, offence, urgency, fields of a query) the instrument says and [`crate::decide`] checks.

mod local;
mod question;
mod schema;
mod table;
mod trial;

use crate::decide::Request;
use cedar_policy::{
    Authorizer, Decision, Entities, Policy, PolicyId, PolicySet, Response, Schema, ValidationMode,
    Validator,
};
use instrument::{Instrument, Problem};
pub use local::LocalForbid;
use question::Words;
use std::collections::BTreeMap;
use std::fmt;
use vocabulary::{Article, InstrumentId, ProcessingOperation, PurposeId};

/// The law of access of a node: what the tables of its instruments permit, less what its local law forbids.
///
/// Policies are indexed by instrument, purpose and operation, so that a decision evaluates the few that can speak of
/// it. Local law is never indexed: every decision evaluates all of it.
pub struct AccessLaw {
    schema_text: String,
    words: Option<Words>,
    instruments: BTreeMap<InstrumentId, Compiled>,
    local: Vec<LocalForbid>,
    engine: Authorizer,
    nothing: Entities,
}

/// One instrument, compiled.
struct Compiled {
    digest: [u8; 32],
    sets: BTreeMap<PurposeId, BTreeMap<ProcessingOperation, Sets>>,
}

/// The policies that can speak of one purpose and operation under one instrument.
struct Sets {
    /// Those of the table.
    table: PolicySet,
    /// Those of the table and all of local law.
    whole: PolicySet,
    /// The row of the table behind each policy.
    rows: BTreeMap<PolicyId, usize>,
}

/// What the table says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TableSays {
    /// These rows let him.
    May(Vec<usize>),
    /// An officer of the owner may, he is none.
    OwnerMay,
    /// No row lets anybody in this role.
    MayNot,
}

/// What the law says to one request: he may only when the table says so, nothing forbids it and nothing failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Judgement<'a> {
    pub(crate) table: TableSays,
    /// What local law forbids it.
    pub(crate) forbidden: Vec<&'a LocalForbid>,
    /// Rules whose evaluation failed, with their articles. Cedar passes over a forbid that fails; here it refuses.
    pub(crate) failed: Vec<(String, Option<&'a Article>)>,
}

impl Judgement<'_> {
    /// True when he may.
    pub(crate) fn allows(&self) -> bool {
        matches!(self.table, TableSays::May(_))
            && self.forbidden.is_empty()
            && self.failed.is_empty()
    }
}

impl fmt::Debug for AccessLaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (instruments, local) = (self.instruments.len(), self.local.len());
        write!(f, "AccessLaw({instruments} instruments, {local} local forbids)")
    }
}

impl AccessLaw {
    /// Compiles the tables of `instruments` and the files of local law, each given as name and text.
    ///
    /// # Errors
    /// All problems of all files. Nothing of a law with a problem is used.
    pub fn compile<'a>(
        instruments: impl IntoIterator<Item = &'a Instrument>,
        local: &[(&str, &str)],
    ) -> Result<Self, Vec<Problem>> {
        let instruments: Vec<&Instrument> = instruments.into_iter().collect();
        let mut law = Self {
            schema_text: String::new(),
            words: None,
            instruments: BTreeMap::new(),
            local: Vec::new(),
            engine: Authorizer::new(),
            nothing: Entities::empty(),
        };
        if instruments.is_empty() {
            let problems = local.iter().map(|(file, _)| local::without_instruments(file)).collect();
            return if local.is_empty() { Ok(law) } else { Err(problems) };
        }
        law.schema_text = schema::text(&instruments);
        let schema = Schema::from_cedarschema_str(&law.schema_text)
            .map_err(|error| vec![made_wrong("schema", &error)])?
            .0;
        let validator = Validator::new(schema);
        law.words = Words::of(&instruments);
        law.local = local::read(local, &validator)?;
        for instrument in instruments {
            let compiled = compiled(instrument, &law.local, &validator)?;
            law.instruments.insert(instrument.id().clone(), compiled);
        }
        Ok(law)
    }

    /// The schema in Cedar's language: what a local rule may speak of. Empty without instruments.
    pub fn schema(&self) -> &str {
        &self.schema_text
    }

    /// What local law forbids, in the order of files and lines.
    pub fn local(&self) -> &[LocalForbid] {
        &self.local
    }

    /// What the law says to `request`; `None` when this law was not made from its instrument.
    pub(crate) fn judge(&self, request: &Request<'_>) -> Option<Judgement<'_>> {
        let compiled = self.instruments.get(request.instrument.id())?;
        if compiled.digest != request.instrument.digest() {
            return None;
        }
        let owner = request.asker.belongs_to(request.owner);
        let mut judgement =
            Judgement { table: TableSays::MayNot, forbidden: Vec::new(), failed: Vec::new() };
        let sets = compiled.sets.get(&request.justification.purpose);
        let sets = sets.and_then(|sets| sets.get(&request.operation));
        let question = self.words.as_ref().and_then(|words| words.question(request, owner));
        let (Some(sets), Some(question)) = (sets, question) else {
            return Some(judgement);
        };
        let whole = self.ask(&question, &sets.whole);
        judgement.failed = self.failing(&whole);
        if whole.decision() == Decision::Allow {
            judgement.table = TableSays::May(sets.rows(&whole));
            return Some(judgement);
        }
        judgement.forbidden = self.forbidding(&whole);
        judgement.table = self.table_says(request, sets, &question);
        let silent = judgement.forbidden.is_empty() && judgement.failed.is_empty();
        if silent && matches!(judgement.table, TableSays::May(_)) {
            // Cedar said no to the whole and yes to the table without naming a rule: it is a no.
            judgement.table = TableSays::MayNot;
        }
        Some(judgement)
    }

    /// What the table alone says; asked to tell why something is refused.
    fn table_says(
        &self,
        request: &Request<'_>,
        sets: &Sets,
        question: &cedar_policy::Request,
    ) -> TableSays {
        let table = self.ask(question, &sets.table);
        if table.decision() == Decision::Allow {
            return TableSays::May(sets.rows(&table));
        }
        let as_owner = self.words.as_ref().and_then(|words| words.question(request, true));
        match as_owner.map(|question| self.ask(&question, &sets.table).decision()) {
            Some(Decision::Allow) => TableSays::OwnerMay,
            Some(Decision::Deny) | None => TableSays::MayNot,
        }
    }

    fn ask(&self, question: &cedar_policy::Request, policies: &PolicySet) -> Response {
        self.engine.is_authorized(question, policies, &self.nothing)
    }

    fn failing(&self, response: &Response) -> Vec<(String, Option<&Article>)> {
        let name = |id: String| {
            let local = self.local.iter().find(|forbid| forbid.policy().id().to_string() == id);
            let article = local.map(LocalForbid::article);
            (local.map_or(id, |forbid| forbid.id().to_owned()), article)
        };
        failed(response).into_iter().map(name).collect()
    }

    fn forbidding(&self, response: &Response) -> Vec<&LocalForbid> {
        let reasons: Vec<&PolicyId> = response.diagnostics().reason().collect();
        self.local.iter().filter(|forbid| reasons.contains(&forbid.policy().id())).collect()
    }
}

impl Sets {
    /// The rows that determined a response, in the order of the table.
    fn rows(&self, response: &Response) -> Vec<usize> {
        let mut rows: Vec<usize> =
            response.diagnostics().reason().filter_map(|id| self.rows.get(id)).copied().collect();
        rows.sort_unstable();
        rows
    }
}

/// The name of the policy of a row, as decisions name it: `sis_arrest/access[2]`.
pub(crate) fn rule_name(instrument: &Instrument, row: usize) -> String {
    table::policy_id(instrument, row)
}

/// The policies whose evaluation failed, by id.
fn failed(response: &Response) -> Vec<String> {
    let mut failed: Vec<String> = response
        .diagnostics()
        .errors()
        .map(|cedar_policy::AuthorizationError::PolicyEvaluationError(error)| {
            error.policy_id().to_string()
        })
        .collect();
    failed.sort();
    failed
}

/// Compiles the table of one instrument and checks it against the schema.
fn compiled(
    instrument: &Instrument,
    local: &[LocalForbid],
    validator: &Validator,
) -> Result<Compiled, Vec<Problem>> {
    let policies = table_policies(instrument)?;
    let whole = set(policies.iter().chain(local.iter().map(LocalForbid::policy)))?;
    let result = validator.validate(&whole, ValidationMode::Strict);
    let wrong: Vec<Problem> = result
        .validation_errors()
        .map(|error| made_wrong(instrument.id().as_str(), error))
        .collect();
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let mut sets: BTreeMap<PurposeId, BTreeMap<ProcessingOperation, Sets>> = BTreeMap::new();
    for purpose in instrument.purposes() {
        for operation in ProcessingOperation::ALL {
            let mut rows = BTreeMap::new();
            let mut chosen = Vec::new();
            for ((index, rule), policy) in instrument.access().iter().enumerate().zip(&policies) {
                if rule.purposes().contains(purpose.id()) && rule.may().contains(operation) {
                    rows.insert(policy.id().clone(), index);
                    chosen.push(policy);
                }
            }
            let table = set(chosen.iter().copied())?;
            let whole = set(chosen.into_iter().chain(local.iter().map(LocalForbid::policy)))?;
            let one = Sets { table, whole, rows };
            sets.entry(purpose.id().clone()).or_default().insert(*operation, one);
        }
    }
    Ok(Compiled { digest: instrument.digest(), sets })
}

/// One policy for each row of the table.
fn table_policies(instrument: &Instrument) -> Result<Vec<Policy>, Vec<Problem>> {
    let rows = instrument.access().iter().enumerate();
    rows.map(|(index, rule)| {
        let id = PolicyId::new(table::policy_id(instrument, index));
        Policy::parse(Some(id), table::policy(instrument, index, rule))
            .map_err(|error| vec![made_wrong(instrument.id().as_str(), &error)])
    })
    .collect()
}

fn set<'a>(policies: impl IntoIterator<Item = &'a Policy>) -> Result<PolicySet, Vec<Problem>> {
    PolicySet::from_policies(policies.into_iter().cloned())
        .map_err(|error| vec![made_wrong("access", &error)])
}

/// What this software made is not what Cedar reads: a mistake of this software, told like any other.
fn made_wrong(of: &str, error: &dyn std::error::Error) -> Problem {
    Problem {
        file: of.to_owned(),
        line: 1,
        key: "access".to_owned(),
        message: format!("the access table could not be compiled: {error}"),
        help: "report this with the instrument file".to_owned(),
    }
}

#[cfg(test)]
mod tests;
