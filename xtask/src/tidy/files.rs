//! The text files of the workspace, read once.

use crate::tidy::tokens::{self, Token};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A text file of the workspace.
#[derive(Debug, Clone)]
pub struct TextFile {
    /// Path from the root, with `/` between the parts.
    pub path: String,
    /// The whole text.
    pub text: String,
}

/// Every text file of the workspace but built, generated and stored ones.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// Absolute path of the root.
    pub root: PathBuf,
    /// The files, sorted by path.
    pub files: Vec<TextFile>,
}

const SKIPPED_FOLDERS: [&str; 3] = ["target", ".git", "demo-data"];
const ENDINGS: [&str; 9] = ["rs", "toml", "md", "html", "css", "js", "sql", "sh", "csv"];

impl Workspace {
    /// Reads the workspace this crate was built in.
    ///
    /// # Errors
    /// When a folder or a file cannot be read.
    pub fn read() -> io::Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize()?;
        let mut files = Vec::new();
        walk(&root, &root, &mut files)?;
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self { root, files })
    }

    /// A workspace made of the given paths and texts, for tests of the rules themselves.
    pub fn of(files: &[(&str, &str)]) -> Self {
        let file = |(path, text): &(&str, &str)| TextFile {
            path: (*path).to_owned(),
            text: (*text).to_owned(),
        };
        Self { root: PathBuf::new(), files: files.iter().map(file).collect() }
    }

    /// Files whose path begins and ends as given.
    pub fn matching<'a>(
        &'a self,
        start: &'a str,
        end: &'a str,
    ) -> impl Iterator<Item = &'a TextFile> {
        self.files.iter().filter(move |f| f.path.starts_with(start) && f.path.ends_with(end))
    }

    /// The text of one file.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.iter().find(|f| f.path == path).map(|f| f.text.as_str())
    }

    /// All Rust files.
    pub fn rust(&self) -> impl Iterator<Item = &TextFile> {
        self.files.iter().filter(|f| f.ending() == "rs")
    }
}

impl TextFile {
    /// The crate a file belongs to: `vocabulary` for `crates/vocabulary/src/lib.rs`, `xtask` for its own.
    pub fn crate_name(&self) -> Option<&str> {
        let mut parts = self.path.split('/');
        match parts.next() {
            Some("crates") => parts.next(),
            Some("xtask") => Some("xtask"),
            _ => None,
        }
    }

    /// What follows the last dot of the path.
    pub fn ending(&self) -> &str {
        self.path.rsplit_once('.').map_or("", |(_, ending)| ending)
    }

    /// True for files that are tests as a whole.
    pub fn is_test(&self) -> bool {
        self.path.contains("/tests/") || self.path.contains("/benches/")
    }

    /// The tokens of a Rust file.
    pub fn tokens(&self) -> Vec<Token> {
        tokens::read(&self.text)
    }

    /// The lines with their numbers from 1.
    pub fn numbered(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines())
    }
}

fn walk(root: &Path, folder: &Path, files: &mut Vec<TextFile>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() {
            if !SKIPPED_FOLDERS.contains(&name.as_str()) {
                walk(root, &entry.path(), files)?;
            }
            continue;
        }
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        if ENDINGS.contains(&ending) || name == "Cargo.lock" || entry.path().ends_with(".ci/run") {
            let path = entry.path();
            let inside = path.strip_prefix(root).unwrap_or(&path);
            files.push(TextFile {
                path: inside.to_string_lossy().replace('\\', "/"),
                text: String::from_utf8_lossy(&fs::read(&path)?).into_owned(),
            });
        }
    }
    Ok(())
}
