//! Distinguished names: read from text as RFC 4514 writes them, most specific part first.

use std::fmt;
use std::str::FromStr;

use super::Invalid;

/// The attribute types that Java's reader knows by name, so that what is typed here can be typed
/// into a role mapping too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Attribute {
    CommonName,
    Country,
    DomainComponent,
    Email,
    Locality,
    Organization,
    OrganizationalUnit,
    SerialNumber,
    State,
    Street,
    UserId,
}

impl Attribute {
    const ALL: [(Self, &'static str, &'static [u64]); 11] = [
        (Self::CommonName, "CN", &[2, 5, 4, 3]),
        (Self::Country, "C", &[2, 5, 4, 6]),
        (Self::DomainComponent, "DC", &[0, 9, 2342, 19_200_300, 100, 1, 25]),
        (Self::Email, "EMAILADDRESS", &[1, 2, 840, 113_549, 1, 9, 1]),
        (Self::Locality, "L", &[2, 5, 4, 7]),
        (Self::Organization, "O", &[2, 5, 4, 10]),
        (Self::OrganizationalUnit, "OU", &[2, 5, 4, 11]),
        (Self::SerialNumber, "SERIALNUMBER", &[2, 5, 4, 5]),
        (Self::State, "ST", &[2, 5, 4, 8]),
        (Self::Street, "STREET", &[2, 5, 4, 9]),
        (Self::UserId, "UID", &[0, 9, 2342, 19_200_300, 100, 1, 1]),
    ];

    pub fn keyword(self) -> &'static str {
        Self::ALL.iter().find(|(a, ..)| *a == self).map_or("CN", |(_, keyword, _)| keyword)
    }

    pub fn oid(self) -> &'static [u64] {
        Self::ALL.iter().find(|(a, ..)| *a == self).map_or(&[2, 5, 4, 3], |(.., oid)| oid)
    }

    pub fn from_oid(oid: &[u64]) -> Option<Self> {
        Self::ALL.iter().find(|(.., held)| *held == oid).map(|(a, ..)| *a)
    }

    fn from_keyword(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, k, _)| k.eq_ignore_ascii_case(text)).map(|(a, ..)| *a)
    }
}

/// One relative distinguished name; more than one pair only for the `A=x+B=y` form.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Rdn(pub Vec<(Attribute, String)>);

/// A name of at least one part, in the order of its text; DER holds the parts in reverse.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Dn(Vec<Rdn>);

impl Dn {
    /// A name of one CN.
    pub fn cn(text: &str) -> Self {
        Self(vec![Rdn(vec![(Attribute::CommonName, text.to_owned())])])
    }

    /// Most specific first, as typed.
    pub fn parts(&self) -> &[Rdn] {
        &self.0
    }

    pub fn common_name(&self) -> Option<&str> {
        let mut pairs = self.0.iter().flat_map(|rdn| &rdn.0);
        pairs.find(|(a, _)| *a == Attribute::CommonName).map(|(_, text)| text.as_str())
    }

    /// This name with `name` as its CN in front of the other parts.
    #[must_use]
    pub fn with_cn(&self, name: &str) -> Self {
        let mut parts = vec![Rdn(vec![(Attribute::CommonName, name.to_owned())])];
        let others = self.0.iter().filter(|rdn| rdn.0.iter().all(|(a, _)| *a != Attribute::CommonName));
        parts.extend(others.cloned());
        Self(parts)
    }
}

/// Deeper trees than any directory's.
const MOST_PARTS: usize = 64;

impl FromStr for Dn {
    type Err = Invalid;

    /// A text without `=` is a CN, as in certutil.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let text = trim_unescaped(text);
        if text.is_empty() {
            return Err(Invalid::new("a subject needs a name, such as CN=prod or CN=prod,O=Example"));
        }
        if !text.contains('=') {
            return Ok(Self::cn(&checked(Attribute::CommonName, unescape(text)?)?));
        }
        let rdns = split_unescaped(text, ',');
        if rdns.len() > MOST_PARTS {
            return Err(Invalid::new(format!("a subject has at most {MOST_PARTS} parts")));
        }
        let mut parts = Vec::new();
        for rdn in rdns {
            let mut pairs = Vec::new();
            let joined = split_unescaped(rdn, '+');
            if joined.len() > MOST_PARTS {
                return Err(Invalid::new(format!("a part of a subject has at most {MOST_PARTS} values")));
            }
            for pair in joined {
                let Some((key, value)) = pair.split_once('=') else {
                    return Err(Invalid::new(
                        "each part of a subject is KEY=value, such as O=Example; write a comma in a value as \\,",
                    ));
                };
                let attribute = Attribute::from_keyword(key.trim()).ok_or_else(|| {
                    Invalid::new("known keys of a subject are CN, O, OU, L, ST, C, DC, STREET, UID, SERIALNUMBER, EMAILADDRESS")
                })?;
                pairs.push((attribute, checked(attribute, unescape(trim_unescaped(value))?)?));
            }
            parts.push(Rdn(pairs));
        }
        Ok(Self(parts))
    }
}

