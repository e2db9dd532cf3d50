//! Single requests to a partner beside its parcels: for logs and witnesses, which are asked rarely.

use super::connection::connect;
use super::{Carrier, Partner};
use http_body_util::{BodyExt, Full, Limited};
use hyper::Request;
use hyper::body::Bytes;
use std::sync::{Arc, PoisonError};
use std::time::Duration;
use vocabulary::NodeId;

/// The largest answer that is taken, bytes.
const ANSWER_BYTES_MAX: usize = 1 << 20;
/// For one request and its answer, connecting left out.
const CALL_WITHIN: Duration = Duration::from_secs(10);

impl Carrier {
    /// Sends one request on a connection of its own and gives status and body; `posted` makes it a `POST`.
    ///
    /// # Errors
    /// Why the partner gave no answer, in words.
    pub async fn call(
        &self,
        to: &NodeId,
        path: &str,
        posted: Option<Vec<u8>>,
    ) -> Result<(u16, Vec<u8>), String> {
        let address = {
            let desks = self.desks.lock().unwrap_or_else(PoisonError::into_inner);
            let desk = desks.get(to).ok_or_else(|| format!("no address is known for `{to}`"))?;
            desk.standing.address().clone()
        };
        let partner = Partner { node: to.clone(), address };
        let (link, running) = connect(partner, Arc::clone(&self.setup)).await?;
        let asked = exchange(link.sender, path, posted);
        let answer = tokio::time::timeout(CALL_WITHIN, asked).await;
        running.abort();
        answer.map_err(|_| "it did not answer in time".to_owned())?
    }
}

async fn exchange(
    mut sender: hyper::client::conn::http2::SendRequest<Full<Bytes>>,
    path: &str,
    posted: Option<Vec<u8>>,
) -> Result<(u16, Vec<u8>), String> {
    let broke = |error: hyper::Error| format!("the connection broke: {error}");
    let method = if posted.is_some() { "POST" } else { "GET" };
    let request = Request::builder()
        .method(method)
        .uri(format!("https://node{path}"))
        .body(Full::from(posted.unwrap_or_default()))
        .map_err(|error| error.to_string())?;
    sender.ready().await.map_err(broke)?;
    let response = sender.send_request(request).await.map_err(broke)?;
    let status = response.status().as_u16();
    let body = Limited::new(response.into_body(), ANSWER_BYTES_MAX)
        .collect()
        .await
        .map_err(|error| format!("the answer broke off: {error}"))?;
    Ok((status, body.to_bytes().into()))
}
