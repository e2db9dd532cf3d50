//! `eunomia bench register`: the life of a large register: loaded, indexed at a start, ended and erased in bulk.

use super::machine::{load_average, memory_kib, syncs_per_second, tick};
use super::numbers::per_second;
use crate::Done;
use crate::carried;
use crate::command::verify_log::verify;
use crate::federation::{
    Bundle, CastNode, Order, Ports, USUAL_STATES, build, chain, demo_cast, made_up_fields,
};
use crate::files::{make_folder, read_text};
use crate::opening::{open, prepare};
use node::{Law, Node, Officer, TakeAway};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;
use vocabulary::{InstrumentId, RecordId, RegisterId};
use world::{Plan, RegisterPlan, World};

/// How many records go in one transaction with one log entry.
const AT_ONCE: usize = 1_000;

/// What is measured.
#[derive(Debug, Clone)]
pub(super) struct Life {
    pub(super) persons: u32,
    pub(super) seed: u64,
    pub(super) instrument: InstrumentId,
}

/// Runs the measurement in a folder of its own, which goes afterwards.
///
/// # Errors
/// When something cannot be set up. A log that does not verify is exit status 1.
pub(super) fn run(life: &Life) -> Done {
    let folder =
        std::env::temp_dir().join(format!("eunomia-bench-register-{}", std::process::id()));
    make_folder(&folder)?;
    let done = measure(&folder, life);
    drop(std::fs::remove_dir_all(&folder));
    done
}

fn measure(folder: &Path, life: &Life) -> Done {
    let law = carried::law()?;
    let mut cast = demo_cast(USUAL_STATES).map_err(|e| e.to_string())?;
    cast.truncate(1);
    let owner = cast.pop().ok_or("the cast is empty")?;
    let register = RegisterId::new(owner.authority.clone(), life.instrument.clone());
    let world = plan(&law, &owner, &register, life)?;
    let syncs = syncs_per_second(folder)?;
    println!("{} persons under {}; load average {}", life.persons, register, load_average());
    let order = Order {
        folder: &folder.join("bundle"),
        cast: vec![(owner.clone(), Ports { exchange: 1, officers: 2, operations: 3 })],
        law: &law,
        world: &world,
    };
    let begun = tick();
    let bundle = build(&order, &mut |_| {})?;
    told("loaded", life.persons, begun.elapsed());
    println!("  peak memory {} MiB", memory_kib("self", "VmHWM") / 1024);
    let node = start(&bundle, &owner, life.persons)?;
    let officer = keeper(&bundle, &owner)?;
    let ids: Vec<RecordId> = world.truth().map(|line| line.record).collect();
    let some = ids.get(..ids.len() / 10).unwrap_or_default();
    take_away(&node, (&officer, &register), (some, TakeAway::End), "ended")?;
    take_away(&node, (&officer, &register), (&ids, TakeAway::Erase), "erased")?;
    node.upkeep_logs().map_err(|fault| chain(&fault))?;
    node.close();
    let begun = tick();
    let again = open(prepare(&bundle.config(&owner))?.opening)?;
    println!("started again, empty, in {:.2} s", begun.elapsed().as_secs_f64());
    again.close();
    println!("machine: load average {}, {syncs:.0} fsync/s", load_average());
    check(&bundle, &owner)
}

fn plan(law: &Law, owner: &CastNode, register: &RegisterId, life: &Life) -> Result<World, String> {
    let planned = RegisterPlan {
        fields: made_up_fields(law, register),
        ..super::import::persons_in(register.clone(), owner, life.persons)
    };
    let plan = Plan { seed: life.seed, registers: vec![planned], memorable_in: Vec::new() };
    World::new(plan).map_err(|e| e.to_string())
}

/// Starts the node with its search index, as `eunomia serve` does.
fn start(bundle: &Bundle, owner: &CastNode, persons: u32) -> Result<Node, String> {
    let before = memory_kib("self", "VmRSS");
    let begun = tick();
    let node = open(prepare(&bundle.config(owner))?.opening)?;
    told("indexed at the start", persons, begun.elapsed());
    let grown = memory_kib("self", "VmRSS").saturating_sub(before);
    let each = grown.saturating_mul(1024).checked_div(u64::from(persons)).unwrap_or(0);
    println!(
        "  memory grew by {} MiB, {each} bytes a person; peak {} MiB",
        grown / 1024,
        memory_kib("self", "VmHWM") / 1024
    );
    Ok(node)
}

fn keeper(bundle: &Bundle, owner: &CastNode) -> Result<Officer, String> {
    let prepared = prepare(&bundle.config(owner))?;
    let found = prepared.officers.all().iter().find(|o| o.role.as_str() == "register_owner");
    found.cloned().ok_or_else(|| "the node has no keeper of registers".to_owned())
}

fn take_away(
    node: &Node,
    (officer, register): (&Officer, &RegisterId),
    (ids, act): (&[RecordId], TakeAway),
    what: &str,
) -> Result<(), String> {
    let begun = tick();
    for some in ids.chunks(AT_ONCE) {
        let taken =
            node.take_away_records(officer, register, some, act).map_err(|fault| chain(&fault))?;
        if !taken.missing.is_empty() {
            return Err(format!("{} records were not there", taken.missing.len()));
        }
    }
    told(what, u32::try_from(ids.len()).unwrap_or(u32::MAX), begun.elapsed());
    Ok(())
}

fn told(what: &str, count: u32, took: Duration) {
    let rate = per_second(u64::from(count), took);
    println!("{what}: {count} in {:.1} s = {rate:.0} a second", took.as_secs_f64());
}

fn check(bundle: &Bundle, owner: &CastNode) -> Done {
    let data = bundle.config(owner).with_file_name("data");
    let folder = data.join("log").join(owner.authority.as_str());
    let key = read_text(&folder.join("log.vkey"))?.trim().parse().map_err(|e| format!("{e}"))?;
    let verdict = verify(&folder, &key)?;
    println!(
        "log: {} entries, {}",
        verdict.entries,
        if verdict.is_whole() { "whole" } else { "BROKEN" }
    );
    Ok(if verdict.is_whole() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
