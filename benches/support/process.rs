//! What Linux tells of a running process: /proc, a file a question. Knows no measurement.

use std::path::PathBuf;

use rustix::process::Pid;

/// Voluntary context switches of all threads: each follows a wake-up.
pub fn wake_ups(pid: Pid) -> f64 {
    let tasks = std::fs::read_dir(folder(pid).join("task")).unwrap().flatten();
    tasks.map(|task| number(task.path().join("status"), "voluntary_ctxt_switches:")).sum()
}

/// What the process holds in memory now, in bytes.
pub fn resident(pid: Pid) -> f64 {
    number(folder(pid).join("status"), "VmRSS:") * 1024.0
}

/// The most that it ever held.
pub fn peak(pid: Pid) -> f64 {
    number(folder(pid).join("status"), "VmHWM:") * 1024.0
}

fn folder(pid: Pid) -> PathBuf {
    format!("/proc/{}", pid.as_raw_nonzero()).into()
}

fn number(file: PathBuf, key: &str) -> f64 {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let value = text.lines().find_map(|line| line.strip_prefix(key)?.split_whitespace().next()?.parse().ok());
    value.unwrap_or(0.0)
}
