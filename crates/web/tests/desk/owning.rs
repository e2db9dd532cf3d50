//! The owner's side of the interface: records corrected, ended and erased, files loaded while they come.

use crate::asking::{BEARER, JSON, ask, request};
use crate::samples::{Loaded, QUERY, Sample, parse};
use axum::body::{Body, Bytes};
use axum::http::Request;
use hyper::body::Frame;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::mpsc;
use vocabulary::{RecordId, RegisterId};
use web::desk::{RecordAct, router};

const RECORD: &str = "/api/v1/registers/gr-border/sis_arrest/records/r-1";
const IMPORTS: &str = "/api/v1/registers/gr-border/sis_arrest/imports";

#[tokio::test]
async fn an_owner_corrects_ends_and_erases_a_record_and_is_told_the_log_entry() {
    let sample = Sample::new();
    let router = router(sample.setup());
    let end = format!("{RECORD}/end");
    let row = r#"{"names":[{"full":"Maria Kosta"}]}"#;
    for (method, path, body) in [("PUT", RECORD, row), ("POST", &end, ""), ("DELETE", RECORD, "")] {
        let answer = ask(&router, request(method, path, &[BEARER, JSON], body)).await;
        assert_eq!(answer.status, 200, "{method} {}", answer.body);
        assert_eq!(answer.body, format!("{{\"entry\":\"{QUERY}\"}}"));
    }
    let (register, id): (RegisterId, RecordId) = (parse("gr-border/sis_arrest"), parse("r-1"));
    let corrected = RecordAct::Correct(serde_json::from_str(row).unwrap());
    let expected = [corrected, RecordAct::End, RecordAct::Erase];
    let expected = expected.map(|act| (register.clone(), id.clone(), act));
    assert_eq!(*sample.changes.lock().unwrap(), expected);
}

