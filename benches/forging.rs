//! What forging costs beside the work that it cannot do without: keys, password derivations, token
//! hashes. Key generation takes luck, so keys are timed inside the very run that they are held against.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};
use std::num::NonZeroU32;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use aws_lc_rs::pbkdf2::{self, PBKDF2_HMAC_SHA256, PBKDF2_HMAC_SHA512};
use stackseal::forge::{Error, Kept, KeyPair, Progress, Source, System, forge};
use stackseal::plan::{Content, Entry, IdentityId, KeystoreFormat, Plan, TypedSecrets};
use stackseal::steps::heading;
use stackseal::store::{Existing, Os, add_receipt, write_output};
use stackseal::values::KeyKind;

use crate::support::clock::{Cost, median};
use crate::support::stacks::{self, answers, plan_of};
use crate::support::table::{Goal, Table, threads};

/// Nodes, and how often the two sides take turns.
const EC: [(usize, usize); 4] = [(1, 41), (3, 41), (100, 7), (1000, 3)];
const RSA: [(usize, usize); 4] = [(1, 9), (3, 5), (100, 1), (1000, 1)];

pub fn measure(table: &mut Table, full: bool) {
    for (nodes, turns) in EC {
        let plan = plan_of(&answers(nodes, "ec-p256", "ec-p256"));
        rows(table, &format!("forge {}, EC P-256", counted(nodes)), &plan, turns, promised(nodes), false);
    }
    whole(table);
    for (nodes, turns) in RSA.into_iter().filter(|(nodes, _)| full || *nodes < 1000) {
        let plan = plan_of(&answers(nodes, "rsa-2048", "rsa-3072"));
        rows(table, &format!("forge {}, RSA 2048", counted(nodes)), &plan, turns, promised(nodes), false);
    }
}

/// The whole standard stack, from plan to files on disk.
fn whole(table: &mut Table) {
    let plan = plan_of(&stacks::whole());
    rows(table, "write the whole standard stack", &plan, 5, Goal::None, true);
}

fn counted(nodes: usize) -> String {
    if nodes == 1 { "1 node".into() } else { format!("{nodes} nodes") }
}

/// What is promised of forging is promised of a thousand nodes: in the time that few nodes take, the start
/// of a thread can be seen.
fn promised(nodes: usize) -> Goal {
    if nodes < 1000 { Goal::None } else { Goal::Ratio(1.05) }
}

/// Wall time and processor time of a run, to its finished bytes or to files on disk.
pub fn rows(table: &mut Table, what: &str, plan: &Plan, turns: usize, goal: Goal, write: bool) {
    assert!(plan.is_sound());
    let pairs: Vec<(Cost, Cost)> = (0..turns).map(|turn| pair(plan, turn % 2 == 0, write)).collect();
    for (kind, of) in [("wall", (|cost| cost.wall) as fn(&Cost) -> f64), ("processor", |cost| cost.cpu)] {
        let bare = median(pairs.iter().map(|(_, bare)| of(bare)));
        // The median of the ratios, not the ratio of medians: both sides of a pair met the same machine.
        let ratio = median(pairs.iter().map(|(forged, bare)| of(forged) / of(bare)));
        table.ratio(&format!("{what}, {kind}"), bare * ratio, (bare, "bare"), goal);
    }
}

/// One run, and the bare cost of its own keys and of as many derivations.
fn pair(plan: &Plan, derive_first: bool, write: bool) -> (Cost, Cost) {
    let derivations = derivations(plan);
    let before = derive_first.then(|| derive(&derivations));
    let source = Timed::default();
    let folder = tempfile::tempdir().unwrap();
    let (forged, bundle) = Cost::of(|| {
        let progress = Progress::new();
        let mut bundle =
            forge(plan, &heading, &TypedSecrets::default(), &Kept::default(), &source, &progress).unwrap();
        if write {
            add_receipt(plan, &mut bundle, "4f2a").unwrap();
            write_output(&Os, &bundle, &folder.path().join("out"), Existing::Refuse).unwrap();
        }
        bundle
    });
    assert_eq!(bundle.certificates.len(), plan.identities.len());
    drop(bundle);
    let derived = before.unwrap_or_else(|| derive(&derivations));
    let mut keys = source.keys.into_inner().unwrap();
    keys.sort_by_key(|(begun, _)| *begun);
    let bare = Cost {
        wall: shared(keys.iter().map(|(_, key)| key.wall)) + derived.wall,
        cpu: keys.iter().map(|(_, key)| key.cpu).sum::<f64>() + derived.cpu,
    };
    (forged, bare)
}

/// The system's source, with a clock on its keys: when each was begun, and what it took.
#[derive(Default)]
struct Timed {
    keys: Mutex<Vec<(Instant, Cost)>>,
}

