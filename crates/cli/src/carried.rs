//! The instruments the program carries, or those of a folder.

use crate::files::{cannot, read_text};
use instrument::Problem;
use node::Law;
use std::fs;
use std::path::Path;

include!(concat!(env!("OUT_DIR"), "/carried.rs"));

/// The law as the program carries it.
///
/// # Errors
/// All problems of all files, one a line.
pub(crate) fn law() -> Result<Law, String> {
    Law::read(CATALOGUES, INSTRUMENTS).map_err(|problems| told(&problems))
}

/// The catalogues the program carries, as name and text.
pub(crate) fn catalogues() -> &'static [(&'static str, &'static str)] {
    CATALOGUES
}

/// The law as the files of a folder say it: `*.toml`, with the catalogues the program carries.
///
/// # Errors
/// What cannot be read, or all problems of all files.
pub(crate) fn law_in(folder: &Path) -> Result<Law, String> {
    let entries = fs::read_dir(folder).map_err(|error| cannot("read", folder, &error))?;
    let mut files = Vec::new();
    for entry in entries.flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            files.push((name, read_text(&path)?));
        }
    }
    files.sort();
    let given: Vec<(&str, &str)> =
        files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Law::read(CATALOGUES, &given).map_err(|problems| told(&problems))
}

/// Problems, one a line.
pub(crate) fn told(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
