//! What several integration tests share.
#![allow(dead_code, reason = "each test file uses its own part of this")]

pub mod broken;
pub mod changes;
pub mod fixed;
#[cfg(unix)]
pub mod host;
pub mod judges;
pub mod outside;
pub mod sample;
pub mod scenario;
pub mod settings;
pub mod shell;
#[cfg(unix)]
pub mod steps;
pub mod whole;
