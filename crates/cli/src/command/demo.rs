//! `eunomia demo`: a federation of several nodes on this machine, with made-up people.

mod player;
mod story;
mod truth;

use crate::Done;
use crate::arguments::Demo;
use crate::carried;
use crate::federation::{Bundle, CastNode, Children, Order, Ports, build, demo_cast, demo_plan};
use crate::system::SystemEntropy;
use instrument::Topology;
use node::{Entropy, Law};
use player::Player;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use world::World;

/// The first ports of the demonstration; each node takes the next one.
const EXCHANGE_FROM: u16 = 7401;
const OFFICERS_FROM: u16 = 8401;
const OPERATIONS_FROM: u16 = 8481;

/// How long nodes may take to be up, and copies to arrive, for each node.
const UP_WITHIN: Duration = Duration::from_secs(12);

/// A running demonstration.
pub(super) struct Stage {
    pub(super) bundle: Bundle,
    pub(super) law: Law,
    pub(super) world: World,
    pub(super) children: Children,
}

impl Stage {
    /// The node of the cast with this id.
    pub(super) fn node(&self, id: &str) -> Result<&CastNode, String> {
        let found = self.bundle.nodes.iter().map(|(cast, _)| cast);
        found.into_iter().find(|c| c.node.as_str() == id).ok_or_else(|| format!("no node `{id}`"))
    }
}

/// Runs the command.
///
/// # Errors
/// When the federation cannot be set up. A story whose answers differ from the truth is exit status 1.
pub(crate) fn run(order: &Demo) -> Done {
    let seed = match (order.seed, order.once) {
        (Some(seed), _) => seed,
        (None, true) => fresh_seed(),
        (None, false) => 1,
    };
    let folder = folder(order);
    let begun = tick();
    println!("Eunomia demonstration, seed {seed}. Everybody in it is made up.");
    let done = play(order, seed, &folder, begun);
    if order.once && order.directory.is_none() {
        drop(std::fs::remove_dir_all(&folder));
    }
    done
}

fn play(order: &Demo, seed: u64, folder: &Path, begun: Instant) -> Done {
    let mut stage = set_up(order, seed, folder)?;
    let nodes: Vec<CastNode> = stage.bundle.nodes.iter().map(|(cast, _)| cast.clone()).collect();
    for cast in &nodes {
        stage.children.start(&stage.bundle, cast)?;
    }
    wait_until_up(&mut stage)?;
    println!(
        "{} nodes are up and hold each other's alerts ({:.1} s)",
        nodes.len(),
        begun.elapsed().as_secs_f64()
    );
    if order.once {
        return story::tell(stage, seed);
    }
    what_to_try(&stage);
    wait_for_the_end()?;
    println!("stopping; the folder stays, the next start takes seconds");
    Ok(ExitCode::SUCCESS)
}

fn fresh_seed() -> u64 {
    let mut bytes = [0; 8];
    SystemEntropy::new().fill(&mut bytes);
    // 48 bits: easy to type again.
    u64::from_be_bytes(bytes) >> 16
}

fn folder(order: &Demo) -> PathBuf {
    match (&order.directory, order.once) {
        (Some(folder), _) => folder.clone(),
        (None, true) => std::env::temp_dir().join(format!("eunomia-demo-{}", std::process::id())),
        (None, false) => PathBuf::from("demo-data"),
    }
}

fn set_up(order: &Demo, seed: u64, folder: &Path) -> Result<Stage, String> {
    let law = carried::law()?;
    let cast = demo_cast(order.states).map_err(|e| e.to_string())?;
    let plan = demo_plan(&cast, &law, seed, order.persons);
    let world = World::new(plan).map_err(|e| e.to_string())?;
    let ports = if order.once { free_ports(cast.len())? } else { fixed_ports(cast.len())? };
    let cast: Vec<(CastNode, Ports)> = cast.into_iter().zip(ports).collect();
    let bundle = build(&Order { folder, cast, law: &law, world: &world }, &mut |what| {
        println!("  {what}");
    })?;
    Ok(Stage { bundle, law, world, children: Children::new()? })
}

