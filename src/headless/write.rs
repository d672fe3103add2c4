//! `write`: forge and store, with progress on standard error.

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::cli::WriteArgs;
use super::plan::print_issues;
use super::{Error, Outcome, absolute, draft_with_secrets, load};
use crate::forge::{Bundle, Kept, Progress, Source, forge};
use crate::plan::{Plan, TypedSecrets};
use crate::steps::{heading, output_of};
use crate::store::{
    Existing, Library, Origin, Os, Session, Written, add_receipt, check_target, kept_for, write_output,
};
use crate::values::moment_text;

pub fn write(args: &WriteArgs, source: &dyn Source) -> Result<Outcome, Error> {
    let mut session = load(&args.session)?;
    session.draw_run(source)?;
    let (plan, typed) = draft_with_secrets(&session, args.secrets.as_deref())?;
    let err = &mut io::stderr().lock();
    if !plan.is_sound() {
        writeln!(err, "stackseal: nothing was written; the answers have {} issues:", plan.errors())?;
        print_issues(&plan.issues, err)?;
        return Ok(Outcome::Issues);
    }
    let folder = absolute(&args.out.clone().unwrap_or_else(|| output_of(&session.answers)));
    let existing = if args.replace { Existing::Replace } else { Existing::Refuse };
    check_target(&folder, existing)?;
    let named = args.keep_from.as_deref().map(absolute);
    let kept = kept_for(named.as_deref(), session.progress.written.as_ref(), &plan, &typed)?;
    let mut bundle = forge_with_progress(&plan, &typed, &kept, source)?;
    add_receipt(&plan, &mut bundle, session.run())?;
    let aside = write_output(&Os, &bundle, &folder, existing)?;
    record(&mut session, &folder, &bundle)?;
    print_issues(&plan.issues, err)?;
    if let Some(aside) = aside {
        writeln!(err, "The old output is now {}", aside.display())?;
    }
    writeln!(
        err,
        "Wrote {} files to {}; begin with README.md there",
        bundle.outputs.len(),
        folder.display()
    )?;
    Ok(Outcome::Done)
}

fn forge_with_progress(
    plan: &Plan,
    typed: &TypedSecrets,
    kept: &Kept,
    source: &dyn Source,
) -> Result<Bundle, Error> {
    let progress = Progress::new();
    thread::scope(|scope| {
        let worker = scope.spawn(|| forge(plan, &heading, typed, kept, source, &progress));
        let shown = io::stderr().is_terminal();
        let mut last = 0;
        while !worker.is_finished() {
            thread::park_timeout(Duration::from_millis(100));
            let snapshot = progress.snapshot();
            let percent = snapshot.done * 100 / snapshot.total.max(1);
            if shown {
                let _ = write!(io::stderr(), "\r\x1b[K{percent:3} %  {}", snapshot.item);
            } else if percent / 25 > last / 25 {
                let _ = writeln!(io::stderr(), "{percent} %");
            }
            last = percent;
        }
        if shown {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
        match worker.join() {
            Ok(result) => Ok(result?),
            Err(_) => Err(Error::Forge(crate::forge::Error::Worker)),
        }
    })
}

/// Remembers where the output is, so that no later run makes other authorities by accident.
fn record(session: &mut Session, folder: &Path, bundle: &Bundle) -> Result<(), Error> {
    let at = moment_text(bundle.made_at);
    session.progress.written = Some(Written { folder: folder.display().to_string(), at });
    match session.origin.clone() {
        Origin::File(path) => session.save_progress(&Os, &path)?,
        Origin::Named(_) | Origin::Unsaved => Library::open()?.save(session, bundle.made_at)?,
    }
    Ok(())
}
