//! `eunomia check`: everything that is wrong with a configuration and what it names, at once.

mod agreement;
mod surroundings;

use crate::Done;
use crate::arguments::{Check, ReportForm};
use crate::carried;
use crate::finding::{Finding, told};
use crate::opening::{Prepared, prepared, read_settings};
use crate::system::SystemClock;
use node::{Clock, Settings};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use vocabulary::Timestamp;

/// What was found: the body of `--format json`.
#[derive(Debug, Serialize)]
struct Report {
    config: PathBuf,
    /// True when a node would start and work.
    ok: bool,
    /// What keeps it from that.
    problems: Vec<Finding>,
    /// What does not, and is to be known.
    notices: Vec<Finding>,
    #[serde(skip)]
    summary: String,
}

/// What keeps a node from working, and what its operator should know.
#[derive(Debug, Default)]
struct Findings {
    problems: Vec<Finding>,
    notices: Vec<Finding>,
}

/// Runs the command.
///
/// # Errors
/// All problems, one a line.
pub(crate) fn run(order: &Check) -> Done {
    let report = report(&order.configured.config);
    match order.format {
        ReportForm::Json => {
            let text = serde_json::to_string_pretty(&report).map_err(|error| error.to_string())?;
            println!("{text}");
            return Ok(if report.ok { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        ReportForm::Text if report.ok => print!("{}", report.summary),
        ReportForm::Text => {}
    }
    for notice in &report.notices {
        eprintln!("notice: {notice}");
    }
    if !report.ok {
        return Err(told(&report.problems));
    }
    println!("nothing wrong");
    Ok(ExitCode::SUCCESS)
}

fn report(config: &Path) -> Report {
    let mut findings = Findings::default();
    let mut summary = String::new();
    match read_settings(config) {
        Err(problems) => findings.problems = problems,
        Ok(settings) => {
            let now = SystemClock.now();
            surroundings::look(&settings, now, &mut findings);
            agreement::look(&settings, now, &mut findings);
            match prepared(settings) {
                Ok(prepared) => {
                    findings.problems.extend(local_law(&prepared, now));
                    summary = summarised(&prepared);
                }
                Err(problems) => findings.problems.extend(problems),
            }
        }
    }
    // The same file may be wanted by several.
    let mut problems: Vec<Finding> = Vec::new();
    for problem in findings.problems {
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }
    let ok = problems.is_empty();
    Report { config: config.to_owned(), ok, problems, notices: findings.notices, summary }
}

/// What is wrong with local law that only a trial shows: rules that fail, and what would keep the node from starting.
fn local_law(prepared: &Prepared, now: Timestamp) -> Vec<Finding> {
    let law = &prepared.opening.law;
    let mut problems = carried::try_local(law);
    for authority in &prepared.opening.settings.authorities {
        match law.kept_from_keeping(&authority.id, now) {
            Ok(told) => problems.extend(told),
            Err(error) => problems.push(error.to_string()),
        }
    }
    problems.into_iter().map(Finding::from).collect()
}

fn summarised(prepared: &Prepared) -> String {
    let settings: &Settings = &prepared.opening.settings;
    let trust = &prepared.opening.trust;
    let mut lines = vec![format!("node         {}", settings.node)];
    lines.extend(settings.authorities.iter().map(|authority| {
        format!(
            "authority    {} ({}), {} registers",
            authority.id,
            authority.name,
            authority.registers.len()
        )
    }));
    lines.push(format!("instruments  {}", prepared.opening.law.all().count()));
    let rules = prepared.opening.law.access().local().len();
    lines.extend(settings.local_law.as_ref().map(|folder| {
        format!(
            "local law    {rules} rules in `{}`, which forbid and never permit",
            folder.display()
        )
    }));
    lines.push(format!("officers     {}", prepared.officers.all().len()));
    lines.push(format!(
        "trust list   version {}, {} nodes, valid until {}",
        trust.version(),
        trust.nodes().len(),
        trust.content().valid_until
    ));
    if trust.node(&settings.node).is_none() {
        lines.push(
            "             it does not name this node yet: send request.json to a keeper".to_owned(),
        );
    }
    lines.push(String::new());
    lines.join("\n")
}
