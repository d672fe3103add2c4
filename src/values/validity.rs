//! Spans of validity in the syntax of `elasticsearch-certutil`: `90D`, `6M`, `3Y`, `1y, 6m`.

use std::fmt;
use std::str::FromStr;

use time::{Date, Month, OffsetDateTime};

use super::Invalid;

/// Years, months and days, applied by the calendar in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    years: u16,
    months: u16,
    days: u32,
}

impl Span {
    /// Longest span taken: beyond it, dates run out of what X.509 readers expect.
    const MOST_DAYS: u32 = 36_525;

    pub const fn years(years: u16) -> Self {
        Self { years, months: 0, days: 0 }
    }

    pub const fn days(days: u32) -> Self {
        Self { years: 0, months: 0, days }
    }

    /// A length for comparing spans; a year counts 365.25 days and a month a twelfth of it.
    pub fn about_days(self) -> u32 {
        let quarter_days = u32::from(self.years) * 1461 + u32::from(self.months) * 1461 / 12;
        quarter_days / 4 + self.days
    }

    /// The moment this span after `start`; a day that the month lacks becomes its last day, so that
    /// a year after 29 February is 28 February.
    pub fn after(self, start: OffsetDateTime) -> OffsetDateTime {
        let months = i32::from(start.month() as u8) - 1 + i32::from(self.months);
        let year = start.year() + i32::from(self.years) + months / 12;
        let month = Month::try_from(u8::try_from(months % 12 + 1).unwrap_or(1)).unwrap_or(Month::January);
        let day = start.day().min(month.length(year));
        let date = Date::from_calendar_date(year, month, day).unwrap_or(Date::MAX);
        start.replace_date(date).saturating_add(time::Duration::days(i64::from(self.days)))
    }
}

impl FromStr for Span {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        const HOW: &str = "write years, months and days, such as 3y, 18m, 90d or 1y,6m";
        const MOST: &str = "at most 100 years; type 100y or less";
        let mut rest = text.trim();
        if rest.starts_with(['P', 'p']) {
            rest = &rest[1..];
        }
        let mut span = Self { years: 0, months: 0, days: 0 };
        let mut reached = 0;
        loop {
            rest = rest.trim_start_matches([',', ' ']);
            if rest.is_empty() {
                break;
            }
            if rest.starts_with('-') {
                return Err(Invalid::new("a validity cannot be negative; leave '-' off, as in 90d"));
            }
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let number: u32 = rest[..digits].parse().map_err(|_| Invalid::new(HOW))?;
            let unit = rest[digits..].chars().next().ok_or_else(|| {
                Invalid::new("a number needs a unit: y for years, m for months, d for days, as in 90d")
            })?;
            let small = u16::try_from(number).map_err(|_| Invalid::new(MOST))?;
            let order = match unit.to_ascii_lowercase() {
                'y' => (1, span.years = small).0,
                'm' => (2, span.months = small).0,
                'w' => (3, span.days += number.saturating_mul(7)).0,
                'd' => (4, span.days += number).0,
                _ => return Err(Invalid::new(HOW)),
            };
            if order <= reached {
                return Err(Invalid::new(
                    "write each unit once, first years, then months, then days, as in 1y,6m",
                ));
            }
            reached = order;
            rest = &rest[digits + unit.len_utf8()..];
        }
        match span.about_days() {
            _ if reached == 0 => Err(Invalid::new(HOW)),
            0 if span.months == 0 => {
                Err(Invalid::new("a validity of nothing would never be valid; type at least 1d"))
            }
            days if days > Self::MOST_DAYS => Err(Invalid::new(MOST)),
            _ => Ok(span),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [(u32::from(self.years), 'y'), (u32::from(self.months), 'm'), (self.days, 'd')];
        let mut written = false;
        for (number, unit) in parts.into_iter().filter(|(number, _)| *number > 0) {
            if written {
                f.write_str(",")?;
            }
            write!(f, "{number}{unit}")?;
            written = true;
        }
        Ok(())
    }
}

/// A date as people read it everywhere, `2029-02-24`.
pub fn date_text(moment: OffsetDateTime) -> String {
    format!("{:04}-{:02}-{:02}", moment.year(), moment.month() as u8, moment.day())
}

/// A moment in RFC 3339, to the second: `2026-11-22T14:09:00Z`.
pub fn moment_text(moment: OffsetDateTime) -> String {
    let moment = moment.to_offset(time::UtcOffset::UTC);
    let (hour, minute, second) = moment.to_hms();
    format!("{}T{hour:02}:{minute:02}:{second:02}Z", date_text(moment))
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn certutils_syntax_is_read() {
        let rows = [
            ("90D", "90d"),
            ("6M", "6m"),
            ("3Y", "3y"),
            ("1y, 6m", "1y,6m"),
            ("P3Y", "3y"),
            ("1y6m10d", "1y,6m,10d"),
            ("2w", "14d"),
        ];
        for (text, written) in rows {
            assert_eq!(text.parse::<Span>().map(|s| s.to_string()), Ok(written.to_owned()), "{text}");
        }
        for bad in ["", "90", "6m1y", "1.5y", "0d", "0y", "-1y", "2m & 4d", "101y", "99999999999d", "1y1y"] {
            assert!(bad.parse::<Span>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn the_calendar_decides_the_end() {
        let leap = datetime!(2028-02-29 12:00 UTC);
        assert_eq!(Span::years(1).after(leap), datetime!(2029-02-28 12:00 UTC));
        let end = datetime!(2026-12-31 00:00 UTC);
        let months: Span = "2m".parse().unwrap_or(Span::days(0));
        assert_eq!(months.after(end), datetime!(2027-02-28 00:00 UTC));
        assert_eq!(Span::days(825).after(datetime!(2026-11-22 0:00 UTC)), datetime!(2029-02-24 0:00 UTC));
    }
}
