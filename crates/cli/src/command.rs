//! One file for each command.

pub(crate) mod access;
pub(crate) mod backup;
pub(crate) mod bench;
pub(crate) mod check;
pub(crate) mod demo;
pub(crate) mod import;
pub(crate) mod instrument;
pub(crate) mod join;
pub(crate) mod proof;
pub(crate) mod record;
pub(crate) mod restore;
pub(crate) mod retention;
pub(crate) mod search;
pub(crate) mod serve;
pub(crate) mod trust;
pub(crate) mod verify_log;
pub(crate) mod world;
