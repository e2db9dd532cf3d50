//! The addresses a node listens on, all taken before anything is opened.

use node::ListenSettings;
use std::io::ErrorKind;
use tokio::net::TcpListener;

/// Where other nodes, officers and the operator are listened to.
pub(super) struct Listeners {
    pub(super) exchange: TcpListener,
    pub(super) officers: TcpListener,
    pub(super) operations: Option<TcpListener>,
}

/// Takes every address.
///
/// # Errors
/// Which address cannot be taken, why, and what to do.
pub(super) async fn bind(listen: &ListenSettings) -> Result<Listeners, String> {
    Ok(Listeners {
        exchange: listener(&listen.exchange).await?,
        officers: listener(&listen.officers).await?,
        operations: match &listen.operations {
            Some(address) => Some(listener(address).await?),
            None => None,
        },
    })
}

async fn listener(address: &str) -> Result<TcpListener, String> {
    TcpListener::bind(address).await.map_err(|error| cannot_listen(address, &error))
}

/// The message for an address that cannot be taken.
pub(crate) fn cannot_listen(address: &str, error: &std::io::Error) -> String {
    let kind = error.kind();
    let help = if kind == ErrorKind::AddrInUse {
        "; another program has this port: stop it, or name another one under `[listen]`"
    } else if kind == ErrorKind::PermissionDenied {
        "; ports below 1024 need a privileged process"
    } else if kind == ErrorKind::InvalidInput {
        "; write `address:port`"
    } else {
        ""
    };
    format!("cannot listen on `{address}`: {error}{help}")
}
