//! The address of a node.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use vocabulary::Invalid;

/// Where a node takes parcels: `https://host:port`, nothing after it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeUrl {
    text: String,
    host_end: usize,
    port: u16,
}

const SCHEME: &str = "https://";

impl NodeUrl {
    /// The whole address.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host: a name in lower case, an IPv4 address, or an IPv6 address in brackets.
    pub fn host(&self) -> &str {
        self.text.get(SCHEME.len()..self.host_end).unwrap_or_default()
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }
}

fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return address.parse::<std::net::Ipv6Addr>().is_ok();
    }
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    host.len() <= 253 && host.split('.').all(is_label)
}

impl FromStr for NodeUrl {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let invalid = || {
            Invalid::new(
                text,
                "the address of a node",
                "write it as `https://node.example.org:8443`",
            )
        };
        let rest = text.strip_prefix(SCHEME).ok_or_else(invalid)?;
        let (host, port) = rest.rsplit_once(':').ok_or_else(invalid)?;
        let number: u16 = port.parse().map_err(|_| invalid())?;
        if !is_host(host) || number == 0 || number.to_string() != port {
            return Err(invalid());
        }
        let host_end = SCHEME.len().saturating_add(host.len());
        Ok(Self { text: text.to_owned(), host_end, port: number })
    }
}

impl fmt::Display for NodeUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for NodeUrl {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for NodeUrl {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
