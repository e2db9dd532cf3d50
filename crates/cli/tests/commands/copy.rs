//! A copy of the federation for each test that changes something in it.

use crate::bundle::play;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use tempfile::TempDir;

static PLAYED: LazyLock<PathBuf> = LazyLock::new(|| play("federation-of-commands"));

/// The federation itself: to be read only.
pub(crate) fn played() -> &'static Path {
    &PLAYED
}

/// A copy that ends with the test.
pub(crate) struct Copy {
    folder: TempDir,
}

impl Copy {
    /// A copy of the whole federation.
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        copy_folder(played(), folder.path());
        Self { folder }
    }

    /// A path in it.
    pub(crate) fn path(&self, inside: &str) -> PathBuf {
        self.folder.path().join(inside)
    }

    /// Writes a file into it and gives its path.
    pub(crate) fn write(&self, inside: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(inside);
        fs::write(&path, bytes).unwrap();
        path
    }

    /// Replaces a piece of a text file, which must be there.
    pub(crate) fn replace(&self, inside: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.path(inside)).unwrap();
        assert!(text.contains(from), "`{from}` is not in {inside}:\n{text}");
        self.write(inside, text.replacen(from, to, 1));
    }
}

/// Copies a folder with all in it.
pub(crate) fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
