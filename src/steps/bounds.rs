//! How many hosts and names a file may bring. Far beyond any stack; without an end, one file could keep every
//! draft busy for hours. Knows no file.

use super::{Answers, Host, HostKind, Kind, STEPS};

/// In one list.
const MOST_HOSTS: usize = 10_000;
/// Names or addresses of one answer.
const MOST_TEXTS: usize = 1_000;

/// A column of names or addresses.
type Texts = fn(&Host) -> &Vec<String>;

/// Which answer is beyond them, with its number and what the most is.
pub fn beyond_bounds(answers: &Answers) -> Option<String> {
    let fields = STEPS.iter().flat_map(|step| step.fields);
    fields.into_iter().find_map(|field| match &field.kind {
        Kind::List(lens) => too_many(field.id, (lens.get)(answers).len(), MOST_TEXTS),
        Kind::Hosts(lens, columns) => {
            let hosts = (lens.get)(answers);
            let lists = columns.iter().filter_map(|column| match column.kind {
                HostKind::List(get, _) => Some((column.id, get)),
                _ => None,
            });
            let lists: Vec<(&str, Texts)> = lists.collect();
            too_many(field.id, hosts.len(), MOST_HOSTS).or_else(|| {
                let mut all = hosts.iter().flat_map(|host| lists.iter().map(move |list| (host, list)));
                all.find_map(|(host, (id, get))| {
                    too_many(&format!("{}.{id}", field.id), get(host).len(), MOST_TEXTS)
                })
            })
        }
        _ => None,
    })
}

/// Hosts from a file that is no session.
pub fn hosts_beyond_bounds(hosts: &[Host]) -> Option<String> {
    let most = hosts.iter().map(|host| host.dns.len().max(host.ip.len())).max().unwrap_or(0);
    too_many("instances", hosts.len(), MOST_HOSTS).or_else(|| too_many("instances", most, MOST_TEXTS))
}

fn too_many(id: &str, found: usize, most: usize) -> Option<String> {
    (found > most)
        .then(|| format!("{id}: {found} entries, and at most {most} are read; use several sessions"))
}
