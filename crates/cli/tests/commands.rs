//! The commands as an operator runs them: the real program, its words, its exit status.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

#[path = "commands/access.rs"]
mod access;
#[path = "commands/backup.rs"]
mod backup;
#[path = "commands/check.rs"]
mod check;
#[path = "commands/copy.rs"]
mod copy;
#[path = "commands/deploy.rs"]
mod deploy;
#[path = "commands/help.rs"]
mod help;
#[path = "commands/import.rs"]
mod import;
#[path = "commands/instruments.rs"]
mod instruments;
#[path = "commands/log.rs"]
mod log;
#[path = "commands/proof.rs"]
mod proof;
#[path = "commands/samples.rs"]
mod samples;
#[path = "commands/serve.rs"]
mod serve;
#[path = "commands/worlds.rs"]
mod worlds;

#[path = "support/bundle.rs"]
mod bundle;
