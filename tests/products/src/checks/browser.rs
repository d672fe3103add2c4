//! A headless Chromium that trusts one CA file and nothing else opens Kibana.

use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::report::Report;
use crate::stage::Stage;
use crate::tools::{find, must, run};
use crate::trouble::{At, Result};

const LIMIT: Duration = Duration::from_secs(90);

pub fn check(stage: &Stage, report: &mut Report, authority: &Path) -> Result<()> {
    let chromium = ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(find);
    let (Some(chromium), Some(certutil)) = (chromium, find("certutil")) else {
        report.skip("Chromium opens Kibana", "packages chromium and libnss3-tools are not installed");
        return Ok(());
    };
    let url = format!("https://{}:5601/", stage.cast.kibana.dns());
    for trusts in [true, false] {
        let mut desk = stage.machine("desk")?;
        let home = format!("/browser-{trusts}");
        let folder = stage.folder.join("hosts/desk").join(home.trim_start_matches('/'));
        let database = folder.join(".pki/nssdb");
        fs::create_dir_all(&database).at(&database)?;
        let sql = format!("sql:{}", database.display());
        must(std::process::Command::new(&certutil).args(["-d", &sql, "-N", "--empty-password"]), LIMIT)?;
        if trusts {
            let mut add = std::process::Command::new(&certutil);
            must(add.args(["-d", &sql, "-A", "-t", "C,,", "-n", "stack", "-i"]).arg(authority), LIMIT)?;
        }
        desk.writable("/tmp")?;
        let mut command = desk.command("root", &chromium);
        command.env("HOME", &folder).args([
            "--headless",
            "--disable-gpu",
            "--no-sandbox",
            "--disable-dev-shm-usage",
        ]);
        command
            .args(["--virtual-time-budget=3000", &format!("--user-data-dir={}/profile", folder.display())]);
        let ended = run(command.args(["--dump-dom", &url]), b"", LIMIT)?;
        // It ends with 0 whatever came of it: the title shows the page, its log names the error.
        let opened = ended.out.contains("<title>products-kibana</title>");
        let error =
            ended.err.split_whitespace().find_map(|word| word.contains("ERR_").then(|| word.to_owned()));
        let error = error.unwrap_or_else(|| "no error named".into());
        if trusts {
            report.check("Chromium with the CA file opens Kibana", opened, error);
        } else {
            let refused = !opened && error.contains("ERR_CERT_AUTHORITY_INVALID");
            report.check("Chromium without it does not", refused, error);
        }
    }
    Ok(())
}
