//! Asking a partner for a later trust list, over a connection of its own: the partner may stand in no courier's way.

use super::connection::connect;
use super::{CarrierSetup, Partner};
use crate::reception::{LIST_VERSION_HEADER, TRUST_LIST_PATH};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{Request, StatusCode};
use std::sync::Arc;

/// The largest chain of lists that is taken, bytes.
const MOST: usize = 16 * 1024 * 1024;

/// The chain of lists that leads from `version` to what the partner goes by; nothing when he has no later one.
pub(super) async fn ask(
    partner: Partner,
    setup: Arc<CarrierSetup>,
    version: u64,
) -> Result<Option<Vec<u8>>, String> {
    let within = setup.limits.parcel_within;
    let (mut link, running) = connect(partner.clone(), setup).await?;
    let exchange = async {
        let request = Request::get(format!("https://node{TRUST_LIST_PATH}"))
            .header(LIST_VERSION_HEADER, version)
            .body(Full::default())
            .map_err(|error| error.to_string())?;
        let response = link.sender.send_request(request).await.map_err(|e| e.to_string())?;
        let status = response.status();
        let body = Limited::new(response.into_body(), MOST).collect().await;
        let bytes = body.map_err(|error| format!("the list broke off: {error}"))?.to_bytes();
        match status {
            StatusCode::OK => Ok(Some(bytes.to_vec())),
            StatusCode::NO_CONTENT => Ok(None),
            other => Err(format!("`{}` gave no list (HTTP {})", partner.node, other.as_u16())),
        }
    };
    let answer = tokio::time::timeout(within, exchange).await;
    running.abort();
    answer.unwrap_or_else(|_| Err(format!("`{}` did not answer in time", partner.address)))
}