impl Source for Timed {
    fn now(&self) -> time::OffsetDateTime {
        System.now()
    }

    fn fill(&self, label: &str, bytes: &mut [u8]) -> Result<(), Error> {
        System.fill(label, bytes)
    }

    fn key(&self, id: &IdentityId, kind: KeyKind) -> Result<KeyPair, Error> {
        let begun = Instant::now();
        let (cost, key) = Cost::here(|| System.key(id, kind));
        self.keys.lock().unwrap().push((begun, cost));
        key
    }
}

/// How long threads need for these pieces, if each takes the next one when it is free.
fn shared(pieces: impl Iterator<Item = f64>) -> f64 {
    // Nanoseconds, since a heap needs an order.
    let mut free: BinaryHeap<Reverse<u128>> = (0..threads()).map(|_| Reverse(0)).collect();
    for piece in pieces {
        let Reverse(at) = free.pop().unwrap();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        free.push(Reverse(at + (piece * 1e9) as u128));
    }
    free.into_iter().map(|Reverse(at)| at).max().unwrap_or(0) as f64 / 1e9
}

/// PBKDF2 of this many rounds.
enum Derivation {
    Sha256(u32),
    Sha512(u32),
}

const ROUNDS: u32 = 10_000;

/// What the plan's files cannot be made without; files of the same content are made once. A PKCS#12 store
/// takes a derivation for each key, one for its certificates, and its MAC: 10,000 single hashes, as many
/// blocks as 5,000 rounds of HMAC. The products' keystores of one format and password share theirs.
fn derivations(plan: &Plan) -> Vec<Derivation> {
    let mut seen = HashSet::new();
    let mut all = Vec::new();
    let mut queue: Vec<&Content> = plan.files.iter().map(|file| &file.content).collect();
    while let Some(content) = queue.pop() {
        match content {
            Content::Archive(members) => queue.extend(members.iter().map(|member| &member.content)),
            Content::Key { password: Some(_), .. }
            | Content::Keystore(_)
            | Content::Store(_)
            | Content::ServiceTokens(_)
            | Content::Users(_)
                if !seen.insert(derived_from(content)) => {}
            Content::Key { password: Some(_), .. } => all.push(Derivation::Sha256(ROUNDS)),
            Content::Store(store) => {
                let keys = store.entries.iter().filter(|entry| matches!(entry, Entry::Key { .. })).count();
                let keys = u32::try_from(keys).unwrap();
                all.push(Derivation::Sha256((keys + 1) * ROUNDS + ROUNDS / 2));
            }
            Content::ServiceTokens(tokens) => {
                all.extend(tokens.iter().map(|_| Derivation::Sha512(ROUNDS)));
            }
            Content::Keystore(keystore) => all.push(Derivation::Sha512(keystore_rounds(keystore.format))),
            Content::Users(users) => all.extend(users.iter().map(|_| Derivation::Sha512(ROUNDS))),
            _ => {}
        }
    }
    // The longest first: begun last, it would leave the other threads without work, and flatter us.
    all.sort_by_key(|one| match one {
        Derivation::Sha256(rounds) | Derivation::Sha512(rounds) => Reverse(*rounds),
    });
    all
}

/// What two contents have in common that share a derivation.
fn derived_from(content: &Content) -> String {
    match content {
        Content::Keystore(keystore) => format!("{:?} {:?}", keystore.format, keystore.password),
        content => format!("{content:?}"),
    }
}

/// As the products themselves stretch the password of their keystores.
fn keystore_rounds(format: KeystoreFormat) -> u32 {
    match format {
        KeystoreFormat::Elasticsearch6 | KeystoreFormat::Elasticsearch7 => 210_000,
        KeystoreFormat::Elasticsearch5 | KeystoreFormat::Kibana | KeystoreFormat::Metricbeat => 10_000,
    }
}

/// All of them on all processors, by the fastest code at hand.
fn derive(all: &[Derivation]) -> Cost {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut out = [0; 32];
        while let Some(one) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
            let (algorithm, rounds) = match one {
                Derivation::Sha256(rounds) => (PBKDF2_HMAC_SHA256, rounds),
                Derivation::Sha512(rounds) => (PBKDF2_HMAC_SHA512, rounds),
            };
            let rounds = NonZeroU32::new(*rounds).unwrap();
            pbkdf2::derive(algorithm, rounds, &[7; 32], b"a-password-of-24-letters", &mut out);
            std::hint::black_box(&out);
        }
    };
    Cost::of(|| {
        std::thread::scope(|scope| {
            for _ in 0..threads() {
                scope.spawn(work);
            }
        });
    })
    .0
}
