//! Pasted host lists: lines of `name dns,dns ip,ip [es|kibana|beats]`, cells of a spreadsheet, or lines of
//! `/etc/hosts`. What a line means is decided by what its words are, not by how they are separated.

use super::Host;
use crate::values::{DnsName, HostName, address};

/// Which list a line belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    Elasticsearch,
    Kibana,
    Metricbeat,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostLine {
    pub host: Host,
    pub target: Target,
}

/// What was understood of a paste, and which lines were not and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pasted {
    pub taken: Vec<HostLine>,
    /// Line number from 1, and the reason.
    pub refused: Vec<(usize, String)>,
}

/// Reads a paste; empty lines, `#` comments and the loopback lines of `/etc/hosts` are passed over.
pub fn paste_hosts(text: &str) -> Pasted {
    paste_hosts_for(text, Target::Elasticsearch)
}

/// The same, where lines that name no product belong to another list.
pub fn paste_hosts_for(text: &str, usual: Target) -> Pasted {
    let mut pasted = Pasted::default();
    for (index, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() || is_heading(line) {
            continue;
        }
        match read_line(line, usual) {
            Ok(read) => pasted.taken.extend(read),
            Err(why) => pasted.refused.push((index + 1, why)),
        }
    }
    pasted
}

/// The first row of a spreadsheet names its columns.
fn is_heading(line: &str) -> bool {
    let mut words = line.split(separator).filter(|word| !word.is_empty()).map(str::to_ascii_lowercase);
    words.next().is_some_and(|first| ["name", "host", "hostname"].contains(&first.as_str()))
        && words.any(|word| ["dns", "ip", "address", "fqdn", "ips"].contains(&word.as_str()))
}

fn separator(c: char) -> bool {
    c.is_whitespace() || c == ',' || c == ';' || c == '|' || c == '"'
}

/// What a word at the end of a line says of the host.
fn target(word: &str) -> Option<Target> {
    match word.to_ascii_lowercase().as_str() {
        "es" | "elasticsearch" => Some(Target::Elasticsearch),
        "kibana" => Some(Target::Kibana),
        "beat" | "beats" | "metricbeat" => Some(Target::Metricbeat),
        _ => None,
    }
}

/// Names and addresses of one host; each is compared with the others.
const MOST_WORDS: usize = 1000;

/// A host that runs several products is one line with several words: `es-1 10.0.0.11 es,beats`.
fn read_line(line: &str, usual: Target) -> Result<Vec<HostLine>, String> {
    let mut words: Vec<&str> = line.split(separator).filter(|word| !word.is_empty()).collect();
    if words.len() > MOST_WORDS {
        return Err(format!("{} words on one line, and at most {MOST_WORDS} are read", words.len()));
    }
    let mut targets = Vec::new();
    while words.len() > 1
        && let Some(target) = words.last().and_then(|word| target(word))
    {
        words.pop();
        if !targets.contains(&target) {
            targets.insert(0, target);
        }
    }
    if targets.is_empty() {
        targets.push(usual);
    }
    let host = read_host(&words)?;
    Ok(host
        .map(|host| targets.into_iter().map(|target| HostLine { host: host.clone(), target }).collect())
        .unwrap_or_default())
}

fn read_host(words: &[&str]) -> Result<Option<Host>, String> {
    let Some((first, rest)) = words.split_first() else { return Ok(None) };
    // A line of /etc/hosts begins with the address.
    let (name, others): (&str, Vec<&str>) = match address(first) {
        Err(_) => (first, rest.to_vec()),
        Ok(ip) if ip.is_loopback() || ip.is_multicast() || ip.is_unspecified() => return Ok(None),
        Ok(_) => match shortest(rest) {
            Some(name) => (name, words.to_vec()),
            None => return Err(format!("{first} has no name behind it")),
        },
    };
    let short = name.split('.').next().unwrap_or(name);
    let mut host = Host::named(if address(first).is_ok() { short } else { name });
    host.name.parse::<HostName>().map_err(|invalid| format!("{:?}: {invalid}", host.name))?;
    // A full name in front is a DNS name as well.
    if name.contains('.') && address(first).is_err() {
        name.parse::<DnsName>().map_err(|invalid| format!("{name:?}: {invalid}"))?;
        host.dns.push(name.to_owned());
    }
    for word in others {
        sort_word(word, &mut host)?;
    }
    Ok(Some(host))
}

fn shortest<'a>(words: &[&'a str]) -> Option<&'a str> {
    words.iter().min_by_key(|word| word.len()).copied()
}

fn sort_word(word: &str, host: &mut Host) -> Result<(), String> {
    if address(word).is_ok() {
        if !host.ip.iter().any(|held| held == word) {
            host.ip.push(word.to_owned());
        }
        return Ok(());
    }
    match word.parse::<DnsName>() {
        Ok(_) if host.dns.iter().any(|held| held == word) => Ok(()),
        // The short name alone is the host's own name and added where short names are wanted.
        Ok(_) if word == host.name => Ok(()),
        Ok(_) => {
            host.dns.push(word.to_owned());
            Ok(())
        }
        Err(invalid) => Err(format!("{word:?}: {invalid}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(line: &str) -> HostLine {
        let mut pasted = paste_hosts(line);
        assert_eq!(pasted.refused, [], "{line}");
        assert_eq!(pasted.taken.len(), 1, "{line}");
        pasted.taken.remove(0)
    }

    #[test]
    fn the_same_host_from_many_sources() {
        for line in [
            "es-1 es-1.corp.example 10.0.0.11",
            "es-1\tes-1.corp.example\t10.0.0.11",
            "es-1;es-1.corp.example;10.0.0.11;es",
            "\"es-1\",\"es-1.corp.example\",\"10.0.0.11\"",
            "10.0.0.11   es-1.corp.example es-1   # rack 2",
            "| es-1 | es-1.corp.example | 10.0.0.11 |",
        ] {
            let read = one(line);
            assert_eq!(read.target, Target::Elasticsearch);
            assert_eq!(read.host.name, "es-1", "{line}");
            assert_eq!(read.host.dns, ["es-1.corp.example"], "{line}");
            assert_eq!(read.host.ip, ["10.0.0.11"], "{line}");
        }
    }

    #[test]
    fn several_names_addresses_and_targets() {
        let read = one("kb-1 kb.corp.example,kibana.corp.example 10.0.0.21,fd00::21 kibana");
        assert_eq!(read.target, Target::Kibana);
        assert_eq!(read.host.dns, ["kb.corp.example", "kibana.corp.example"]);
        assert_eq!(read.host.ip, ["10.0.0.21", "fd00::21"]);
        assert_eq!(one("es-1.corp.example 10.0.0.1").host.dns, ["es-1.corp.example"]);
        assert_eq!(one("es-1").host, Host::named("es-1"));
        assert_eq!(one("es-1 10.0.0.1 beats").target, Target::Metricbeat);
        let both = paste_hosts("es-1 10.0.0.1 es,beats").taken;
        assert_eq!(
            both.iter().map(|line| line.target).collect::<Vec<_>>(),
            [Target::Elasticsearch, Target::Metricbeat]
        );
    }

    #[test]
    fn other_lines_are_passed_over_or_refused_by_number() {
        let text = "# comment\n127.0.0.1 localhost\n::1 localhost ip6-localhost\nname dns ip\nes-1 es_1.corp\n10.0.0.9\nes0.11\n";
        let pasted = paste_hosts(text);
        assert_eq!(pasted.taken, []);
        assert_eq!(pasted.refused.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [5, 6, 7]);
    }
}
