//! Loading a file of records into a register: good rows are kept, the others come back with their reasons.

pub(crate) mod row;
mod source;

pub use row::RowProblem;
pub use source::ImportForm;

use crate::fault::Fault;
use crate::node::Node;
use crate::officer::Officer;
use crate::record::wrong_with;
use access::{Asker, AskerHome, Grant};
use audit_log::{Batch, Entry, Frontier, leaf_hash};
use instrument::Instrument;
use seal::{Digest, Hasher};
use serde::Serialize;
use source::RawRow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read};
use std::sync::Arc;
use store::{Draft, FinishBatch, Stage, StageResult};
use vocabulary::{
    FieldName, ProcessingOperation, Record, RecordId, RegisterId, SubjectKind, Timestamp,
};

/// How many rows are written to the store at once.
const CHUNK: usize = 1_000;

/// A row that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RejectedRow {
    /// The line of the file on which it begins.
    pub line: u64,
    /// Everything that is wrong with it.
    pub problems: Vec<RowProblem>,
    /// The row as it stood in the file.
    pub row: String,
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    /// Rows taken in.
    pub taken: u32,
    /// Rows not taken.
    pub rejected: u32,
    /// Fields that the act does not list, and from how many rows they were left out.
    pub left_out: BTreeMap<FieldName, u32>,
    /// The Merkle root over the salted commitments of the records, as the log entry has it.
    pub root: Option<Digest>,
    /// The 32 bytes under which the log entry commits to the SHA-256 of the file, as 64 hexadecimal digits. Whoever keeps
    /// them with the file can prove later that it was this file; nobody else can test guesses.
    pub file_salt: Option<Digest>,
    /// The log entry of the batch; none in a dry run or when no row was taken.
    pub entry: Option<vocabulary::QueryId>,
}

/// What an import needs beside the file.
#[derive(Debug, Clone, Copy)]
pub struct ImportOrder<'a> {
    /// Who loads it.
    pub officer: &'a Officer,
    /// Into which register.
    pub register: &'a RegisterId,
    /// The form of the file.
    pub form: ImportForm,
    /// What kind of subject the rows describe; none when the instrument has only one.
    pub kind: Option<SubjectKind>,
    /// True to check everything and keep nothing.
    pub dry_run: bool,
}

/// Reads and hashes at once.
struct Hashed<R>(R, Hasher);

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.0.read(buffer)?;
        self.1.update(buffer.get(..count).unwrap_or_default());
        Ok(count)
    }
}

/// The state of a running import.
struct Running<'a> {
    node: &'a Node,
    instrument: &'a Instrument,
    kind: SubjectKind,
    at: Timestamp,
    waiting: Vec<(u64, String, Record)>,
    taken: u32,
    rejected: u32,
    left_out: BTreeMap<FieldName, u32>,
    frontier: Frontier,
    first_key: Option<u64>,
    grant: &'a Grant,
    /// The load in the store; none in a dry run.
    batch: Option<u64>,
    /// In a dry run, the ids seen so far.
    seen: BTreeSet<RecordId>,
    register: &'a RegisterId,
    reject: &'a mut dyn FnMut(RejectedRow),
}

