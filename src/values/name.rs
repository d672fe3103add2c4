//! Names of hosts: the short one that folders and nodes carry, and the DNS names and addresses that
//! go into certificates.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;
use std::sync::Arc;

use super::Invalid;

/// The name by which a host is known everywhere: node name, folder name, part of a certificate's CN.
///
/// Letters, digits, `-`, `_` and `.`, at most 63, beginning with a letter or digit, so that it is a
/// safe file name on every system and needs no quoting in YAML or a shell.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HostName(Arc<str>);

impl HostName {
    /// The stand-in for the n-th host while its name does not parse.
    pub fn numbered(n: usize) -> Self {
        Self(format!("host-{n}").into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for HostName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        let Some(first) = text.chars().next() else {
            return Err(Invalid::new("a host needs a name, such as es-1"));
        };
        if !first.is_ascii_alphanumeric() {
            return Err(Invalid::new("a host name begins with a letter or digit, such as es-1"));
        }
        if let Some(odd) = text.chars().find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')))
        {
            return Err(Invalid::new(format!(
                "{odd:?} cannot stand in a host name; use letters, digits, '-', '_' and '.'"
            )));
        }
        if text.len() > 63 || text.ends_with('.') {
            return Err(Invalid::new(
                "a host name has at most 63 characters and no dot at its end, such as es-1",
            ));
        }
        // The names that Windows reserves for devices could not be made as folders there.
        let stem = text.split('.').next().unwrap_or(text).to_ascii_lowercase();
        let device = ["con", "prn", "aux", "nul"].contains(&stem.as_str())
            || (stem.len() == 4
                && (stem.starts_with("com") || stem.starts_with("lpt"))
                && stem.as_bytes()[3].is_ascii_digit());
        if device {
            return Err(Invalid::new("Windows keeps this name for a device; choose another, such as es-1"));
        }
        Ok(Self(text.into()))
    }
}

impl fmt::Display for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A DNS name as certificates carry it: lower case, LDH labels, IDN in its `xn--` form (RFC 5890),
/// optionally with `*` as the whole leftmost label (RFC 6125).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DnsName(Arc<str>);

impl DnsName {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_wildcard(&self) -> bool {
        self.0.starts_with("*.")
    }

    /// The part before the first dot.
    pub fn short(&self) -> &str {
        self.0.split('.').next().unwrap_or(&self.0)
    }
}

impl FromStr for DnsName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Invalid::new("a DNS name cannot be empty; write it as es-1.corp.example"));
        }
        refuse_more_than_a_name(text)?;
        let (star, rest) = match text.strip_prefix("*.") {
            Some(rest) => ("*.", rest),
            None => ("", text),
        };
        if rest.contains('*') {
            return Err(Invalid::new("'*' can only be the whole first label, as in *.example.com"));
        }
        if rest.contains('_') {
            return Err(Invalid::new(
                "'_' is not allowed in a name that certificates carry; use '-' or another alias",
            ));
        }
        let rest = rest.strip_suffix('.').unwrap_or(rest);
        let ascii = idna::domain_to_ascii_cow(rest.as_bytes(), idna::AsciiDenyList::STD3).map_err(|_| {
            Invalid::new(
                "not a DNS name; use letters, digits and '-', with dots between, such as es-1.corp.example",
            )
        })?;
        let name = format!("{star}{ascii}");
        if name.len() > 253 {
            return Err(Invalid::new("a DNS name has at most 253 characters; use a shorter alias"));
        }
        check_labels(&ascii)?;
        if star == "*." && !ascii.contains('.') {
            return Err(Invalid::new("a wildcard needs two labels after it, as in *.example.com"));
        }
        Ok(Self(name.into()))
    }
}

/// URLs, addresses and names with a port, which are typed where a name is asked for.
fn refuse_more_than_a_name(text: &str) -> Result<(), Invalid> {
    if text.contains("://") || text.contains('/') {
        return Err(Invalid::new("give the name alone, without scheme or path, such as es-1.corp.example"));
    }
    if text.parse::<IpAddr>().is_ok() {
        return Err(Invalid::new("this is an address; put it among the IP addresses"));
    }
    if let Some((_, port)) = text.rsplit_once(':')
        && port.chars().all(|c| c.is_ascii_digit())
    {
        return Err(Invalid::new("give the name alone, without a port, such as es-1.corp.example"));
    }
    Ok(())
}

