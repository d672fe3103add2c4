//! Chooses the door: the wizard, or one command without a screen.

use std::process::ExitCode;

use stackseal::forge::System;
use stackseal::headless;

fn main() -> ExitCode {
    let outcome = match headless::parse() {
        Err(outcome) => outcome,
        Ok(cli) => match cli.command {
            Some(command) => headless::run(command, &System),
            None => headless::Outcome::Usage,
        },
    };
    ExitCode::from(outcome as u8)
}
