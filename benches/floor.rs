//! `stackseal write` beside the least that a JVM program must do for the same nodes, on the same keys. Holds
//! no stack and no clock of its own; floor/ holds the other side.

use std::fmt::Write;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use stackseal::forge::{System, inspect};
use stackseal::steps::Answers;
use stackseal::store::Session;

use crate::forging;
use crate::support::clock::{Cost, median};
use crate::support::stacks::{self, all_channels, transport_alone};
use crate::support::table::{Goal, Table};

const STACKSEAL: &str = env!("CARGO_BIN_EXE_stackseal");
/// What CertificateFloor.java locks its stores with.
const PASSWORD: &str = "not-a-secret-of-anybody";
/// Nodes, and how often the sides take turns.
const EC: [(usize, usize); 2] = [(3, 15), (100, 5)];
const RSA: [(usize, usize); 2] = [(3, 9), (100, 3)];

pub fn measure(table: &mut Table) {
    let folder = tempfile::tempdir().unwrap();
    let Some(floor) = Floor::compile(folder.path()) else {
        table.skip("the JVM floor", "no JDK: java and javac are not to be found");
        return;
    };
    for (nodes, turns) in EC {
        rows(table, &floor, nodes, ("EC P-256", "ec-p256"), turns, Goal::Ratio(0.1));
    }
    for (nodes, turns) in RSA {
        rows(table, &floor, nodes, ("RSA 2048", "rsa-2048"), turns, Goal::None);
        let plan = stacks::plan_of(&transport_alone(nodes, "rsa-2048"));
        forging::rows(
            table,
            &format!("write {nodes} nodes, RSA, transport"),
            &plan,
            turns,
            Goal::Ratio(1.05),
            true,
        );
    }
}

/// What one turn took.
struct Turn {
    floor: Cost,
    /// The floor again, its first line of `main` being where the clock starts.
    running: Cost,
    alone: Cost,
    all: Cost,
}

/// All sides take turns; whoever runs first meets a machine that has just done something else.
fn rows(
    table: &mut Table,
    floor: &Floor,
    nodes: usize,
    (shown, key): (&str, &str),
    turns: usize,
    goal: Goal,
) {
    let what = format!("{nodes} nodes, {shown}, transport");
    let (alone, all) = (transport_alone(nodes, key), all_channels(nodes, key));
    let hosts = lines(&alone);
    let mut took: Vec<Turn> = Vec::new();
    for turn in 0..turns {
        let none = Cost::default();
        let mut one = Turn { floor: none, running: none, alone: none, all: none };
        for side in 0..3 {
            match (side + turn) % 3 {
                0 => (one.floor, one.running) = floor.run(key, &hosts),
                1 => one.alone = write(&alone),
                _ => one.all = write(&all),
            }
        }
        took.push(one);
    }
    wall(table, &what, &took, (|turn| turn.alone, |turn| turn.floor), goal);
    wall(table, &format!("{what}, JVM running"), &took, (|turn| turn.alone, |turn| turn.running), Goal::None);
    processor(table, &format!("{what}, processor"), &took, (|turn| turn.alone, |turn| turn.floor));
    let all = format!("{nodes} nodes, {shown}, all channels");
    wall(table, &all, &took, (|turn| turn.all, |turn| turn.floor), Goal::None);
    processor(table, &format!("{all}, processor"), &took, (|turn| turn.all, |turn| turn.floor));
}

/// Ours, and what it is held against.
type Sides = (fn(&Turn) -> Cost, fn(&Turn) -> Cost);

/// The median of the ratios: the sides of a turn met the same machine.
fn wall(table: &mut Table, what: &str, turns: &[Turn], (ours, other): Sides, goal: Goal) {
    let against = median(turns.iter().map(|turn| other(turn).wall));
    let ratio = median(turns.iter().map(|turn| ours(turn).wall / other(turn).wall));
    table.ratio(what, against * ratio, (against, "floor"), goal);
}

