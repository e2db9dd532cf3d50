//! Carries every instrument and catalogue file into the program, so that adding one touches no Rust file.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR")?).join("../..");
    let mut code = String::new();
    for (name, folder) in [("INSTRUMENTS", "instruments"), ("CATALOGUES", "catalogues")] {
        let folder = root.join(folder).canonicalize()?;
        println!("cargo::rerun-if-changed={}", folder.display());
        list(&mut code, name, &folder)?;
    }
    fs::write(PathBuf::from(variable("OUT_DIR")?).join("carried.rs"), code)
}

fn variable(name: &str) -> io::Result<String> {
    #[expect(clippy::disallowed_methods, reason = "this is how cargo speaks to a build script")]
    env::var(name).map_err(io::Error::other)
}

fn list(code: &mut String, name: &str, folder: &Path) -> io::Result<()> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    files.sort();
    let mut rows = String::new();
    for file in files {
        let short = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        writeln!(rows, "    ({short:?}, include_str!({:?})),", file.display().to_string())
            .map_err(io::Error::other)?;
    }
    write!(code, "pub(crate) const {name}: &[(&str, &str)] = &[\n{rows}];\n")
        .map_err(io::Error::other)
}
