//! A small federation as the demonstration leaves it, and the real program to run on it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What a run of the program ended with and said.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// The program, to be given arguments.
pub(crate) fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_eunomia"))
}

/// Runs the program to its end.
pub(crate) fn eunomia<S: AsRef<std::ffi::OsStr>>(arguments: &[S]) -> Ran {
    program().args(arguments).output().unwrap().into()
}

/// Plays the demonstration once and leaves its folder: keys, trust list, configurations, databases, logs.
pub(crate) fn play(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let demo = ["demo", "--once", "--seed", "5", "--persons", "2000", "--directory"];
    let play = || -> Ran {
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        program().args(demo).arg(&folder).output().unwrap().into()
    };
    let mut ran = play();
    if ran.err.contains("alerts of others are missing") {
        // Seen once while many processes started at the same time, and said aloud each time it is seen.
        eprintln!("PLAYED AGAIN: {}", ran.err);
        ran = play();
    }
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    folder
}

/// The path as text.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
