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
    allowed.sort();
    let shown: Vec<&str> = allowed.iter().take(4).map(|(_, name)| *name).collect();
    let kind = if message.contains("unknown field") { "name" } else { "value" };
    let before = message.split("unknown").next().unwrap_or_default();
    let place = message.rfind(" at line ").map_or("", |at| &message[at..]);
    let rest =
        if allowed.len() > shown.len() { format!(" ({} in all)", allowed.len()) } else { String::new() };
    format!("{before}unknown {kind} {typed:?}{place}; nearest: {}{rest}", shown.join(", "))
}

/// Levenshtein distance.
pub fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let changed = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
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
    }
}
