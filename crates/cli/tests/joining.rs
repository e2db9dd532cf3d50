//! The life of a trust list over real processes: joining by the lines of the document, revoking, freezing, never going back.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

#[path = "support/bundle.rs"]
mod bundle;
#[path = "joining/document.rs"]
mod document;
#[path = "joining/federation.rs"]
mod federation;
#[path = "joining/stories.rs"]
mod stories;
