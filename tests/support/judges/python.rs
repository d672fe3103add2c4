//! Asks `tests/foreign/python/strict.py`. Python has no AES-GCM of its own, so secrets that lie in an
//! elasticsearch.keystore are opened here and handed over on standard input.

use std::path::Path;
use std::process::Command;

use super::files::Output;
use super::{Line, process, tools};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/foreign/python/strict.py");

pub fn judge(outs: &[&Path]) -> Option<Vec<Vec<Line>>> {
    let python = tools::python()?;
    tools::openssl()?;
    let secrets: serde_json::Map<String, serde_json::Value> = outs
        .iter()
        .map(|out| {
            // A folder that cannot be read is for the judge to complain about.
            let hosts = Output::read(out).map(|output| output.secrets()).unwrap_or_default();
            (out.to_string_lossy().into_owned(), serde_json::to_value(hosts).unwrap())
        })
        .collect();
    let input = serde_json::Value::Object(secrets).to_string();
    // -B: no __pycache__ in the source tree.
    Some(process::ask("python", Command::new(python).args(["-B", SCRIPT]), outs, &input))
}
