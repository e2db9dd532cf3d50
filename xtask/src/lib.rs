//! The project's own tools: the rules of the house as functions, which the tests of this crate call on the
//! workspace, and the pages made from instrument files.

pub mod disasters;
pub mod gate;
pub mod instrument_pages;
pub mod tidy;
