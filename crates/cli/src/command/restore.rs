//! `eunomia restore`: puts a backup back and says what is lost.

use crate::Done;
use crate::arguments::Restore;
use crate::federation::chain;
use crate::files::write_private;
use crate::opening::settings;
use crate::system::{SystemClock, SystemEntropy};
use node::{Clock, Entropy};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::process::ExitCode;
use std::sync::Arc;
use store::Restored;

/// Runs the command.
///
/// # Errors
/// When the backup may not be put back, with the reason.
pub(crate) fn run(order: &Restore) -> Done {
    let settings = settings(&order.config)?;
    let places = settings.places().map_err(|error| chain(&error))?;
    if let Some(mirror) = &order.log {
        store::take_mirror(mirror, &places.log).map_err(|error| chain(&error))?;
    }
    let at = SystemClock.now();
    let entropy = SystemEntropy::new();
    let fill: store::Entropy = Arc::new(move |bytes: &mut [u8]| entropy.fill(bytes));
    let job =
        store::Restore { places: &places, from: &order.from, keys_from: &order.keys_from, at };
    let restored = store::restore(job, fill).map_err(|error| chain(&error))?;
    let report = report(&restored);
    let path = settings.data.join(format!("restored-{}.txt", at.to_string().replace(':', "-")));
    write_private(&path, report.as_bytes())?;
    print!("{report}");
    println!("this report: {}", path.display());
    Ok(ExitCode::SUCCESS)
}

/// What was put back, erased again and lost, for the operator and the owners.
fn report(restored: &Restored) -> String {
    let mut text = format!("The backup of {} was put back.\n", restored.made_at);
    let (records, others) = (restored.records_erased, restored.others_erased);
    let gone = format!(
        "Erased again, because they were erased or replaced since: {records} records or copies, {others} searches, \
         answers and messages.\n"
    );
    text.push_str(&gone);
    if restored.later.is_empty() {
        text.push_str("The log holds nothing later: nothing is known to be lost.\n");
        return text;
    }
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for entry in &restored.later {
        let instrument = entry.instrument.as_ref().map_or("-", |version| version.id.as_str());
        let what = format!("{} {} under {instrument}", entry.authority, word(entry));
        let count = counts.entry(what).or_default();
        *count = count.saturating_add(1);
    }
    text.push_str("By the log this came later, and what it entered, changed or asked is lost:\n");
    for (what, count) in counts {
        writeln!(text, "  {count} times {what}").ok();
    }
    text.push_str("Entry by entry; whoever holds the source enters it again:\n");
    for entry in &restored.later {
        let query = entry.query.map(|query| format!(" query {query}")).unwrap_or_default();
        writeln!(text, "  {} {} {}{query}", entry.at, entry.entry_id, word(entry)).ok();
    }
    text
}

fn word(entry: &audit_log::Entry) -> String {
    match &entry.maintenance {
        Some(task) => format!("maintenance {task}"),
        None => entry.operation.as_str().to_owned(),
    }
}
