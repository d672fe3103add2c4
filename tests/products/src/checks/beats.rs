//! Metricbeat by the library that Beats use: files load on its host as its own user, references resolve, every
//! endpoint that they name answers.

use std::path::Path;
use std::time::Duration;

use crate::report::Report;
use crate::sandbox::INSIDE;
use crate::stage::Stage;
use crate::tools::run;
use crate::trouble::Result;

const LIMIT: Duration = Duration::from_secs(120);

pub fn check(stage: &Stage, report: &mut Report) {
    let tried = connect(stage, report);
    report.attempt("Metricbeat's side", tried);
}

fn connect(stage: &Stage, report: &mut Report) -> Result<()> {
    let installed = stage.installed("metricbeat");
    let machine = stage.at(&stage.cast.beat.name)?;
    let mut command = machine.command(&installed.user, &Path::new(INSIDE).join("beats/beatscheck"));
    let ended = run(command.args(["connect", &installed.config, &stage.version]), b"", LIMIT)?;
    let mut answers = 0;
    for line in ended.out.lines() {
        if let Some(what) = line.strip_prefix("ok ") {
            report.check(what, true, "");
            answers += usize::from(what.contains("output.elasticsearch") && what.contains("answers"));
        } else if let Some((what, why)) = line.strip_prefix("FAIL ").and_then(|line| line.split_once(": ")) {
            report.check(what, false, why);
        }
    }
    report.check("the output reaches a node", answers > 0, ended.all());
    Ok(())
}