#[tokio::test]
async fn several_records_go_at_once_and_those_that_are_not_there_are_named() {
    let sample = Sample::new();
    let router = router(sample.setup());
    let removals = IMPORTS.replace("imports", "removals");
    let ask_for = |path: &str, body: &str| {
        let request = request("POST", path, &[BEARER, JSON], body);
        let router = router.clone();
        async move { ask(&router, request).await }
    };
    for act in ["end", "erase"] {
        let body = format!("{{\"act\":\"{act}\",\"ids\":[\"r-1\",\"r-2\"]}}");
        let answer = ask_for(&removals, &body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.body, format!("{{\"entry\":\"{QUERY}\",\"missing\":[\"r-2\"]}}"));
    }
    let foreign = removals.replace("gr-border", "de-bka");
    let sound = r#"{"act":"end","ids":["r-1"]}"#;
    for (path, body, status) in [
        (&removals, r#"{"act":"forget","ids":["r-1"]}"#, 400),
        (&removals, r#"{"act":"end","ids":["r\n1"]}"#, 400),
        (&removals, r#"{"act":"end"}"#, 400),
        (&foreign, sound, 403),
    ] {
        let answer = ask_for(path, body).await;
        assert_eq!(answer.status, status, "{body} {}", answer.body);
    }
}

#[tokio::test]
async fn what_cannot_be_a_change_is_told_as_a_problem_and_changes_nothing() {
    let sample = Sample::new();
    let router = router(sample.setup());
    let foreign = RECORD.replace("gr-border", "de-bka");
    let no_register = RECORD.replace("sis_arrest", "SIS%20arrest");
    let no_record = RECORD.replace("r-1", "r%0A1");
    let no_form = IMPORTS.to_owned();
    let what_form = format!("{IMPORTS}?form=csv&keep=all");
    for (method, path, headers, body, status) in [
        ("PUT", RECORD, vec![BEARER], "{}", 415),
        ("PUT", RECORD, vec![BEARER, JSON], "[]", 400),
        ("PUT", RECORD, vec![BEARER, JSON], "{", 400),
        ("DELETE", &foreign, vec![BEARER], "", 403),
        ("DELETE", &no_register, vec![BEARER], "", 404),
        ("DELETE", &no_record, vec![BEARER], "", 404),
        ("GET", RECORD, vec![BEARER], "", 405),
        ("POST", &no_form, vec![BEARER], "id\n", 400),
        ("POST", &what_form, vec![BEARER], "id\n", 400),
    ] {
        let answer = ask(&router, request(method, path, &headers, body)).await;
        assert_eq!(answer.status, status, "{method} {path} {}", answer.body);
        assert_eq!(answer.header("content-type"), "application/problem+json", "{method} {path}");
    }
    assert!(sample.changes.lock().unwrap().is_empty());
    assert!(sample.uploads.lock().unwrap().is_empty());
}

/// A body whose pieces come when the test sends them.
struct Pieces(mpsc::UnboundedReceiver<io::Result<&'static str>>);

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let frame = |text: &'static str| Frame::data(Bytes::from_static(text.as_bytes()));
        self.0.poll_recv(context).map(|piece| piece.map(|piece| piece.map(frame)))
    }
}

type Sender = mpsc::UnboundedSender<io::Result<&'static str>>;

fn upload(query: &str) -> (Sender, Request<Body>) {
    let (sender, pieces) = mpsc::unbounded_channel();
    let request = Request::post(format!("{IMPORTS}?{query}"))
        .header("authorization", "Bearer token-of-eleni")
        .body(Body::new(Pieces(pieces)))
        .unwrap();
    (sender, request)
}

async fn until(sample: &Sample, holds: impl FnMut(&Loaded) -> bool) -> Loaded {
    let mut loaded = sample.loaded.subscribe();
    let waited = tokio::time::timeout(Duration::from_secs(5), loaded.wait_for(holds)).await;
    waited.unwrap().unwrap().clone()
}

#[tokio::test]
async fn a_file_is_loaded_while_it_comes() {
    let sample = Sample::new();
    let router = router(sample.setup());
    let (sender, request) = upload("form=csv&kind=person&dry_run=true");
    let asking = tokio::spawn(async move { ask(&router, request).await });
    sender.send(Ok("id,names\n")).unwrap();
    // The call has the first piece while the rest has not been sent.
    until(&sample, |loaded| loaded.text == "id,names\n").await;
    sender.send(Ok("r-1,Maria Kosta\n")).unwrap();
    drop(sender);
    let answer = asking.await.unwrap();
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, r#"{"taken":2}"#));
    assert_eq!(until(&sample, |_| true).await.ended, Some(Ok(())));
    assert_eq!(*sample.uploads.lock().unwrap(), ["gr-border/sis_arrest csv Some(Person) true"]);
}

#[tokio::test]
async fn a_file_longer_than_the_limit_of_other_bodies_is_taken_whole() {
    let sample = Sample::new();
    let router = router(sample.setup());
    let row = format!("{}\n", "x".repeat(1023));
    let file = row.repeat(3 * 1024);
    let path = format!("{IMPORTS}?form=jsonl");
    let answer = ask(&router, request("POST", &path, &[BEARER], &file)).await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, r#"{"taken":3072}"#));
}

#[tokio::test]
async fn a_file_that_breaks_off_never_passes_for_a_whole_one() {
    for connection_is_gone in [true, false] {
        let sample = Sample::new();
        let router = router(sample.setup());
        let (sender, request) = upload("form=csv");
        let asking = tokio::spawn(async move { ask(&router, request).await.status });
        sender.send(Ok("id,names\n")).unwrap();
        until(&sample, |loaded| !loaded.text.is_empty()).await;
        if connection_is_gone {
            asking.abort();
        } else {
            sender.send(Err(io::ErrorKind::ConnectionReset.into())).unwrap();
            assert_eq!(asking.await.unwrap(), 500);
        }
        let loaded = until(&sample, |loaded| loaded.ended.is_some()).await;
        assert!(matches!(loaded.ended, Some(Err(_))), "{:?}", loaded.ended);
    }
}
