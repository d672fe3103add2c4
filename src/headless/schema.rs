//! `schema`: the JSON Schema of session files, made from the field table.

use std::io::Write;

use serde_json::{Map, Value as Json, json};

use super::{Error, Outcome};
use crate::steps::{Choice, HostField, HostKind, Kind, STEPS};

pub fn print(out: &mut impl Write) -> Result<Outcome, Error> {
    writeln!(out, "{:#}", schema())?;
    Ok(Outcome::Done)
}

/// Draft 2020-12.
fn schema() -> Json {
    let steps: Map<String, Json> = STEPS
        .iter()
        .map(|step| {
            let fields = step.fields.iter().filter_map(|field| {
                let mut schema = of_kind(&field.kind)?;
                schema["title"] = json!(field.label);
                schema["description"] = json!(field.help);
                Some((field.key().to_owned(), schema))
            });
            (step.id.to_owned(), object(fields.collect()))
        })
        .collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A session of stackseal",
        "type": "object",
        "required": ["version"],
        "additionalProperties": false,
        "properties": {
            "version": { "const": 1 },
            "answers": object(steps),
            "progress": {
                "type": "object",
                "description": "How far the session has come; written by stackseal.",
                "additionalProperties": false,
                "properties": {
                    "run": { "type": "string", "pattern": "^[0-9a-f]{6}$" },
                    "last_step": { "type": "string" },
                    "saved": { "type": "string", "format": "date-time" },
                    "visited": { "type": "array", "items": { "type": "string" } },
                    "written": object(Map::from_iter([
                        ("folder".to_owned(), json!({ "type": "string" })),
                        ("at".to_owned(), json!({ "type": "string", "format": "date-time" })),
                    ])),
                    "awaited": {
                        "type": "array",
                        "description": "Certificate requests of that output that are away.",
                        "items": object(Map::from_iter(
                            ["identity", "request", "certificate", "to"]
                                .map(|key| (key.to_owned(), json!({ "type": "string" }))),
                        )),
                    },
                },
            },
        },
    })
}

/// `None` for what is never saved.
fn of_kind(kind: &Kind) -> Option<Json> {
    Some(match kind {
        Kind::Choice(pick) | Kind::Password(pick) => words(pick.options),
        Kind::Flag(_) => json!({ "type": "boolean" }),
        Kind::Hosts(_, columns) => json!({ "type": "array", "items": row(columns) }),
        Kind::List(_) => texts(),
        Kind::Secret => return None,
        Kind::Text(_) => text(),
    })
}

fn row(columns: &[HostField]) -> Json {
    let fields = columns.iter().map(|column| {
        let mut schema = match &column.kind {
            HostKind::Choice { options, .. } => words(options),
            HostKind::Flag(..) => json!({ "type": "boolean" }),
            HostKind::List(..) => texts(),
            HostKind::Text(..) => text(),
        };
        schema["description"] = json!(column.help);
        (column.id.to_owned(), schema)
    });
    let mut row = object(fields.collect());
    row["required"] = json!(["name"]);
    row
}

fn words(options: &[Choice]) -> Json {
    json!({ "enum": options.iter().map(|option| option.word).collect::<Vec<_>>() })
}

/// Whole numbers are taken as texts, but not fractions: the version 9.10 would read as 9.1.
fn text() -> Json {
    json!({ "type": ["string", "integer"] })
}

/// One text stands for a list of one.
fn texts() -> Json {
    json!({ "type": ["array", "string"], "items": { "type": "string" } })
}

fn object(properties: Map<String, Json>) -> Json {
    json!({ "type": "object", "additionalProperties": false, "properties": Json::Object(properties) })
}
