//! security-api/: bodies of calls and the script that sends them.

use std::fs;

use super::super::judges::Judge::{Node, Python, Shell};
use super::super::whole::{MAPPING_BODY, SCRIPT, WRITER_BODY};
use super::{Broken, row};

pub fn rows() -> Vec<Broken> {
    vec![
        row(
            "a body that is no JSON",
            |s| s.edit(WRITER_BODY, "\"roles\"", "roles"),
            &[
                (Python, "user-metricbeat_writer.json: is JSON"),
                (Node, "user-metricbeat_writer.json: a body that"),
            ],
        ),
        row(
            "a key twice in a body",
            |s| s.edit(WRITER_BODY, "\"full_name\"", "\"roles\": [\"superuser\"], \"full_name\""),
            &[(Python, "user-metricbeat_writer.json: is JSON without a key twice: a key stands twice")],
        ),
        row(
            "a password in a body",
            |s| {
                s.edit(
                    WRITER_BODY,
                    "\"full_name\"",
                    "\"password\": \"a-password-of-the-writer\", \"full_name\"",
                )
            },
            &[
                (Python, "user-metricbeat_writer.json: holds no secret: what"),
                (Node, "a password stands in it"),
            ],
        ),
        row(
            "a token in the script",
            |s| s.edit(SCRIPT, "set -eu", "set -eu # a-password-of-the-writer"),
            &[(Python, "run.sh: holds no secret")],
        ),
        row(
            "a role that nobody makes",
            |s| s.edit(WRITER_BODY, "metricbeat_writer", "metricbeat_sender"),
            &[(Node, "the role metricbeat_sender is neither made here nor in every cluster")],
        ),
        row(
            "a field that the API does not know",
            |s| s.edit(WRITER_BODY, "full_name", "fullname"),
            &[(Node, "unexpected field [fullname]")],
        ),
        row(
            "a privilege that does not exist",
            |s| s.edit("../security-api/role-metricbeat_writer.json", "create_doc", "create_docs"),
            &[(Node, "unknown index privilege [create_docs]")],
        ),
        row(
            "a rule with two words",
            |s| {
                s.edit(
                    MAPPING_BODY,
                    "{ \"field\": { \"realm.name\": \"pki1\" } }",
                    "{ \"field\": { \"realm.name\": \"pki1\" }, \"any\": [] }",
                )
            },
            &[(Node, "a rule contains multiple fields")],
        ),
        row(
            "a body that nothing sends",
            |s| s.write("../security-api/user-somebody.json", "{ \"roles\": [\"viewer\"] }"),
            &[
                (Node, "nothing sends user-somebody.json"),
                (Shell, "lists every call that has a body: user-somebody is not among"),
            ],
        ),
        row(
            "a script that only bash understands",
            |s| s.edit(SCRIPT, "for name do", "names=(a b)\nfor name do"),
            &[(Shell, "run.sh: dash takes it")],
        ),
        row(
            "a script cut short",
            |s| {
                let path = s.file(SCRIPT);
                let text = fs::read_to_string(&path).unwrap();
                fs::write(path, &text[..text.len() / 2]).unwrap();
            },
            &[(Shell, "run.sh: bash takes it"), (Node, "run.sh: every body has its call")],
        ),
    ]
}
