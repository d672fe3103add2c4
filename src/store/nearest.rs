//! Error texts of the YAML reader, made helpful: the names nearest to what was typed instead of all.

/// Rewrites ``unknown field `x`, expected one of `a`, `b` `` so that it proposes the nearest names.
pub fn helpful(message: &str) -> String {
    let message = &without_values(message);
    let unknown = message.contains("unknown field") || message.contains("unknown variant");
    let Some((head, tail)) = message.rsplit_once(", expected").filter(|_| unknown) else {
        return message.to_owned();
    };
    let typed =
        head.split_once('`').and_then(|(_, rest)| rest.rsplit_once('`')).map_or("", |(typed, _)| typed);
    let allowed: Vec<&str> = tail.split('`').skip(1).step_by(2).collect();
    if allowed.is_empty() {
        return message.to_owned();
    }
    let mut allowed: Vec<(usize, &str)> = allowed.iter().map(|name| (distance(typed, name), *name)).collect();
    allowed.sort_unstable();
    // A choice is named whole; of the many fields of a step the nearest do.
    let most = if allowed.len() <= 8 { 8 } else { 4 };
    let shown: Vec<&str> = allowed.iter().take(most).map(|(_, name)| *name).collect();
    let before = message.split("unknown").next().unwrap_or_default();
    let place = message.rfind(" at line ").map_or("", |at| &message[at..]);
    let rest =
        if allowed.len() > shown.len() { format!(" ({} in all)", allowed.len()) } else { String::new() };
    if message.contains("unknown field") {
        return format!("{before}unknown name {typed:?}{place}; nearest: {}{rest}", shown.join(", "));
    }
    // A value may be a password that was put where its source is asked for: it is never repeated.
    format!("{before}unknown value{place}; use one of: {}{rest}", shown.join(", "))
}

/// The reader's own messages quote what stands where something else belongs; that may be a password.
fn without_values(message: &str) -> String {
    let mut out = String::with_capacity(message.len());
    let mut rest = message;
    while let Some(at) = rest.find("string \"") {
        let (before, quoted) = rest.split_at(at);
        out.push_str(before);
        out.push_str("a text");
        // The text itself may hold quotes: what the reader expects comes after the last of them.
        let end = quoted.rfind("\", expected").or_else(|| quoted.rfind('"')).unwrap_or(quoted.len() - 1);
        rest = &quoted[end + 1..];
    }
    out.push_str(rest);
    out
}

/// Edit distance in which two swapped neighbours count as one slip (optimal string alignment).
pub fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for i in 1..=one.len() {
        let mut row = vec![i; other.len() + 1];
        for j in 1..=other.len() {
            let changed = last[j - 1] + usize::from(one[i - 1] != other[j - 1]);
            row[j] = changed.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1] {
                row[j] = row[j].min(before_last[j - 2] + 1);
            }
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_names_are_proposed() {
        let message = "overview: unknown field `clustername`, expected one of `kind`, `cluster_name`, `output`, `kibana`, `licence` at line 4 column 5";
        let helpful = super::helpful(message);
        assert!(
            helpful.starts_with(
                "overview: unknown name \"clustername\" at line 4 column 5; nearest: cluster_name,"
            ),
            "{helpful}"
        );
        let secret =
            "overview.kind: invalid type: string \"hunter2 \\\" x\", expected a boolean at line 3 column 4";
        assert_eq!(
            super::helpful(secret),
            "overview.kind: invalid type: a text, expected a boolean at line 3 column 4"
        );
        let secret =
            "transport: unknown variant `hunter2`, expected one of `generated`, `typed` at line 2 column 1";
        assert_eq!(
            super::helpful(secret),
            "transport: unknown value at line 2 column 1; use one of: typed, generated"
        );
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("dsn", "dns"), 1);
        assert_eq!(distance("", "dns"), 3);
    }
}
