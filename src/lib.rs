//! stackseal as a library, so that tests and both doors share one copy of everything.

pub mod tui;
