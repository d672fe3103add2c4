//! What the desk says of files and paths, and what it takes a path for.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use crate::forge::Bundle;
use crate::plan::IdentityId;
use crate::steps::Answers;

/// Text as it is, the rest as parsing says; secrets not at all.
pub fn shown(bundle: &Bundle, path: &str) -> String {
    let Some(output) = bundle.outputs.iter().find(|output| output.path.as_str() == path) else {
        return "not made".into();
    };
    match output.kind {
        "settings" | "text" | "receipt" => String::from_utf8_lossy(&output.bytes.whole()).into_owned(),
        "secret" | "bearer token" => "hidden".into(),
        _ => {
            let mut text = bundle.inspect(&output.path).map(|found| found.to_string()).unwrap_or_default();
            let used: Vec<&str> = output.identities.iter().map(IdentityId::as_str).collect();
            if !used.is_empty() {
                let _ = write!(text, "\nin the plan: {}\n", used.join(", "));
            }
            text
        }
    }
}

pub fn absolute(path: &str) -> PathBuf {
    let home =
        path.strip_prefix("~/").and_then(|rest| Some(PathBuf::from(std::env::var_os("HOME")?).join(rest)));
    let path = home.unwrap_or_else(|| PathBuf::from(path));
    std::path::absolute(&path).unwrap_or(path)
}

/// A path as people write it.
pub fn home(path: &Path) -> String {
    let below = std::env::var_os("HOME")
        .and_then(|home| path.strip_prefix(PathBuf::from(home)).ok().map(Path::to_owned));
    below.map_or_else(|| path.display().to_string(), |below| format!("~/{}", below.display()))
}

/// Whether a file means to be an `instances.yml`, whatever is wrong with it.
pub fn is_instances(path: &Path) -> bool {
    crate::store::read_bounded(path, 4 << 20)
        .is_ok_and(|bytes| bytes.split(|byte| *byte == b'\n').any(|line| line.starts_with(b"instances:")))
}

/// The name that a session follows while nobody named it: that of its cluster, if it was made of it.
pub fn followed(name: &str, before: &Answers, now: &Answers) -> Option<String> {
    let (old, new) = (before.overview.cluster_name.trim(), now.overview.cluster_name.trim());
    let rest = name.strip_prefix(old).filter(|_| !old.is_empty())?;
    let numbered = rest.strip_prefix('-').is_some_and(|n| n.parse::<u32>().is_ok());
    let unnamed = now.overview.session_name.trim().is_empty();
    (unnamed && old != new && !new.is_empty() && (rest.is_empty() || numbered)).then(|| new.to_owned())
}
