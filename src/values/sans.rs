//! Subject alternative names of a certificate, and whether a name that a client uses is among them
//! by the rules of that client's language.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::{DnsName, Endpoint};

/// Whose rules decide whether a name is covered.
///
/// They agree on what stackseal writes (LDH names, whole-label wildcards, address SANs) and differ
/// where a certificate has no SAN at all: Node.js and Beats' `full` then fall back to the CN, Go and
/// browsers do not. stackseal counts only SANs, so the strictest reading holds for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameRules {
    Go,
    Java,
    Node,
}

/// The DNS names and addresses of one certificate, each once, in the order they were added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sans {
    dns: Once<DnsName>,
    ip: Once<IpAddr>,
}

/// Values that stand once each, in their order. Beyond some of them, an index finds what is there already.
#[derive(Clone, Debug)]
struct Once<T> {
    order: Vec<T>,
    index: BTreeSet<T>,
}

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self { order: Vec::new(), index: BTreeSet::new() }
    }
}

impl<T: PartialEq> PartialEq for Once<T> {
    fn eq(&self, other: &Self) -> bool {
        self.order == other.order
    }
}

impl<T: Eq> Eq for Once<T> {}

impl<T: Ord + Clone> Once<T> {
    /// From here on looking at all takes longer.
    const FEW: usize = 64;

    fn add(&mut self, value: T) {
        if self.order.len() < Self::FEW {
            if !self.order.contains(&value) {
                self.order.push(value);
            }
            return;
        }
        if self.index.is_empty() {
            self.index = self.order.iter().cloned().collect();
        }
        if self.index.insert(value.clone()) {
            self.order.push(value);
        }
    }
}

impl Sans {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn add_dns(&mut self, name: DnsName) {
        self.dns.add(name);
    }

    pub fn add_ip(&mut self, ip: IpAddr) {
        self.ip.add(ip);
    }

    pub fn extend(&mut self, other: &Self) {
        other.dns.order.iter().for_each(|name| self.add_dns(name.clone()));
        other.ip.order.iter().for_each(|ip| self.add_ip(*ip));
    }

    /// One certificate for many hosts: the names of all, without quadratic search.
    pub fn union<'a>(all: impl Iterator<Item = &'a Self>) -> Self {
        let (mut dns, mut ip) = (BTreeSet::new(), BTreeSet::new());
        let mut union = Self::new();
        for sans in all {
            union.dns.order.extend(sans.dns.order.iter().filter(|n| dns.insert((*n).clone())).cloned());
            union.ip.order.extend(sans.ip.order.iter().filter(|a| ip.insert(**a)).copied());
        }
        union
    }

    pub fn dns(&self) -> &[DnsName] {
        &self.dns.order
    }

    pub fn ip(&self) -> &[IpAddr] {
        &self.ip.order
    }

    pub fn is_empty(&self) -> bool {
        self.dns.order.is_empty() && self.ip.order.is_empty()
    }

    pub fn len(&self) -> usize {
        self.dns.order.len() + self.ip.order.len()
    }

    /// Whether a client that connects to `endpoint` and follows `rules` finds it here.
    pub fn covers(&self, endpoint: &Endpoint, rules: NameRules) -> bool {
        match endpoint {
            Endpoint::Address(ip) => self.ip.order.contains(ip),
            Endpoint::Name(name) => self.dns.order.iter().any(|san| matches(san, name, rules)),
        }
    }
}

fn matches(san: &DnsName, name: &DnsName, rules: NameRules) -> bool {
    match san.as_str().strip_prefix("*.") {
        None => san == name,
        Some(parent) => {
            let Some((label, rest)) = name.as_str().split_once('.') else { return false };
            // Node.js keeps a wildcard from matching an IDN label (RFC 6125 §7.2).
            rest == parent && !(rules == NameRules::Node && label.starts_with("xn--"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sans(dns: &[&str], ip: &[&str]) -> Sans {
        let mut sans = Sans::new();
        dns.iter().filter_map(|d| d.parse().ok()).for_each(|d| sans.add_dns(d));
        ip.iter().filter_map(|i| i.parse().ok()).for_each(|i| sans.add_ip(i));
        sans
    }

    #[test]
    fn one_label_wildcards_and_exact_addresses() {
        let sans = sans(&["*.corp.example", "es-1"], &["10.0.0.11", "fd00::1"]);
        let rows = [
            ("es-1", true),
            ("es-9.corp.example", true),
            ("corp.example", false),
            ("a.es-9.corp.example", false),
            ("10.0.0.11", true),
            ("10.0.0.12", false),
            ("fd00:0::1", true),
        ];
        for (text, covered) in rows {
            let endpoint: Endpoint = text.parse().unwrap_or_else(|e| unreachable!("{e}"));
            for rules in [NameRules::Go, NameRules::Java, NameRules::Node] {
                assert_eq!(sans.covers(&endpoint, rules), covered, "{text} {rules:?}");
            }
        }
        let idn: Endpoint = "bücher.corp.example".parse().unwrap_or_else(|e| unreachable!("{e}"));
        assert!(sans.covers(&idn, NameRules::Java));
        assert!(!sans.covers(&idn, NameRules::Node));
    }
}
