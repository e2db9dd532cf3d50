//! `eunomia import`: loads a file into a register of a node that is not running.

use crate::Done;
use crate::arguments::Import;
use crate::federation::chain;
use crate::files::{cannot, write_private};
use crate::opening::{open, prepare};
use indicatif::{ProgressBar, ProgressStyle};
use node::{ImportForm, ImportOrder};
use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::PathBuf;
use std::process::ExitCode;

/// Runs the command. Rejected rows are exit status 1 when nothing was taken, 0 otherwise; they are always told.
///
/// # Errors
/// When the file or the node cannot be used.
pub(crate) fn run(order: &Import) -> Done {
    let form = ImportForm::of_file_name(&order.file.to_string_lossy())
        .ok_or_else(|| format!("`{}` is neither `.csv` nor `.jsonl`", order.file.display()))?;
    let file = File::open(&order.file).map_err(|error| cannot("read", &order.file, &error))?;
    let length = file.metadata().map_or(0, |data| data.len());
    let mut prepared = prepare(&order.config)?;
    prepared.opening.searching = false;
    let officer = prepared.officers.all().iter().find(|officer| officer.id == order.officer);
    let officer = officer.cloned().ok_or_else(|| {
        format!("`{}` is not an officer of this node; see its officers file", order.officer)
    })?;
    let node = open(prepared.opening)?;
    let bar = progress(length);
    let mut rejected = Vec::new();
    let job = ImportOrder {
        officer: &officer,
        register: &order.register,
        form,
        kind: order.kind,
        dry_run: order.dry_run,
    };
    let source = Counted { file, bar: bar.clone() };
    let report = node.import(&job, source, &mut |row| rejected.push(row), &mut |rows| {
        bar.set_message(format!("{rows} rows"));
    });
    bar.finish_and_clear();
    let report = report.map_err(|fault| chain(&fault))?;
    node.upkeep_logs().map_err(|fault| chain(&fault))?;
    node.close();
    let verb = if order.dry_run { "would be taken" } else { "taken" };
    let (records, rows) = (counted(report.taken, "record"), counted(report.rejected, "row"));
    println!("{records} {verb}, {rows} rejected");
    for (field, count) in &report.left_out {
        println!(
            "`{field}` was left out of {}: the instrument does not list it",
            counted(*count, "record")
        );
    }
    if let (Some(entry), Some(root)) = (report.entry, report.root) {
        println!("log entry {entry}, Merkle root of the records {root}");
        if let Some(salt) = report.file_salt {
            println!(
                "salt of the file's digest {salt}; keep it with the file to prove what was loaded"
            );
        }
    }
    if !rejected.is_empty() {
        rejected.sort_by_key(|row| row.line);
        let path = order.rejected.clone().unwrap_or_else(|| beside(&order.file));
        write_rejected(&path, &rejected)?;
    }
    let nothing = report.taken == 0 && report.rejected > 0;
    Ok(if nothing { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn counted(count: u32, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

fn beside(file: &std::path::Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".rejected.jsonl");
    file.with_file_name(name)
}

fn write_rejected(path: &std::path::Path, rows: &[node::RejectedRow]) -> Result<(), String> {
    let mut text = String::new();
    for row in rows {
        text.push_str(&serde_json::to_string(row).map_err(|error| error.to_string())?);
        text.push('\n');
    }
    write_private(path, text.as_bytes())?;
    for row in rows.iter().take(5) {
        for problem in &row.problems {
            let field = Some(&problem.field).filter(|field| !field.is_empty());
            let field = field.map(|field| format!("{field}: ")).unwrap_or_default();
            println!("line {}: {field}{}", row.line, problem.problem);
        }
    }
    println!("every rejected row with its reasons: {}", path.display());
    println!(
        "correct these rows and import them as a file of their own; that list holds personal data, so erase it afterwards"
    );
    Ok(())
}

fn progress(length: u64) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(length);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes} {msg} {eta}") {
        bar.set_style(style);
    }
    bar
}

/// Moves the bar while the file is read.
struct Counted {
    file: File,
    bar: ProgressBar,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.bar.inc(u64::try_from(count).unwrap_or(0));
        Ok(count)
    }
}
