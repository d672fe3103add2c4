//! An outside authority, played by OpenSSL: signs the requests of an output and places what comes back
//! where the runbook says.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::judges::tools;

/// Does nothing where OpenSSL is missing; the judges then say what they skip.
pub fn sign(out: &Path) {
    let Some(openssl) = tools::openssl() else { return };
    let work = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| {
        let output = Command::new(&openssl).args(args).current_dir(work.path()).output().unwrap();
        assert!(output.status.success(), "openssl {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    run(&[
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "ca.key",
        "-out",
        "ca.pem",
        "-days",
        "365",
        "-subj",
        "/O=Example/CN=Corporate CA",
        "-addext",
        "keyUsage=critical,keyCertSign,cRLSign",
    ]);
    for entry in fs::read_dir(out.join("requests")).unwrap().map(Result::unwrap) {
        let name = entry.file_name().to_str().unwrap().to_owned();
        let host = name.strip_prefix("http-").unwrap().strip_suffix(".csr").unwrap().to_owned();
        let request = entry.path();
        run(&[
            "x509",
            "-req",
            "-in",
            request.to_str().unwrap(),
            "-CA",
            "ca.pem",
            "-CAkey",
            "ca.key",
            "-days",
            "90",
            "-copy_extensions",
            "copyall",
            "-out",
            "signed.crt",
        ]);
        fs::copy(
            work.path().join("signed.crt"),
            out.join(format!("hosts/{host}/elasticsearch/config/certs/http.crt")),
        )
        .unwrap();
    }
    fs::copy(work.path().join("ca.pem"), out.join("clients/elasticsearch-ca.pem")).unwrap();
    for entry in fs::read_dir(out.join("hosts")).unwrap().map(Result::unwrap) {
        let kibana = entry.path().join("kibana/config");
        if kibana.is_dir() {
            fs::create_dir_all(kibana.join("certs")).unwrap();
            fs::copy(work.path().join("ca.pem"), kibana.join("certs/elasticsearch-ca.pem")).unwrap();
        }
    }
}
