//! The failures of pain replayed: each broken input meets the real product, whose words are kept beside what stackseal
//! says before it comes to that. `products pains` makes PAINS.md.

mod files;
mod meetings;
mod table;

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::layout::Layout;
use crate::matrix::Scenario;
use crate::node;
use crate::report::Report;
use crate::sandbox::{enter, furnish};
use crate::session::{Cast, Host, session};
use crate::stage::{STRANGER, STRANGER_NAME, Stage};
use crate::trouble::{At, Result, trouble};
use crate::write::{authority, stackseal, write};
use table::{Before, PAINS, Pain};

const VERSION: &str = "9.1.0";
const LIMIT: Duration = Duration::from_secs(900);
/// Broken before a node starts.
const AT_START: [u8; 12] = [1, 2, 4, 5, 6, 7, 8, 11, 12, 15, 48, 49];

/// A node that runs as it should, and the log up to which everything is known.
#[derive(Debug)]
pub struct Room {
    pub folder: PathBuf,
    pub stage: Stage,
    pub mark: usize,
}

impl Room {
    /// What the running node said since.
    pub fn said_since(&self, mark: usize) -> String {
        self.stage
            .nodes
            .first()
            .map(|node| node.said().get(mark..).unwrap_or_default().to_owned())
            .unwrap_or_default()
    }
}

/// Called outside: writes the folders, tries everything in a room, asks stackseal, makes the table.
pub fn replay(layout: &Layout) -> Result<bool> {
    let folder = layout.run("pains");
    if folder.exists() {
        fs::remove_dir_all(&folder).at(&folder)?;
    }
    fs::create_dir_all(&folder).at(&folder)?;
    for (name, answers) in [
        ("out", [("format", "pem")]),
        ("out-p12", [("format", "pkcs12")]),
        ("out-stranger", [("format", "pem")]),
    ] {
        let scenario = Scenario::with(&answers);
        let mut cast = Cast::of(&scenario);
        if name == "out-stranger" {
            let stranger = Host::named(STRANGER_NAME, STRANGER.into());
            cast = Cast { nodes: vec![stranger.clone()], beat: stranger, ..cast };
        }
        let file = folder.join(format!("{name}.yml"));
        fs::write(&file, session(&scenario, &cast, VERSION)).at(&file)?;
        write(layout, &folder, &format!("./{name}.yml"), name, None)?;
    }
    authority(&folder, "foreign")?;
    let mut child = enter(&std::env::current_exe()?, &["inside-pains"]).spawn()?;
    let end = Instant::now() + LIMIT;
    while child.try_wait()?.is_none() {
        if Instant::now() > end {
            child.kill()?;
            child.wait()?;
            return trouble(format!("pains: not done within {} s", LIMIT.as_secs()));
        }
        thread::sleep(Duration::from_millis(100));
    }
    let (seen, more) = Report::load(&folder.join("report.json"))?;
    let mut report = Report::default();
    report.topic("before");
    let mut rows = Vec::new();
    for pain in &PAINS {
        let words = before(layout, &folder, pain)?;
        report.check(
            format!("stackseal speaks of F{} before", pain.id),
            words.is_some(),
            format!("{:?}", pain.before),
        );
        let message = more[format!("F{}", pain.id)].as_str().unwrap_or_default().to_owned();
        rows.push((pain, message, words.unwrap_or_default()));
    }
    let path = layout.sources().join("PAINS.md");
    fs::write(&path, text(&rows)).at(&path)?;
    Ok(seen.failures() + report.failures() == 0)
}

/// Called as the first process of the room.
pub fn in_room(layout: &Layout) -> Result<()> {
    let scenario = Scenario::with(&[("format", "pem")]);
    furnish(layout, &layout.run("pains"), VERSION, &[])?;
    let mut stage = Stage::new(scenario, VERSION);
    stage.place()?;
    let folder = stage.folder.clone();
    fs::create_dir_all(folder.join("logs")).at(&folder)?;
    let mut room = Room { folder, stage, mark: 0 };
    let mut report = Report::default();
    report.topic("pains");
    let mut words = serde_json::Map::new();
    for pain in PAINS.iter().filter(|pain| AT_START.contains(&pain.id)) {
        let said = files::said(&room, pain.id, pain.message);
        judge(&mut report, &mut words, pain, said);
    }
    let both = format!("network.host=127.0.1.11,{}", meetings::UNNAMED);
    run_node(&mut room, &[&both, "http.publish_host=127.0.1.11", "transport.publish_host=127.0.1.11"])?;
    if room.stage.scenario.is("accounts", "api") {
        return trouble("accounts come by files here");
    }
    for pain in
        PAINS.iter().filter(|pain| !AT_START.contains(&pain.id) && !pain.message.is_empty() && pain.id != 27)
    {
        room.mark = room.stage.nodes.first().map_or(0, |node| node.said().len());
        let said = match pain.id {
            16 | 17 | 18 | 20 => meetings::joiner(&room, pain.id, pain.message),
            23 | 24 | 34 | 44 => meetings::person(&room, pain.id),
            26 | 30 | 32 | 35 | 38 => meetings::kibana(&room, pain.id),
            _ => meetings::beats(&room, pain.id),
        };
        judge(&mut report, &mut words, pain, said);
    }
    room.stage.stop();
    room.stage.nodes.clear();
    // The same node, and now it wants certificates of everybody.
    let demands = [
        "xpack.security.http.ssl.client_authentication=required",
        "xpack.security.http.ssl.certificate_authorities=certs/transport-ca.crt",
    ];
    let node = room.stage.start_node("es-1", &demands)?;
    room.stage.nodes.push(node);
    room.stage.nodes[0].until(&["] started {"], Duration::from_secs(90));
    for pain in PAINS.iter().filter(|pain| pain.id == 27) {
        let said = meetings::kibana(&room, pain.id);
        judge(&mut report, &mut words, pain, said);
    }
    room.stage.stop();
    report.save(&room.folder.join("report.json"), &json!(words))
}

