//! `eunomia bench federation`: queries from one node to a remote register, open loop, over mutual TLS, fsync on.
//!
//! Latency is counted from the moment a query was due, not from when there was time for it. Afterwards both logs
//! are verified and must hold one entry for each query on each side.

use super::machine::{load_average, memory_kib, syncs_per_second, tick};
use super::numbers::{line, per_second};
use crate::Done;
use crate::carried;
use crate::command::verify_log::verify;
use crate::federation::{
    Bundle, CastNode, Children, Order, Ports, USUAL_STATES, build, chain, demo_cast,
};
use crate::files::read_text;
use crate::opening::{open, prepare};
use audit_log::{Entry, EntryBundle, NoteKey, TileKind, TilePath};
use node::{Ask, Node, Officer};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use vocabulary::{
    InstrumentId, Invalid, Justification, Outcome, PartialDate, QueryId, RegisterId, Subject,
};
use web::service::Service;
use web::tls::Identity;
use world::{Mix, Plan, QueryKind, World};

/// What is measured.
#[derive(Debug, Clone, Copy)]
pub(super) struct Load {
    pub(super) persons: u32,
    pub(super) seconds: u32,
    pub(super) rate: u32,
    pub(super) seed: u64,
}

/// When a query was due, begun, durable and answered.
#[derive(Debug, Default)]
struct Times {
    due: BTreeMap<QueryId, (Instant, Instant, Instant)>,
    settled: BTreeMap<QueryId, (Instant, Outcome)>,
    failed: u64,
}

type SharedTimes = Arc<Mutex<Times>>;

fn locked(times: &SharedTimes) -> std::sync::MutexGuard<'_, Times> {
    times.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs the measurement.
