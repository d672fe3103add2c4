//! What files cannot bring is made by the scripts of security-api/, run as the runbook says; API keys then go into
//! Metricbeat's keystore on their hosts.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::report::Report;
use crate::sandbox::{INSIDE, give};
use crate::stage::Stage;
use crate::tools::{find, must, run};
use crate::trouble::{At, Result, Trouble};

const LIMIT: Duration = Duration::from_secs(90);

pub fn check(stage: &mut Stage, report: &mut Report) {
    let done = main_cluster(stage, report)
        .and_then(|()| elsewhere(stage, report))
        .and_then(|()| keys(stage, report));
    report.attempt("calls of security-api", done);
}

/// The operator's own machine: it knows all hosts by name and has the output folder.
fn script(stage: &Stage, report: &mut Report, path: &str, names: &str, typed: Option<&str>) -> Result<()> {
    let desk = stage.machine("desk")?;
    let file = stage.out.join(path).join("run.sh");
    if !file.is_file() {
        return Ok(());
    }
    let line = format!("sh {} {names}", file.display());
    let (program, arguments): (_, Vec<&str>) = match typed {
        // It asks at a terminal and nowhere else.
        Some(_) => ("script", vec!["-qec", &line, "/dev/null"]),
        None => ("sh", vec!["-c", &line]),
    };
    let program = find(program).ok_or_else(|| Trouble(format!("{program} is not installed")))?;
    let mut command = desk.command("root", &program);
    let input = typed.map(|text| format!("{text}\n")).unwrap_or_default();
    let ended = run(command.args(arguments), input.as_bytes(), LIMIT)?;
    let last = ended.out.trim().lines().last().unwrap_or_default().trim().to_owned();
    let fine = ended.fine() && (last == "done" || last.starts_with("nothing is needed"));
    report.check(format!("{path}/run.sh {names} ends with done"), fine, ended.all());
    Ok(())
}

fn main_cluster(stage: &Stage, report: &mut Report) -> Result<()> {
    script(stage, report, "security-api", "", None)
}

fn elsewhere(stage: &Stage, report: &mut Report) -> Result<()> {
    if stage.cast.elsewhere.is_none() {
        return Ok(());
    }
    let file = stage.folder.join("out-elsewhere/accounts/elastic.password");
    let password = fs::read_to_string(&file).at(&file)?;
    script(stage, report, "security-api/monitoring", "", Some(&password))
}

/// The runbook copies each key under the name by which metricbeat.yml refers to it.
fn keys(stage: &mut Stage, report: &mut Report) -> Result<()> {
    if !stage.scenario.is("beats by", "api_key") {
        return Ok(());
    }
    let beat = stage.cast.beat.name.clone();
    let secrets = stage.folder.join("api-keys");
    fs::create_dir_all(&secrets).at(&secrets)?;
    let mut made = 0;
    for (account, name) in [
        (format!("metricbeat-{beat}"), "ES_API_KEY"),
        (format!("metricbeat-{beat}-monitoring"), "MONITORING_API_KEY"),
    ] {
        let key = stage.out.join("accounts").join(format!("{account}.api_key"));
        if key.is_file() {
            let to = secrets.join(name);
            fs::copy(&key, &to).at(&to)?;
            made += 1;
        }
    }
    report.equal("the script made two API keys", "2", &made.to_string());
    let installed = stage.installed("metricbeat");
    let config = stage.at(&beat)?.seen(&installed.config);
    let keystore = config.join("metricbeat.keystore");
    if keystore.exists() {
        give(&keystore, "root")?;
    }
    must(
        Command::new(Path::new(INSIDE).join("beats/beatscheck")).arg("seal").arg(&keystore).arg(&secrets),
        LIMIT,
    )?;
    give(&keystore, &installed.user)
}
