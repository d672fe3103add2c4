//! Chooses the door: the wizard, or one command without a screen.

use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;

use stackseal::forge::System;
use stackseal::headless::{self, Cli, When};
use stackseal::store::refuse_core_dumps;
use stackseal::tui;

fn main() -> ExitCode {
    refuse_core_dumps();
    match headless::parse() {
        Err(outcome) => ExitCode::from(outcome as u8),
        Ok(Cli { command: Some(command), .. }) => ExitCode::from(headless::run(command, &System) as u8),
        Ok(cli) => wizard(cli),
    }
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
    match tui::run(&opening, Arc::new(System)) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            // Standard error may be the terminal that is gone, and then there is nobody to tell.
            let _ = writeln!(
                io::stderr(),
                "stackseal: {error}; `stackseal --help` lists the commands that need no terminal"
            );
            ExitCode::from(headless::Outcome::Failed as u8)
        }
    }
}
