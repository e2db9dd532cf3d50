//! `eunomia access`: explains decisions, shows matrices, checks local law.

use crate::Done;
use crate::arguments::access::{AccessAct, AccessOrder, CheckLocal, Explain, LawSource, Matrix};
use crate::carried;
use crate::opening::settings;
use crate::system::SystemClock;
use access::Explained;
use node::{Clock, Law};
use std::process::ExitCode;
use vocabulary::{AuthorityId, InstrumentId};

/// Whom an explanation speaks of when neither an option nor a configuration names an authority.
const SOME_AUTHORITY: &str = "this-authority";

/// Runs the command.
///
/// # Errors
/// What cannot be read or is not known.
pub(crate) fn run(order: &AccessOrder) -> Done {
    match &order.act {
        AccessAct::Explain(order) => explain(order),
        AccessAct::Matrix(order) => matrix(order),
        AccessAct::Check(order) => check(order),
        AccessAct::Schema(source) => {
            print!("{}", read(source)?.0.access().schema());
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// The law, and the first authority of the configuration where there is one.
fn read(source: &LawSource) -> Result<(Law, Option<AuthorityId>), String> {
    let Some(config) = &source.config else {
        return Ok((carried::law_of(None, source.local_law.as_deref())?, None));
    };
    let settings = settings(config)?;
    let law = carried::law_of(settings.instruments.as_deref(), settings.local_law.as_deref())?;
    Ok((law, settings.authorities.first().map(|one| one.id.clone())))
}

fn explain(order: &Explain) -> Done {
    let (law, configured) = read(&order.law)?;
    let instrument = carried::known(&law, &order.instrument)?;
    let roles = instrument.catalogues().roles();
    if !roles.contains(&order.role) {
        let known: Vec<String> = roles.iter().map(ToString::to_string).collect();
        let known = known.join(", ");
        return Err(format!("`{}` is not a role; known are {known}", order.role));
    }
    let authority = match order.authority.clone().or(configured).or_else(|| order.owner.clone()) {
        Some(authority) => authority,
        None => SOME_AUTHORITY.parse().map_err(|error: vocabulary::Invalid| error.to_string())?,
    };
    let explained = Explained {
        instrument,
        role: order.role.clone(),
        purpose: order.purpose.clone(),
        operation: order.operation,
        owner: order.owner.clone().unwrap_or_else(|| authority.clone()),
        authority,
        offence: order.offence.clone(),
        urgent: order.urgent,
    };
    let text = access::explain(law.access(), &explained, SystemClock.now());
    print!("{}", text.map_err(|error| error.to_string())?);
    Ok(ExitCode::SUCCESS)
}

fn matrix(order: &Matrix) -> Done {
    let (law, _) = read(&order.law)?;
    let ids: Vec<&InstrumentId> = match &order.instrument {
        Some(id) => vec![id],
        None => law.all().map(|one| one.id()).collect(),
    };
    for id in ids {
        let matrix = access::matrix(law.access(), carried::known(&law, id)?);
        println!("{}", matrix.map_err(|error| error.to_string())?);
    }
    Ok(ExitCode::SUCCESS)
}

fn check(order: &CheckLocal) -> Done {
    let law = carried::law_of(order.instruments.as_deref(), Some(&order.folder))?;
    let problems = carried::try_local(&law);
    if !problems.is_empty() {
        return Err(problems.join("\n"));
    }
    for rule in law.access().local() {
        println!("{}:{}  {rule}", rule.file(), rule.line());
    }
    println!("{} rules of local law, nothing wrong", law.access().local().len());
    Ok(ExitCode::SUCCESS)
}
