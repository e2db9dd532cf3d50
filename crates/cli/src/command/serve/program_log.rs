//! The program log on standard error: what happened to the process, never what was in a message.

use crate::arguments::LogForm;
use node::LogFormat;
use tracing_subscriber::EnvFilter;

/// The form asked for on the command line, or else that of the configuration.
pub(super) fn form(asked: Option<LogForm>, configured: LogFormat) -> LogFormat {
    match asked {
        Some(LogForm::Text) => LogFormat::Text,
        Some(LogForm::Json) => LogFormat::Json,
        None => configured,
    }
}

/// Starts the program log.
pub(super) fn start(form: LogFormat) {
    let lines = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_env_filter(EnvFilter::new("info"));
    match form {
        LogFormat::Text => lines.init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
}
