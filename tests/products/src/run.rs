//! One scenario with one version, from the session to the report: written outside, tried in a room of its own, within a
//! time.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::checks;
use crate::layout::Layout;
use crate::matrix::{Scenario, scenarios};
use crate::report::Report;
use crate::sandbox::{enter, furnish, left_over, memory};
use crate::session::{Cast, Host, elsewhere, session};
use crate::stage::{STRANGER, STRANGER_NAME, Stage};
use crate::trouble::{At, Result, Trouble, trouble};
use crate::write::{authority, place_monitoring, write};

const LIMIT: Duration = Duration::from_secs(420);
const MOST_MEMORY: u64 = 4096;
const WRITES: &str = "stackseal writes it";

#[derive(Debug)]
pub struct Outcome {
    pub scenario: Scenario,
    pub version: String,
    pub report: Report,
    pub seconds: u64,
    pub megabytes: u64,
    /// What failed at a first try, where there was one.
    pub stumbled: Vec<String>,
}

/// Called outside.
pub fn run(layout: &Layout, scenario: &Scenario, version: &str) -> Outcome {
    let begin = Instant::now();
    let folder = layout.run(&format!("{}-{version}", scenario.name));
    let mut report = Report::default();
    let mut more = Value::Null;
    report.topic("write");
    let written = prepare(layout, &folder, scenario, version);
    if report.attempt(WRITES, written).is_some() {
        report.check(WRITES, true, "");
        match inside(&folder, scenario, version) {
            Ok((tried, facts)) => {
                report.lines.extend(tried.lines);
                more = facts;
            }
            Err(error) => {
                report.topic("harness");
                report.check("the room", false, error.to_string());
            }
        }
    }
    let megabytes = more["megabytes"].as_u64().unwrap_or_default();
    Outcome {
        scenario: scenario.clone(),
        version: version.into(),
        report,
        seconds: begin.elapsed().as_secs(),
        megabytes,
        stumbled: Vec::new(),
    }
}

/// A run that this clone made before and that was fine, as its report tells it.
pub fn earlier(layout: &Layout, scenario: &Scenario, version: &str) -> Option<Outcome> {
    let folder = layout.run(&format!("{}-{version}", scenario.name));
    let at = |name: &str| fs::metadata(folder.join(name)).and_then(|data| data.modified()).ok();
    let (tried, facts) = Report::load(&folder.join("report.json")).ok()?;
    let seconds = at("report.json")?.duration_since(at("session.yml")?).ok()?.as_secs();
    let mut report = Report::default();
    report.topic("write");
    report.check(WRITES, true, "");
    report.lines.extend(tried.lines);
    let megabytes = facts["megabytes"].as_u64().unwrap_or_default();
    let outcome = Outcome {
        scenario: scenario.clone(),
        version: version.into(),
        report,
        seconds,
        megabytes,
        stumbled: Vec::new(),
    };
    (outcome.report.failures() == 0).then_some(outcome)
}

/// Writes all folders that the scenario needs: the stack's, that of the cluster elsewhere, a stranger's.
fn prepare(layout: &Layout, folder: &Path, scenario: &Scenario, version: &str) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).at(folder)?;
    }
    fs::create_dir_all(folder).at(folder)?;
    let cast = Cast::of(scenario);
    let save = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::write(&path, text).at(&path)
    };
    let mut secrets = None;
    if let Some(watch) = &cast.elsewhere {
        let kibana = Host::named("watch-kibana", watch.address.replace("41", "42"));
        save("elsewhere.yml", &elsewhere(watch, &kibana, scenario.get("installed"), version))?;
        let out = write(layout, folder, "./elsewhere.yml", "out-elsewhere", None)?;
        let token = out.join("hosts/watch-kibana/kibana/secure-settings/elasticsearch.serviceAccountToken");
        let token = fs::read_to_string(&token).at(&token)?;
        save("secrets.yml", &format!("kibana_client.monitoring_token: \"{token}\"\n"))?;
        private(&folder.join("secrets.yml"))?;
        secrets = Some("secrets.yml");
    }
    save("session.yml", &session(scenario, &cast, version))?;
    let out = write(layout, folder, "./session.yml", "out", secrets)?;
    if cast.elsewhere.is_some() {
        place_monitoring(&out, &folder.join("out-elsewhere/clients/elasticsearch-ca.pem"))?;
    }
    // Another operator's cluster of the same name: its nodes have no business here.
    let stranger = Host::named(STRANGER_NAME, STRANGER.into());
    let alone = Cast { nodes: vec![stranger.clone()], beat: stranger, elsewhere: None, ..cast };
    save("stranger.yml", &session(scenario, &alone, version))?;
    authority(folder, "foreign")?;
    write(layout, folder, "./stranger.yml", "out-stranger", None).map(|_| ())
}

fn private(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).at(path)
}

fn inside(folder: &Path, scenario: &Scenario, version: &str) -> Result<(Report, Value)> {
    let own = std::env::current_exe()?;
    let mut child = enter(&own, &["inside", &scenario.name, version]).spawn()?;
    let end = Instant::now() + LIMIT;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if Instant::now() > end {
            // Its first process ends with it, and with that one all others of the room.
            child.kill()?;
            child.wait()?;
            return trouble(format!("not done within {} s", LIMIT.as_secs()));
        }
        thread::sleep(Duration::from_millis(100));
    };
    let result = folder.join("report.json");
    if !result.exists() {
        return trouble(format!("ended with {status} and no report"));
    }
    Report::load(&result)
}

/// Called as the first process of the room.
pub fn in_room(layout: &Layout, name: &str, version: &str) -> Result<()> {
    let scenario = scenarios().into_iter().find(|scenario| scenario.name == name);
    let scenario = scenario.ok_or_else(|| Trouble(format!("no scenario {name}")))?;
    let folder: PathBuf = layout.run(&format!("{name}-{version}"));
    let addresses: Vec<String> =
        Cast::of(&scenario).all().iter().map(|host| host.reached().to_owned()).collect();
    furnish(layout, &folder, version, &addresses)?;
    let (peak, done) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let watch = {
        let (peak, done) = (Arc::clone(&peak), Arc::clone(&done));
        thread::spawn(move || {
            while !done.load(Ordering::Relaxed) {
                peak.fetch_max(memory(), Ordering::Relaxed);
                thread::sleep(Duration::from_secs(1));
            }
        })
    };
    let mut stage = Stage::new(scenario, version);
    let mut report = Report::default();
    checks::all(&mut stage, &mut report);
    report.topic("harness");
    let killed = stage.stop();
    report.check("nodes end by themselves", killed.is_empty(), killed.join(", "));
    done.store(true, Ordering::Relaxed);
    let _ = watch.join();
    let left = left_over();
    report.check("no process is left behind", left.is_empty(), left.join("; "));
    let megabytes = peak.load(Ordering::Relaxed);
    report.check(
        format!("memory stays below {MOST_MEMORY} MiB"),
        megabytes < MOST_MEMORY,
        format!("{megabytes} MiB"),
    );
    report.save(&stage.folder.join("report.json"), &json!({ "megabytes": megabytes }))
}