fn checked(attribute: Attribute, value: String) -> Result<String, Invalid> {
    if value.is_empty() {
        return Err(Invalid::new(format!(
            "{0} has no value; write it as {0}=prod, or leave it out",
            attribute.keyword()
        )));
    }
    if value.chars().any(char::is_control) {
        return Err(Invalid::new("a subject holds no control characters"));
    }
    // Upper bounds of RFC 5280 appendix A; OpenSSL refuses a CN beyond 64 characters.
    let most = if attribute == Attribute::CommonName { 64 } else { 128 };
    if value.chars().count() > most {
        return Err(Invalid::new(format!("{} has at most {most} characters", attribute.keyword())));
    }
    match attribute {
        Attribute::Country if value.len() != 2 || !value.bytes().all(|b| b.is_ascii_alphabetic()) => {
            Err(Invalid::new("C is a country code of two letters, such as DE"))
        }
        Attribute::DomainComponent | Attribute::Email if !value.is_ascii() => {
            Err(Invalid::new(format!("{} is plain ASCII", attribute.keyword())))
        }
        _ => Ok(value),
    }
}

fn split_unescaped(text: &str, at: char) -> Vec<&str> {
    let (mut parts, mut start, mut escaped) = (Vec::new(), 0, false);
    for (index, c) in text.char_indices() {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == at {
            parts.push(&text[start..index]);
            start = index + c.len_utf8();
        }
    }
    parts.push(&text[start..]);
    parts
}

/// Blanks around a value are not part of it, but an escaped blank at its end is (RFC 4514 §2.4). Only
/// the ASCII blank counts, which is one byte.
fn trim_unescaped(text: &str) -> &str {
    let text = text.trim_start_matches(' ');
    let end = text.trim_end_matches(' ');
    let slashes = end.len() - end.trim_end_matches('\\').len();
    if slashes % 2 == 1 && end.len() < text.len() { &text[..=end.len()] } else { end }
}

fn unescape(text: &str) -> Result<String, Invalid> {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(next @ (',' | '+' | '"' | '\\' | '<' | '>' | ';' | '#' | '=' | ' ')) => out.push(next),
                _ => {
                    return Err(Invalid::new(
                        "after \\ in a subject comes one of , + \" \\ < > ; # = or a blank",
                    ));
                }
            },
            '"' | '<' | '>' | ';' => {
                return Err(Invalid::new(format!("write {c} in a subject as \\{c}")));
            }
            _ => out.push(c),
        }
    }
    Ok(out)
}

/// RFC 2253 text: what Elasticsearch compares in a role mapping.
impl fmt::Display for Dn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, rdn) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            for (nth, (attribute, value)) in rdn.0.iter().enumerate() {
                if nth > 0 {
                    f.write_str("+")?;
                }
                write!(f, "{}={}", attribute.keyword(), dn_escape(value))?;
            }
        }
        Ok(())
    }
}

/// A value as RFC 2253 §2.4 writes it.
pub fn dn_escape(value: &str) -> String {
    let last = value.chars().count().saturating_sub(1);
    let mut out = String::with_capacity(value.len());
    for (index, c) in value.chars().enumerate() {
        let special = matches!(c, ',' | '+' | '"' | '\\' | '<' | '>' | ';' | '=')
            || (c == '#' && index == 0)
            || (c == ' ' && (index == 0 || index == last));
        if special {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_are_read_and_written() {
        let rows = [
            ("prod transport CA", "CN=prod transport CA"),
            ("CN=a, O=Example\\, Inc., C=DE", "CN=a,O=Example\\, Inc.,C=DE"),
            ("cn=node01,dc=es,dc=example,dc=com", "CN=node01,DC=es,DC=example,DC=com"),
            ("CN=a+SERIALNUMBER=1,OU=b,OU=c", "CN=a+SERIALNUMBER=1,OU=b,OU=c"),
            ("CN=trail\\ ", "CN=trail\\ "),
        ];
        for (text, written) in rows {
            assert_eq!(text.parse::<Dn>().map(|d| d.to_string()), Ok(written.to_owned()), "{text}");
        }
        for bad in [
            "",
            "X=1",
            "CN=",
            "CN=a,b",
            "C=Germany",
            "CN=a;b",
            "CN=a\\",
            "DC=bücher",
            &format!("CN={}", "x".repeat(65)),
            &"x".repeat(65),
            "CN=a\\\u{a0}",
        ] {
            assert!(bad.parse::<Dn>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_cn_replaces_a_cn() {
        let dn: Dn = "CN=ca,O=Example".parse().unwrap_or(Dn::cn("x"));
        assert_eq!(dn.with_cn("es-1").to_string(), "CN=es-1,O=Example");
    }
}
