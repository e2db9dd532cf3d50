//! what an instrument file may say; reads, checks and renders it
