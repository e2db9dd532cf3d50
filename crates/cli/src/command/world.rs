//! `eunomia world`: writes a made-up population as import files, questions and ground truth.

use crate::Done;
use crate::arguments::World as Order;
use crate::carried;
use crate::federation::{demo_cast, demo_plan, lines};
use crate::files::{cannot, make_folder};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;
use world::{Mix, World};

/// How many questions are written for a population.
const QUESTIONS: u32 = 1_000;

/// Runs the command.
///
/// # Errors
/// When a file cannot be written.
pub(crate) fn run(order: &Order) -> Done {
    let law = carried::law()?;
    let cast = demo_cast(order.states).map_err(|e| e.to_string())?;
    let plan = demo_plan(&cast, &law, order.seed, order.persons);
    let world = World::new(plan).map_err(|e| e.to_string())?;
    make_folder(&order.out)?;
    for planned in &world.plan().registers {
        let name = planned.register.to_string().replace('/', "--");
        let path = order.out.join(format!("{name}.jsonl"));
        let mut file = create(&path)?;
        io::copy(&mut lines(&world, &planned.register, &law), &mut file)
            .and_then(|_| file.flush())
            .map_err(|error| cannot("write", &path, &error))?;
        println!("{:>9} records  {}", planned.records, path.display());
    }
    write_lines(&order.out.join("truth.jsonl"), world.truth())?;
    let seed = order.seed.wrapping_add(1);
    write_lines(
        &order.out.join("questions.jsonl"),
        world.queries(seed, QUESTIONS, &Mix::default()),
    )?;
    println!(
        "ground truth and {QUESTIONS} questions with their answers beside them; everybody in it is made up"
    );
    Ok(ExitCode::SUCCESS)
}

fn create(path: &Path) -> Result<BufWriter<File>, String> {
    File::create(path).map(BufWriter::new).map_err(|error| cannot("write", path, &error))
}

fn write_lines<T: serde::Serialize>(
    path: &Path,
    values: impl Iterator<Item = T>,
) -> Result<(), String> {
    let mut file = create(path)?;
    for value in values {
        serde_json::to_writer(&mut file, &value)
            .map_err(io::Error::from)
            .and_then(|()| file.write_all(b"\n"))
            .map_err(|error| cannot("write", path, &error))?;
    }
    file.flush().map_err(|error| cannot("write", path, &error))
}
