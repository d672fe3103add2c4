use super::{Bundle, Error, Kept, Progress, Source};
use crate::plan::{Plan, StepId, TypedSecrets};

/// The comment above the settings that a step asked for.
pub type Titles<'a> = &'a (dyn Fn(StepId) -> &'static str + Sync);

pub fn forge(
    plan: &Plan,
    titles: Titles<'_>,
    typed: &TypedSecrets,
    kept: &Kept,
    source: &dyn Source,
    progress: &Progress,
) -> Result<Bundle, Error> {
    let _ = (plan, titles, typed, kept, source, progress);
    Err(Error::Worker)
}
