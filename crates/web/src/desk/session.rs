//! Who is signed in: bearer token or cookie; and which form belongs to which session.

use super::SignedIn;
use super::routes::Desk;
use crate::problem::{Problem, ProblemKind};
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, COOKIE};
use seal::{Digest, keyed_hash};

/// The cookie that holds the access token of a browser.
pub(super) const COOKIE_NAME: &str = "eunomia_token";

/// The access token of a request, from the header or the cookie.
fn token(headers: &HeaderMap) -> Option<&str> {
    bearer(headers).or_else(|| cookie(headers))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    value.and_then(|value| value.strip_prefix("Bearer "))
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == COOKIE_NAME).then_some(value))
}

/// The officer of a request.
pub(super) fn signed_in(desk: &Desk, headers: &HeaderMap) -> Option<SignedIn> {
    token(headers).and_then(|token| (desk.calls.authenticate)(token))
}

/// The officer of a program that wants to change something. A browser sends its cookie with what a page of another
/// program on the same machine asks for; a header it sends for nobody. So a cookie is not enough here.
pub(super) fn signed_in_by_header(desk: &Desk, headers: &HeaderMap) -> Option<SignedIn> {
    bearer(headers).and_then(|token| (desk.calls.authenticate)(token))
}

/// What the forms of this session carry: a keyed hash of its token, so that no other site can know it.
pub(super) fn sign_of(desk: &Desk, headers: &HeaderMap) -> String {
    form_sign(desk, token(headers).unwrap_or_default()).to_string()
}

fn form_sign(desk: &Desk, token: &str) -> Digest {
    keyed_hash(&desk.form_secret, &[b"form:", token.as_bytes()])
}

/// Checks that a form was opened in this session and sent from this site.
///
/// # Errors
/// `FormExpired` otherwise.
pub(super) fn check_form(desk: &Desk, headers: &HeaderMap, given: &str) -> Result<(), Problem> {
    let site = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    let same_site = site.is_none_or(|site| matches!(site, "same-origin" | "none"));
    let expected = form_sign(desk, token(headers).unwrap_or_default()).to_string();
    // Hashed once more, so that the time of the comparison says nothing about the expected text.
    let hashed = |text: &str| keyed_hash(&desk.form_secret, &[b"compare:", text.as_bytes()]);
    if same_site && hashed(&expected) == hashed(given) {
        return Ok(());
    }
    Err(Problem::new(ProblemKind::FormExpired, "open the page again and send the form once more"))
}

/// The cookie line that signs a browser in (`Some`) or out (`None`). Same-site strict: no other site's link or form carries it.
pub(super) fn cookie_line(desk: &Desk, token: Option<&str>) -> String {
    let secure = if desk.secure_cookie { "; Secure" } else { "" };
    match token {
        Some(token) => {
            format!("{COOKIE_NAME}={token}; Path=/; HttpOnly; SameSite=Strict{secure}")
        }
        None => format!("{COOKIE_NAME}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0{secure}"),
    }
}

/// True when a token can stand in a cookie as it is (RFC 6265, section 4.1.1).
pub(super) fn fits_cookie(token: &str) -> bool {
    !token.is_empty()
        && token.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b',' | b';' | b'\\'))
}
