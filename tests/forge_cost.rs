//! What forging costs beside the work that it cannot do without.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/recipes.rs"]
mod recipes;

use p12_keystore::{Certificate, KeyStore, KeyStoreEntry, PrivateKey, PrivateKeyChain};
use recipes::{PASSWORD, authority, file, id, leaf, secret, store, typed};
use stackseal::forge::{Kept, Progress, Source, System, forge};
use stackseal::plan::{Origin, Plan};
use stackseal::values::KeyKind;

const EC: KeyKind = KeyKind::EcP256;
const RSA: KeyKind = KeyKind::Rsa2048;
const NODES: usize = 1000;

/// Run with `cargo test --release --test forge_cost -- --ignored --nocapture`: forging must cost no more than
/// the key generations and store derivations that it cannot do without, on the same processors.
#[test]
#[ignore = "takes a minute"]
fn a_thousand_nodes_cost_their_keys_and_stores() {
    // `rsa` takes minutes; what forging adds shows better beside quick keys.
    let (kind, above) = match std::env::var("STACKSEAL_BENCH").as_deref() {
        Ok("rsa") => (RSA, KeyKind::Rsa3072),
        _ => (EC, EC),
    };
    let mut plan = Plan::default();
    plan.identities.push(authority("ca", "CN=ca", above));
    secret(&mut plan, "typed", Origin::Typed);
    for node in 0..NODES {
        let name = format!("node-{node}");
        plan.identities.push(leaf(&name, &format!("CN={name}"), kind, "ca"));
        plan.push_file(file(&format!("{name}.p12"), store(&name, "ca", Some("typed"))));
    }
    let progress = Progress::new();
    let (start, used) = (std::time::Instant::now(), cpu_ticks());
    let bundle = forge(&plan, &|step| step, &typed(), &Kept::default(), &System, &progress).unwrap();
    let (forged, forged_ticks) = (start.elapsed(), cpu_ticks() - used);
    let ca = Certificate::from_der(&bundle.certificates[&id("ca")].der).unwrap();
    let node = Certificate::from_der(&bundle.certificates[&id("node-0")].der).unwrap();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let (start, used) = (std::time::Instant::now(), cpu_ticks());
    System.key(&id("ca"), above).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().unwrap().get() {
            scope.spawn(|| {
                while next.fetch_add(1, std::sync::atomic::Ordering::Relaxed) < NODES {
                    let pair = System.key(&id("x"), kind).unwrap();
                    let key = PrivateKey::from_der(pair.pkcs8()).unwrap();
                    let chain = PrivateKeyChain::new("1", key, [node.clone()]);
                    let mut store = KeyStore::new();
                    store.add_entry("http", KeyStoreEntry::PrivateKeyChain(chain));
                    store.add_entry("ca", KeyStoreEntry::Certificate(ca.clone()));
                    store.writer(PASSWORD).write().unwrap();
                }
            });
        }
    });
    let (bare, bare_ticks) = (start.elapsed(), cpu_ticks() - used);
    println!("forged {forged:?}, bare {bare:?}, ratio {:.3}", forged.as_secs_f64() / bare.as_secs_f64());
    println!("processor ticks {forged_ticks} and {bare_ticks}, ratio {:.3}", forged_ticks / bare_ticks);
}

/// Processor time of this process, which other work on the machine does not change; 0 where there is
/// no `/proc`.
fn cpu_ticks() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum()
}