fn check_labels(ascii: &str) -> Result<(), Invalid> {
    for label in ascii.split('.') {
        if label.is_empty() || label.len() > 63 {
            return Err(Invalid::new(
                "each part between dots has 1 to 63 characters, as in es-1.corp.example",
            ));
        }
        if label.starts_with('-') || label.ends_with('-') {
            return Err(Invalid::new(
                "no part of a DNS name begins or ends with '-'; write it as es-1.corp.example",
            ));
        }
    }
    // RFC 1123 §2.1: a last label of digits alone would be read as an IPv4 address.
    if ascii.rsplit('.').next().is_some_and(|l| l.bytes().all(|b| b.is_ascii_digit())) {
        return Err(Invalid::new(
            "neither a DNS name nor an address, since its last part is a number; write es-1.corp.example or 10.0.0.11",
        ));
    }
    Ok(())
}

impl fmt::Display for DnsName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Reads one IP address; an IPv4-mapped IPv6 address becomes IPv4, because Go refuses every
/// certificate that carries the mapped form.
pub fn address(text: &str) -> Result<IpAddr, Invalid> {
    let text = text.trim();
    if text.contains('/') {
        return Err(Invalid::new("give one address, not a network, such as 10.0.0.11"));
    }
    if text.contains('%') {
        return Err(Invalid::new("a zone such as %eth0 cannot stand in a certificate; leave it off"));
    }
    let bare = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')).unwrap_or(text);
    match bare.parse::<IpAddr>() {
        Ok(IpAddr::V6(v6)) => Ok(v6.to_ipv4_mapped().map_or(IpAddr::V6(v6), IpAddr::V4)),
        Ok(ip) => Ok(ip),
        Err(_) if bare.contains(':') && bare.parse::<Ipv6Addr>().is_err() => {
            Err(Invalid::new("not an address; leave the port off, write it as 10.0.0.11 or fd00::11"))
        }
        Err(_) => Err(Invalid::new("not an address; write it as 10.0.0.11 or fd00::11")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dns_names_are_normalised_or_refused() {
        let good = [
            ("es-1", "es-1"),
            ("ES-1.Corp.Example", "es-1.corp.example"),
            (" es-1.corp.example. ", "es-1.corp.example"),
            ("*.corp.example", "*.corp.example"),
            ("bücher.example", "xn--bcher-kva.example"),
        ];
        for (text, name) in good {
            assert_eq!(text.parse::<DnsName>().map(|n| n.to_string()), Ok(name.to_owned()));
        }
        for bad in [
            "",
            "es_1",
            "a..b",
            "-a.b",
            "a-.b",
            "10.0.0.1",
            "fe80::1",
            "https://a",
            "a:9200",
            "a/b",
            "*.example",
            "e*.example.com",
            "*",
            "10.1",
            "a b",
            &"x".repeat(64),
        ] {
            assert!(bad.parse::<DnsName>().is_err(), "{bad:?} should be refused");
        }
    }

    #[test]
    fn addresses_are_normalised_or_refused() {
        assert_eq!(address("::ffff:10.0.0.1").map(|a| a.to_string()), Ok("10.0.0.1".into()));
        assert_eq!(address("[fd00::11]").map(|a| a.to_string()), Ok("fd00::11".into()));
        for bad in ["", "10.1", "10.0.0.0/8", "fe80::1%eth0", "10.0.0.1:9200", "es-1", "010.0.0.1"] {
            assert!(address(bad).is_err(), "{bad:?} should be refused");
        }
    }

    #[test]
    fn host_names_are_safe_as_folders() {
        for good in ["es-1", "ES_1", "node01.rack-2", "7"] {
            assert!(good.parse::<HostName>().is_ok(), "{good:?}");
        }
        for bad in ["", ".", "..", "-a", "a/b", "a b", "a.", "nul", "COM1", "lpt9.x", &"x".repeat(64)] {
            assert!(bad.parse::<HostName>().is_err(), "{bad:?}");
        }
    }
}