fn run_node(room: &mut Room, settings: &[&str]) -> Result<()> {
    let node = room.stage.start_node("es-1", settings)?;
    room.stage.nodes.push(node);
    let (client, url) = (room.stage.elastic()?, room.stage.url());
    node::ready(&mut room.stage.nodes, &client, &url).map(|_| ())
}

fn judge(
    report: &mut Report,
    words: &mut serde_json::Map<String, serde_json::Value>,
    pain: &Pain,
    said: Result<String>,
) {
    let Some(said) = report.attempt(&format!("F{} is tried", pain.id), said) else { return };
    let found =
        pain.message.iter().find_map(|text| Some((said.lines().find(|line| line.contains(text))?, *text)));
    if let Some((line, text)) = found {
        words.insert(format!("F{}", pain.id), json!(excerpt(line, text)));
    }
    let end: String = said.chars().rev().take(700).collect::<Vec<_>>().into_iter().rev().collect();
    report.check(format!("F{}: {}", pain.id, pain.broken), found.is_some(), end);
}

/// The message and a little around it: lines of a log are long, and their beginnings are times.
fn excerpt(line: &str, text: &str) -> String {
    let at = line.find(text).unwrap_or_default();
    let near = line[..at].char_indices().rev().take(70).last().map_or(at, |(near, _)| near);
    // From the beginning of a word.
    let from = if near == 0 { 0 } else { line[near..at].find(' ').map_or(at, |space| near + space + 1) };
    line[from..]
        .chars()
        .take(line[from..at].chars().count() + text.chars().count() + 90)
        .collect::<String>()
        .trim()
        .to_owned()
}

fn before(layout: &Layout, folder: &Path, pain: &Pain) -> Result<Option<String>> {
    let out = folder.join("out");
    let holds = |text: String, wanted: &str| {
        text.lines().find(|line| format!("{line}\n").contains(wanted)).map(|line| line.trim().to_owned())
    };
    Ok(match pain.before {
        Before::Wrote(file, wanted) => {
            let path = out.join(file);
            holds(fs::read_to_string(&path).at(&path)?, wanted)
                .map(|line| format!("{}: `{line}`", short(file)))
        }
        Before::Inspect(file, wanted) => {
            let said = stackseal(layout, folder, &["inspect", &out.join(file).to_string_lossy()])?;
            holds(said.out, wanted).map(|line| format!("`stackseal inspect` of {}: `{line}`", short(file)))
        }
        Before::Plan(wanted) => {
            let said = stackseal(layout, folder, &["plan", "./out.yml"])?;
            holds(said.out, wanted).map(|line| format!("`stackseal plan`: `{line}`"))
        }
        Before::Runbook(wanted) => {
            let path = out.join("README.md");
            holds(fs::read_to_string(&path).at(&path)?, wanted).map(|line| format!("runbook: {line}"))
        }
        Before::Issue("", code) => {
            let path = layout.repository.join("src/plan/issue.rs");
            holds(fs::read_to_string(&path).at(&path)?, code)
                .map(|_| format!("issue `{code}`: two steps that set one key differently"))
        }
        Before::Issue(scenario, code) => {
            let from = layout.repository.join(format!("tests/scenarios/{scenario}.yml"));
            let to = folder.join(format!("{scenario}.yml"));
            fs::copy(&from, &to).at(&from)?;
            let said = stackseal(layout, folder, &["plan", &format!("./{scenario}.yml")])?;
            holds(said.out, &format!("({code})"))
        }
    })
}

fn short(file: &str) -> &str {
    file.rsplit('/').next().unwrap_or(file)
}

fn text(rows: &[(&Pain, String, String)]) -> String {
    let mut text = String::from(
        "# Failures replayed\n\nMade by `cargo run -p products -- pains`; do not edit. The thirty failures that people meet most \
         when they set up TLS by hand: each is broken into a folder that starts, met by the real product, and told beside \
         what stackseal says or does before it comes to that.\n\n| | broken | the product says | stackseal, before |\n| --- | --- | --- | --- |\n",
    );
    for (pain, message, words) in rows {
        let seen = match (message.is_empty(), pain.unseen.is_empty()) {
            (false, true) => format!("`{message}`"),
            (false, false) => format!("`{message}` ({})", pain.unseen),
            (true, _) => format!("not seen here: {}", pain.unseen),
        };
        let clean = |text: &str| text.replace('|', "\\|").replace('\n', " ");
        let _ =
            writeln!(text, "| F{} | {} | {} | {} |", pain.id, clean(pain.broken), clean(&seen), clean(words));
    }
    text
}
