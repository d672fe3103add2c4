//! The runbook.
use super::Draft;
pub fn draft(_draft: &mut Draft<'_>) {}
