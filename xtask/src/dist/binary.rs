//! The static binary: how it is built, and the proof that it is one. Must not know of packages.

use std::path::{Path, PathBuf};

use super::elf::Elf;
use super::{Error, Release, Result, TARGET, tools};

/// What a download of this kind may weigh.
const MOST_BYTES: usize = 8_000_000;

pub fn make(release: &Release) -> Result<PathBuf> {
    let mut cargo = tools::command("cargo", &["rustc", "--locked", "--release", "--bin", "stackseal"]);
    cargo.args(["--target", TARGET]).current_dir(&release.root).env("SOURCE_DATE_EPOCH", &release.epoch);
    cargo.env("STACKSEAL_COMMIT", &release.commit);
    // C is called from Rust and never calls back, so that no panic goes through it: it needs no tables for that.
    let flags = "-DMY_ASSEMBLER_IS_TOO_OLD_FOR_512AVX -fno-asynchronous-unwind-tables";
    cargo.env("AWS_LC_SYS_CFLAGS", flags);
    // Panics name source files: by names that are the same wherever it was built.
    let homes = [(cargo_home(), "/cargo"), (Some(release.root.clone()), "/stackseal")];
    let known = homes.into_iter().filter_map(|(from, to)| Some((from?, to))).collect::<Vec<_>>();
    let flags: Vec<String> =
        known.iter().map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display())).collect();
    // The form that may hold paths with spaces.
    cargo.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"));
    // The places that the loader adjusts, as a bit map instead of a table (RELR).
    cargo.args(["--", "-C", "link-arg=-Wl,-z,pack-relative-relocs"]);
    tools::run(&mut cargo)?;
    let binary = release.target.join(TARGET).join("release/stackseal");
    prove(release, &binary)?;
    let bytes = tools::read(&binary)?;
    for (from, to) in known {
        // With what lies below it: a checkout in /src would be found in the names that stand for it.
        let below = if to == "/cargo" { "registry" } else { "src" };
        let from = format!("{}/{below}/", from.display());
        if !from.starts_with(to) && bytes.windows(from.len()).any(|part| part == from.as_bytes()) {
            return Err(Error::Wrong(format!("{} tells where it was built: {from}", binary.display())));
        }
    }
    Ok(binary)
}

fn prove(release: &Release, binary: &Path) -> Result<()> {
    let bytes = tools::read(binary)?;
    let elf = Elf::read(&bytes).ok_or_else(|| Error::Wrong(format!("{}: no ELF file", binary.display())))?;
    let faults = elf.faults();
    if !faults.is_empty() {
        return Err(Error::Wrong(format!("{} is not static-pie: {}", binary.display(), faults.join(", "))));
    }
    println!(
        "ok: static-pie for x86-64: position independent, no interpreter, no library, no executable stack"
    );
    if bytes.len() > MOST_BYTES {
        return Err(Error::Wrong(format!("{} bytes; it may have {MOST_BYTES}", bytes.len())));
    }
    println!("ok: {} bytes, of {MOST_BYTES} at most", bytes.len());
    says_its_version(release, binary)
}

/// Runs with nothing of this machine but the kernel's part.
pub fn says_its_version(release: &Release, binary: &Path) -> Result<()> {
    let mut asked = tools::command(&binary.display().to_string(), &["--version"]);
    let said = tools::answer(asked.env_clear())?;
    let wanted = format!("stackseal {} ({} {})", release.version, release.commit, release.day);
    if said != wanted {
        return Err(Error::Wrong(format!("{} says {said:?}, not {wanted:?}", binary.display())));
    }
    println!("ok: {said}");
    Ok(())
}

fn cargo_home() -> Option<PathBuf> {
    let set = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    set.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")))
}
