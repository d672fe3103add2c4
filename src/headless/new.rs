//! `new`: a session to begin with, every question explained, made from the field table.

use std::io::Write;

use super::{Error, Outcome};
use crate::forge::Source;
use crate::steps::{Answers, Kind, STEPS};
use crate::store::Session;

pub fn print(out: &mut impl Write, source: &dyn Source) -> Result<Outcome, Error> {
    let session = Session::new(Answers::default(), source)?;
    writeln!(
        out,
        "# A session of stackseal. Everything that has a default may be left out.\n\
         # stackseal plan FILE shows what it would write; stackseal write FILE writes it.\n\
         version: 1\nanswers:"
    )?;
    for step in STEPS {
        writeln!(out, "\n  # {}\n  {}:", step.title, step.id)?;
        for field in step.fields {
            let Some(value) = default_of(&field.kind, &session.answers) else { continue };
            writeln!(out)?;
            for line in field.help.lines() {
                writeln!(out, "    # {line}")?;
            }
            if let Kind::Choice(pick) | Kind::Password(pick) = &field.kind {
                let words: Vec<&str> = pick.options.iter().map(|option| option.word).collect();
                writeln!(out, "    # one of: {}", words.join(", "))?;
            }
            if let Kind::Hosts(_, columns) = &field.kind {
                for column in *columns {
                    let help = column.help.replace('\n', "\n    #     ");
                    writeln!(out, "    #   {}: {help}", column.id)?;
                }
                writeln!(out, "    {}:{}", field.key(), example_rows(field.key()))?;
            } else {
                writeln!(out, "    {}: {value}", field.key())?;
            }
        }
    }
    writeln!(
        out,
        "\nprogress:\n  # unique to this session, in the names of its authorities\n  run: \"{}\"",
        session.run()
    )?;
    Ok(Outcome::Done)
}

/// The default as YAML; `None` for what is never saved.
fn default_of(kind: &Kind, answers: &Answers) -> Option<String> {
    Some(match kind {
        Kind::Choice(pick) | Kind::Password(pick) => pick.options.get((pick.get)(answers))?.word.to_owned(),
        Kind::Flag(lens) => (lens.get)(answers).to_string(),
        Kind::Hosts(..) | Kind::List(_) => "[]".to_owned(),
        Kind::Secret => return None,
        Kind::Text(lens) => format!("{:?}", (lens.get)(answers)),
    })
}

fn example_rows(key: &str) -> &'static str {
    if key == "metricbeat" {
        " []"
    } else if key == "kibana" {
        "\n      - { name: kibana-1, dns: [kibana-1.corp.example], ip: [10.0.0.21] }"
    } else {
        "\n      - { name: es-1, dns: [es-1.corp.example], ip: [10.0.0.11] }\
         \n      - { name: es-2, dns: [es-2.corp.example], ip: [10.0.0.12] }\
         \n      - { name: es-3, dns: [es-3.corp.example], ip: [10.0.0.13] }"
    }
}