/// The mean: a single run of ours is too short for the clock of children.
fn processor(table: &mut Table, what: &str, turns: &[Turn], (ours, other): Sides) {
    let mean =
        |of: fn(&Turn) -> Cost| turns.iter().map(|turn| of(turn).cpu).sum::<f64>() / turns.len() as f64;
    if mean(other).is_nan() {
        table.skip(what, "no /proc, where the processor time of children stands");
    } else {
        table.ratio(what, mean(ours), (mean(other), "floor"), Goal::None);
    }
}

/// One run of the released binary, from its start to its end. A session of its own each time: one that was
/// written before would keep its keys.
fn write(answers: &Answers) -> Cost {
    let folder = tempfile::tempdir().unwrap();
    let session = Session::new(answers.clone(), &System).unwrap();
    fs::write(folder.path().join("floor.yml"), session.to_yaml().unwrap()).unwrap();
    let mut command = Command::new(STACKSEAL);
    command.args(["write", "./floor.yml", "--out", "./out"]).current_dir(folder.path());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let (took, status) = Cost::of_child(|| command.status().unwrap());
    assert!(status.success());
    for host in &answers.overview.elasticsearch {
        let store = format!("out/hosts/{}/elasticsearch/config/certs/transport.p12", host.name);
        assert!(folder.path().join(&store).is_file(), "{store}");
    }
    took
}

/// The same hosts as the floor reads them: name, DNS name, address.
fn lines(answers: &Answers) -> String {
    let mut text = String::new();
    for host in &answers.overview.elasticsearch {
        writeln!(text, "{} {} {}", host.name, host.dns[0], host.ip[0]).unwrap();
    }
    text
}

/// The compiled program.
struct Floor {
    classes: PathBuf,
}

impl Floor {
    fn compile(folder: &Path) -> Option<Self> {
        let classes = folder.join("classes");
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/floor/CertificateFloor.java");
        Command::new("java").arg("-version").stderr(Stdio::null()).status().ok()?;
        let status = Command::new("javac").arg("-d").arg(&classes).arg(source).status().ok()?;
        assert!(status.success(), "javac does not take {source}");
        Some(Self { classes })
    }

    /// From the start of the process to its end, and from the first line of `main` to its last.
    fn run(&self, key: &str, hosts: &str) -> (Cost, Cost) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("hosts"), hosts).unwrap();
        let mut command = Command::new("java");
        // What the launcher of Elasticsearch's command line tools starts them with.
        command.args(["-Xms4m", "-Xmx64m", "-XX:+UseSerialGC", "-cp"]).arg(&self.classes);
        command.args(["CertificateFloor", key, "hosts", "out.zip"]).current_dir(folder.path());
        let (took, output) = Cost::of_child(|| command.stdin(Stdio::null()).output().unwrap());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        check(&folder.path().join("out.zip"), hosts);
        let inside: f64 = String::from_utf8_lossy(&output.stdout).trim().parse().unwrap();
        (took, Cost { wall: inside / 1e9, ..took })
    }
}

/// A time for less than the job would be worth nothing: each host has its store, in it a certificate with its
/// names.
fn check(path: &Path, hosts: &str) {
    let mut zip = zip::ZipArchive::new(File::open(path).unwrap()).unwrap();
    assert_eq!(zip.len(), hosts.lines().count() + 1, "one store a host, and the CA's");
    let read = |zip: &mut zip::ZipArchive<File>, name: &str| {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut zip.by_name(&format!("{name}/{name}.p12")).unwrap(), &mut bytes)
            .unwrap();
        inspect("node.p12", &bytes, &[PASSWORD]).to_string()
    };
    for line in hosts.lines().take(3) {
        let [name, dns, ip] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let shown = read(&mut zip, name);
        assert!([dns, ip, "Floor CA"].iter().all(|part| shown.contains(part)), "{shown}");
    }
    assert!(read(&mut zip, "ca").contains("Floor CA"));
}
