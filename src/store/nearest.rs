//! Error texts of the YAML reader, made helpful: the names nearest to what was typed instead of all.

/// Rewrites ``unknown field `x`, expected one of `a`, `b` `` so that it proposes the nearest names.
pub fn helpful(message: &str) -> String {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let unknown = message.contains("unknown field") || message.contains("unknown variant");
    let Some((typed, allowed)) = quoted.split_first().filter(|(_, allowed)| unknown && !allowed.is_empty())
    else {
        return message.to_owned();
    };
    let mut allowed: Vec<(usize, &str)> = allowed.iter().map(|name| (distance(typed, name), *name)).collect();
    allowed.sort_unstable();
    let shown: Vec<&str> = allowed.iter().take(4).map(|(_, name)| *name).collect();
    let kind = if message.contains("unknown field") { "name" } else { "value" };
    let before = message.split("unknown").next().unwrap_or_default();
    let place = message.rfind(" at line ").map_or("", |at| &message[at..]);
    let rest =
        if allowed.len() > shown.len() { format!(" ({} in all)", allowed.len()) } else { String::new() };
    format!("{before}unknown {kind} {typed:?}{place}; nearest: {}{rest}", shown.join(", "))
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
        let helpful = helpful(message);
        assert!(
            helpful.starts_with(
                "overview: unknown name \"clustername\" at line 4 column 5; nearest: cluster_name,"
            ),
            "{helpful}"
        );
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("dsn", "dns"), 1);
        assert_eq!(distance("", "dns"), 3);
    }
}
