//! Commands done: files in one thread, keys in another, results back as news. The only file of this room
//! that touches store and forge; no door waits for it.

mod desk;
mod words;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::msg::{Cmd, Gauge, Made, MadeFile, News};
use super::platform;
use crate::forge::{self, Bundle, Progress, Source};
use crate::plan::{Plan, TypedSecrets};
use crate::steps::heading;
use crate::store::{Library, Written, add_receipt, kept_for};
use desk::Desk;

/// Whatever the loop waits on, a result must fit into.
pub trait Event: From<News> + Send + 'static {}

impl<T: From<News> + Send + 'static> Event for T {}

pub struct Jobs {
    desk: Sender<Cmd>,
    forging: Forging,
}

/// What forging leaves behind for the desk: the bytes, by generation.
#[derive(Clone, Default)]
pub struct Forging {
    running: Shared<Progress>,
    bundle: Shared<Bundle>,
}

/// What belongs to one generation of the answers.
type Shared<T> = Arc<Mutex<Option<(u64, Arc<T>)>>>;

/// One order to forge.
pub struct Order {
    pub generation: u64,
    pub plan: Arc<Plan>,
    pub typed: TypedSecrets,
    /// This session's last output, whose authorities and secrets are to be kept.
    pub kept: Option<Written>,
    /// Where the operator says that it lies now.
    pub keep_from: Option<PathBuf>,
    pub run: String,
}

impl Jobs {
    pub fn start<T: Event>(library: Option<Library>, source: Arc<dyn Source + Send>, out: Sender<T>) -> Self {
        let (desk, commands) = channel::<Cmd>();
        let forging = Forging::default();
        let shared = forging.clone();
        thread::spawn(move || {
            let mut desk = Desk::new(library, source, shared, out.clone());
            while let Ok(cmd) = commands.recv() {
                let done = catch_unwind(AssertUnwindSafe(|| desk.take(cmd)));
                if done.is_err() {
                    let text = "Something broke down while doing that. The answers are safe.".to_owned();
                    let _ = out.send(T::from(News::Failed { title: "A fault of stackseal".into(), text }));
                }
            }
        });
        Self { desk, forging }
    }

    pub fn take(&self, cmd: Cmd) {
        if matches!(cmd, Cmd::Cancel) {
            self.forging.cancel();
        } else {
            let _ = self.desk.send(cmd);
        }
    }

    /// How far the running job is.
    pub fn gauge(&self) -> Option<News> {
        self.forging.gauge().map(|(generation, gauge)| News::Progress(generation, gauge))
    }
}

impl Forging {
    pub fn cancel(&self) {
        if let Some((_, progress)) = &*lock(&self.running) {
            progress.cancel();
        }
    }

    pub fn bundle(&self, generation: u64) -> Option<Arc<Bundle>> {
        let held = lock(&self.bundle);
        held.as_ref().filter(|(of, _)| *of == generation).map(|(_, bundle)| bundle.clone())
    }

    fn gauge(&self) -> Option<(u64, Gauge)> {
        let running = lock(&self.running);
        let (generation, progress) = running.as_ref()?;
        let snapshot = progress.snapshot();
        Some((*generation, Gauge { done: snapshot.done, total: snapshot.total, item: snapshot.item }))
    }

    /// Starts a thread; a job that is still running is stopped.
    pub fn begin<T: Event>(&self, order: Order, source: Arc<dyn Source + Send>, out: Sender<T>) {
        let progress = Arc::new(Progress::new());
        // Under one lock, so that the job before either has ended or sees that it was stopped.
        let mut running = lock(&self.running);
        if let Some((_, before)) = running.replace((order.generation, progress.clone())) {
            before.cancel();
        }
        *lock(&self.bundle) = None;
        drop(running);
        let shared = self.clone();
        thread::spawn(move || {
            // Keys keep every processor busy, for minutes at times; the screen comes first.
            platform::step_back();
            let generation = order.generation;
            let result = catch_unwind(AssertUnwindSafe(|| make(&order, &*source, &progress)));
            let result = result.unwrap_or_else(|_| Err(Stop::Failed(forge::Error::Worker.to_string())));
            // A job that was stopped has nothing to say: another one may be running under its number.
            let mut running = lock(&shared.running);
            if progress.is_cancelled() {
                return;
            }
            *running = None;
            let msg = match result {
                Ok(bundle) => {
                    let made = Arc::new(made(&order.plan, &bundle));
                    *lock(&shared.bundle) = Some((generation, Arc::new(bundle)));
                    News::Forged(generation, made)
                }
                Err(Stop::Failed(why)) => News::ForgeFailed(generation, why),
                Err(Stop::KeptWanted(why)) => News::KeptWanted(generation, why),
            };
            let _ = out.send(T::from(msg));
        });
    }
}

enum Stop {
    Failed(String),
    /// What an earlier output gives back is not where it was.
    KeptWanted(String),
}

fn make(order: &Order, source: &dyn Source, progress: &Progress) -> Result<Bundle, Stop> {
    let Order { plan, typed, .. } = order;
    let kept = kept_for(order.keep_from.as_deref(), order.kept.as_ref(), plan, typed);
    let kept = kept.map_err(|error| Stop::KeptWanted(error.to_string()))?;
    let mut bundle =
        forge::forge(plan, &heading, typed, &kept, source, progress).map_err(|error| match error {
            forge::Error::KeptDiffers { .. } => Stop::KeptWanted(error.to_string()),
            other => Stop::Failed(other.to_string()),
        })?;
    add_receipt(plan, &mut bundle, &order.run).map_err(|error| Stop::Failed(error.to_string()))?;
    Ok(bundle)
}

fn made(plan: &Plan, bundle: &Bundle) -> Made {
    let authorities = plan.identities.iter().filter(|identity| identity.is_authority());
    let first_end = bundle.certificates.iter().min_by_key(|(_, issued)| issued.not_after);
    Made {
        files: bundle
            .outputs
            .iter()
            .map(|output| (output.path.to_string(), output.bytes.len() as u64))
            .map(|(path, size)| MadeFile { path, size })
            .collect(),
        authorities: authorities
            .filter_map(|ca| Some((ca.id.clone(), bundle.certificates.get(&ca.id)?.fingerprint.clone())))
            .collect(),
        first_end: first_end.map(|(id, issued)| (id.clone(), issued.not_after)),
    }
}

/// A panic in another thread must not become one here.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
