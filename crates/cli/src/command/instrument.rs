//! `eunomia instrument`: checks instrument files, shows what one says.

use crate::Done;
use crate::arguments::{Instrument, InstrumentAct};
use crate::carried;
use crate::files::read_text;
use instrument::{Catalogues, Mode};
use node::Law;
use std::path::PathBuf;
use std::process::ExitCode;
use vocabulary::InstrumentId;

/// Runs the command.
///
/// # Errors
/// What cannot be read or is not known; problems in files are exit status 1.
pub(crate) fn run(order: &Instrument) -> Done {
    match &order.act {
        InstrumentAct::Check { files } if files.is_empty() => check_carried(),
        InstrumentAct::Check { files } => check(files),
        InstrumentAct::Show { id: None, .. } => {
            list(&carried::law()?);
            Ok(ExitCode::SUCCESS)
        }
        InstrumentAct::Show { id: Some(id), matrix } => show(&carried::law()?, id, *matrix),
    }
}

fn check_carried() -> Done {
    let law = carried::law()?;
    for instrument in law.all() {
        println!("{}: nothing wrong", instrument.id());
    }
    Ok(ExitCode::SUCCESS)
}

fn check(files: &[PathBuf]) -> Done {
    let catalogues =
        Catalogues::read(carried::catalogues()).map_err(|problems| carried::told(&problems))?;
    let mut wrong = 0_usize;
    for file in files {
        let text = read_text(file)?;
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        match instrument::read(&name, &text, &catalogues) {
            Ok(_) => println!("{}: nothing wrong", file.display()),
            Err(problems) => {
                wrong = wrong.saturating_add(problems.len());
                println!("{}", carried::told(&problems));
            }
        }
    }
    match wrong {
        0 => Ok(ExitCode::SUCCESS),
        count => {
            println!("{count} problems; nothing of a file with problems is used");
            Ok(ExitCode::FAILURE)
        }
    }
}

fn list(law: &Law) {
    for instrument in law.all() {
        let mode = match instrument.mode() {
            Mode::InForce => "every figure verified".to_owned(),
            Mode::Exercise { unverified } => {
                format!("exercise mode: {} figures not verified in the act", unverified.len())
            }
        };
        println!("{:<24} {} ({mode})", instrument.id().as_str(), instrument.title());
    }
}

fn show(law: &Law, id: &InstrumentId, matrix: bool) -> Done {
    let instrument = carried::known(law, id)?;
    if matrix {
        let matrix = access::matrix(law.access(), instrument);
        println!("{}", matrix.map_err(|error| error.to_string())?);
    } else {
        println!("{}", instrument::render(instrument));
    }
    Ok(ExitCode::SUCCESS)
}
