//! One thing that is wrong with a configuration or with what it names.

use serde::Serialize;
use std::fmt;
use std::path::{Path, PathBuf};

/// What is wrong, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Finding {
    /// The file it stands in, where it is one file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) file: Option<PathBuf>,
    /// The line in the file, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) line: Option<usize>,
    /// The key in the configuration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<String>,
    /// What is wrong and what to do.
    pub(crate) what: String,
}

impl Finding {
    /// A finding about a file as a whole.
    pub(crate) fn file(file: &Path, what: impl Into<String>) -> Self {
        Self { file: Some(file.to_owned()), ..Self::from(what.into()) }
    }

    /// A finding about a key of the configuration.
    pub(crate) fn key(key: &str, what: impl Into<String>) -> Self {
        Self { key: Some(key.to_owned()), ..Self::from(what.into()) }
    }
}

impl From<String> for Finding {
    fn from(what: String) -> Self {
        Self { file: None, line: None, key: None, what }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "`{}`", file.display())?;
            if let Some(line) = self.line {
                write!(f, " line {line}")?;
            }
            f.write_str(": ")?;
        }
        if let Some(key) = &self.key {
            write!(f, "`{key}`: ")?;
        }
        f.write_str(&self.what)
    }
}

/// Findings, one a line.
pub(crate) fn told(findings: &[Finding]) -> String {
    findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
