//! Door one: commands without a screen, over the same sessions, plan, forge and store as the wizard.

mod cli;
mod inspect;
mod new;
mod plan;
mod schema;
mod write;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

pub use cli::{Cli, Command, When, parse};

use time::OffsetDateTime;

use crate::forge::Source;
use crate::plan::{Awaited, Plan, TypedSecrets};
use crate::steps::{Context, draft};
use crate::store::{self, Library, Origin, Session, named_or_file};

/// How a command ended; the number is the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done = 0,
    Failed = 1,
    Usage = 2,
    Issues = 3,
    Exists = 4,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Store(#[from] store::Error),
    #[error(transparent)]
    Forge(#[from] crate::forge::Error),
    #[error("{0}")]
    Usage(String),
    #[error("cannot print: {0}")]
    Print(#[from] io::Error),
}

impl Error {
    fn outcome(&self) -> Outcome {
        match self {
            Self::Store(
                store::Error::OutputExists(_) | store::Error::NotOurs(_) | store::Error::OtherSession { .. },
            ) => Outcome::Exists,
            Self::Usage(_) => Outcome::Usage,
            _ => Outcome::Failed,
        }
    }
}

/// Runs one command; errors go to standard error as one sentence.
pub fn run(command: Command, source: &dyn Source) -> Outcome {
    let out = &mut io::stdout().lock();
    let result = match command {
        Command::New => new::print(out, source),
        Command::Plan(args) => plan::print(&args, out),
        Command::Show(args) => plan::show(&args, out),
        Command::Write(args) => write::write(&args, source),
        Command::Sessions => sessions(out),
        Command::Inspect(args) => inspect::print(&args, out),
        Command::Schema => schema::print(out),
        Command::Completions { shell } => cli::completions(shell, out),
        Command::Man => cli::man(out),
    };
    match result {
        Ok(outcome) => outcome,
        // Somebody closed the pipe: they have seen enough.
        Err(Error::Print(error)) if error.kind() == io::ErrorKind::BrokenPipe => Outcome::Done,
        Err(error) => {
            let _ = writeln!(io::stderr(), "stackseal: {error}");
            error.outcome()
        }
    }
}

fn load(text: &str) -> Result<Session, Error> {
    Ok(match named_or_file(text) {
        Origin::File(path) => Session::read(&path)?,
        Origin::Named(name) => Library::open()?.load(&name)?,
        Origin::Unsaved => Err(Error::Usage("name a session or a file".into()))?,
    })
}

/// The plan with the secrets that are at hand: of a file, the environment, or an earlier output. Which
/// ones are wanted is known from a first draft.
fn draft_with_secrets(
    session: &Session,
    file: Option<&str>,
    earlier: Option<&Path>,
) -> Result<(Plan, TypedSecrets), Error> {
    let none = TypedSecrets::default();
    let arrivals = store::arrivals(&session.progress, OffsetDateTime::now_utc());
    let first = draft(&session.answers, Context::new(session.run(), &none));
    let mut typed = match file {
        Some(path) => store::read_secrets(path, &first)?,
        None => none,
    };
    store::secrets_of_environment(&first, &mut typed);
    let written = session.progress.written.as_ref().map(|written| Path::new(&written.folder));
    if let Some(folder) = earlier.or(written) {
        store::add_typed_of(folder, &first, &mut typed);
    }
    let plan = draft(&session.answers, Context { run: session.run(), typed: &typed, arrivals: &arrivals });
    Ok((plan, typed))
}

fn sessions(out: &mut impl Write) -> Result<Outcome, Error> {
    let library = Library::open()?;
    let rows = library.list();
    if rows.is_empty() {
        writeln!(out, "no sessions in {}", library.folder().display())?;
    }
    let width = rows.iter().map(|row| row.name.len()).max().unwrap_or(0);
    for row in rows {
        let state = match (&row.problem, row.written, row.issues) {
            (Some(problem), ..) => problem.clone(),
            (None, true, 0) if !row.awaited.is_empty() => waiting(&row.awaited),
            (None, true, 0) => "written".to_owned(),
            (None, false, 0) => "ready to write".to_owned(),
            (None, _, 1) => "1 issue".to_owned(),
            (None, _, n) => format!("{n} issues"),
        };
        writeln!(
            out,
            "{:width$}  {:28}  {:12}  {:20}  {state}",
            row.name, row.summary, row.last_step, row.saved
        )?;
    }
    Ok(Outcome::Done)
}

/// What is away and with whom.
fn waiting(awaited: &[Awaited]) -> String {
    let Some(first) = awaited.first() else { return String::new() };
    let with = if first.to.is_empty() { String::new() } else { format!(" with {}", first.to) };
    let more = if awaited.len() > 1 { format!(" and {} more", awaited.len() - 1) } else { String::new() };
    format!("waits for {}{more}: {} is{with}", first.certificate, first.request)
}

/// The working directory's view of a path, as the operator meant it.
fn absolute(path: &str) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| PathBuf::from(path))
}
