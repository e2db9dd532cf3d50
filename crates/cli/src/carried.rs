//! The instruments the program carries, or those of a folder.

use crate::files::{cannot, read_text};
use instrument::{Instrument, Problem};
use node::Law;
use std::fs;
use std::path::Path;
use vocabulary::InstrumentId;

include!(concat!(env!("OUT_DIR"), "/carried.rs"));

/// The law as the program carries it.
///
/// # Errors
/// All problems of all files, one a line.
pub(crate) fn law() -> Result<Law, String> {
    law_of(None, None)
}

/// The catalogues the program carries, as name and text.
pub(crate) fn catalogues() -> &'static [(&'static str, &'static str)] {
    CATALOGUES
}

/// The law of a folder of instruments (`*.toml`), or of those the program carries, less what a folder of local law
/// (`*.cedar`) forbids. The catalogues are those the program carries.
///
/// # Errors
/// What cannot be read, and all problems of all files.
pub(crate) fn law_of(instruments: Option<&Path>, local_law: Option<&Path>) -> Result<Law, String> {
    let instruments = instruments.map(|folder| files_in(folder, "toml")).transpose();
    let local = local_law.map_or(Ok(Vec::new()), local_files);
    let (instruments, local) = match (instruments, local) {
        (Ok(instruments), Ok(local)) => (instruments, local),
        (Err(one), Err(other)) => return Err(format!("{one}\n{other}")),
        (Err(problem), Ok(_)) | (Ok(_), Err(problem)) => return Err(problem),
    };
    let local = named(&local);
    let read = match &instruments {
        Some(files) => Law::read(CATALOGUES, &named(files), &local),
        None => Law::read(CATALOGUES, INSTRUMENTS, &local),
    };
    read.map_err(|problems| told(&problems))
}

/// The instrument of this id.
///
/// # Errors
/// Which instruments there are instead.
pub(crate) fn known<'a>(law: &'a Law, id: &InstrumentId) -> Result<&'a Instrument, String> {
    law.get(id).map(AsRef::as_ref).ok_or_else(|| {
        let known: Vec<&str> = law.all().map(|one| one.id().as_str()).collect();
        format!("`{id}` is not an instrument of this program; known are {}", known.join(", "))
    })
}

/// What a trial of local law finds wrong, one problem each.
pub(crate) fn try_local(law: &Law) -> Vec<String> {
    match law.access().try_local(law.all().map(AsRef::as_ref)) {
        Ok(problems) => problems.iter().map(ToString::to_string).collect(),
        Err(error) => vec![error.to_string()],
    }
}

/// The files of local law. A folder without any is a mistake: somebody believes that something is forbidden.
fn local_files(folder: &Path) -> Result<Vec<(String, String)>, String> {
    let files = files_in(folder, "cedar")?;
    if files.is_empty() {
        return Err(format!(
            "`{}` holds no local law; put files ending in `.cedar` there, or leave `local_law` out",
            folder.display()
        ));
    }
    Ok(files)
}

/// The files of a folder that have this ending, as name and text, by name.
fn files_in(folder: &Path, ending: &str) -> Result<Vec<(String, String)>, String> {
    let entries = fs::read_dir(folder).map_err(|error| cannot("read", folder, &error))?;
    let (mut files, mut problems) = (Vec::new(), Vec::new());
    for entry in entries {
        let path = entry.map_err(|error| cannot("read", folder, &error))?.path();
        if path.extension().is_some_and(|own| own == ending) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            match read_text(&path) {
                Ok(text) => files.push((name, text)),
                Err(problem) => problems.push(problem),
            }
        }
    }
    files.sort();
    problems.sort();
    if problems.is_empty() { Ok(files) } else { Err(problems.join("\n")) }
}

fn named(files: &[(String, String)]) -> Vec<(&str, &str)> {
    files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect()
}

/// Problems, one a line.
pub(crate) fn told(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
