//! The instruments and catalogues of the project, read where they stand.

use crate::error::Failure;
use node::Law;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

const INSTRUMENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../instruments");
const CATALOGUES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../catalogues");

/// The law as the files of the project say it, read once.
///
/// # Errors
/// What cannot be read, or all problems of all files.
pub fn law() -> Result<Law, Failure> {
    static READ: OnceLock<Law> = OnceLock::new();
    if let Some(law) = READ.get() {
        return Ok(law.clone());
    }
    let law = read(&[])?;
    Ok(READ.get_or_init(|| law).clone())
}

/// The law of the project with one file of local law.
pub(crate) fn law_with(rules: &str) -> Result<Law, Failure> {
    read(&[("made_up.cedar", rules)])
}

fn read(local_law: &[(&str, &str)]) -> Result<Law, Failure> {
    let (instruments, catalogues) = (files(INSTRUMENTS)?, files(CATALOGUES)?);
    Law::read(&given(&catalogues), &given(&instruments), local_law).map_err(|problems| {
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        Failure::Setup(told.join("\n"))
    })
}

fn given(files: &[(String, String)]) -> Vec<(&str, &str)> {
    files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect()
}

fn files(folder: &str) -> Result<Vec<(String, String)>, Failure> {
    let mut found = Vec::new();
    for entry in fs::read_dir(Path::new(folder))? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            found.push((name, fs::read_to_string(&path)?));
        }
    }
    found.sort();
    Ok(found)
}
