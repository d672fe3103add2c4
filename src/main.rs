//! Chooses the door: the wizard, plain mode, or one command without a screen.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;

use stackseal::forge::System;
use stackseal::headless::{self, Cli, When};
use stackseal::store::refuse_core_dumps;
use stackseal::{plain, sitting, tui};

fn main() -> ExitCode {
    refuse_core_dumps();
    match headless::parse() {
        Err(outcome) => ExitCode::from(outcome as u8),
        Ok(Cli { command: Some(command), .. }) => ExitCode::from(headless::run(command, &System) as u8),
        Ok(cli) if cli.plain || has_lines_only() => {
            let opening = plain::Opening { session: cli.session, ascii: cli.ascii };
            ended(plain::run(&opening, Arc::new(System)))
        }
        Ok(cli) => wizard(cli),
    }
}

/// A terminal on which no screen can be drawn. What is no terminal at all is left to the wizard's refusal.
fn has_lines_only() -> bool {
    let is_terminal = io::stdin().is_terminal() && io::stdout().is_terminal();
    is_terminal && !sitting::has_cursor(&|name| std::env::var(name).ok())
}

fn wizard(cli: Cli) -> ExitCode {
    let opening = tui::Opening {
        session: cli.session,
        color: match cli.color {
            When::Always => Some(true),
            When::Auto => None,
            When::Never => Some(false),
        },
        ascii: cli.ascii,
        mouse: !cli.no_mouse,
    };
    ended(tui::run(&opening, Arc::new(System)))
}

fn ended(result: io::Result<u8>) -> ExitCode {
    match result {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            // Standard error may be the terminal that is gone, and then there is nobody to tell.
            let _ = writeln!(
                io::stderr(),
                "stackseal: {error}; --plain asks line by line, and `stackseal --help` lists the commands that need no terminal"
            );
            ExitCode::from(headless::Outcome::Failed as u8)
        }
    }
}
