//! An officer of the demonstration, working through the interface that every officer uses.

use crate::federation::{Bundle, CastNode};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use vocabulary::{InstrumentId, Match, Outcome, RegisterId, Subject};
use web::client::Client;
use world::World;

/// What one register answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) outcome: Outcome,
    pub(super) matches: Vec<Match>,
}

/// The answers to one search, by register.
pub(super) type Answers = BTreeMap<RegisterId, Answer>;

/// An officer at a node.
pub(super) struct Player {
    client: Client,
    pub(super) cast: CastNode,
}

impl Player {
    /// The officer with this role at this node.
    pub(super) fn new(bundle: &Bundle, cast: &CastNode, role: &str) -> Result<Self, String> {
        let ports = bundle.nodes.iter().find(|(one, _)| one.node == cast.node).map(|(_, p)| *p);
        let ports = ports.ok_or_else(|| format!("`{}` is not in the bundle", cast.node))?;
        let address = format!("http://127.0.0.1:{}", ports.officers);
        let client = Client::new(&address, &bundle.token(cast, role)?)?;
        Ok(Self { client, cast: cast.clone() })
    }

    /// True when the node holds as many records of each disseminated register as there are in the world.
    pub(super) fn holds_all(&self, world: &World, ids: &[InstrumentId]) -> Result<bool, String> {
        let told = self.client.get("/api/v1/registers")?;
        let rows = told.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
        let held = |register: &RegisterId| -> u64 {
            let name = register.to_string();
            let row = rows.iter().find(|row| row.get("register") == Some(&json!(name)));
            row.and_then(|row| row.get("records")?.as_u64()).unwrap_or(0)
        };
        let mut expected = world.plan().registers.iter().filter(|planned| {
            ids.contains(planned.register.instrument())
                || *planned.register.authority() == self.cast.authority
        });
        Ok(expected.all(|planned| held(&planned.register) >= u64::from(planned.records)))
    }

    /// The body of a search.
    pub(super) fn body(subject: &Subject, purpose: &str, instruments: &[&str]) -> Value {
        let mut justification = json!({ "purpose": purpose });
        if purpose == "criminal_investigation"
            && let Some(object) = justification.as_object_mut()
        {
            object.insert("case_reference".to_owned(), json!("DEMO-2026-1"));
            object.insert("offence".to_owned(), json!("0501"));
        }
        json!({ "subject": subject, "justification": justification, "instruments": instruments })
    }

    /// Opens a search and returns its id.
    pub(super) fn open(&self, body: &Value) -> Result<String, String> {
        let told = self.client.post("/api/v1/searches", body)?;
        let id = told.get("id").and_then(Value::as_str);
        id.map(str::to_owned).ok_or_else(|| "the node gave no id of the search".to_owned())
    }

    /// Status and problem document of a search that is expected to be refused.
    pub(super) fn refused(&self, body: &Value) -> Result<(u16, Value), String> {
        self.client.post_for_status("/api/v1/searches", body)
    }

    /// The answers once every register has an outcome that `settled` accepts, or after `within`.
    pub(super) fn answers(
        &self,
        id: &str,
        within: Duration,
        settled: &dyn Fn(&Answers) -> bool,
    ) -> Result<Answers, String> {
        let begun = super::tick();
        loop {
            let told = self.client.get(&format!("/api/v1/searches/{id}"))?;
            let (answers, open) = read(&told)?;
            if (!open && settled(&answers)) || begun.elapsed() > within {
                return Ok(answers);
            }
            super::pause(Duration::from_millis(15));
        }
    }

    /// Searches and waits until every register has an outcome.
    pub(super) fn search(&self, body: &Value) -> Result<(String, Answers), String> {
        let id = self.open(body)?;
        let answers = self.answers(&id, Duration::from_secs(15), &|_| true)?;
        Ok((id, answers))
    }

    /// Confirms a match.
    pub(super) fn confirm(
        &self,
        id: &str,
        register: &RegisterId,
        found: &Match,
    ) -> Result<(), String> {
        let body =
            json!({ "register": register, "reference": found.reference, "verdict": "confirmed" });
        self.client.post(&format!("/api/v1/searches/{id}/decisions"), &body).map(drop)
    }
}

/// The settled registers of a search, and whether any is still awaited.
fn read(told: &Value) -> Result<(Answers, bool), String> {
    let rows = told.get("registers").and_then(Value::as_array).cloned().unwrap_or_default();
    let (mut answers, mut open) = (Answers::new(), false);
    for row in rows {
        let part = |key: &str| row.get(key).cloned().unwrap_or(Value::Null);
        let register = serde_json::from_value(part("register")).map_err(|e| e.to_string())?;
        let Ok(outcome) = serde_json::from_value::<Outcome>(part("outcome")) else {
            open = true;
            continue;
        };
        let matches = part("matches").as_array().cloned().unwrap_or_default();
        let matches = matches.into_iter().filter_map(|one| one.get("found").cloned());
        let matches: Result<Vec<Match>, _> = matches.map(serde_json::from_value).collect();
        answers.insert(register, Answer { outcome, matches: matches.map_err(|e| e.to_string())? });
    }
    Ok((answers, open))
}
