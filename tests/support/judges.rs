//! The foreign judges: programs in other languages that read what was written and say what they
//! think of it. This file holds how they are asked and what their answers mean; it knows nothing
//! of stackseal but the layout of its output.

mod browser;
mod files;
mod go;
mod java;
mod keystore;
mod keytool;
mod node;
mod openssl;
mod process;
mod python;
mod shell;
pub mod tools;

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Who judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judge {
    /// Elasticsearch's JDK calls and JSSE handshakes: `tests/foreign/java`.
    Java,
    /// Kibana's packages and Node's TLS: `tests/foreign/node`.
    Node,
    /// Python's ssl, strict: `tests/foreign/python`.
    Python,
    /// The openssl program, and unzip for archives.
    OpenSsl,
    /// keytool's listing of every store.
    Keytool,
    /// Go's TLS as Beats use it: `tests/foreign/go`.
    Go,
    /// Python, JSSE and OpenSSL before the Kibana that Node stands up.
    Browser,
    /// sh, dash and bash on scripts.
    Shell,
}

impl Judge {
    pub const ALL: [Self; 8] = [
        Self::Java,
        Self::Node,
        Self::Python,
        Self::OpenSsl,
        Self::Keytool,
        Self::Go,
        Self::Browser,
        Self::Shell,
    ];

    /// A folder may hold nothing for these: PEM files alone, no Kibana with TLS, no calls.
    fn may_be_silent(self) -> bool {
        matches!(self, Self::Keytool | Self::Browser | Self::Shell)
    }
}

/// One line of a judge's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    Ok(String),
    /// What was checked, and after a colon why it does not hold.
    Fail(String),
    /// Cannot be judged before a signed certificate comes back.
    Waiting(String),
    /// Seen and left out of the judgement.
    Note(String),
}

impl Line {
    /// Lines of no known kind are the judge's own mishap and count as a failure.
    fn parse(text: &str) -> Self {
        let Some((kind, rest)) = text.split_once(' ') else {
            return Self::Fail(format!("not a line of the judges' grammar: {text}"));
        };
        match kind {
            "ok" => Self::Ok(rest.into()),
            "waiting" => Self::Waiting(rest.into()),
            "note" => Self::Note(rest.into()),
            "FAIL" => Self::Fail(rest.into()),
            _ => Self::Fail(format!("not a line of the judges' grammar: {text}")),
        }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ok(what) => write!(f, "ok {what}"),
            Self::Fail(what) => write!(f, "FAIL {what}"),
            Self::Waiting(what) => write!(f, "waiting {what}"),
            Self::Note(what) => write!(f, "note {what}"),
        }
    }
}

/// What one judge says of one folder.
#[derive(Clone, Debug)]
pub struct Verdict {
    pub judge: Judge,
    pub out: PathBuf,
    pub lines: Vec<Line>,
    /// The tool is not installed, so nothing was judged.
    pub skipped: bool,
}

impl Verdict {
    pub fn failures(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| matches!(line, Line::Fail(_)))
    }

    pub fn passed(&self) -> usize {
        self.lines.iter().filter(|line| matches!(line, Line::Ok(_))).count()
    }

    pub fn waiting(&self) -> usize {
        self.lines.iter().filter(|line| matches!(line, Line::Waiting(_))).count()
    }

    /// Whether a line of this kind and text stands in the answer, e.g. `"FAIL es1 transport"`.
    pub fn says(&self, fragment: &str) -> bool {
        self.lines.iter().any(|line| line.to_string().contains(fragment))
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:?} on {}:", self.judge, self.out.display())?;
        self.lines.iter().try_for_each(|line| writeln!(f, "  {line}"))
    }
}

/// Lets one judge read one folder.
pub fn judge(out: &Path, which: Judge) -> Verdict {
    judge_many(&[out], which).remove(0)
}

/// Lets one judge read many folders, with one start of its program.
pub fn judge_many(outs: &[&Path], which: Judge) -> Vec<Verdict> {
    let answers = match which {
        Judge::Java => java::judge(outs),
        Judge::Node => node::judge(outs),
        Judge::Python => python::judge(outs),
        Judge::OpenSsl => openssl::judge(outs),
        Judge::Keytool => keytool::judge(outs),
        Judge::Go => go::judge(outs),
        Judge::Browser => browser::judge(outs),
        Judge::Shell => shell::judge(outs),
    };
    let skipped = answers.is_none();
    let answers = answers.unwrap_or_else(|| vec![Vec::new(); outs.len()]);
    outs.iter()
        .zip(answers)
        .map(|(out, lines)| Verdict { judge: which, out: out.to_path_buf(), lines, skipped })
        .collect()
}

/// A written scenario and what its judges may dislike about it.
pub struct Case<'a> {
    pub name: &'a str,
    pub out: &'a Path,
    /// Parts of failing lines that are right for this scenario, e.g. an imported CA without keyUsage.
    /// One that no longer occurs fails the test, so that the list cannot grow stale.
    pub allow: &'a [&'a str],
}

/// Every judge over every scenario; panics with each failing line, by scenario and judge.
pub fn judge_all<N: AsRef<str>, P: AsRef<Path>>(scenarios: &[(N, P)]) {
    let cases: Vec<Case<'_>> = scenarios
        .iter()
        .map(|(name, out)| Case { name: name.as_ref(), out: out.as_ref(), allow: &[] })
        .collect();
    judge_cases(&cases);
}

/// As [`judge_all`], with what each scenario is allowed. What was said and how long it took goes to standard
/// error, which the test harness keeps to itself while all is well.
pub fn judge_cases(cases: &[Case<'_>]) {
    let outs: Vec<&Path> = cases.iter().map(|case| case.out).collect();
    let ask = |which: &Judge| {
        let started = Instant::now();
        let verdicts = judge_many(&outs, *which);
        verdicts.iter().for_each(|verdict| eprint!("{verdict}"));
        eprintln!("{which:?} took {:.1?}", started.elapsed());
        verdicts
    };
    let by_judge: Vec<Vec<Verdict>> = Judge::ALL.iter().map(ask).collect();
    let mut complaints = Vec::new();
    for (index, case) in cases.iter().enumerate() {
        let verdicts: Vec<&Verdict> = by_judge.iter().map(|verdicts| &verdicts[index]).collect();
        complaints.extend(complain(case, &verdicts).into_iter().map(|text| format!("{}: {text}", case.name)));
    }
    assert!(complaints.is_empty(), "the foreign judges object:\n{}", complaints.join("\n"));
}

fn complain(case: &Case<'_>, verdicts: &[&Verdict]) -> Vec<String> {
    let mut complaints = Vec::new();
    for verdict in verdicts.iter().filter(|verdict| !verdict.skipped) {
        let text = format!("{:?}", verdict.judge);
        for line in verdict.failures().map(Line::to_string) {
            if !case.allow.iter().any(|allowed| line.contains(allowed)) {
                complaints.push(format!("{text}: {line}"));
            }
        }
        if verdict.passed() == 0 && !verdict.judge.may_be_silent() {
            complaints.push(format!("{text}: judged nothing"));
        }
    }
    let skipped = verdicts.iter().any(|verdict| verdict.skipped);
    for allowed in case.allow {
        if !skipped && !verdicts.iter().any(|v| v.failures().any(|line| line.to_string().contains(allowed))) {
            complaints.push(format!("allowed, but did not occur: {allowed}"));
        }
    }
    complaints
}
