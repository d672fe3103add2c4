//! `plan` and `show`: what a session would write, without making a key.

use std::io::Write;

use serde_json::{Value as Json, json};

use super::cli::{Format, PlanArgs, ShowArgs};
use super::{Error, Outcome, draft_with_secrets, load};
use crate::plan::{FileSpec, Issue, Issuer, Plan, Product, Task, Unknown, Value, Weight, preview};
use crate::steps::heading;

pub fn print(args: &PlanArgs, out: &mut impl Write) -> Result<Outcome, Error> {
    let session = load(&args.session)?;
    let (plan, _) = draft_with_secrets(&session, args.secrets.as_deref(), None)?;
    match args.format {
        Format::Json => writeln!(out, "{:#}", to_json(&plan))?,
        Format::Text => print_text(&plan, out)?,
    }
    Ok(if plan.is_sound() { Outcome::Done } else { Outcome::Issues })
}

pub fn show(args: &ShowArgs, out: &mut impl Write) -> Result<Outcome, Error> {
    let session = load(&args.session)?;
    let (plan, _) = draft_with_secrets(&session, None, None)?;
    let wanted = args.file.trim_start_matches("./");
    let Some(file) = plan.files.iter().find(|file| file.path.as_str() == wanted) else {
        let ends: Vec<&str> = plan
            .files
            .iter()
            .map(|f| f.path.as_str())
            .filter(|path| path.ends_with(wanted))
            .take(5)
            .collect();
        let hint = if ends.is_empty() {
            "stackseal plan lists all".to_owned()
        } else {
            format!("did you mean {}?", ends.join(" or "))
        };
        return Err(Error::Usage(format!("this session writes no {wanted}; {hint}")));
    };
    out.write_all(preview(&plan, file, &Unknown, &heading).as_bytes())?;
    Ok(Outcome::Done)
}

/// `issues` as lines, errors first.
pub fn print_issues(issues: &[Issue], out: &mut impl Write) -> Result<(), Error> {
    let mut issues: Vec<&Issue> = issues.iter().collect();
    issues.sort_by_key(|issue| issue.code.weight);
    for issue in issues {
        let weight = if issue.code.weight == Weight::Error { "error " } else { "advice" };
        writeln!(out, "  {weight}  {issue}")?;
    }
    Ok(())
}

fn print_text(plan: &Plan, out: &mut impl Write) -> Result<(), Error> {
    writeln!(out, "Files ({})", plan.files.len())?;
    for file in &plan.files {
        let owner = file.place.as_ref().map_or("", |place| place.owner());
        writeln!(out, "  {}  {owner:20}  {}  {}", file.mode(), file.path, file.content.kind())?;
    }
    writeln!(out, "\nChannels")?;
    for channel in &plan.channels {
        writeln!(
            out,
            "  {:24} {:5} {:5} {:10} {}",
            channel.link.title(),
            channel.scheme(),
            channel.port,
            channel.protection.to_string(),
            channel.note
        )?;
        for line in channel.proof_lines(plan, &|span| format!("{span} from the write")) {
            writeln!(out, "      {line}")?;
        }
    }
    writeln!(out, "\nTasks ({})", plan.tasks.len())?;
    for (index, task) in plan.tasks.iter().enumerate() {
        writeln!(out, "  {:2}  {}", index + 1, task.title)?;
    }
    writeln!(out, "\nIssues ({})", plan.issues.len())?;
    print_issues(&plan.issues, out)
}

fn to_json(plan: &Plan) -> Json {
    json!({
        "files": plan.files.iter().map(file_json).collect::<Vec<_>>(),
        "identities": plan.identities.iter().map(|identity| json!({
            "id": identity.id.as_str(),
            "subject": identity.subject.to_string(),
            "dns": identity.sans.dns().iter().map(ToString::to_string).collect::<Vec<_>>(),
            "ip": identity.sans.ip().iter().map(ToString::to_string).collect::<Vec<_>>(),
            "validity": identity.span.to_string(),
            "key": identity.key.to_string(),
            "issuer": match &identity.issuer {
                Issuer::Itself => Json::Null,
                Issuer::Other(id) => json!(id.as_str()),
                Issuer::Outside => json!("outside"),
            },
        })).collect::<Vec<_>>(),
        "settings": plan.configs.iter().map(|config| json!({
            "host": config.place.host.as_str(),
            "product": config.place.product.word(),
            "folder": &*config.place.folder,
            "settings": config.lines().iter().map(|line| (line.key.to_string(), value_json(&line.value))).collect::<serde_json::Map<_, _>>(),
        })).collect::<Vec<_>>(),
        "channels": plan.channels.iter().map(|channel| json!({
            "channel": channel.link.title(),
            "port": channel.port,
            "scheme": channel.scheme(),
            "proofs": channel.proof_lines(plan, &|span| span.to_string()),
            "protection": channel.protection.to_string(),
            "note": channel.note,
        })).collect::<Vec<_>>(),
        "tasks": plan.tasks.iter().map(task_json).collect::<Vec<_>>(),
        "issues": plan.issues.iter().map(|issue| json!({
            "code": issue.code.name,
            "weight": if issue.code.weight == Weight::Error { "error" } else { "advice" },
            "field": issue.field,
            "message": issue.message,
        })).collect::<Vec<_>>(),
    })
}

fn file_json(file: &FileSpec) -> Json {
    json!({
        "path": file.path.as_str(),
        "kind": file.content.kind(),
        "mode": file.mode().to_string(),
        "owner": file.place.as_ref().map(|place| place.owner()),
        "step": file.by,
    })
}

fn task_json(task: &Task) -> Json {
    json!({
        "id": task.id,
        "title": task.title,
        "why": task.why,
        "actions": task.actions.iter().map(|action| json!({
            "product": action.product.map(Product::word),
            "kind": action.kind.map(|kind| kind.to_string()),
            "hosts": action.hosts,
            "commands": action.commands,
        })).collect::<Vec<_>>(),
        "check": { "command": task.check.command, "expect": task.check.expect, "there": task.check.there },
    })
}

fn value_json(value: &Value) -> Json {
    match value {
        Value::Bool(value) => json!(value),
        Value::Int(value) => json!(value),
        Value::List(items) => json!(**items),
        Value::Text(value) => json!(value),
    }
}
