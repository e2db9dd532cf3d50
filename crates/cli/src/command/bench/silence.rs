//! `eunomia bench silence`: can a record that the asker may not know of be told from no record, by length or time?
//!
//! One register under an instrument with unsearchable records answers two questions in turn, thousands of times:
//! one that nobody fits, one that only an unsearchable record fits. The answers must have one length, and the
//! medians of their times must lie within 5 %.

use super::machine::{load_average, tick};
use crate::Done;
use crate::carried;
use crate::federation::{Order, Ports, USUAL_STATES, build, chain, demo_cast};
use crate::files::{make_folder, read_secret};
use crate::opening::{open, prepare};
use exchange::{Body, Envelope, EnvelopeId, HeaderDraft, Kind, QueryBody, Question};
use node::{ImportForm, ImportOrder, Node, Officer};
use seal::{Digest, SigningKey};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;
use vocabulary::{Invalid, Justification, Outcome, QueryId, RegisterId, Subject, SubjectKind};
use world::{Plan, RegisterPlan, World};

/// The record that must not show, but for the moment until which it answers no query.
const HIDDEN: &str = "{\"id\":\"hidden\",\"names\":[{\"given\":\"Zoltana\",\"family\":\"Quistorpova\"}],\
    \"birth_date\":\"1971-03-04\",\"fields\":{\"action\":\"arrest\",\"reason\":\"made up\"},\
    \"unsearchable_until\":\"UNTIL\"}\n";

/// Runs the measurement.
///
/// # Errors
/// When something cannot be set up. A difference is exit status 1.
pub(super) fn run(pairs: u32) -> Done {
    let folder = std::env::temp_dir().join(format!("eunomia-bench-silence-{}", std::process::id()));
    make_folder(&folder)?;
    let done = measure(&folder.join("bundle"), pairs);
    drop(std::fs::remove_dir_all(&folder));
    done
}

fn measure(folder: &Path, pairs: u32) -> Done {
    let told = |e: Invalid| e.to_string();
    let law = carried::law()?;
    let mut cast = demo_cast(USUAL_STATES).map_err(told)?;
    cast.truncate(1);
    let owner = cast.pop().ok_or("the cast is empty")?;
    let register = RegisterId::new(owner.authority.clone(), "sis_arrest".parse().map_err(told)?);
    let planned = RegisterPlan {
        kind: SubjectKind::Person,
        fields: crate::federation::made_up_fields(&law, &register),
        ..super::import::persons_in(register.clone(), &owner, 5_000)
    };
    let plan = Plan { seed: 1, registers: vec![planned], memorable_in: Vec::new() };
    let world = World::new(plan).map_err(told)?;
    let ports = Ports { exchange: 1, officers: 2, operations: 3 };
    let order = Order { folder, cast: vec![(owner.clone(), ports)], law: &law, world: &world };
    let bundle = build(&order, &mut |_| {})?;
    let prepared = prepare(&bundle.config(&owner))?;
    let keeper = prepared.officers.all().iter().find(|o| o.role.as_str() == "register_owner");
    let keeper = keeper.cloned().ok_or("the node has no keeper of registers")?;
    let seed = read_secret(&prepared.opening.settings.signing_key)?;
    let key = SigningKey::from_seed(&seed).map_err(|e| e.to_string())?;
    let node = open(prepared.opening)?;
    hide(&node, &keeper, &register)?;
    let nobody = question("Zoltana Quistorpina", "1951-08-09")?;
    let hidden = question("Zoltana Quistorpova", "1971-03-04")?;
    let result = compare(&Partner { node: &node, key, register }, (&nobody, &hidden), pairs);
    node.close();
    result
}

fn hide(node: &Node, keeper: &Officer, register: &RegisterId) -> Result<(), String> {
    let (form, kind) = (ImportForm::JsonLines, Some(SubjectKind::Person));
    let order = ImportOrder { officer: keeper, register, form, kind, dry_run: false };
    let mut problems = Vec::new();
    // An hour: the measurement takes less, and the act allows more.
    let row = HIDDEN.replace("UNTIL", &node.now().plus_millis(3_600_000).to_string());
    let report = node
        .import(&order, row.as_bytes(), &mut |row| problems.push(row), &mut |_| {})
        .map_err(|fault| chain(&fault))?;
    if report.taken == 1 {
        Ok(())
    } else {
        Err(format!("the hidden record was not taken: {problems:?}"))
    }
}

