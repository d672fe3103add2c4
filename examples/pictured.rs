//! The wizard with a clock, randomness and keys that are always the same, so that pictures of it can be
//! compared byte for byte. The released binary has no such switch.

#[path = "../tests/support/fixed.rs"]
mod fixed;

use std::process::ExitCode;
use std::sync::Arc;

use stackseal::tui::{Opening, run};

fn main() -> ExitCode {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let ascii = args.iter().any(|arg| arg == "--ascii");
    args.retain(|arg| !arg.starts_with("--"));
    let color = Some(std::env::var_os("NO_COLOR").is_none());
    let opening = Opening { session: args.pop(), color, ascii, mouse: true };
    match run(&opening, Arc::new(fixed::Fixed::new())) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("pictured: {error}");
            ExitCode::FAILURE
        }
    }
}
