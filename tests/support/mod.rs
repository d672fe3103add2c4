//! What several integration tests share.
#![allow(dead_code, reason = "each test file uses its own part of this")]

pub mod broken;
pub mod changes;
pub mod fixed;
pub mod judges;
pub mod outside;
pub mod sample;
pub mod scenario;
pub mod settings;
pub mod shell;
pub mod whole;
