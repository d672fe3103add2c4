//! The judges judged: a sound folder pleases them all, and each broken one is refused by those who
//! must see it, for the reason that it was broken. A judge that cannot fail proves nothing.

mod support;

use support::broken;
use support::changes::{KIBANA, archive, await_certificate, kibana_stores, mutual, no_password, one_node};
use support::judges::{Judge, judge_all, judge_many};
use support::sample::Sample;
use support::whole::{awaits, beside_token, stores, whole};

#[test]
fn a_sound_folder_pleases_every_judge() {
    let Some(sample) = Sample::copy() else { return };
    judge_all(&[("sound", sample.out())]);
}

#[test]
fn an_archive_and_a_request_that_wait_please_every_judge() {
    let Some(sample) = Sample::copy() else { return };
    await_certificate(&sample, "es3-http");
    archive(&sample, 0o600);
    judge_all(&[("waiting", sample.out())]);
    for which in [Judge::Java, Judge::Node, Judge::Python, Judge::OpenSsl] {
        let verdict = judge_many(&[&sample.out()], which).remove(0);
        assert!(verdict.skipped || verdict.says("waiting es3 http"), "{verdict}");
        assert!(!verdict.says("client -> es3") && !verdict.says("kb1 -> es3"), "{verdict}");
    }
}

#[test]
fn other_sound_shapes_please_every_judge() {
    type Shape = (&'static str, fn(&Sample));
    let shapes: [Shape; 8] = [
        ("one node", one_node),
        ("no password", no_password),
        ("mutual TLS", mutual),
        ("stores for Kibana", kibana_stores),
        ("all steps", whole),
        ("certificates beside tokens", beside_token),
        ("all of Kibana in stores", stores),
        ("Kibana waits for its certificate", awaits),
    ];
    let Some(samples) = shapes.iter().map(|_| Sample::copy()).collect::<Option<Vec<_>>>() else { return };
    let named: Vec<_> = shapes
        .iter()
        .zip(&samples)
        .map(|((name, change), sample)| {
            change(sample);
            (*name, sample.out())
        })
        .collect();
    judge_all(&named);
    // Without its certificate Kibana would stand before a closed door.
    samples[2].edit(KIBANA, "elasticsearch.ssl.certificate: /etc/kibana/certs/client.crt\nelasticsearch.ssl.key: /etc/kibana/certs/client.key\n", "");
    for which in [Judge::Java, Judge::Node] {
        let verdict = judge_many(&[&samples[2].out()], which).remove(0);
        assert!(
            verdict.skipped || verdict.failures().any(|line| line.to_string().contains("es2")),
            "{verdict}"
        );
    }
}

#[test]
fn every_broken_folder_is_refused_for_its_reason() {
    broken::refuse(&broken::layers(), |_| {});
}

#[test]
fn every_broken_step_is_refused_for_its_reason() {
    broken::refuse(&broken::steps(), whole);
}
