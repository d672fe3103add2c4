//! Every scenario drafts to the plan that its snapshot shows, or files exactly the issues that it names.

mod support;

use std::collections::BTreeSet;
use std::fmt::Write;

use stackseal::plan::{CODES, Content, Issuer, Plan, config_text};
use stackseal::steps::{self, heading};
use support::scenario::{self, Scenario};

#[test]
fn good_scenarios_are_sound() {
    let good = scenario::good();
    assert!(good.len() >= 12, "only {} good scenarios", good.len());
    for scenario in &good {
        let plan = scenario.plan();
        assert!(plan.is_sound(), "{}: {:#?}", scenario.name, plan.issues);
    }
}

#[test]
fn bad_scenarios_file_exactly_their_issues() {
    for scenario in scenario::bad() {
        assert_eq!(codes(&scenario), scenario.expected, "{}", scenario.name);
    }
}

#[test]
fn every_code_has_a_bad_scenario() {
    let shown: BTreeSet<String> =
        scenario::bad().into_iter().flat_map(|scenario| scenario.expected).collect();
    let lacking: Vec<&str> = CODES
        .iter()
        .filter(|code| code.from_answers)
        .map(|code| code.name)
        .filter(|name| !shown.contains(*name))
        .collect();
    assert_eq!(lacking, [] as [&str; 0], "codes without a bad_ scenario");
}

#[test]
fn issues_name_fields_that_exist() {
    for scenario in scenario::bad() {
        for issue in scenario.plan().issues {
            let field = steps::field(&issue.field);
            assert!(field.is_some(), "{}: {} is no field", scenario.name, issue.field);
        }
    }
}

#[test]
fn a_bad_answer_keeps_the_plans_shape() {
    for scenario in scenario::bad().iter().filter(|s| s.name != "bad_no_elasticsearch") {
        let plan = scenario.plan();
        for ending in ["elasticsearch.yml", "transport.p12", "elastic-stack-ca.p12", "http.p12", "README.md"]
        {
            let there = plan.files.iter().any(|file| file.path.as_str().ends_with(ending));
            let shared =
                ending == "transport.p12" && !scenario.session.answers.transport.certificate_per_node;
            // An outside CA signs PEM.
            let outside = ending == "http.p12"
                && plan.awaited.iter().any(|awaited| awaited.identity.starts_with("https."));
            assert!(there || shared || outside, "{} lost {ending}", scenario.name);
        }
    }
}

/// What is counted and shown as a host's configuration is one of its files.
#[test]
fn every_configuration_is_a_file() {
    for scenario in scenario::good().into_iter().chain(scenario::bad()) {
        let plan = scenario.plan();
        let settings = plan.files.iter().filter(|file| matches!(file.content, Content::Settings(_)));
        assert_eq!(settings.count(), plan.configs.len(), "{}", scenario.name);
    }
}

#[test]
fn the_same_answers_make_the_same_plan() {
    for scenario in scenario::good() {
        assert_eq!(plan_text(&scenario.plan(), usize::MAX), plan_text(&scenario.plan(), usize::MAX));
    }
}

#[test]
fn plans_are_as_the_snapshots_show() {
    for scenario in scenario::good() {
        // Of fifty nodes the first two show what all have.
        insta::assert_snapshot!(scenario.name.clone(), plan_text(&scenario.plan(), 4));
    }
}

fn codes(scenario: &Scenario) -> Vec<String> {
    let mut codes: Vec<String> =
        scenario.plan().issues.iter().map(|issue| issue.code.name.to_owned()).collect();
    codes.sort();
    codes
}

/// The first `most` of each group, in their order.
fn first_of_each<'a, T, G: PartialEq>(rows: &'a [T], most: usize, group: impl Fn(&'a T) -> G) -> Vec<&'a T> {
    let mut taken: Vec<(G, &T)> = Vec::new();
    for row in rows {
        let group = group(row);
        if taken.iter().filter(|(other, _)| *other == group).count() < most {
            taken.push((group, row));
        }
    }
    taken.into_iter().map(|(_, row)| row).collect()
}

/// A stable form for snapshots: at most `most` rows of each kind that grows with the hosts.
fn plan_text(plan: &Plan, most: usize) -> String {
    let mut out = String::new();
    let configs =
        first_of_each(&plan.configs, most, |config| (config.place.product, format!("{:?}", config.form)));
    let hosts: Vec<String> = configs.iter().map(|config| format!("hosts/{}/", config.place.host)).collect();
    for file in &plan.files {
        let path = file.path.as_str();
        if !path.starts_with("hosts/") || hosts.iter().any(|host| path.starts_with(host.as_str())) {
            let owner = file.place.as_ref().map_or("-", |place| place.owner());
            let _ = writeln!(out, "{} {owner} {path} ({}, {})", file.mode(), file.content.kind(), file.by);
        }
    }
    for identity in first_of_each(&plan.identities, most, |identity| identity.by) {
        let names: Vec<String> = identity.sans.dns().iter().map(ToString::to_string).collect();
        let ips: Vec<String> = identity.sans.ip().iter().map(ToString::to_string).collect();
        let issuer = match &identity.issuer {
            Issuer::Itself => "itself".to_owned(),
            Issuer::Other(id) => id.to_string(),
            Issuer::Outside => "outside".to_owned(),
        };
        let _ = writeln!(
            out,
            "{}: {} [{}] {} {} by {issuer}, {:?}",
            identity.id,
            identity.subject,
            names.into_iter().chain(ips).collect::<Vec<_>>().join(" "),
            identity.key,
            identity.span,
            identity.usages
        );
    }
    for config in configs {
        let _ = write!(out, "\n{}", config_text(config, &heading));
    }
    out.push('\n');
    for channel in &plan.channels {
        let _ = writeln!(out, "{}: {} {}", channel.link.title(), channel.protection, channel.note);
    }
    for task in &plan.tasks {
        let _ = writeln!(out, "task {}: {}", task.id, task.title);
        for action in &task.actions {
            let _ = writeln!(out, "  {}:", action.hosts);
            action.commands.iter().for_each(|command| out.push_str(&format!("    {command}\n")));
        }
    }
    for issue in &plan.issues {
        let _ = writeln!(out, "issue {issue}");
    }
    out
}
