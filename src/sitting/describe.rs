//! A file of the plan before it exists, as lines: what every door shows, with spans said as dates, since
//! only the doors know the day.

use time::OffsetDateTime;

use crate::plan::{FileSpec, Plan, Unknown, preview};
use crate::steps::heading;
use crate::values::{Span, date_text};

pub fn describe(plan: &Plan, file: &FileSpec, today: OffsetDateTime) -> Vec<String> {
    let text = preview(plan, file, &Unknown, &heading);
    text.trim_matches('\n').lines().map(|line| dated(line, today)).collect()
}

/// `until 2029-11-22`, where the text is a span.
pub fn until(text: &str, today: OffsetDateTime) -> Option<String> {
    text.parse::<Span>().ok().map(|span| format!("until {}", date_text(span.after(today))))
}

fn dated(line: &str, today: OffsetDateTime) -> String {
    match line.strip_prefix("  valid    ").and_then(|span| until(span, today)) {
        Some(until) => format!("{line}, {until}"),
        None => line.to_owned(),
    }
}
