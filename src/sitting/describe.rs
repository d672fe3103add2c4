//! A file of the plan before it exists, as lines: what every door shows, with spans said as dates, since
//! only the doors know the day.

use time::OffsetDateTime;

use crate::plan::{FileSpec, Plan, Unknown, preview};
use crate::steps::heading;
use crate::values::{Span, date_text};

/// The lines of [`text`], each for itself.
pub fn describe(plan: &Plan, file: &FileSpec, today: OffsetDateTime) -> Vec<String> {
    text(plan, file, today).lines().map(str::to_owned).collect()
}

/// One text, which is compared with another faster than its lines are.
pub fn text(plan: &Plan, file: &FileSpec, today: OffsetDateTime) -> String {
    let text = preview(plan, file, &Unknown, &heading);
    let mut out = String::with_capacity(text.len());
    for line in text.trim_matches('\n').lines() {
        out.push_str(line);
        if let Some(until) = line.strip_prefix("  valid    ").and_then(|span| until(span, today)) {
            out.push_str(", ");
            out.push_str(&until);
        }
        out.push('\n');
    }
    out
}

/// `until 2029-11-22`, where the text is a span.
pub fn until(text: &str, today: OffsetDateTime) -> Option<String> {
    text.parse::<Span>().ok().map(|span| format!("until {}", date_text(span.after(today))))
}