fn question(name: &str, born: &str) -> Result<Subject, String> {
    let person =
        serde_json::json!({ "kind": "person", "names": [{ "full": name }], "birth_date": born });
    serde_json::from_value(person).map_err(|e| e.to_string())
}

/// A partner who asks: it writes envelopes as any node would, with the key that the trust list knows.
struct Partner<'a> {
    node: &'a Node,
    key: SigningKey,
    register: RegisterId,
}

impl Partner<'_> {
    fn ask(&self, subject: &Subject) -> Result<Envelope, String> {
        let told = |e: Invalid| e.to_string();
        let (node, owner) = (self.node.settings().node.clone(), self.register.authority().clone());
        let instrument = self.node.law().get(self.register.instrument()).ok_or("no instrument")?;
        let sent = self.node.now();
        let draft = HeaderDraft {
            id: EnvelopeId::new(sent, self.node.fresh_bytes()),
            from_node: node.clone(),
            from_authority: owner.clone(),
            to_node: node,
            to_authority: owner,
            officer: Some(hex::encode(self.node.fresh_bytes::<16>()).parse().map_err(told)?),
            role: Some("police_officer".parse().map_err(told)?),
            instrument: instrument.id().clone(),
            instrument_digest: Digest::from_bytes(instrument.digest()),
            justification: Some(Justification::of(
                "police_or_customs_check".parse().map_err(told)?,
            )),
            list_version: self.node.trust().version(),
            sent,
            expires: sent.plus_millis(60_000),
            kind: Kind::Query,
            query: Some(QueryId::new(sent, self.node.fresh_bytes())),
            reply_to: None,
        };
        let body = Body::from(QueryBody { question: Question::Clear(subject.clone()) });
        let body = body.encode_padded().map_err(|e| e.to_string())?;
        Envelope::write(draft, body, self.node.fresh_bytes(), &[&self.key])
            .map_err(|e| e.to_string())
    }
}

fn compare(partner: &Partner<'_>, asks: (&Subject, &Subject), pairs: u32) -> Done {
    let (mut nobody, mut hidden) = (Vec::new(), Vec::new());
    let (mut lengths, mut told) = (std::collections::BTreeSet::new(), 0_u32);
    for number in 0..pairs {
        // The order changes, so that what one leaves in a cache helps either as often.
        let order = if number % 2 == 0 { [false, true] } else { [true, false] };
        for is_hidden in order {
            let ask = if is_hidden { asks.1 } else { asks.0 };
            let envelope = partner.ask(ask)?;
            let begun = tick();
            let reply = partner.node.receive(None, &envelope).map_err(|fault| chain(&fault))?;
            let took = begun.elapsed();
            lengths.insert(reply.encode().map(|bytes| bytes.len()).unwrap_or_default());
            told = told.saturating_add(u32::from(says_match(&reply)));
            if is_hidden { hidden.push(took) } else { nobody.push(took) }
        }
    }
    let (a, b) = (median(nobody), median(hidden));
    let ratio = b.as_secs_f64() / a.as_secs_f64().max(f64::MIN_POSITIVE);
    println!(
        "{pairs} pairs; no record: median {:.1} µs; hidden record: median {:.1} µs; ratio {ratio:.3}",
        a.as_secs_f64() * 1e6,
        b.as_secs_f64() * 1e6
    );
    println!("lengths of the answers: {lengths:?} bytes; answers that told a match: {told}");
    println!("machine: load average {}", load_average());
    let silent = lengths.len() == 1 && told == 0 && (0.95..=1.05).contains(&ratio);
    println!("{}", if silent { "the two cannot be told apart" } else { "they can be told apart" });
    Ok(if silent { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn says_match(reply: &Envelope) -> bool {
    let body =
        reply.body().and_then(|bytes| serde_json::from_slice::<serde_json::Value>(bytes).ok());
    body.and_then(|body| body.get("outcome")?.as_str().map(|o| o == Outcome::Match.as_str()))
        .unwrap_or(true)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
