//! One run: a plan becomes a bundle, on all processors, with its files in the order of the plan
//! whatever the threads do.

use std::collections::HashMap;

use super::body::{Body, Firsts};
use super::contents::{Made, Material, Piece, Pieces};
use super::crew::share;
use super::identities::{effort, identities};
use super::reuse::reuse;
use super::{Bundle, Error, Kept, Output, Progress, Source, secret};
use crate::plan::{Content, FileSpec, Plan, SecretId, StepId, TypedSecrets};

/// The comment above the settings that a step asked for.
pub type Titles<'a> = &'a (dyn Fn(StepId) -> &'static str + Sync);

/// Makes everything that the plan asks for, but for [`Content::Receipt`], which the store room writes
/// from the finished bundle.
pub fn forge(
    plan: &Plan,
    titles: Titles<'_>,
    typed: &TypedSecrets,
    kept: &Kept,
    source: &dyn Source,
    progress: &Progress,
) -> Result<Bundle, Error> {
    if !plan.is_sound() {
        return Err(Error::Unsound);
    }
    let now = source.now();
    let secrets = secret::gather(plan, typed, kept, source)?;
    let reused = reuse(plan, kept, now)?;
    let files: Vec<&FileSpec> =
        plan.files.iter().filter(|file| !matches!(file.content, Content::Receipt)).collect();
    let jobs = pieces_of(&files);
    progress.plan(effort(plan, &reused) + count(jobs.len()), count(files.len()));

    let identities = identities(plan, reused, now, source, progress)?;
    let by_id = plan.identities.iter().map(|identity| (&identity.id, identity)).collect();
    let material = Material { plan, by_id, identities: &identities, secrets: &secrets, titles, source, now };
    let made = share(&jobs, progress, |job| {
        progress.begin(job.path.to_owned());
        let made = material.piece(job.piece)?;
        progress.add(1);
        progress.add_files(if matches!(made, Made::Bytes(_)) { job.files } else { 0 });
        Ok(made)
    })?;
    let pieces: Pieces<'_> = jobs.iter().map(|job| job.piece).zip(made).collect();
    let firsts = Firsts::default();
    let outputs = share(&files, progress, |file| {
        let bytes = material.bytes(&file.path, &file.content, &pieces)?;
        if !Piece::of(&file.content).is_some_and(|piece| matches!(pieces.get(&piece), Some(Made::Bytes(_)))) {
            progress.add_files(1);
        }
        Ok(output(file, firsts.body(file, bytes)))
    })?;
    drop(material);
    Ok(Bundle {
        outputs,
        certificates: identities.issued,
        awaited: identities.awaited,
        secrets,
        made_at: now,
    })
}

struct Job<'a> {
    piece: Piece<'a>,
    /// The first file that holds it, to show what is being made.
    path: &'a str,
    /// How many files are this and nothing more.
    files: u32,
}

/// Each piece once, and which files hold it.
fn pieces_of<'a>(files: &[&'a FileSpec]) -> Vec<Job<'a>> {
    let (mut jobs, mut seen) = (Vec::new(), HashMap::new());
    for file in files {
        collect(&file.content, file.path.as_str(), 1, &mut jobs, &mut seen);
    }
    // The longest first: begun last, one thread would make it while the others wait.
    jobs.sort_by_key(|job| !matches!(job.piece, Piece::Keystore(..)));
    jobs
}

fn collect<'a>(
    content: &'a Content,
    path: &'a str,
    files: u32,
    jobs: &mut Vec<Job<'a>>,
    seen: &mut HashMap<Piece<'a>, usize>,
) {
    if let Content::Archive(members) = content {
        for member in members {
            collect(&member.content, path, 0, jobs, seen);
        }
    } else if let Some(piece) = Piece::of(content) {
        let index = *seen.entry(piece).or_insert_with(|| {
            jobs.push(Job { piece, path, files: 0 });
            jobs.len() - 1
        });
        jobs[index].files += files;
    }
}

fn output(file: &FileSpec, bytes: Body) -> Output {
    let content = &file.content;
    Output {
        path: file.path.clone(),
        bytes,
        mode: file.mode(),
        place: file.place.clone(),
        secrecy: content.secrecy(),
        kind: content.kind(),
        identities: content.identities().into_iter().cloned().collect(),
        secrets: content.secrets().into_iter().cloned().collect(),
        settings: match content {
            Content::Keystore(keystore) => keystore.settings.clone(),
            _ => Vec::new(),
        },
        password: password(content).cloned(),
    }
}

/// What opens it; of an archive, what opens everything inside that is locked.
fn password(content: &Content) -> Option<&SecretId> {
    match content {
        Content::Key { password, .. } => password.as_ref(),
        Content::Keystore(keystore) => keystore.password.as_ref(),
        Content::Store(store) => store.password.as_ref(),
        Content::Archive(members) => {
            let mut inside = members.iter().filter_map(|member| password(&member.content));
            let first = inside.next()?;
            inside.all(|other| other == first).then_some(first)
        }
        _ => None,
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
