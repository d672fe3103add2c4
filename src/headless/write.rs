//! `write`: forge and store, with progress on standard error.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use time::OffsetDateTime;

use super::cli::WriteArgs;
use super::plan::print_issues;
use super::{Error, Outcome, absolute, draft_with_secrets, load};
use crate::forge::{Bundle, Kept, Progress, Source, forge};
use crate::plan::{Plan, TypedSecrets};
use crate::steps::{heading, output_of};
use crate::store::{
    Existing, Library, Lock, Origin, Os, Session, Written, add_receipt, check_target, kept_for, run_of,
    write_output,
};
use crate::values::moment_text;

pub fn write(args: &WriteArgs, source: &dyn Source) -> Result<Outcome, Error> {
    let mut session = load(&args.session)?;
    let _lock = lock(&session)?;
    if args.out.as_deref().is_some_and(|out| out.trim().is_empty()) {
        return Err(Error::Usage("--out names the output folder; it is empty".into()));
    }
    let folder = absolute(&args.out.clone().unwrap_or_else(|| output_of(&session.answers)));
    // A session whose progress was lost takes up the run of the output that it is to replace.
    if session.progress.run.is_empty() && args.replace {
        session.progress.run = run_of(&folder).unwrap_or_default();
    }
    session.draw_run(source)?;
    let named = earlier(args, &session, &folder);
    let (plan, typed) = draft_with_secrets(&session, args.secrets.as_deref(), named.as_deref())?;
    let err = &mut io::stderr().lock();
    if !plan.is_sound() {
        writeln!(err, "stackseal: nothing was written; the answers have {} issues:", plan.errors())?;
        print_issues(&plan.issues, err)?;
        return Ok(Outcome::Issues);
    }
    let existing = if args.replace { Existing::Replace } else { Existing::Refuse };
    let only = args.keep_from.is_none().then_some(session.run());
    check_target(&folder, existing, only)?;
    let kept = kept_for(named.as_deref(), session.progress.written.as_ref(), &plan, &typed)?;
    // Recorded before the keys are made: a run id that were lost would mean other authorities next time.
    record(&mut session, source.now())?;
    let mut bundle = forge_with_progress(&plan, &typed, &kept, source)?;
    add_receipt(&plan, &mut bundle, session.run())?;
    let aside = write_output(&Os, &bundle, &folder, existing)?;
    session.progress.written =
        Some(Written { folder: folder.display().to_string(), at: moment_text(bundle.made_at) });
    session.progress.awaited = plan.requests();
    record(&mut session, bundle.made_at)?;
    print_issues(&plan.issues, err)?;
    if let Some(aside) = aside {
        writeln!(err, "The old output is now {}", aside.display())?;
    }
    let count = bundle.outputs.len();
    writeln!(err, "Wrote {count} files to {}; begin with README.md there", folder.display())?;
    Ok(Outcome::Done)
}

/// A wizard that has the session open would save over what is recorded here.
fn lock(session: &Session) -> Result<Option<Lock>, Error> {
    let Origin::Named(name) = &session.origin else { return Ok(None) };
    Ok(Some(Library::open()?.hold(name)?))
}

/// The earlier output to keep from: named, or of this very session and in the way.
fn earlier(args: &WriteArgs, session: &Session, folder: &Path) -> Option<PathBuf> {
    let named = args.keep_from.as_deref().map(absolute);
    let own = || run_of(folder).is_some_and(|run| run == session.progress.run).then(|| folder.to_owned());
    named.or_else(|| if session.progress.written.is_none() { own() } else { None })
}

fn forge_with_progress(
    plan: &Plan,
    typed: &TypedSecrets,
    kept: &Kept,
    source: &dyn Source,
) -> Result<Bundle, Error> {
    let progress = Progress::new();
    thread::scope(|scope| {
        // What the end of the worker drops wakes the wait below: nothing is waited for beyond it.
        let (at_work, end) = mpsc::channel::<()>();
        let worker = scope.spawn(|| {
            let _at_work = at_work;
            forge(plan, &heading, typed, kept, source, &progress)
        });
        let shown = io::stderr().is_terminal();
        let mut last = 0;
        while end.recv_timeout(Duration::from_millis(100)) == Err(RecvTimeoutError::Timeout) {
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

/// Remembers run and output, so that no later run makes other authorities by accident.
fn record(session: &mut Session, now: OffsetDateTime) -> Result<(), Error> {
    match session.origin.clone() {
        Origin::File(path) => session.save_progress(&Os, &path)?,
        Origin::Named(_) | Origin::Unsaved => Library::open()?.save(session, now)?,
    }
    Ok(())
}
