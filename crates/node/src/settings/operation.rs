//! How the process of a node behaves: its program log, its end, the room it needs.

use serde::Deserialize;

/// How the process behaves; each value has a usable default.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OperationSettings {
    /// The form of the program log.
    pub log_format: LogFormat,
    /// For so many seconds running requests are brought to their end after the node was asked to stop.
    pub stop_within_seconds: u32,
    /// With fewer megabytes free where the data lie the node counts as not ready.
    pub disk_free_megabytes: u32,
}

impl Default for OperationSettings {
    fn default() -> Self {
        Self { log_format: LogFormat::Text, stop_within_seconds: 20, disk_free_megabytes: 256 }
    }
}

/// The form of the program log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// Lines to read.
    #[default]
    Text,
    /// One JSON object a line, for collectors.
    Json,
}
