//! Requests to Elasticsearch as a person makes them, by curl: with a CA file, a login, a client certificate. Login and
//! body reach curl by standard input, not by its arguments.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::tools;
use crate::trouble::{Result, Trouble};

const LIMIT_SECONDS: u64 = 30;

/// Who asks, and whom it trusts.
#[derive(Clone, Debug, Default)]
pub struct Client {
    pub ca: Option<PathBuf>,
    pub certificate: Option<(PathBuf, PathBuf)>,
    pub login: Login,
    /// Lines for --connect-to or --resolve: names are known inside hosts only.
    pub names: Vec<(String, String)>,
}

#[derive(Clone, Debug, Default)]
pub enum Login {
    #[default]
    Nobody,
    User(String, String),
    ApiKey(String),
}

/// What came back; `code` 0 where no answer came, and then curl's words are the text.
#[derive(Clone, Debug)]
pub struct Answer {
    pub code: u16,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    /// A line for people: the code, and the reason where there is one.
    pub fn short(&self) -> String {
        let reason = self.json().pointer("/error/reason").and_then(Value::as_str).map(ToOwned::to_owned);
        let text = reason.unwrap_or_else(|| self.text.replace('\n', " "));
        format!("{} {}", self.code, text.chars().take(300).collect::<String>())
    }
}

impl Client {
    pub fn as_user(&self, name: &str, password: &str) -> Self {
        Self { login: Login::User(name.into(), password.into()), ..self.clone() }
    }

    pub fn with(&self, login: Login) -> Self {
        Self { login, ..self.clone() }
    }

    pub fn get(&self, url: &str) -> Result<Answer> {
        self.send("GET", url, None)
    }

    pub fn send(&self, method: &str, url: &str, body: Option<&str>) -> Result<Answer> {
        let mut config = String::new();
        let mut option = |name: &str, value: &str| {
            let escaped = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
            let _ = writeln!(config, "{name} = \"{escaped}\"");
        };
        option("url", url);
        option("request", method);
        if method == "HEAD" {
            option("head", "");
        }
        option("max-time", &LIMIT_SECONDS.to_string());
        option("write-out", "\\n%{http_code}");
        // Never the machine's own list of authorities: a cluster that it knows would prove nothing.
        option("capath", "/nonexistent");
        option("cacert", &text(self.ca.as_deref().unwrap_or(Path::new("/dev/null"))));
        for (address, names) in &self.names {
            for name in names.split(' ') {
                let address = if address.contains(':') { format!("[{address}]") } else { address.clone() };
                option("resolve", &format!("{name}:9200:{address}"));
            }
        }
        if let Some((certificate, key)) = &self.certificate {
            option("cert", &text(certificate));
            option("key", &text(key));
        }
        match &self.login {
            Login::Nobody => {}
            Login::User(name, password) => option("user", &format!("{name}:{password}")),
            Login::ApiKey(key) => option("header", &format!("Authorization: ApiKey {key}")),
        }
        if let Some(body) = body {
            option("header", "Content-Type: application/json");
            option("data-binary", body);
        }
        let config = config.replace("head = \"\"", "head");
        let mut curl =
            Command::new(tools::find("curl").ok_or_else(|| Trouble("curl is not installed".into()))?);
        curl.args(["--silent", "--show-error", "--noproxy", "*", "--config", "-"]);
        let ended = tools::run(&mut curl, config.as_bytes(), Duration::from_secs(LIMIT_SECONDS + 10))?;
        let (body, code) = ended.out.rsplit_once('\n').unwrap_or(("", "0"));
        let code = if ended.fine() { code.trim().parse().unwrap_or(0) } else { 0 };
        let text = if code == 0 { ended.err.trim().to_owned() } else { body.to_owned() };
        Ok(Answer { code, text })
    }
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
