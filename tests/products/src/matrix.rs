//! The scenarios: every pair of values that can stand together meets in at least one of them. Knows no product.

/// What a scenario decides, and the values; the first is the default of stackseal where it has one.
pub const QUESTIONS: [(&str, &[&str]); 16] = [
    ("nodes", &["one", "three"]),
    ("format", &["pkcs12", "pem"]),
    ("keys", &["rsa-2048", "ec-p256"]),
    ("transport", &["full", "certificate"]),
    ("certificates", &["each", "shared"]),
    ("https by", &["own_ca", "transport_ca", "request"]),
    ("browser by", &["own_ca", "http_ca", "request"]),
    ("passwords", &["generated", "blank"]),
    ("licence", &["basic", "basic+mtls", "trial", "trial+pki"]),
    ("accounts", &["files", "api"]),
    ("monitoring", &["here", "elsewhere"]),
    ("installed", &["package", "archive", "container"]),
    ("addresses", &["ipv4", "ipv6"]),
    ("names", &["hosts", "wildcard"]),
    ("secrets", &["keystore", "commands"]),
    ("beats by", &["user", "api_key", "certificate"]),
];

/// Pairs that stackseal refuses with an issue, so that no folder comes of them.
const IMPOSSIBLE: [[(&str, &str); 2]; 5] = [
    // https.no-ca: there is no HTTP CA here to sign for browsers.
    [("https by", "request"), ("browser by", "http_ca")],
    // A certificate logs in only where a PKI realm is.
    [("beats by", "certificate"), ("licence", "basic")],
    [("beats by", "certificate"), ("licence", "basic+mtls")],
    [("beats by", "certificate"), ("licence", "trial")],
    // The realms of the other cluster are not this session's.
    [("beats by", "certificate"), ("monitoring", "elsewhere")],
];
const LEAST: usize = 24;
const TRIES: usize = 200;
/// Beside the matrix: elasticsearch.keystore has a password, which every start needs.
const LOCKED: &str = "locked";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario {
    pub name: String,
    values: Vec<usize>,
}

impl Scenario {
    /// The first value of every question, but for these.
    pub fn with(answers: &[(&str, &str)]) -> Self {
        let chosen = |question: &str, values: &[&str]| {
            let wanted = answers.iter().find(|(name, _)| *name == question);
            wanted.and_then(|(_, value)| values.iter().position(|known| known == value)).unwrap_or_default()
        };
        let values = QUESTIONS.iter().map(|(question, values)| chosen(question, values)).collect();
        Self { name: "pains".into(), values }
    }

    /// The value chosen for a question; a question that does not exist has none.
    pub fn get(&self, question: &str) -> &'static str {
        let found = QUESTIONS.iter().zip(&self.values).find(|((name, _), _)| *name == question);
        found.and_then(|((_, values), at)| values.get(*at)).copied().unwrap_or("")
    }

    pub fn has_locked_store(&self) -> bool {
        self.name == LOCKED
    }

    pub fn is(&self, question: &str, value: &str) -> bool {
        self.get(question) == value
    }
}

type Pair = ((usize, usize), (usize, usize));

fn can_meet(a: (usize, usize), b: (usize, usize)) -> bool {
    let name = |(question, value): (usize, usize)| (QUESTIONS[question].0, QUESTIONS[question].1[value]);
    let (a, b) = (name(a), name(b));
    !IMPOSSIBLE.iter().any(|[one, other]| (*one == a && *other == b) || (*one == b && *other == a))
}

/// All pairs of values of two questions that can stand together.
fn pairs() -> Vec<Pair> {
    let all: Vec<(usize, usize)> = (0..QUESTIONS.len())
        .flat_map(|question| (0..QUESTIONS[question].1.len()).map(move |value| (question, value)))
        .collect();
    let mut pairs = Vec::new();
    for (at, a) in all.iter().enumerate() {
        for b in &all[at + 1..] {
            if a.0 != b.0 && can_meet(*a, *b) {
                pairs.push((*a, *b));
            }
        }
    }
    pairs
}

fn holds(values: &[usize], pair: &Pair) -> bool {
    values[pair.0.0] == pair.0.1 && values[pair.1.0] == pair.1.1
}