impl Node {
    /// Loads `source`. Every row that is not taken goes to `reject`; `progress` hears how many rows were read.
    /// All rows taken become visible together with the one log entry of the batch.
    ///
    /// # Errors
    /// When the officer may not, the file cannot be read, or the store fails. Then nothing became visible.
    pub fn import(
        &self,
        order: &ImportOrder<'_>,
        source: impl Read,
        reject: &mut dyn FnMut(RejectedRow),
        progress: &mut dyn FnMut(u64),
    ) -> Result<ImportReport, Fault> {
        let at = self.now();
        let instrument = Arc::clone(self.instrument(order.register.instrument())?);
        let kind = kind_of(order, &instrument)?;
        let (grant, mut entry) = self.decide_import(order, &instrument, at)?;
        let batch = if order.dry_run {
            None
        } else {
            Some(self.store().begin_batch(&grant, order.register, at)?)
        };
        let mut running = Running {
            node: self,
            instrument: &instrument,
            kind,
            at,
            waiting: Vec::with_capacity(CHUNK),
            taken: 0,
            rejected: 0,
            left_out: BTreeMap::new(),
            frontier: Frontier::default(),
            first_key: None,
            grant: &grant,
            batch,
            seen: BTreeSet::new(),
            register: order.register,
            reject,
        };
        let read = running.read(order, source, progress);
        let (taken, rejected, first) = (running.taken, running.rejected, running.first_key);
        let left_out = std::mem::take(&mut running.left_out);
        let root = running.frontier.root();
        let file_digest = match read {
            Ok(digest) => digest,
            Err(fault) => {
                if let Some(number) = batch {
                    self.store().abandon_batch(order.register.authority(), number)?;
                }
                return Err(fault);
            }
        };
        let Some(number) = batch.filter(|_| taken > 0) else {
            if let Some(number) = batch {
                self.store().abandon_batch(order.register.authority(), number)?;
            }
            let (root, file_salt, entry) = (None, None, None);
            return Ok(ImportReport { taken, rejected, left_out, root, file_salt, entry });
        };
        let salt = self.shared.environment.bytes();
        let salted = seal::salted(&salt, file_digest.as_bytes());
        let file_salt = Some(Digest::from_bytes(salt));
        entry.registers = vec![order.register.clone()];
        entry.batch = Some(Batch { file_digest: salted, root, rows: taken, rejected });
        self.finish_import(order, &instrument, (grant, entry, number), (first, at)).map(|entry| {
            let (root, entry) = (Some(root), Some(entry));
            ImportReport { taken, rejected, left_out, root, file_salt, entry }
        })
    }

    fn decide_import(
        &self,
        order: &ImportOrder<'_>,
        instrument: &Instrument,
        at: Timestamp,
    ) -> Result<(Grant, Entry), Fault> {
        let asker = self.keeper(order.officer, order.register, at)?;
        self.decide_keeping(&asker, instrument, ProcessingOperation::Collection, at)
    }

    /// The officer as one who acts on a register of his own authority.
    pub(crate) fn keeper(
        &self,
        officer: &Officer,
        register: &RegisterId,
        at: Timestamp,
    ) -> Result<Asker, Fault> {
        let is_own = officer.authority == *register.authority();
        if !is_own || !self.own(register.authority())?.registers.contains(register.instrument()) {
            let what = format!("`{register}` is not a register of your authority on this node");
            return Err(Fault::invalid("register", what));
        }
        let pseudonym = self.pseudonym(&officer.authority, &officer.id, &officer.authority, at)?;
        let home = AskerHome::ThisAuthority;
        Ok(Asker::new(officer.authority.clone(), pseudonym, officer.role.clone(), home))
    }

    fn finish_import(
        &self,
        order: &ImportOrder<'_>,
        instrument: &Instrument,
        (grant, entry, batch): (Grant, Entry, u64),
        (first, at): (Option<u64>, Timestamp),
    ) -> Result<vocabulary::QueryId, Fault> {
        let receipt = self.store().finish_batch(FinishBatch {
            grant: &grant,
            entry: Draft { entry },
            batch,
            at,
        })?;
        let authority = order.register.authority();
        if self.shared.searching {
            self.own_records(&receipt, first, &mut |key, record| {
                self.index_put(authority, instrument, key, record);
            })?;
        }
        self.disseminate_since(authority, instrument, first)?;
        Ok(receipt.entry_id())
    }
}

fn kind_of(order: &ImportOrder<'_>, instrument: &Instrument) -> Result<SubjectKind, Fault> {
    match (order.kind, instrument.subjects()) {
        (Some(kind), kinds) if kinds.contains(&kind) => Ok(kind),
        (None, [kind]) => Ok(*kind),
        (_, kinds) => {
            let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
            Err(Fault::invalid("kind", format!("say which kind of subject: {}", kinds.join(", "))))
        }
    }
}

