//! `eunomia`: the one binary of a node and of everybody who has to do with one.

mod arguments;
mod carried;
mod command;
mod federation;
mod files;
mod finding;
mod joining;
mod opening;
mod system;

use arguments::{Arguments, Command};
use clap::Parser;
use std::process::ExitCode;

/// What a command ends with.
pub(crate) type Done = Result<ExitCode, String>;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match arguments.command {
        Command::Demo(order) => command::demo::run(&order),
        Command::Serve(order) => command::serve::run(&order),
        Command::Check(order) => command::check::run(&order),
        Command::Search(order) => command::search::run(&order),
        Command::Import(order) => command::import::run(&order),
        Command::Join(order) => command::join::run(&order),
        Command::Trust(order) => command::trust::run(&order),
        Command::Record(order) => command::record::run(&order),
        Command::Retention(order) => command::retention::run(&order),
        Command::Backup(order) => command::backup::run(&order),
        Command::Restore(order) => command::restore::run(&order),
        Command::Instrument(order) => command::instrument::run(&order),
        Command::Access(order) => command::access::run(&order),
        Command::World(order) => command::world::run(&order),
        Command::VerifyLog(order) => command::verify_log::run(&order),
        Command::Proof(order) => command::proof::run(&order.act),
        Command::Bench(order) => command::bench::run(&order),
    };
    done.unwrap_or_else(|message| {
        eprintln!("eunomia: {message}");
        ExitCode::FAILURE
    })
}
