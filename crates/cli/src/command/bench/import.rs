//! `eunomia bench import`: how long it takes to load a register, and how much memory.

use super::machine::{load_average, memory_kib, syncs_per_second, tick};
use super::numbers::per_second;
use crate::Done;
use crate::carried;
use crate::federation::{Order, Ports, USUAL_STATES, build, demo_cast};
use std::process::ExitCode;
use vocabulary::{RegisterId, SubjectKind};
use world::{Plan, RegisterPlan, World};

/// Runs the measurement.
///
/// # Errors
/// When something cannot be set up.
pub(super) fn run(persons: u32, seed: u64) -> Done {
    let folder = std::env::temp_dir().join(format!("eunomia-bench-import-{}", std::process::id()));
    let done = measure(&folder, persons, seed);
    drop(std::fs::remove_dir_all(&folder));
    done
}

fn measure(folder: &std::path::Path, persons: u32, seed: u64) -> Done {
    let law = carried::law()?;
    let mut cast = demo_cast(USUAL_STATES).map_err(|e| e.to_string())?;
    cast.truncate(1);
    let owner = cast.first().ok_or("the cast is empty")?.clone();
    let instrument =
        "police_records_index".parse().map_err(|e: vocabulary::Invalid| e.to_string())?;
    let register = RegisterId::new(owner.authority.clone(), instrument);
    let plan = Plan {
        seed,
        registers: vec![persons_in(register, &owner, persons)],
        memorable_in: Vec::new(),
    };
    let world = World::new(plan).map_err(|e| e.to_string())?;
    crate::files::make_folder(folder)?;
    let syncs = syncs_per_second(folder)?;
    let (before, begun) = (memory_kib("self", "VmRSS"), tick());
    let ports = Ports { exchange: 1, officers: 2, operations: 3 };
    let target = folder.join("bundle");
    let order = Order { folder: &target, cast: vec![(owner, ports)], law: &law, world: &world };
    build(&order, &mut |_| {})?;
    let took = begun.elapsed();
    let peak = memory_kib("self", "VmHWM");
    println!(
        "{persons} persons in {:.1} s = {:.0} persons/s (made, read as JSON Lines, checked, sealed, stored, logged)",
        took.as_secs_f64(),
        per_second(u64::from(persons), took)
    );
    println!("peak memory {} MiB (before it began {} MiB)", peak / 1024, before / 1024);
    println!("machine: load average {}, {syncs:.0} fsync/s", load_average());
    Ok(ExitCode::SUCCESS)
}

/// A plan of persons in one register.
pub(super) fn persons_in(
    register: RegisterId,
    owner: &crate::federation::CastNode,
    persons: u32,
) -> RegisterPlan {
    RegisterPlan {
        register,
        kind: SubjectKind::Person,
        country: owner.country,
        records: persons,
        overlap_percent: 0,
        fields: std::collections::BTreeMap::new(),
    }
}
