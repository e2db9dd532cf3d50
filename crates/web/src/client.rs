//! A client of the officer's interface, for commands: JSON over HTTP, blocking.

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{Method, Request, Uri};
use hyper_util::client::legacy::Client as HttpClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use std::time::Duration;
use tokio::runtime::Runtime;

/// An officer's connection to a node.
pub struct Client {
    runtime: Runtime,
    http: HttpClient<HttpConnector, Full<Bytes>>,
    address: String,
    token: String,
}

impl Client {
    /// Will speak to the node at `address` (`http://host:port`) with an access token.
    ///
    /// # Errors
    /// When no runtime can be started.
    pub fn new(address: &str, token: &str) -> Result<Self, String> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| format!("cannot start: {error}"))?;
        let http = HttpClient::builder(TokioExecutor::new()).build_http();
        let (address, token) = (address.trim_end_matches('/').to_owned(), token.trim().to_owned());
        Ok(Self { runtime, http, address, token })
    }

    /// `GET path`.
    ///
    /// # Errors
    /// When the node cannot be reached, or what it says is wrong.
    pub fn get(&self, path: &str) -> Result<Value, String> {
        self.call(Method::GET, path, None)
    }

    /// `POST path` with a JSON body.
    ///
    /// # Errors
    /// When the node cannot be reached, or what it says is wrong.
    pub fn post(&self, path: &str, body: &Value) -> Result<Value, String> {
        self.call(Method::POST, path, Some(body))
    }

    /// `PUT path` with a JSON body.
    ///
    /// # Errors
    /// When the node cannot be reached, or what it says is wrong.
    pub fn put(&self, path: &str, body: &Value) -> Result<Value, String> {
        self.call(Method::PUT, path, Some(body))
    }

    /// `DELETE path`.
    ///
    /// # Errors
    /// When the node cannot be reached, or what it says is wrong.
    pub fn remove(&self, path: &str) -> Result<Value, String> {
        self.call(Method::DELETE, path, None)
    }

    /// Any call. An answer other than success is told by the title and detail of its problem document.
    ///
    /// # Errors
    /// When the node cannot be reached, or what it says is wrong.
    fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, String> {
        let (status, value) = self.answer_to(method, path, body)?;
        if (200..300).contains(&status) {
            return Ok(value);
        }
        let part = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
        Err(format!("{}: {}", part("title"), part("detail")))
    }

    /// Status and JSON of the answer to `POST path`, whatever they are.
    ///
    /// # Errors
    /// When the node cannot be reached.
    pub fn post_for_status(&self, path: &str, body: &Value) -> Result<(u16, Value), String> {
        self.answer_to(Method::POST, path, Some(body))
    }

    /// The status and the JSON of an answer, whatever it is.
    ///
    /// # Errors
    /// When the node cannot be reached.
    fn answer_to(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<(u16, Value), String> {
        let uri: Uri = format!("{}{path}", self.address).parse().map_err(|_| {
            format!("`{}` is not an address; write `http://host:port`", self.address)
        })?;
        let bytes = body.map(Value::to_string).unwrap_or_default();
        let request = Request::builder()
            .method(method)
            .uri(uri)
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json")
            .header("accept", "application/json")
            .body(Full::new(Bytes::from(bytes)))
            .map_err(|error| error.to_string())?;
        let work = async {
            let answer = self.http.request(request).await.map_err(|error| {
                let why = root(&error);
                format!("cannot reach `{}`: {why}; is the node running?", self.address)
            })?;
            let status = answer.status().as_u16();
            let bytes = answer.into_body().collect().await.map_err(|e| e.to_string())?.to_bytes();
            Ok((status, serde_json::from_slice(&bytes).unwrap_or(Value::Null)))
        };
        self.runtime.block_on(async {
            tokio::time::timeout(Duration::from_mins(1), work)
                .await
                .map_err(|_| format!("`{}` did not answer within a minute", self.address))?
        })
    }
}

/// The first cause of an error: the one that says what happened.
fn root<'a>(error: &'a (dyn std::error::Error + 'static)) -> &'a (dyn std::error::Error + 'static) {
    error.source().map_or(error, root)
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Client({})", self.address)
    }
}
