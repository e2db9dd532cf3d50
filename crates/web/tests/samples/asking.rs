//! Requests to a desk without a socket.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

pub async fn send(router: &Router, request: Request<Body>) -> axum::response::Response {
    TowerToHyperService::new(router.clone()).call(request).await.unwrap()
}

pub async fn ask(router: &Router, request: Request<Body>) -> Answer {
    let (parts, body) = send(router, request).await.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let body = String::from_utf8(body.to_vec()).unwrap();
    Answer { status: parts.status, headers: parts.headers, body }
}

/// A request with lines of headers: `name: value`.
pub fn request(method: &str, path: &str, headers: &[&str], body: &str) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    for line in headers {
        let (name, value) = line.split_once(": ").unwrap();
        request = request.header(name, value);
    }
    request.body(Body::from(body.to_owned())).unwrap()
}

pub const COOKIE: &str = "cookie: eunomia_token=token-of-eleni";
pub const BEARER: &str = "authorization: Bearer token-of-eleni";
pub const FORM: &str = "content-type: application/x-www-form-urlencoded";
pub const JSON: &str = "content-type: application/json";

/// The token of the forms of a page.
pub fn form_token(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"form_token\" value=\"").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}
