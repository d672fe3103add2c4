//! Door two, the full-screen wizard.

pub mod terminal;
