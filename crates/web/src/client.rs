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
        Err(told(&value))
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
        let bytes = body.map(Value::to_string).unwrap_or_default().into_bytes();
        let (status, bytes) = self.bytes_of(method, path, bytes)?;
        Ok((status, serde_json::from_slice(&bytes).unwrap_or(Value::Null)))
    }

    fn bytes_of(
        &self,
        method: Method,
        path: &str,
        body: Vec<u8>,
    ) -> Result<(u16, Vec<u8>), String> {
        let uri: Uri = format!("{}{path}", self.address).parse().map_err(|_| {
            format!("`{}` is not an address; write `http://host:port`", self.address)
        })?;
        let mut request = Request::builder()
            .method(method)
            .uri(uri)
            .header("content-type", "application/json")
            .header("accept", "application/json");
        if !self.token.is_empty() {
            request = request.header("authorization", format!("Bearer {}", self.token));
        }
        let request =
            request.body(Full::new(Bytes::from(body))).map_err(|error| error.to_string())?;
        let work = async {
            let answer = self.http.request(request).await.map_err(|error| {
                let why = root(&error);
                format!("cannot reach `{}`: {why}; is the node running?", self.address)
            })?;
            let status = answer.status().as_u16();
            let bytes = answer.into_body().collect().await.map_err(|e| e.to_string())?.to_bytes();
            Ok((status, bytes.to_vec()))
        };
        self.runtime.block_on(async {
            tokio::time::timeout(Duration::from_mins(1), work)
                .await
                .map_err(|_| format!("`{}` did not answer within a minute", self.address))?
        })
    }
}

/// Where a node shows its trust list, and takes a newer one.
pub const TRUST_LIST: &str = "/api/v1/trust-list";

/// The bytes that the node at `address` (`http://host:port`) shows to anybody under `path`.
///
/// # Errors
/// When it cannot be reached or shows nothing.
pub fn fetch(address: &str, path: &str) -> Result<Vec<u8>, String> {
    let (status, bytes) = Client::new(address, "")?.bytes_of(Method::GET, path, Vec::new())?;
    if status == 200 {
        Ok(bytes)
    } else {
        Err(format!("`{address}` shows no trust list (HTTP {status}); is it a node?"))
    }
}

/// Hands the bytes of a trust list to the node at `address`; gives what it says.
///
/// # Errors
/// When it cannot be reached or does not take it.
pub fn hand_over(address: &str, path: &str, bytes: Vec<u8>) -> Result<Value, String> {
    let (status, bytes) = Client::new(address, "")?.bytes_of(Method::POST, path, bytes)?;
    let value: Value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    if (200..300).contains(&status) { Ok(value) } else { Err(told(&value)) }
}

/// What a problem document says, in one line.
fn told(value: &Value) -> String {
    let part = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
    format!("{}: {}", part("title"), part("detail"))
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
