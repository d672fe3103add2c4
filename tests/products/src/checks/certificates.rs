//! Log-in by certificate: a realm where the licence has one, a certificate beside the login where it has none.

use super::accounts;
use crate::ask::{Client, Login};
use crate::report::Report;
use crate::stage::Stage;
use crate::tools::must;
use crate::trouble::Result;

pub fn check(stage: &Stage, report: &mut Report) {
    let tried = match stage.scenario.get("licence") {
        "trial+pki" => with_realm(stage, report),
        "basic+mtls" => beside_login(stage, report),
        _ => Ok(()),
    };
    report.attempt("certificates of clients", tried);
}

fn with_realm(stage: &Stage, report: &mut Report) -> Result<()> {
    let who = format!("{}/_security/_authenticate", stage.url());
    // A certificate of the right name by another CA.
    let false_friend = forged(stage)?;
    let answer = false_friend.get(&who)?;
    report.check(
        "Kibana's name by another CA is refused",
        answer.code == 0 || answer.code == 401,
        answer.short(),
    );
    if stage.scenario.is("beats by", "certificate") {
        let certs = stage.out.join("hosts").join(&stage.cast.beat.name).join("metricbeat/config/certs");
        let pair = (certs.join("metricbeat.crt"), certs.join("metricbeat.key"));
        let beat = Client { certificate: Some(pair), ..stage.anybody() };
        let roles = beat.get(&who)?.json()["roles"].to_string();
        report.equal("Metricbeat's certificate has the writer's role", "[\"metricbeat_writer\"]", &roles);
        accounts::writer(stage, report, "Metricbeat's certificate", &beat, &stage.url())?;
    }
    Ok(())
}

/// Basic: the certificate opens the connection and the login says who it is. Kibana with its token is tried by its
/// own client.
fn beside_login(stage: &Stage, report: &mut Report) -> Result<()> {
    let who = format!("{}/_security/_authenticate", stage.url());
    let alone = stage.anybody().with(Login::Nobody).get(&who)?;
    report.equal("a certificate alone is no login", "401", &alone.code.to_string());
    let answer = forged(stage)?.as_user("elastic", &stage.password("elastic")?).get(&who)?;
    report.check("nor does one of another CA open a connection", answer.code == 0, answer.short());
    Ok(())
}

fn forged(stage: &Stage) -> Result<Client> {
    let mut openssl = std::process::Command::new(crate::write::openssl()?);
    openssl.current_dir(&stage.folder).args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "5"]);
    openssl.args(["-CA", "foreign.crt", "-CAkey", "foreign.key", "-subj", "/CN=kibana-client"]);
    openssl.args(["-keyout", "forged.key", "-out", "forged.crt"]);
    must(&mut openssl, std::time::Duration::from_secs(30))?;
    let pair = (stage.folder.join("forged.crt"), stage.folder.join("forged.key"));
    Ok(Client { certificate: Some(pair), ..stage.anybody() })
}
