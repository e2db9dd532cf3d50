//! `docs/instruments/<id>.md`: each instrument file as a lawyer reads it, with its table of who may do what.

use crate::tidy::files::Workspace;
use access::AccessLaw;
use instrument::{Catalogues, Instrument, Problem};
use std::fs;
use std::io;
use std::path::Path;

/// Why the pages could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Catalogue or instrument files are wrong.
    #[error("these files are wrong:\n{}", listed(.0))]
    Files(Vec<Problem>),
    /// An instrument has no table of access.
    #[error("`{id}` has no table of access: {message}")]
    Matrix {
        /// The instrument.
        id: String,
        /// What its table lacks.
        message: String,
    },
    /// A page could not be written.
    #[error("`{path}` cannot be written")]
    Write {
        /// The page.
        path: String,
        /// Why.
        source: io::Error,
    },
}

fn listed(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// One page: its path from the root and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Path from the root of the workspace.
    pub path: String,
    /// The whole page.
    pub text: String,
}

/// Makes the page of every instrument of the workspace.
///
/// # Errors
/// With all mistakes of catalogues, or of all instruments.
pub fn pages(workspace: &Workspace) -> Result<Vec<Page>, Error> {
    let catalogues = Catalogues::read(&named(workspace, "catalogues/")).map_err(Error::Files)?;
    let (mut pages, mut wrong) = (Vec::new(), Vec::new());
    for (name, text) in named(workspace, "instruments/") {
        match instrument::read(name, text, &catalogues) {
            Ok(instrument) => pages.push(page(name, &instrument)?),
            Err(problems) => wrong.extend(problems),
        }
    }
    if wrong.is_empty() { Ok(pages) } else { Err(Error::Files(wrong)) }
}

/// The files of a folder by their names, without the folder.
fn named<'a>(workspace: &'a Workspace, folder: &'a str) -> Vec<(&'a str, &'a str)> {
    let file = |path: &'a str| path.strip_prefix(folder).unwrap_or(path);
    workspace.matching(folder, ".toml").map(|f| (file(&f.path), f.text.as_str())).collect()
}

fn page(name: &str, instrument: &Instrument) -> Result<Page, Error> {
    let id = name.strip_suffix(".toml").unwrap_or(name);
    let law = AccessLaw::compile([instrument], &[]).map_err(Error::Files)?;
    let matrix = access::matrix(&law, instrument)
        .map_err(|cause| Error::Matrix { id: id.to_owned(), message: cause.to_string() })?;
    let body = instrument::render(instrument);
    let text = format!(
        "<!-- Made from instruments/{name} by `cargo xtask docs`; change the file, not the page. -->\n\n{}\n\n## Who may do what\n\n{}\n",
        body.trim_end(),
        matrix.trim_end()
    );
    Ok(Page { path: format!("docs/instruments/{id}.md"), text })
}

/// Writes the pages below the root of the workspace.
///
/// # Errors
/// With the first page that cannot be written.
pub fn write(root: &Path, pages: &[Page]) -> Result<(), Error> {
    for page in pages {
        let path = root.join(&page.path);
        let folder = path.parent().unwrap_or(root);
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, &page.text))
            .map_err(|source| Error::Write { path: page.path.clone(), source })?;
    }
    Ok(())
}
