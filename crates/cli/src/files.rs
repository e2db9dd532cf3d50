//! Key files and other files of an operator, read and written with errors that say what to do.

use seal::Secret;
use std::fs;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

/// Reads a whole text file.
///
/// # Errors
/// Which file, why, and what to do.
pub(crate) fn read_text(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| cannot("read", path, &error))
}

/// The message for a file that cannot be used.
pub(crate) fn cannot(what: &str, path: &Path, error: &std::io::Error) -> String {
    let kind = error.kind();
    let help = if kind == ErrorKind::NotFound {
        "; check the path, or make the file first"
    } else if kind == ErrorKind::PermissionDenied {
        "; run as the owner of the file"
    } else if kind == ErrorKind::InvalidData {
        "; save it as UTF-8 text"
    } else {
        ""
    };
    format!("cannot {what} `{}`: {error}{help}", path.display())
}

/// Reads 32 secret bytes written as 64 hexadecimal digits.
///
/// # Errors
/// When the file is missing or holds something else.
pub(crate) fn read_secret(path: &Path) -> Result<Secret, String> {
    let text = read_private(path)?;
    let mut bytes = [0; 32];
    hex::decode_to_slice(text.trim(), &mut bytes).map_err(|_| {
        format!("`{}` holds no key; it must hold 64 hexadecimal digits", path.display())
    })?;
    Ok(Secret::new(bytes))
}

/// Reads a text file that others must not be able to read.
///
/// # Errors
/// When it is missing, or others may read or change it.
pub(crate) fn read_private(path: &Path) -> Result<String, String> {
    let text = read_text(path)?;
    let mode = fs::metadata(path).map_err(|error| cannot("read", path, &error))?.mode();
    // What a service manager hands out may be read by the group of the process; by everybody, never.
    if mode & 0o027 != 0 {
        return Err(format!(
            "`{}` holds a secret and others may read or change it (mode {:03o}); run `chmod 600` on it, and have a \
             new one made if others had access to this machine",
            path.display(),
            mode & 0o777
        ));
    }
    Ok(text)
}

/// Writes a file that only its owner may read.
///
/// # Errors
/// Which file and why.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let mut options = fs::OpenOptions::new();
    let file = options.write(true).create(true).truncate(true).mode(0o600).open(path);
    file.and_then(|mut file| file.write_all(bytes)).map_err(|error| cannot("write", path, &error))
}

/// Writes a file in the place of another, whole or not at all: whoever reads it meanwhile reads the old one.
///
/// # Errors
/// Which file and why.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let new = path.with_added_extension("new");
    let write = || -> std::io::Result<()> {
        let mut file = fs::File::create(&new)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&new, path)
    };
    write().map_err(|error| cannot("write", path, &error))
}

/// Writes 32 secret bytes as 64 hexadecimal digits into a file that only its owner may read.
///
/// # Errors
/// Which file and why.
pub(crate) fn write_secret(path: &Path, bytes: &[u8; 32]) -> Result<(), String> {
    write_private(path, format!("{}\n", hex::encode(bytes)).as_bytes())
}

/// Makes a folder and those above it.
///
/// # Errors
/// Which folder and why.
pub(crate) fn make_folder(path: &Path) -> Result<(), String> {
    fs::create_dir_all(path).map_err(|error| cannot("make the folder", path, &error))
}