impl Running<'_> {
    fn read(
        &mut self,
        order: &ImportOrder<'_>,
        source: impl Read,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Digest, Fault> {
        let mut source = BufReader::with_capacity(1 << 16, Hashed(source, Hasher::new()));
        let (mut rows, mut failed) = (0_u64, None);
        let mut each = |row: RawRow| {
            rows = rows.saturating_add(1);
            if rows.is_multiple_of(1_000) {
                progress(rows);
            }
            match self.row(row) {
                Ok(()) => true,
                Err(fault) => {
                    failed = Some(fault);
                    false
                }
            }
        };
        match order.form {
            ImportForm::Csv => source::csv_rows(&mut source, &mut each)?,
            ImportForm::JsonLines => source::json_lines(&mut source, &mut each)?,
        }
        if let Some(fault) = failed {
            return Err(fault);
        }
        self.flush()?;
        progress(rows);
        // What a reader of rows may have left, so that the digest is that of the whole file.
        while !source.fill_buf()?.is_empty() {
            let count = source.buffer().len();
            source.consume(count);
        }
        Ok(source.into_inner().1.finish())
    }

    fn row(&mut self, raw: RawRow) -> Result<(), Fault> {
        let RawRow { line, text, values } = raw;
        let node = self.node;
        let at = self.at;
        let fresh = || RecordId::from(node.fresh_query(at));
        let record = values
            .map_err(|problem| vec![problem])
            .and_then(|values| row::record(values, self.kind, &fresh))
            .and_then(|record| self.fitting(&record));
        match record {
            Ok(record) => self.waiting.push((line, text, record)),
            Err(problems) => self.refuse(line, text, problems),
        }
        if self.waiting.len() >= CHUNK { self.flush() } else { Ok(()) }
    }

    /// The record cut to what the act lists, when it then is as the instrument wants it.
    fn fitting(&mut self, record: &Record) -> Result<Record, Vec<RowProblem>> {
        let (record, left_out) = self.instrument.only_listed(record);
        for field in left_out {
            let count = self.left_out.entry(field).or_default();
            *count = count.saturating_add(1);
        }
        let problems = wrong_with(self.instrument, &record, self.at);
        if problems.is_empty() {
            return Ok(record);
        }
        let told = problems.into_iter().map(|problem| RowProblem { field: String::new(), problem });
        Err(told.collect())
    }

    fn refuse(&mut self, line: u64, row: String, problems: Vec<RowProblem>) {
        self.rejected = self.rejected.saturating_add(1);
        (self.reject)(RejectedRow { line, problems, row });
    }

    fn flush(&mut self) -> Result<(), Fault> {
        let waiting = std::mem::take(&mut self.waiting);
        if waiting.is_empty() {
            return Ok(());
        }
        let Some(batch) = self.batch else { return self.try_out(waiting) };
        let (places, records): (Vec<_>, Vec<_>) =
            waiting.into_iter().map(|(line, text, record)| ((line, text), record)).unzip();
        let results = self.node.store().stage_records(Stage {
            grant: self.grant,
            batch,
            register: self.register.clone(),
            records,
            at: self.at,
        })?;
        for ((line, text), result) in places.into_iter().zip(results) {
            match result {
                StageResult::Staged { key, commitment } => {
                    self.taken = self.taken.saturating_add(1);
                    self.first_key.get_or_insert(key);
                    self.frontier.append(leaf_hash(commitment.as_bytes()));
                }
                StageResult::AlreadyThere => self.refuse_id(line, text),
            }
        }
        Ok(())
    }

    /// What [`Self::flush`] does, without the store keeping anything.
    fn try_out(&mut self, waiting: Vec<(u64, String, Record)>) -> Result<(), Fault> {
        let ids: Vec<&RecordId> = waiting.iter().map(|(.., record)| &record.id).collect();
        let held = self.node.store().ids_held(self.grant, self.register, &ids)?;
        for ((line, text, record), held) in waiting.into_iter().zip(held) {
            if held || !self.seen.insert(record.id) {
                self.refuse_id(line, text);
            } else {
                self.taken = self.taken.saturating_add(1);
            }
        }
        Ok(())
    }

    fn refuse_id(&mut self, line: u64, text: String) {
        let problem = "a record with this id is already there; correct that one".to_owned();
        self.refuse(line, text, vec![RowProblem { field: "id".to_owned(), problem }]);
    }
}
