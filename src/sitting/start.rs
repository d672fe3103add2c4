//! The ways to begin: what stands below the saved sessions, and how those are told apart.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::steps::STEPS;
use crate::values::date_text;

/// A row below the saved sessions.
pub struct Extra {
    pub title: &'static str,
    pub note: &'static str,
    /// The hosts of a new session; none asks for a file.
    pub hosts: Option<&'static str>,
}

pub static EXTRA: [Extra; 4] = [
    Extra {
        title: "New: three nodes and Kibana",
        note: "the usual production start",
        hosts: Some("es-1\nes-2\nes-3\nkibana-1 kibana\n"),
    },
    Extra {
        title: "New: one node and Kibana",
        note: "a lab, or a first look",
        hosts: Some("es-1\nkibana-1 kibana\n"),
    },
    Extra { title: "New: from pasted hosts", note: "lines of  name  dns,dns  ip,ip", hosts: Some("") },
    Extra { title: "Open a file…", note: "a session or an instances.yml", hosts: None },
];

/// The title of a step or page, by its name in session files.
pub fn step_title(id: &str) -> &'static str {
    match STEPS.iter().find(|step| step.id == id) {
        Some(step) => step.title,
        None if id == "review" => "Review",
        None => "",
    }
}

/// `today`, `yesterday` or the date.
pub fn when(saved: &str, today: OffsetDateTime) -> String {
    let Ok(moment) = OffsetDateTime::parse(saved, &Rfc3339) else { return String::new() };
    match (today.date() - moment.date()).whole_days() {
        ..=0 => "today".into(),
        1 => "yesterday".into(),
        _ => date_text(moment),
    }
}
