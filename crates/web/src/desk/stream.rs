//! Answers as they come in: server-sent events (HTML Living Standard, section 9.2), replayed from the last position seen.
//!
//! The id of an event is the microsecond at which the register's outcome changed. A stream that begins again with that id in
//! `Last-Event-ID` repeats that moment and everything after it: an answer may come twice, but none is lost.

use super::NEWS_ENDED;
use super::api::query_id;
use super::respond::Asker;
use crate::problem::Problem;
use crate::views::result::{RegisterAnswer, SearchView, anchor, register, summary};
use axum::extract::{Extension, Path};
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_core::Stream;
use serde_json::json;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::Instant;
use vocabulary::{QueryId, RegisterId, Timestamp};

/// After this long a stream ends; the browser begins it again by itself.
const STREAM_WITHIN: Duration = Duration::from_mins(10);
/// How often the search is looked at even when no news has come.
const LOOK_EVERY: Duration = Duration::from_secs(15);

/// Whom a stream is for.
#[derive(Clone, Copy)]
enum Form {
    Json,
    Html,
}

pub(super) async fn for_programs(
    Extension(asker): Extension<Asker>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    stream(asker, query_id(&id)?, &headers, Form::Json).await
}

pub(super) async fn for_pages(
    Extension(asker): Extension<Asker>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    stream(asker, query_id(&id)?, &headers, Form::Html).await
}

async fn stream(
    asker: Asker,
    query: QueryId,
    headers: &HeaderMap,
    form: Form,
) -> Result<Response, Problem> {
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok());
    let from = Timestamp::from_micros(last.and_then(|text| text.parse().ok()).unwrap_or(i64::MIN));
    // Subscribed before the first look, so that nothing falls between the two.
    let news = (asker.desk.calls.news)(query);
    let first = asker.call(&asker.desk.calls.search, query).await?;
    let (sender, events) = mpsc::channel(64);
    let telling = Telling { asker, form, from, told: BTreeMap::new(), sender };
    tokio::spawn(telling.run(first, news));
    Ok(Sse::new(Events(events)).keep_alive(KeepAlive::default()).into_response())
}

/// One listener and what he has been told.
struct Telling {
    asker: Asker,
    form: Form,
    from: Timestamp,
    told: BTreeMap<RegisterId, Timestamp>,
    sender: mpsc::Sender<Event>,
}

impl Telling {
    async fn run(mut self, first: SearchView, mut news: tokio::sync::watch::Receiver<u64>) {
        let Some(end) = Instant::now().checked_add(STREAM_WITHIN) else { return };
        let mut view = first;
        loop {
            if self.tell(&view).await.is_none() || Instant::now() >= end {
                return;
            }
            if view.is_final() {
                let _gone =
                    self.sender.send(Event::default().event("closed").data("")).await.is_err();
                return;
            }
            let waited = tokio::select! {
                changed = tokio::time::timeout(LOOK_EVERY, news.changed()) => changed,
                () = self.sender.closed() => return,
            };
            if *news.borrow() == NEWS_ENDED {
                // The node stops; the browser begins again where it was when the node is back.
                return;
            }
            if let Ok(Err(_)) = waited {
                // Nobody will say when something changes: look from time to time.
                tokio::time::sleep(LOOK_EVERY).await;
            }
            match self.asker.call(&self.asker.desk.calls.search, view.id).await {
                Ok(now) => view = now,
                Err(problem) => {
                    tracing::warn!(?problem.kind, "an event stream ended early");
                    return;
                }
            }
        }
    }

    /// Tells what is new; `None` when nobody listens any more.
    async fn tell(&mut self, view: &SearchView) -> Option<()> {
        let mut fresh: Vec<(Timestamp, &RegisterAnswer)> = view
            .registers
            .iter()
            .filter_map(|answer| Some((answer.changed_at?, answer)))
            .filter(|(at, answer)| *at >= self.from && self.told.get(&answer.register) != Some(at))
            .collect();
        fresh.sort_by_key(|(at, _)| *at);
        let any = !fresh.is_empty();
        for (at, answer) in fresh {
            self.told.insert(answer.register.clone(), at);
            let event = self.event(view.id, answer)?.id(at.as_micros().to_string());
            self.sender.send(event).await.ok()?;
        }
        if any && matches!(self.form, Form::Html) {
            let html = summary(view).into_string();
            let event = Event::default().event("section");
            let data = json!({ "id": "summary", "html": html }).to_string();
            self.sender.send(event.data(data)).await.ok()?;
        }
        Some(())
    }

    fn event(&self, query: QueryId, answer: &RegisterAnswer) -> Option<Event> {
        match self.form {
            Form::Json => {
                Some(Event::default().event("answer").data(serde_json::to_string(answer).ok()?))
            }
            Form::Html => {
                let html = register(query, answer, &self.asker.form_sign).into_string();
                let data = json!({ "id": anchor(&answer.register), "html": html });
                Some(Event::default().event("section").data(data.to_string()))
            }
        }
    }
}

/// The receiving end of a channel as a stream.
struct Events(mpsc::Receiver<Event>);

impl Stream for Events {
    type Item = Result<Event, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|event| event.map(Ok))
    }
}