/// Ports that nobody uses at this moment.
fn free_ports(count: usize) -> Result<Vec<Ports>, String> {
    let mut held = Vec::new();
    let mut free = || -> Result<u16, String> {
        let listener =
            TcpListener::bind("127.0.0.1:0").map_err(|e| format!("no free port: {e}"))?;
        let port = listener.local_addr().map_err(|e| e.to_string())?.port();
        held.push(listener);
        Ok(port)
    };
    (0..count)
        .map(|_| Ok(Ports { exchange: free()?, officers: free()?, operations: free()? }))
        .collect()
}

/// The ports of the demonstration; says so when one is taken.
fn fixed_ports(count: usize) -> Result<Vec<Ports>, String> {
    let mut ports = Vec::new();
    for number in (0_u16..).take(count) {
        let pair = Ports {
            exchange: EXCHANGE_FROM.saturating_add(number),
            officers: OFFICERS_FROM.saturating_add(number),
            operations: OPERATIONS_FROM.saturating_add(number),
        };
        for port in [pair.exchange, pair.officers, pair.operations] {
            TcpListener::bind(("127.0.0.1", port)).map_err(|error| {
                format!(
                    "port {port} is taken ({error}); stop the program that has it (another demo?) and start again"
                )
            })?;
        }
        ports.push(pair);
    }
    Ok(ports)
}

/// Waits until every node answers officers and holds every alert of the others.
fn wait_until_up(stage: &mut Stage) -> Result<(), String> {
    let begun = tick();
    let nodes: Vec<CastNode> = stage.bundle.nodes.iter().map(|(cast, _)| cast.clone()).collect();
    let within = UP_WITHIN.saturating_mul(u32::try_from(nodes.len()).unwrap_or(u32::MAX));
    for cast in &nodes {
        loop {
            if stage.children.has_ended(&cast.node) {
                let log = stage.bundle.config(cast).with_file_name("node.log");
                let told = std::fs::read_to_string(&log).unwrap_or_default();
                let last = told.lines().last().unwrap_or("it said nothing");
                return Err(format!("node `{}` has ended: {last}", cast.node));
            }
            let holds = Player::new(&stage.bundle, cast, "register_owner")
                .and_then(|player| player.holds_all(&stage.world, &disseminated(&stage.law)));
            if holds == Ok(true) {
                break;
            }
            if begun.elapsed() > within {
                let why = holds.err().unwrap_or_else(|| "alerts of others are missing".to_owned());
                let waited = within.as_secs();
                return Err(format!("node `{}` is not ready after {waited} s: {why}", cast.node));
            }
            pause(Duration::from_millis(100));
        }
    }
    Ok(())
}

fn disseminated(law: &Law) -> Vec<vocabulary::InstrumentId> {
    let all = law.all().filter(|one| one.topology() == Topology::Disseminated);
    all.map(|one| one.id().clone()).collect()
}

fn what_to_try(stage: &Stage) {
    println!();
    for (cast, ports) in &stage.bundle.nodes {
        println!("  http://127.0.0.1:{}  {}", ports.officers, cast.name);
    }
    println!(
        "\nWhat to try (choose an officer on the first page; there are no passwords here):\n\
         1. At the police of Greece, officer on patrol, purpose \"criminal offences\", case 2026-1, offence 0501:\n\
         \x20  search for `Giorgos Papadopulos`, born 1970-02-03. He is written Γεώργιος Παπαδόπουλος in one register.\n\
         2. At the Border Guard of Bulgaria, purpose \"control of persons at the external borders\": any name; only\n\
         \x20  copies of alerts are searched, nothing leaves the node.\n\
         3. Stop one node (its process is a child of this one), search again, and see who did not answer.\n\
         4. eunomia verify-log {}/gr-node/data/log/gr-police\n\
         5. eunomia instrument show police_records_index\n\n\
         Ctrl-C stops all nodes.",
        stage.bundle.folder.display()
    );
}

fn wait_for_the_end() -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("cannot start: {error}"))?;
    runtime.block_on(async { tokio::signal::ctrl_c().await }).map_err(|error| error.to_string())
}

/// The monotonic clock, to say how long something took.
pub(super) fn tick() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "the demonstration says how long it takes")]
    Instant::now()
}

/// Waits a little before looking again.
pub(super) fn pause(time: Duration) {
    #[expect(
        clippy::disallowed_methods,
        reason = "other processes tell nothing when they are ready"
    )]
    std::thread::sleep(time);
}
