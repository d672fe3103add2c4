//! What `install.sh` of a host has to know, drawn from the plan's files when its text is made: no list of
//! names of its own. Knows no shell but how it quotes.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::{Config, Content, FileSpec, Place, Plan, Product, Secrecy, Value};

/// One arm of the script's `case` for each product of `host`.
pub(super) fn places(plan: &Plan, host: &str) -> String {
    let here = files_of(plan, host);
    let mut out = String::new();
    for place in on(&here) {
        push(plan, &here, place, &format!("hosts/{host}/{}/", place.product.word()), &mut out);
    }
    out.trim_end().to_owned()
}

/// The products of `host`, as it calls them.
pub(super) fn products(plan: &Plan, host: &str) -> String {
    on(&files_of(plan, host)).map(|place| place.product.word()).collect::<Vec<_>>().join(" ")
}

/// Linking put the files in order: of a thousand hosts, one is found without looking at all.
fn files_of<'a>(plan: &'a Plan, host: &str) -> Vec<&'a FileSpec> {
    let top = format!("hosts/{host}/");
    let start = plan.files.partition_point(|file| file.path.as_str() < top.as_str());
    plan.files[start..].iter().take_while(|file| file.path.as_str().starts_with(&top)).collect()
}

fn on<'a>(here: &[&'a FileSpec]) -> impl Iterator<Item = &'a Place> {
    Product::ALL.into_iter().filter_map(|product| {
        here.iter().filter_map(|file| file.place.as_deref()).find(|place| place.product == product)
    })
}

fn push(plan: &Plan, here: &[&FileSpec], place: &Place, top: &str, out: &mut String) {
    let below = |folder: &str| {
        let top = format!("{top}{folder}/");
        let files = here.iter();
        files.filter_map(move |file| Some((*file, file.path.as_str().strip_prefix(&top)?.to_owned())))
    };
    let made: BTreeSet<String> = below("config").map(|(_, path)| path).collect();
    let awaited = awaited(plan, place, &made);
    let mut files: Vec<String> =
        below("config").map(|(file, path)| format!("{} {path}", file.mode())).collect();
    // Before the rest: what refers to a file comes into place after it.
    let mode = place.mode(Secrecy::Public);
    files.splice(0..0, awaited.iter().map(|path| format!("{mode} {path}")));
    // The products' own stores hold what lies there bare.
    let mut stored: Vec<String> = below("secure-settings").map(|(_, name)| name).collect();
    for (file, _) in below("config") {
        if let Content::Keystore(keystore) = &file.content {
            stored.extend(keystore.settings.iter().map(|setting| setting.name.to_owned()));
        }
    }
    let word = place.product.word();
    let (kind, folder, owner) = (place.kind, place.host_folder(), place.owner());
    let _ = write!(
        out,
        "    {word})\n      kind={} folder={} owner={}\n      files={}\n      awaited={}\n      stored={} ;;\n",
        quoted(&kind.to_string()),
        quoted(&folder),
        quoted(owner),
        quoted(&files.join("\n")),
        quoted(&awaited.join("\n")),
        quoted(&stored.join("\n")),
    );
}

/// Files that settings name and nobody here makes: certificates that come back, CAs of others.
fn awaited(plan: &Plan, place: &Place, made: &BTreeSet<String>) -> Vec<String> {
    let mut found = BTreeSet::new();
    let configs = plan.configs.iter().filter(|config| *config.place == *place);
    for line in configs.flat_map(Config::lines) {
        match &line.value {
            Value::List(items) => found.extend(items.iter().filter_map(|item| own_file(item, place))),
            Value::Text(text) => found.extend(own_file(text, place)),
            Value::Bool(_) | Value::Int(_) => {}
        }
    }
    found.into_iter().filter(|path| !made.contains(*path)).map(str::to_owned).collect()
}

/// Elasticsearch names its certificates from its config folder on, the others by their whole path.
fn own_file<'a>(text: &'a str, place: &Place) -> Option<&'a str> {
    let whole = text.strip_prefix(&*place.folder).and_then(|rest| rest.strip_prefix('/'));
    let path = match whole {
        None if place.product == Product::Elasticsearch => text,
        None => return None,
        Some(path) => path,
    };
    let plain = path.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._-".contains(&b));
    (path.starts_with("certs/") && plain).then_some(path)
}

/// As a POSIX shell takes it literally.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::InstallKind;

    #[test]
    fn a_shell_takes_a_quoted_text_literally() {
        assert_eq!(quoted("it's $HOME"), "'it'\\''s $HOME'");
    }

    #[test]
    fn files_are_found_in_settings_by_their_folder() {
        let host = "es-1".parse().unwrap_or_else(|e| unreachable!("{e}"));
        let (product, kind) = (Product::Kibana, InstallKind::Container);
        let kibana = Place { host, product, kind, folder: "/usr/share/kibana/config".into() };
        let elasticsearch = Place { product: Product::Elasticsearch, ..kibana.clone() };
        assert_eq!(own_file("/usr/share/kibana/config/certs/a.crt", &kibana), Some("certs/a.crt"));
        for other in ["certs/a.crt", "/usr/share/kibana/certs/a.crt", "/usr/share/kibana/config/certs/*"] {
            assert_eq!(own_file(other, &kibana), None, "{other}");
        }
        assert_eq!(own_file("certs/http.crt", &elasticsearch), Some("certs/http.crt"));
    }
}
