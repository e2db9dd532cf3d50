//! The published log as files: written beside, made durable, moved into place.

use crate::Error;
use audit_log::{Checkpoint, TILE_WIDTH, TileFile, TileKind, TilePath};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Where the published log of one authority lies, and which process writes there.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) folder: PathBuf,
    /// Its number among those that share the folder; 0 when it is the only one.
    pub(super) process: i64,
}

impl Place {
    /// The name under which a file is written before it takes its place: no two processes use the same.
    fn beside(&self, path: &Path) -> PathBuf {
        let mut name = path.as_os_str().to_owned();
        if self.process != 0 {
            name.push(format!(".{}", self.process));
        }
        name.push(".new");
        name.into()
    }
}

/// Writes tiles so that each is whole or not there, and makes them durable together.
pub(super) fn write_tiles(
    place: &Place,
    tiles: &[TileFile],
    mut after_each: impl FnMut() -> Result<(), Error>,
) -> Result<(), Error> {
    let folder = place.folder.as_path();
    let mut folders = BTreeSet::new();
    let mut written = Vec::with_capacity(tiles.len());
    for tile in tiles {
        let path = folder.join(tile.path.to_string());
        if let Some(parent) = path.parent() {
            make_folders(folder, parent, &mut folders)?;
        }
        let beside = place.beside(&path);
        written.push((write_beside(&beside, &tile.bytes)?, beside, path));
    }
    for (file, beside, path) in written {
        file.sync_data().map_err(Error::file("write", &beside))?;
        fs::rename(&beside, &path).map_err(Error::file("write", &path))?;
        after_each()?;
    }
    folders.iter().try_for_each(|folder| sync_folder(folder))
}

/// Replaces one file of the folder and makes that durable.
pub(super) fn replace(place: &Place, name: &str, bytes: &[u8]) -> Result<(), Error> {
    let folder = place.folder.as_path();
    let path = folder.join(name);
    let beside = place.beside(&path);
    let file = write_beside(&beside, bytes)?;
    file.sync_data().map_err(Error::file("write", &beside))?;
    fs::rename(&beside, &path).map_err(Error::file("write", &path))?;
    sync_folder(folder)
}

/// Reads a tile; none when it is not there.
pub(super) fn read_tile(folder: &Path, tile: &TilePath) -> Result<Option<Vec<u8>>, String> {
    read(folder, &tile.to_string()).map_err(|error| error.to_string())
}

/// Reads a file of the folder; none when it is not there.
pub(super) fn read(folder: &Path, name: &str) -> Result<Option<Vec<u8>>, Error> {
    let path = folder.join(name);
    match fs::read(&path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::file("read", &path)(error)),
    }
}

/// How many entries the files of the folder show at least: by the checkpoint, and by entry bundles beyond `size`.
pub(super) fn size_on_disk(folder: &Path, size: u64) -> Result<u64, Error> {
    let by_checkpoint = checkpoint_on_disk(folder)?.map_or(0, |checkpoint| checkpoint.size().get());
    let width = u64::from(TILE_WIDTH);
    let (full, part) = (size.checked_div(width).unwrap_or(0), size.checked_rem(width).unwrap_or(0));
    let first = full.saturating_mul(width);
    let exists = |index, width| {
        TilePath::new(TileKind::Entries, index, width)
            .is_ok_and(|tile| folder.join(tile.to_string()).exists())
    };
    let further = (1..TILE_WIDTH)
        .rev()
        .filter(|held| u64::from(*held) > part)
        .find(|held| exists(full, *held))
        .map_or(0, |held| first.saturating_add(u64::from(held)));
    let whole = if exists(full, TILE_WIDTH) { first.saturating_add(width) } else { 0 };
    Ok(by_checkpoint.max(further).max(whole))
}

/// The checkpoint in the folder, as far as its text goes; its signature is for overseers to verify.
pub(super) fn checkpoint_on_disk(folder: &Path) -> Result<Option<Checkpoint>, Error> {
    let path = folder.join("checkpoint");
    let note = match fs::read_to_string(&path) {
        Ok(note) => note,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::file("read", &path)(error)),
    };
    let text = note.split_once("\n\n").map(|(text, _)| format!("{text}\n"));
    let problem = "is not a checkpoint; put back the last published one";
    text.and_then(|text| text.parse().ok()).map(Some).ok_or(Error::WrongFile { path, problem })
}

/// Makes a folder and those above it up to `top`; all of them have to be made durable.
pub(super) fn make_folders(
    top: &Path,
    folder: &Path,
    folders: &mut BTreeSet<PathBuf>,
) -> Result<(), Error> {
    if folders.contains(folder) {
        return Ok(());
    }
    fs::create_dir_all(folder).map_err(Error::file("make the folder", folder))?;
    folders
        .extend(folder.ancestors().take_while(|above| above.starts_with(top)).map(Path::to_owned));
    Ok(())
}

/// Makes the names in a folder durable.
pub(super) fn sync_folder(folder: &Path) -> Result<(), Error> {
    File::open(folder)
        .and_then(|open| open.sync_all())
        .map_err(Error::file("write the folder", folder))
}

fn write_beside(path: &Path, bytes: &[u8]) -> Result<File, Error> {
    let mut file = File::create(path).map_err(Error::file("write", path))?;
    file.write_all(bytes).map_err(Error::file("write", path))?;
    Ok(file)
}
