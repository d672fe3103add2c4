//! URLs of the stack: https (or http) with host and port, as Kibana, Beats and browsers use them.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use super::{DnsName, Invalid, address};

/// What a client connects to: a name or an address.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Endpoint {
    Address(IpAddr),
    Name(DnsName),
}

impl FromStr for Endpoint {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if let Ok(ip) = address(text) {
            return Ok(Self::Address(ip));
        }
        let name: DnsName = text.parse()?;
        if name.is_wildcard() {
            return Err(Invalid::new(
                "nothing can connect to a wildcard; name one host, such as es-1.corp.example",
            ));
        }
        Ok(Self::Name(name))
    }
}

/// As it stands in a URL: IPv6 in brackets (RFC 3986 §3.2.2).
impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(IpAddr::V6(ip)) => write!(f, "[{ip}]"),
            Self::Address(ip) => write!(f, "{ip}"),
            Self::Name(name) => write!(f, "{name}"),
        }
    }
}

/// `https://host:port/path`; the port is always written, because Kibana takes 443 for none.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StackUrl {
    pub tls: bool,
    pub endpoint: Endpoint,
    pub port: u16,
    pub path: String,
}

impl StackUrl {
    pub fn https(endpoint: Endpoint, port: u16) -> Self {
        Self { tls: true, endpoint, port, path: String::new() }
    }

    /// Reads a URL; `port` is used where the text names none.
    pub fn parse(text: &str, port: u16) -> Result<Self, Invalid> {
        let text = text.trim();
        let (tls, rest) = if let Some(rest) = text.strip_prefix("https://") {
            (true, rest)
        } else if let Some(rest) = text.strip_prefix("http://") {
            (false, rest)
        } else {
            return Err(no_scheme(text));
        };
        if rest.contains(['?', '#', '@']) {
            return Err(Invalid::new(
                "give scheme, host, port and path alone, such as https://kb.corp.example:5601/kibana",
            ));
        }
        let (authority, path) = match rest.find('/') {
            Some(at) => (&rest[..at], rest[at..].trim_end_matches('/')),
            None => (rest, ""),
        };
        // Kibana expands ${…} in its settings, and the URL stands in commands as well.
        if !path.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-._~".contains(&b)) || path.contains("..") {
            return Err(Invalid::new(
                "a path in a URL has letters, digits and - . _ ~ only, as in https://kb.corp.example/kibana",
            ));
        }
        let (host, port) = split_port(authority, port)?;
        Ok(Self { tls, endpoint: host.parse()?, port, path: path.to_owned() })
    }
}

/// The way out is the same host by https, where there is one.
fn no_scheme(text: &str) -> Invalid {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let known = split_port(host, 443).is_ok_and(|(host, _)| host.parse::<Endpoint>().is_ok());
    let meant = if known { rest } else { "kb.corp.example:5601" };
    let how = if known { "; type" } else { ", such as" };
    Invalid::new(format!("a URL begins with https://{how} https://{meant}"))
}

fn split_port(authority: &str, default: u16) -> Result<(&str, u16), Invalid> {
    let after_host = authority.rfind(']').map_or(0, |at| at + 1);
    let Some(colon) = authority[after_host..].find(':') else { return Ok((authority, default)) };
    let (host, port) = authority.split_at(after_host + colon);
    match port[1..].parse() {
        Ok(port) if port != 0 => Ok((host, port)),
        _ => Err(Invalid::new("the port after ':' is a number from 1 to 65535, such as 9200")),
    }
}

impl fmt::Display for StackUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.tls { "https" } else { "http" };
        write!(f, "{scheme}://{}:{}{}", self.endpoint, self.port, self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_read_and_written() {
        let rows = [
            ("https://es-1", "https://es-1:9200"),
            ("https://Kb.Corp.Example:5601/", "https://kb.corp.example:5601"),
            ("https://[fd00::1]:9200", "https://[fd00::1]:9200"),
            ("http://10.0.0.1/kb/", "http://10.0.0.1:9200/kb"),
        ];
        for (text, written) in rows {
            assert_eq!(StackUrl::parse(text, 9200).map(|u| u.to_string()), Ok(written.to_owned()));
        }
        for bad in [
            "https://a/$(id)",
            "https://a/../b",
            "https://a/${B}",
            "es-1:9200",
            "https://",
            "https://a:0",
            "https://a:x",
            "https://u@a",
            "https://*.a.b",
        ] {
            assert!(StackUrl::parse(bad, 9200).is_err(), "{bad:?}");
        }
    }
}
