//! Evidence against a log: two signed heads that contradict each other, kept as a file of its own.

use crate::fault::Fault;
use crate::node::Node;
use seal::sha256_parts;
use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;

/// How many pieces of evidence are kept: somebody who forges without end must not fill the disk.
const KEPT_MOST: usize = 1_000;

/// What two signed heads of one log prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Against {
    /// Two trees of one size: the notes alone prove the fork.
    Forked,
    /// A larger head without a proof that it begins with the smaller one.
    Unproven,
}

impl Against {
    const fn words(self) -> &'static str {
        match self {
            Self::Forked => {
                "Both heads have the same size and different roots. The log signed both: it has shown \
                 different trees to different readers. No honest log does that."
            }
            Self::Unproven => {
                "The log signed both heads and gave no proof that the later tree begins with the earlier \
                 one. Ask it for one; if it cannot give it, entries were changed or taken out."
            }
        }
    }
}

impl Node {
    /// The folder of evidence.
    pub(crate) fn evidence_folder(&self) -> PathBuf {
        self.settings().data.join("evidence")
    }

    /// Keeps two signed heads of the log `origin` in a file, durable before this returns; the same two only once.
    pub(crate) fn keep_evidence(
        &self,
        origin: &str,
        against: Against,
        (kept, offered): (&str, &str),
    ) -> Result<PathBuf, Fault> {
        let folder = self.evidence_folder();
        fs::create_dir_all(&folder)?;
        let digest = sha256_parts(&[kept.as_bytes(), b"\0", offered.as_bytes()]).to_string();
        let short: String = digest.chars().filter(char::is_ascii_alphanumeric).take(16).collect();
        let name = format!("{}-{short}.txt", origin.replace('/', "-"));
        let path = folder.join(&name);
        if path.exists() || fs::read_dir(&folder)?.count() >= KEPT_MOST {
            return Ok(path);
        }
        let text = format!(
            "Evidence against the log {origin}\nkept by {} at {}\n\n{}\n\n\
             ===== the head known before =====\n{kept}\n===== the head shown now =====\n{offered}",
            self.settings().node,
            self.now(),
            against.words(),
        );
        let beside = folder.join(format!("{name}.new"));
        let mut file = File::create(&beside)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&beside, &path)?;
        File::open(&folder)?.sync_all()?;
        Ok(path)
    }

    /// The names of the files of evidence, in order.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn evidence(&self) -> Result<Vec<String>, Fault> {
        let folder = self.evidence_folder();
        if !folder.exists() {
            return Ok(Vec::new());
        }
        let mut names = Vec::new();
        for file in fs::read_dir(folder)? {
            let name = file?.file_name().to_string_lossy().into_owned();
            if name.strip_suffix(".txt").is_some() {
                names.push(name);
            }
        }
        names.sort_unstable();
        Ok(names)
    }
}
