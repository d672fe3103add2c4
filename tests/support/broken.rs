//! Folders that are broken on purpose, each in one way, and who must say so. `layers` breaks what nodes and
//! Kibana had from the start, the others what the steps for browsers, clients and Metricbeat brought.

mod beats;
mod browser;
mod calls;
mod clients;
mod layers;

use std::path::{Path, PathBuf};

use super::judges::{Judge, Verdict, judge_many};
use super::sample::Sample;

/// A way to break the sample, and the failing lines that it must bring.
pub struct Broken {
    pub name: &'static str,
    pub by: fn(&Sample),
    pub seen: &'static [(Judge, &'static str)],
}

fn row(name: &'static str, by: fn(&Sample), seen: &'static [(Judge, &'static str)]) -> Broken {
    Broken { name, by, seen }
}

pub fn layers() -> Vec<Broken> {
    layers::rows()
}

/// What is wrong with a sound folder of all steps.
pub fn steps() -> Vec<Broken> {
    [browser::rows(), clients::rows(), beats::rows(), calls::rows()].into_iter().flatten().collect()
}

/// Breaks a copy for each row and asks the judges that a row names; panics with what nobody said.
pub fn refuse(table: &[Broken], sound: fn(&Sample)) {
    let Some(samples) = table.iter().map(|_| Sample::copy()).collect::<Option<Vec<_>>>() else { return };
    for (broken, sample) in table.iter().zip(&samples) {
        sound(sample);
        (broken.by)(sample);
    }
    let outs: Vec<PathBuf> = samples.iter().map(Sample::out).collect();
    let mut missed = Vec::new();
    for which in Judge::ALL {
        let asked: Vec<usize> = (0..table.len())
            .filter(|index| table[*index].seen.iter().any(|(judge, _)| *judge == which))
            .collect();
        let folders: Vec<&Path> = asked.iter().map(|index| outs[*index].as_path()).collect();
        for (index, verdict) in asked.iter().zip(judge_many(&folders, which)) {
            missed.extend(table[*index].missed(&verdict));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

impl Broken {
    fn missed(&self, verdict: &Verdict) -> Vec<String> {
        let mut missed = Vec::new();
        for (_, wanted) in self.seen.iter().filter(|(judge, _)| *judge == verdict.judge) {
            match verdict.failures().map(ToString::to_string).find(|line| line.contains(wanted)) {
                Some(line) => eprintln!("{}: {:?}: {line}", self.name, verdict.judge),
                None if verdict.skipped => {}
                None => {
                    missed.push(format!(
                        "{}: {:?} does not say {wanted:?}\n{verdict}",
                        self.name, verdict.judge
                    ));
                }
            }
        }
        missed
    }
}
