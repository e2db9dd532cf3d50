//! The owner's side of the interface: load, correct, end and erase records of a register.

use super::api::body;
use super::respond::Asker;
use crate::problem::{Problem, ProblemKind};
use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Extension, Path, Query};
use axum::response::{IntoResponse, Response};
use futures_core::Stream;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::future::poll_fn;
use std::io::{self, Read};
use std::pin::pin;
use tokio::sync::mpsc;
use vocabulary::{RecordId, RegisterId, SubjectKind};

type Answer = Result<Response, Problem>;

/// What an owner does with one record.
#[derive(Debug, Clone, PartialEq)]
pub enum RecordAct {
    /// Replace it by this record, in the form of the import.
    Correct(Map<String, Value>),
    /// End it.
    End,
    /// Erase it.
    Erase,
}

/// Several records to be ended or erased at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removal {
    /// The register.
    pub register: RegisterId,
    /// Whether they end or are erased.
    pub act: RemovalAct,
    /// Which ones.
    pub ids: Vec<RecordId>,
}

/// Whether records end or are erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RemovalAct {
    /// They answer no query any more.
    End,
    /// Their keys are destroyed.
    Erase,
}

/// A file that comes in while it is loaded.
#[derive(Debug)]
pub struct Upload {
    /// The register.
    pub register: RegisterId,
    /// The form: `csv` or `jsonl`.
    pub form: String,
    /// The kind of subject, where the instrument has several.
    pub kind: Option<SubjectKind>,
    /// Check everything and keep nothing.
    pub dry_run: bool,
    /// The bytes, as they come.
    pub source: UploadSource,
}

/// The bytes of an upload, read by a blocking thread while the connection brings them.
#[derive(Debug)]
pub struct UploadSource {
    pieces: mpsc::Receiver<Piece>,
    rest: Bytes,
    ended: bool,
}

/// What a connection brings of a file.
#[derive(Debug)]
enum Piece {
    Bytes(Bytes),
    Broken(String),
    /// The file came whole. A connection that ends without this was cut.
    End,
}

impl Read for UploadSource {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.rest.is_empty() {
            if self.ended {
                return Ok(0);
            }
            match self.pieces.blocking_recv() {
                None => return Err(io::Error::other("the connection ended amid the file")),
                Some(Piece::Broken(why)) => return Err(io::Error::other(why)),
                Some(Piece::Bytes(piece)) => self.rest = piece,
                Some(Piece::End) => self.ended = true,
            }
        }
        let count = self.rest.len().min(buffer.len());
        let piece = self.rest.split_to(count);
        for (to, from) in buffer.iter_mut().zip(&piece) {
            *to = *from;
        }
        Ok(count)
    }
}

fn place(authority: &str, instrument: &str) -> Result<RegisterId, Problem> {
    format!("{authority}/{instrument}").parse().map_err(|_| ProblemKind::NotFound.into())
}

async fn act(asker: Asker, path: (String, String, String), act: RecordAct) -> Answer {
    let (authority, instrument, record) = path;
    let register = place(&authority, &instrument)?;
    let id: RecordId = record.parse().map_err(|_| Problem::from(ProblemKind::NotFound))?;
    let entry = asker.call(&asker.desk.calls.change_record, (register, id, act)).await?;
    Ok(Json(json!({ "entry": entry })).into_response())
}

pub(super) async fn correct(
    Extension(asker): Extension<Asker>,
    Path(path): Path<(String, String, String)>,
    record: Result<Json<Map<String, Value>>, JsonRejection>,
) -> Answer {
    act(asker, path, RecordAct::Correct(body(record)?)).await
}

pub(super) async fn end(
    Extension(asker): Extension<Asker>,
    Path(path): Path<(String, String, String)>,
) -> Answer {
    act(asker, path, RecordAct::End).await
}

pub(super) async fn erase(
    Extension(asker): Extension<Asker>,
    Path(path): Path<(String, String, String)>,
) -> Answer {
    act(asker, path, RecordAct::Erase).await
}

/// The body of a removal.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RemovalBody {
    act: RemovalAct,
    ids: Vec<RecordId>,
}

pub(super) async fn remove(
    Extension(asker): Extension<Asker>,
    Path((authority, instrument)): Path<(String, String)>,
    order: Result<Json<RemovalBody>, JsonRejection>,
) -> Answer {
    let RemovalBody { act, ids } = body(order)?;
    let removal = Removal { register: place(&authority, &instrument)?, act, ids };
    Ok(Json(asker.call(&asker.desk.calls.remove_records, removal).await?).into_response())
}

/// How a file is loaded, from the query of the address.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UploadOptions {
    form: String,
    kind: Option<SubjectKind>,
    #[serde(default)]
    dry_run: bool,
}

pub(super) async fn import(
    Extension(asker): Extension<Asker>,
    Path((authority, instrument)): Path<(String, String)>,
    options: Result<Query<UploadOptions>, QueryRejection>,
    body: Body,
) -> Answer {
    let Query(options) =
        options.map_err(|error| Problem::new(ProblemKind::Malformed, error.body_text()))?;
    let (sender, pieces) = mpsc::channel(16);
    let upload = Upload {
        register: place(&authority, &instrument)?,
        form: options.form,
        kind: options.kind,
        dry_run: options.dry_run,
        source: UploadSource { pieces, rest: Bytes::new(), ended: false },
    };
    let bringing = bring(body, sender);
    let loading = asker.call(&asker.desk.calls.import, upload);
    let ((), report) = tokio::join!(bringing, loading);
    Ok(Json(report?).into_response())
}

/// Hands the pieces of a body on. A connection that breaks is an error of the file: nothing of it is kept.
async fn bring(body: Body, sender: mpsc::Sender<Piece>) {
    let mut pieces = pin!(body.into_data_stream());
    loop {
        let piece = match poll_fn(|context| pieces.as_mut().poll_next(context)).await {
            Some(Ok(bytes)) => Piece::Bytes(bytes),
            Some(Err(error)) => Piece::Broken(error.to_string()),
            None => Piece::End,
        };
        let is_last = !matches!(piece, Piece::Bytes(_));
        // A loader that has stopped needs no more; it tells why itself.
        if sender.send(piece).await.is_err() || is_last {
            return;
        }
    }
}
