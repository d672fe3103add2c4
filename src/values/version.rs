//! The line of the Elastic Stack that the operator runs.

use std::fmt;
use std::str::FromStr;

use super::Invalid;

/// 8.x or 9.x. Patch levels make no difference to anything stackseal writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StackVersion {
    pub major: u16,
    pub minor: u16,
}

impl StackVersion {
    pub const fn new(major: u16, minor: u16) -> Self {
        Self { major, minor }
    }

    pub fn at_least(self, major: u16, minor: u16) -> bool {
        self >= Self::new(major, minor)
    }
}

impl FromStr for StackVersion {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let mut parts = text.trim().split('.');
        let number = |part: Option<&str>| {
            part.filter(|p| !p.is_empty() && p.len() < 4 && p.bytes().all(|b| b.is_ascii_digit()))
                .and_then(|p| p.parse::<u16>().ok())
        };
        let (major, minor) = (number(parts.next()), number(parts.next()));
        let patch_is_fine = match (parts.next(), parts.next()) {
            (None, _) => true,
            (patch, None) => number(patch).is_some(),
            _ => false,
        };
        match (major, minor) {
            (Some(major @ 8..=9), Some(minor)) if patch_is_fine => Ok(Self { major, minor }),
            (Some(_), Some(_)) if patch_is_fine => {
                Err(Invalid::new("stackseal writes for 8.x and 9.x; type 8.19 or 9.1, say"))
            }
            _ => Err(Invalid::new("a version is major.minor, such as 9.1")),
        }
    }
}

impl fmt::Display for StackVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_and_nine_are_read() {
        assert_eq!("9.1".parse(), Ok(StackVersion::new(9, 1)));
        assert_eq!(" 8.19.3 ".parse(), Ok(StackVersion::new(8, 19)));
        for bad in ["", "9", "7.17", "10.0", "9.x", "9.1.2.3", "9..1", "-9.1"] {
            assert!(bad.parse::<StackVersion>().is_err(), "{bad:?}");
        }
    }
}
