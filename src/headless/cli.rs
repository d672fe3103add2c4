//! The command line, as people read it.

use std::io::Write;
use std::path::PathBuf;

use clap::{CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use super::{Error, Outcome};

const ABOUT: &str = "Secures a self-managed Elastic Stack: a wizard that asks once, shows every file before it exists, and writes one folder per host.";

const AFTER: &str = "\
SESSION is the name of a saved session, or a file where it has a / or ends in .yml.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 the answers have issues, 4 the output exists.

Passwords are generated, or come from --secrets FILE (YAML of field id and value, mode 0600) or from
STACKSEAL_SECRET_<FIELD ID WITH _>; never from an argument.";

#[derive(Debug, Parser)]
#[command(
    name = "stackseal", version = crate::VERSION, long_version = crate::BUILD, about = ABOUT, after_help = AFTER,
    disable_help_subcommand = true,
    args_conflicts_with_subcommands = true, subcommand_precedence_over_arg = true
)]
pub struct Cli {
    /// Open this session in the wizard or in plain mode; without it, choose one there
    pub session: Option<String>,
    #[arg(
        long,
        help = "Colours: auto follows NO_COLOR, CLICOLOR and the terminal",
        value_name = "WHEN",
        default_value = "auto"
    )]
    pub color: When,
    /// Draw with plain ASCII characters
    #[arg(long)]
    pub ascii: bool,
    /// Ask line by line, without a screen: for screen readers, pipes and plain terminals
    #[arg(long)]
    pub plain: bool,
    /// Leave the mouse to the terminal
    #[arg(long)]
    pub no_mouse: bool,
    #[command(subcommand)]
    pub command: Option<Command>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum When {
    Always,
    #[default]
    Auto,
    Never,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Print a commented session to begin with
    New,
    /// Print what a session would write: files, tasks, issues
    Plan(PlanArgs),
    /// Print one file as previewed
    Show(ShowArgs),
    /// Make keys and certificates, and write the folders
    Write(WriteArgs),
    /// List the saved sessions
    Sessions,
    /// Decode PKCS#12 stores, PEM files, requests, zips and folders
    Inspect(InspectArgs),
    /// Print the JSON Schema of session files
    Schema,
    /// Print a completion script
    Completions {
        #[arg(value_name = "SHELL")]
        shell: Shell,
    },
    /// Print the man page
    Man,
}

#[derive(Debug, clap::Args)]
pub struct PlanArgs {
    #[arg(value_name = "SESSION")]
    pub session: String,
    /// As text for people or JSON for programs
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
    /// Typed secrets, so that their issues go away: YAML of field id and value; - is standard input
    #[arg(long, value_name = "FILE")]
    pub secrets: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Json,
    #[default]
    Text,
}

#[derive(Debug, clap::Args)]
pub struct ShowArgs {
    #[arg(value_name = "SESSION")]
    pub session: String,
    /// Its path in the output folder, as `stackseal plan` lists it
    #[arg(value_name = "FILE")]
    pub file: String,
}

#[derive(Debug, clap::Args)]
pub struct WriteArgs {
    #[arg(value_name = "SESSION")]
    pub session: String,
    /// The output folder itself, absent or empty; overrides the session's answer
    #[arg(long, value_name = "DIR")]
    pub out: Option<String>,
    /// Replace an output that stackseal wrote before; the old one is kept aside
    #[arg(long)]
    pub replace: bool,
    /// Take authorities, passwords and unchanged certificates from an earlier output
    #[arg(long, value_name = "DIR")]
    pub keep_from: Option<String>,
    /// Typed secrets: YAML of field id and value, mode 0600; - is standard input
    #[arg(long, value_name = "FILE")]
    pub secrets: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct InspectArgs {
    /// Files or folders
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// A file whose first line is the password to try, beside those found next to the files
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
}

/// Reads the arguments; prints help or a usage error by itself and then gives the exit code.
pub fn parse() -> Result<Cli, Outcome> {
    Cli::try_parse().map_err(|error| {
        let _ = error.print();
        if error.use_stderr() { Outcome::Usage } else { Outcome::Done }
    })
}

pub(super) fn completions(shell: Shell, out: &mut impl Write) -> Result<Outcome, Error> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "stackseal", &mut script);
    out.write_all(&script)?;
    Ok(Outcome::Done)
}

pub(super) fn man(out: &mut impl Write) -> Result<Outcome, Error> {
    let mut page = Vec::new();
    // The page is the same for every build of a version.
    clap_mangen::Man::new(Cli::command().long_version(crate::VERSION)).render(&mut page)?;
    out.write_all(&page)?;
    Ok(Outcome::Done)
}
