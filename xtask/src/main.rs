//! Chores of the project: `cargo xtask NAME`. Holds the list of them, not their work.
#![forbid(unsafe_code)]

mod ci;
mod dist;
mod portable;
mod shots;
mod tools;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask ci [--after-tests]
       cargo xtask dist
       cargo xtask portable
       cargo xtask shots [--check] [--bin PATH] [--scripts DIR] [--out DIR] [--svg] [NAME...]

  ci        every check; --after-tests leaves out the tests, for who has just run them
  dist      make the static binary, the .deb, the .rpm, the archive and their sums in target/dist, and prove them
  portable  compile what is written for Windows and macOS
  shots     take the pictures and casts that the scripts in xtask/shots/ describe
            NAME limits it to the scripts NAME.shot
  --check   write nothing; fail if a picture is not, byte for byte, what it would be now
  --bin     the program (default: target/release/stackseal)
  --scripts where the scripts are (default: xtask/shots)
  --out     where the pictures are (default: screenshots)
  --svg     keep the drawing beside each picture
";

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    match args.next().as_deref() {
        Some("ci") => ci::run(args),
        Some("dist") => dist::run(args),
        Some("portable") => portable::run(args),
        Some("shots") => shots::run(args),
        Some("help" | "-h" | "--help") => {
            print!("{USAGE}");
            ExitCode::SUCCESS
        }
        _ => {
            eprint!("{USAGE}");
            ExitCode::from(2)
        }
    }
}