/// Greedy: each scenario starts from a pair that is still missing, is filled question by question with the value that
/// meets most of the others, in several orders, and the best of these is taken. No randomness: names keep their
/// meaning from run to run.
pub fn scenarios() -> Vec<Scenario> {
    let all = pairs();
    let mut open = all.clone();
    let mut found: Vec<Scenario> = Vec::new();
    let mut complete_once = false;
    while found.len() < LEAST || !complete_once {
        if open.is_empty() {
            // Enough pairs, too few scenarios: begin again, until there are enough.
            open.clone_from(&all);
        }
        let from = found.len() * TRIES;
        let candidates =
            (from..from + TRIES).map(|turn| complete(open[mixed(turn) % open.len()], &open, turn));
        let met = |values: &Vec<usize>| open.iter().filter(|pair| holds(values, pair)).count();
        let Some(values) = candidates.max_by_key(met) else { break };
        open.retain(|pair| !holds(&values, pair));
        complete_once |= open.is_empty();
        found.push(Scenario { name: format!("s{:02}", found.len() + 1), values });
    }
    found.push(Scenario { name: LOCKED.into(), ..Scenario::with(&[("keys", "ec-p256")]) });
    found
}

fn complete(seed: Pair, open: &[Pair], turn: usize) -> Vec<usize> {
    let mut chosen: Vec<Option<usize>> = vec![None; QUESTIONS.len()];
    chosen[seed.0.0] = Some(seed.0.1);
    chosen[seed.1.0] = Some(seed.1.1);
    let mut order: Vec<usize> = (0..QUESTIONS.len()).collect();
    order.sort_by_key(|question| mixed(turn * QUESTIONS.len() + question));
    for question in order {
        if chosen[question].is_none() {
            chosen[question] = Some(best(question, &chosen, open, mixed(turn + question)));
        }
    }
    chosen.into_iter().map(Option::unwrap_or_default).collect()
}

/// A number that looks like another one at each place and is the same in each run.
fn mixed(number: usize) -> usize {
    let mut state = number.wrapping_add(1).wrapping_mul(0x9e37_79b9);
    state ^= state >> 15;
    state = state.wrapping_mul(0x85eb_ca6b);
    (state ^ (state >> 13)) % 1_000_003
}

fn best(question: usize, chosen: &[Option<usize>], open: &[Pair], turn: usize) -> usize {
    let settled: Vec<(usize, usize)> =
        chosen.iter().enumerate().filter_map(|(question, value)| Some((question, (*value)?))).collect();
    let count = QUESTIONS[question].1.len();
    let gain = |value: usize| {
        let here = (question, value);
        let meets = |pair: &&Pair| {
            (pair.0 == here && settled.contains(&pair.1)) || (pair.1 == here && settled.contains(&pair.0))
        };
        open.iter().filter(meets).count()
    };
    (0..count)
        .map(|at| (at + turn) % count)
        .filter(|value| settled.iter().all(|other| can_meet((question, *value), *other)))
        .max_by_key(|value| gain(*value))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pair_that_can_meet_meets() {
        let scenarios = scenarios();
        assert!(scenarios.len() >= LEAST);
        for pair in pairs() {
            assert!(scenarios.iter().any(|scenario| holds(&scenario.values, &pair)), "nowhere: {pair:?}");
        }
    }

    #[test]
    fn no_scenario_comes_twice() {
        let scenarios = scenarios();
        for (at, scenario) in scenarios.iter().enumerate() {
            assert!(
                scenarios[at + 1..].iter().all(|other| other.values != scenario.values),
                "{}",
                scenario.name
            );
        }
    }

    #[test]
    fn nothing_stands_together_that_cannot() {
        for scenario in scenarios() {
            for (question, value) in scenario.values.iter().enumerate() {
                for (other, beside) in scenario.values.iter().enumerate().skip(question + 1) {
                    assert!(
                        can_meet((question, *value), (other, *beside)),
                        "{}: {question} {other}",
                        scenario.name
                    );
                }
            }
        }
    }

    #[test]
    fn impossible_pairs_name_values_that_exist() {
        for (question, value) in IMPOSSIBLE.iter().flatten() {
            let known = QUESTIONS.iter().find(|(name, _)| name == question);
            assert!(known.is_some_and(|(_, values)| values.contains(value)), "{question}: {value}");
        }
    }
}
