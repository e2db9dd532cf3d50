//! Builds a bundle once; a finished one is used again.

use crate::federation::CastNode;
use crate::federation::papers::{KeeperKeys, Ports, first_list, node_order};
use crate::files::{cannot, make_folder, write_private, write_secret};
use crate::joining::{fresh, write_node};
use crate::opening::{open, prepare};
use crate::system::{SystemClock, SystemEntropy};
use instrument::{Instrument, MatchingKind};
use node::{Clock, ImportForm, ImportOrder, Law};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use vocabulary::{InstrumentId, RegisterId, Subject};
use world::{World, to_import_line};

/// A federation on disk.
#[derive(Debug, Clone)]
pub(crate) struct Bundle {
    pub(crate) folder: PathBuf,
    pub(crate) nodes: Vec<(CastNode, Ports)>,
}

impl Bundle {
    /// The configuration file of a node.
    pub(crate) fn config(&self, node: &CastNode) -> PathBuf {
        self.folder.join(node.node.as_str()).join("node.toml")
    }

    /// The access token of an officer of a node.
    pub(crate) fn token(&self, node: &CastNode, role: &str) -> Result<String, String> {
        let path = self.folder.join(node.node.as_str()).join(format!("{role}.token"));
        crate::files::read_text(&path)
    }
}

/// What a bundle is made from; a finished bundle made from the same is used again.
pub(crate) struct Order<'a> {
    pub(crate) folder: &'a Path,
    pub(crate) cast: Vec<(CastNode, Ports)>,
    pub(crate) law: &'a Law,
    pub(crate) world: &'a World,
}

/// Builds the bundle, or finds it finished.
///
/// # Errors
/// What cannot be written, or what a register refuses to take.
pub(crate) fn build(order: &Order<'_>, tell: &mut dyn FnMut(&str)) -> Result<Bundle, String> {
    let mark = mark(order)?;
    let path = order.folder.join("finished.json");
    let bundle = Bundle { folder: order.folder.to_owned(), nodes: order.cast.clone() };
    if fs::read_to_string(&path).is_ok_and(|found| found == mark) {
        return Ok(bundle);
    }
    if order.folder.exists() {
        if !order.folder.join("keepers").exists() && folder_is_used(order.folder) {
            return Err(format!(
                "`{}` holds something else; name another folder with --directory",
                order.folder.display()
            ));
        }
        fs::remove_dir_all(order.folder).map_err(|e| cannot("clear", order.folder, &e))?;
    }
    make_folder(order.folder)?;
    write_papers(order)?;
    for (cast, _) in &order.cast {
        load(&bundle, cast, (order.world, order.law), tell)?;
    }
    write_private(&path, mark.as_bytes())?;
    Ok(bundle)
}

fn folder_is_used(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}

/// What a finished bundle was made from.
fn mark(order: &Order<'_>) -> Result<String, String> {
    let ports: Vec<String> = order
        .cast
        .iter()
        .map(|(node, p)| format!("{} {} {} {}", node.node, p.exchange, p.officers, p.operations))
        .collect();
    let law: Vec<String> =
        order.law.all().map(|one| format!("{} {}", one.id(), hex::encode(one.digest()))).collect();
    serde_json::to_string(&(env!("CARGO_PKG_VERSION"), order.world.plan(), ports, law))
        .map_err(|e| e.to_string())
}

fn write_papers(order: &Order<'_>) -> Result<(), String> {
    let entropy = SystemEntropy::new();
    let now = SystemClock.now();
    let keepers = KeeperKeys::make(&order.folder.join("keepers"), &entropy)?;
    let pseudonymised: Vec<InstrumentId> = order
        .law
        .all()
        .filter(|one| one.matching().kind() == MatchingKind::Pseudonymised)
        .map(|one| one.id().clone())
        .collect();
    for id in &pseudonymised {
        write_secret(&order.folder.join(format!("{id}.key")), &fresh(&entropy))?;
    }
    let mut requests = Vec::new();
    for (cast, ports) in &order.cast {
        let folder = order.folder.join(cast.node.as_str());
        let papers = node_order(&folder, cast, *ports, &keepers, &pseudonymised)?;
        requests.push(write_node(&papers, &entropy, now)?);
    }
    let list = first_list(&requests, order.law, &keepers, now)?;
    write_private(&order.folder.join("trust-list.json"), &list)
}

/// Loads every register of a node from the world.
fn load(
    bundle: &Bundle,
    cast: &CastNode,
    (world, law): (&World, &Law),
    tell: &mut dyn FnMut(&str),
) -> Result<(), String> {
    let mut prepared = prepare(&bundle.config(cast))?;
    prepared.opening.searching = false;
    let officer = prepared
        .officers
        .all()
        .iter()
        .find(|officer| officer.role.as_str() == "register_owner")
        .cloned()
        .ok_or_else(|| format!("`{}` has no keeper of registers", cast.node))?;
    let node = open(prepared.opening)?;
    for planned in &world.plan().registers {
        if *planned.register.authority() != cast.authority {
            continue;
        }
        tell(&format!("loading {} records into {}", planned.records, planned.register));
        let order = ImportOrder {
            officer: &officer,
            register: &planned.register,
            form: ImportForm::JsonLines,
            kind: Some(planned.kind),
            dry_run: false,
        };
        let mut first = None;
        let mut reject = |row: node::RejectedRow| {
            first.get_or_insert(row);
        };
        let source = lines(world, &planned.register, law);
        let report =
            node.import(&order, source, &mut reject, &mut |_| {}).map_err(|e| chain(&e))?;
        if let Some(row) = first {
            return Err(format!("{} rows refused, first {row:?}", report.rejected));
        }
    }
    node.upkeep_logs().map_err(|e| chain(&e))?;
    node.close();
    Ok(())
}

/// The import file of a register, made as it is read.
pub(crate) fn lines<'a>(world: &'a World, register: &RegisterId, law: &Law) -> impl Read + use<'a> {
    let records = world.register(register).into_iter().flatten();
    let instrument = law.get(register.instrument());
    let required = |one: &Instrument| {
        one.fields().iter().any(|f| f.name().as_str() == "birth_date" && f.required())
    };
    let needs_date = instrument.is_some_and(|one| required(one));
    let lines = records.map(move |(mut record, subject)| {
        if let Subject::Person(person) = &mut record.subject
            && needs_date
            && person.birth_date.is_none()
        {
            // An alert cannot be entered without a birth date, so its clerk looked it up.
            person.birth_date = Some(world.population().person(subject.get()).birth_date);
        }
        to_import_line(&record)
    });
    Lines { texts: lines, rest: Vec::new(), at: 0 }
}

struct Lines<I> {
    texts: I,
    rest: Vec<u8>,
    at: usize,
}

impl<I: Iterator<Item = String>> Read for Lines<I> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.rest.len() {
            let Some(line) = self.texts.next() else { return Ok(0) };
            self.rest = line.into_bytes();
            if self.rest.last() != Some(&b'\n') {
                self.rest.push(b'\n');
            }
            self.at = 0;
        }
        let rest = self.rest.get(self.at..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        for (to, from) in buffer.iter_mut().zip(rest) {
            *to = *from;
        }
        self.at = self.at.saturating_add(count);
        Ok(count)
    }
}

/// An error with everything that caused it, on one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut told = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        told.push_str(": ");
        told.push_str(&next.to_string());
        cause = next.source();
    }
    told
}