///
/// # Errors
/// When something cannot be set up.
pub(super) fn run(load: Load, directory: Option<&Path>) -> Done {
    let folder = directory
        .map_or_else(|| std::env::temp_dir().join("eunomia-bench-federation"), Path::to_path_buf);
    let (bundle, world) = prepare_bundle(&folder, load)?;
    let (front, owner) = match bundle.nodes.as_slice() {
        [(front, _), (owner, _)] => (front.clone(), owner.clone()),
        _ => return Err("the bundle has not two nodes".to_owned()),
    };
    let syncs = syncs_per_second(&folder)?;
    let mut children = Children::new()?;
    children.start(&bundle, &owner)?;
    let (questions, about_nobody) = questions(&world, load)?;
    let asked = questions.len();
    println!(
        "offering {} queries/s for {} s to a register of {} persons on another node …",
        load.rate, load.seconds, load.persons
    );
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("cannot start: {error}"))?;
    let times = SharedTimes::default();
    let (stop, stopping) = watch::channel(false);
    let node = runtime.block_on(offer(&bundle, &front, (questions, load), (&times, stopping)))?;
    stop.send_replace(true);
    let memory = children.id(&owner.node).map_or(0, |id| memory_kib(&id.to_string(), "VmHWM"));
    // The promise is a second; then every entry has its index.
    runtime.block_on(async { tokio::time::sleep(Duration::from_millis(1_500)).await });
    node.upkeep_logs().map_err(|fault| chain(&fault))?;
    children.kill(&owner.node);
    report(&times, load);
    shares(&times, (about_nobody, asked));
    println!("asked node: peak memory {} MiB", memory / 1024);
    println!(
        "machine: load average {}, {syncs:.0} fsync/s, 2 nodes and the load on it",
        load_average()
    );
    drop(runtime);
    node.close();
    let opened: BTreeSet<QueryId> = locked(&times).due.keys().copied().collect();
    let mut whole = true;
    for cast in [&front, &owner] {
        whole &= check_log(&bundle, cast, &opened)?;
    }
    Ok(if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn prepare_bundle(folder: &Path, load: Load) -> Result<(Bundle, World), String> {
    let law = carried::law()?;
    let mut cast = demo_cast(USUAL_STATES).map_err(|e| e.to_string())?;
    cast.truncate(2);
    let told = |e: Invalid| e.to_string();
    let (owner, front) = (cast.pop().ok_or("no cast")?, cast.pop().ok_or("no cast")?);
    let front = CastNode { registers: Vec::new(), ..front };
    let id: InstrumentId = "police_records_index".parse().map_err(told)?;
    let owner = CastNode { registers: vec![id.clone()], ..owner };
    let register = RegisterId::new(owner.authority.clone(), id);
    let planned = super::import::persons_in(register, &owner, load.persons);
    let plan = Plan { seed: load.seed, registers: vec![planned], memorable_in: Vec::new() };
    let world = World::new(plan).map_err(told)?;
    let cast = vec![
        (front, Ports { exchange: 7491, officers: 8491, operations: 8471 }),
        (owner, Ports { exchange: 7492, officers: 8492, operations: 8472 }),
    ];
    let begun = tick();
    let order = Order { folder, cast, law: &law, world: &world };
    let bundle = build(&order, &mut |what| println!("{what} …"))?;
    println!("bundle ready in {:.1} s: {}", begun.elapsed().as_secs_f64(), folder.display());
    Ok((bundle, world))
}

/// 95 of 100 ask for nobody; the birth date is whole in 70, its year in 20, absent in 10.
/// With them, how many ask for nobody.
fn questions(world: &World, load: Load) -> Result<(Vec<Ask>, usize), String> {
    let count = load.rate.saturating_mul(load.seconds);
    let kinds = [QueryKind::Exact, QueryKind::CrossScript, QueryKind::Variant, QueryKind::OneTypo];
    let mix = Mix { kinds: kinds.map(|kind| (kind, 1)).to_vec(), nobody_percent: 95 };
    let told = |e: Invalid| e.to_string();
    let mut justification = Justification::of("criminal_investigation".parse().map_err(told)?);
    justification.case_reference = Some("BENCH-2026-1".parse().map_err(told)?);
    justification.offence = Some("0501".parse().map_err(told)?);
    let instrument: InstrumentId = "police_records_index".parse().map_err(told)?;
    let mut about_nobody = 0_usize;
    let asks = world.queries(load.seed.wrapping_add(1), count, &mix);
    let asks = asks.zip(0_u32..).map(|(query, number)| {
        about_nobody = about_nobody.saturating_add(usize::from(query.subject.is_none()));
        Ask {
            subject: with_date(query.ask, number % 10),
            justification: justification.clone(),
            instruments: vec![instrument.clone()],
        }
    });
    let asks = asks.collect();
    Ok((asks, about_nobody))
}

fn with_date(subject: Subject, tenth: u32) -> Subject {
    let Subject::Person(mut person) = subject else { return subject };
    person.birth_date = match (tenth, person.birth_date) {
        (0..=6, date) => date,
        (7 | 8, Some(date)) => PartialDate::new(date.year(), None, None).ok(),
        _ => None,
    };
    Subject::Person(person)
}

/// Opens the asking node in this process and offers every query when it is due.
async fn offer(
    bundle: &Bundle,
    front: &CastNode,
    (questions, load): (Vec<Ask>, Load),
    (times, stopping): (&SharedTimes, watch::Receiver<bool>),
) -> Result<Node, String> {
    let prepared = prepare(&bundle.config(front))?;
    let settings = prepared.opening.settings.clone();
    let officer = prepared.officers.all().iter().find(|o| o.role.as_str() == "police_officer");
    let officer = Arc::new(officer.cloned().ok_or("no police officer")?);
    let identity = Identity {
        cert_pem: read_text(&settings.tls.certificate)?,
        key_pem: read_text(&settings.tls.key)?,
    };
    let node = open(prepared.opening)?;
    let service = Service::start(node.clone(), identity, tokio::runtime::Handle::current());
    tokio::spawn(Arc::clone(&service).keep_moving(stopping));
    let shared = Arc::clone(times);
    service.listen_to_settling(Box::new(move |settled| {
        locked(&shared).settled.insert(settled.query, (tick(), settled.outcome));
    }));
    warm_up(&service, &officer, questions.first(), times).await?;
    let begun = tick();
    let step = Duration::from_secs(1).checked_div(load.rate.max(1)).unwrap_or_default();
    for (ask, number) in questions.into_iter().zip(0_u32..) {
        let due = begun.checked_add(step.saturating_mul(number)).unwrap_or(begun);
        tokio::time::sleep_until(due.into()).await;
        tokio::spawn(one(
            Arc::clone(&service),
            Arc::clone(&officer),
            ask,
            (Arc::clone(times), due),
        ));
    }
    let last = tick();
    while last.elapsed() < Duration::from_secs(10) {
        let waiting = {
            let times = locked(times);
            times.due.len() > times.settled.len()
        };
        if !waiting {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(node)
}

async fn one(
    service: Arc<Service>,
    officer: Arc<Officer>,
    ask: Ask,
    (times, due): (SharedTimes, Instant),
) {
    let inner = Arc::clone(&service);
    let result = service
        .blocking()
        .run(move || {
            let begun = tick();
            (begun, inner.search(&officer, &ask), tick())
        })
        .await;
    let mut times = locked(&times);
    match result {
        Ok((begun, Ok(query), open)) => drop(times.due.insert(query, (due, begun, open))),
        Ok((_, Err(_), _)) | Err(_) => times.failed = times.failed.saturating_add(1),
    }
}

/// Waits until the other node answers, then forgets what that took.
async fn warm_up(
    service: &Arc<Service>,
    officer: &Arc<Officer>,
    ask: Option<&Ask>,
    times: &SharedTimes,
) -> Result<(), String> {
    let ask = ask.ok_or("no questions")?;
    for _ in 0..600 {
        one(Arc::clone(service), Arc::clone(officer), ask.clone(), (Arc::clone(times), tick()))
            .await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        let answered = |(_, outcome): &(Instant, Outcome)| {
            matches!(outcome, Outcome::Match | Outcome::NoMatch)
        };
        if locked(times).settled.values().any(answered) {
            // Searches of the warm-up that were unreachable are answered from the outbox before the load begins.
            tokio::time::sleep(Duration::from_secs(2)).await;
            *locked(times) = Times::default();
            return Ok(());
        }
    }
    Err("the other node did not answer within two minutes; look at its node.log".to_owned())
}

fn report(times: &SharedTimes, load: Load) {
    let times = locked(times);
    let (mut latencies, mut waited, mut opened, mut answered) = (vec![], vec![], vec![], vec![]);
    let mut outcomes: BTreeMap<&str, u64> = BTreeMap::new();
    let (mut first, mut last) = (None, None);
    for (query, (due, begun, open)) in &times.due {
        let Some((settled, outcome)) = times.settled.get(query) else { continue };
        latencies.push(settled.saturating_duration_since(*due));
        waited.push(begun.saturating_duration_since(*due));
        opened.push(open.saturating_duration_since(*begun));
        answered.push(settled.saturating_duration_since(*open));
        let count = outcomes.entry(outcome.as_str()).or_default();
        *count = count.saturating_add(1);
        first = first.map_or(Some(*due), |at: Instant| Some(at.min(*due)));
        last = last.map_or(Some(*settled), |at: Instant| Some(at.max(*settled)));
    }
    let span = first.zip(last).map_or(Duration::ZERO, |(a, b)| b.saturating_duration_since(a));
    let answered_count = u64::try_from(latencies.len()).unwrap_or(u64::MAX);
    println!("{:.0} queries/s", per_second(answered_count, span));
    println!("latency from the moment due: {}", line(latencies));
    println!("  waiting to begin:          {}", line(waited));
    println!("  decide, log, outbox:       {}", line(opened));
    println!("  carry, answer, settle:     {}", line(answered));
    let told: Vec<String> =
        outcomes.iter().map(|(what, count)| format!("{count} {what}")).collect();
    let unsettled = times.due.len().saturating_sub(usize::try_from(answered_count).unwrap_or(0));
    println!(
        "outcomes: {}; {unsettled} without answer, {} not begun",
        told.join(", "),
        times.failed
    );
    println!(
        "yardstick: the whole Schengen Information System averaged about 475 searches/s over a day (2024); offered here {}/s",
        load.rate
    );
}

/// In truth and as answered: without a date a name alone decides, and somebody of that name may well be there.
fn shares(times: &SharedTimes, (about_nobody, asked): (usize, usize)) {
    let times = locked(times);
    let no_match = times.settled.values().filter(|(_, outcome)| *outcome == Outcome::NoMatch);
    let percent = |part: usize, whole: usize| {
        let tenths = part.saturating_mul(1_000).checked_div(whole).unwrap_or(0);
        format!("{}.{} %", tenths / 10, tenths % 10)
    };
    println!(
        "in truth {} of the questions mean nobody in the register; {} were answered `no match`",
        percent(about_nobody, asked),
        percent(no_match.count(), times.settled.len())
    );
}

/// Verifies a log and counts the entries of the opened queries in it.
fn check_log(bundle: &Bundle, cast: &CastNode, opened: &BTreeSet<QueryId>) -> Result<bool, String> {
    let folder: PathBuf =
        bundle.config(cast).with_file_name("data").join("log").join(cast.authority.as_str());
    let key: NoteKey =
        read_text(&folder.join("log.vkey"))?.trim().parse().map_err(|e| format!("{e}"))?;
    let verdict = verify(&folder, &key)?;
    let mut found: BTreeMap<QueryId, u32> = BTreeMap::new();
    for entry in entries(&folder, verdict.entries)? {
        if let Some(query) = entry.query.filter(|query| opened.contains(query)) {
            let count = found.entry(query).or_default();
            *count = count.saturating_add(1);
        }
    }
    let once = found.values().filter(|count| **count == 1).count();
    let whole = verdict.is_whole() && once == opened.len();
    println!(
        "log of {}: {} entries, {}; {once} of {} queries with exactly one entry",
        cast.authority,
        verdict.entries,
        if verdict.is_whole() { "whole" } else { "BROKEN" },
        opened.len()
    );
    Ok(whole)
}

fn entries(folder: &Path, size: u64) -> Result<Vec<Entry>, String> {
    let mut entries = Vec::new();
    let (mut index, mut left) = (0_u64, size);
    while left > 0 {
        let width = u16::try_from(left.min(256)).unwrap_or(256);
        let path = TilePath::new(TileKind::Entries, index, width).map_err(|e| e.to_string())?;
        let file = folder.join(path.to_string());
        let bytes = std::fs::read(&file).map_err(|e| crate::files::cannot("read", &file, &e))?;
        let bundle = EntryBundle::decode(&path, &bytes).map_err(|e| e.to_string())?;
        for bytes in bundle.entries() {
            entries.push(Entry::decode(bytes).map_err(|e| e.to_string())?);
        }
        index = index.saturating_add(1);
        left = left.saturating_sub(u64::from(width));
    }
    Ok(entries)
}
