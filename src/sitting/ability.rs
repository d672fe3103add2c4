//! What the terminal can be trusted to show: colours, and characters beyond ASCII.
//! Asks only the environment it is given, never the terminal, which may not answer.

/// Looks up an environment variable.
type Env<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Whether to use colours: the command line, then `NO_COLOR` (no-color.org: not empty), then
/// `CLICOLOR_FORCE` and `CLICOLOR` (bixense.com/clicolors), then the terminal itself.
/// Bold, reverse and underline are not colours and always stay.
#[must_use]
pub fn color_wanted(flag: Option<bool>, env: Env<'_>, is_tty: bool) -> bool {
    let set = |name| env(name).filter(|value| !value.is_empty());
    if let Some(flag) = flag {
        flag
    } else if set("NO_COLOR").is_some() {
        false
    } else if set("CLICOLOR_FORCE").is_some_and(|value| value != "0") {
        true
    } else if set("CLICOLOR").is_some_and(|value| value == "0") || is_dumb(env) {
        false
    } else {
        is_tty
    }
}

/// Whether characters beyond ASCII will show. The Linux console has too few glyphs. A locale
/// that nobody set says nothing about the terminal (containers, ssh), so only one that is set
/// to something else than UTF-8 counts against it.
#[must_use]
pub fn unicode_wanted(flag: Option<bool>, env: Env<'_>) -> bool {
    if let Some(flag) = flag {
        return flag;
    }
    if is_dumb(env) || env("TERM").as_deref() == Some("linux") {
        return false;
    }
    // POSIX: the first of these that is set and not empty decides about characters.
    ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| env(name).filter(|value| !value.is_empty()))
        .is_none_or(|locale| {
            let locale = locale.to_ascii_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        })
}

/// Whether a cursor can be put anywhere. A terminal that nobody named is taken at its word only where
/// systems name none (Windows).
#[must_use]
pub fn has_cursor(env: Env<'_>) -> bool {
    match env("TERM").filter(|term| !term.is_empty()) {
        Some(term) => !WITHOUT_CURSOR.contains(&term.as_str()),
        None => cfg!(windows),
    }
}

/// The names of terminfo that have no cursor addressing: paper, pipes and the shells of editors.
const WITHOUT_CURSOR: &[&str] = &[
    "dialup",
    "dumb",
    "emacs",
    "glasstty",
    "lpr",
    "network",
    "plugboard",
    "printer",
    "switch",
    "tty33",
    "tty37",
    "unknown",
];

fn is_dumb(env: Env<'_>) -> bool {
    env("TERM").as_deref() == Some("dumb")
}

#[cfg(test)]
mod tests {
    use super::*;

    type Row<'a> = (Option<bool>, &'a [(&'a str, &'a str)]);

    fn lookup(vars: &[(&str, &str)], name: &str) -> Option<String> {
        vars.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
    }

    #[test]
    fn color_is_decided_in_this_order() {
        let rows: &[(Row<'_>, bool, bool)] = &[
            ((None, &[]), true, true),
            ((None, &[]), false, false),
            ((Some(true), &[("NO_COLOR", "1"), ("TERM", "dumb")]), false, true),
            ((Some(false), &[("CLICOLOR_FORCE", "1")]), true, false),
            ((None, &[("NO_COLOR", "1")]), true, false),
            ((None, &[("NO_COLOR", "0")]), true, false),
            ((None, &[("NO_COLOR", "")]), true, true),
            ((None, &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]), true, false),
            ((None, &[("CLICOLOR_FORCE", "1")]), false, true),
            ((None, &[("CLICOLOR_FORCE", "1"), ("CLICOLOR", "0")]), true, true),
            ((None, &[("CLICOLOR_FORCE", "1"), ("TERM", "dumb")]), true, true),
            ((None, &[("CLICOLOR_FORCE", "0")]), false, false),
            ((None, &[("CLICOLOR_FORCE", "0")]), true, true),
            ((None, &[("CLICOLOR_FORCE", "")]), false, false),
            ((None, &[("CLICOLOR", "0")]), true, false),
            ((None, &[("CLICOLOR", "1")]), true, true),
            ((None, &[("CLICOLOR", "1")]), false, false),
            ((None, &[("TERM", "dumb")]), true, false),
            ((None, &[("TERM", "xterm-256color")]), true, true),
        ];
        for ((flag, vars), is_tty, expected) in rows {
            let env = |name: &str| lookup(vars, name);
            let got = color_wanted(*flag, &env, *is_tty);
            assert_eq!(got, *expected, "flag {flag:?}, {vars:?}, tty {is_tty}");
        }
    }

    #[test]
    fn paper_and_unknown_terminals_have_no_cursor() {
        for (term, has) in [
            (Some("xterm"), true),
            (Some("vt100"), true),
            (Some("linux"), true),
            (Some("dumb"), false),
            (Some("unknown"), false),
            (Some("emacs"), false),
            (Some(""), cfg!(windows)),
            (None, cfg!(windows)),
        ] {
            assert_eq!(has_cursor(&|_| term.map(str::to_owned)), has, "{term:?}");
        }
    }

    #[test]
    fn unicode_is_decided_in_this_order() {
        let rows: &[(Row<'_>, bool)] = &[
            ((None, &[]), true),
            ((Some(true), &[("TERM", "linux"), ("LANG", "C")]), true),
            ((Some(false), &[("LANG", "en_GB.UTF-8")]), false),
            ((None, &[("TERM", "linux"), ("LANG", "en_GB.UTF-8")]), false),
            ((None, &[("TERM", "dumb"), ("LANG", "en_GB.UTF-8")]), false),
            ((None, &[("TERM", "xterm"), ("LANG", "en_GB.UTF-8")]), true),
            ((None, &[("LANG", "C.utf8")]), true),
            ((None, &[("LANG", "C")]), false),
            ((None, &[("LANG", "POSIX")]), false),
            ((None, &[("LANG", "de_DE.ISO-8859-1")]), false),
            ((None, &[("LANG", "")]), true),
            ((None, &[("LC_ALL", "C"), ("LANG", "en_GB.UTF-8")]), false),
            ((None, &[("LC_ALL", ""), ("LANG", "en_GB.UTF-8")]), true),
            ((None, &[("LC_CTYPE", "en_GB.UTF-8"), ("LANG", "C")]), true),
            ((None, &[("LC_ALL", "en_GB.UTF-8"), ("LC_CTYPE", "C")]), true),
        ];
        for ((flag, vars), expected) in rows {
            let env = |name: &str| lookup(vars, name);
            let got = unicode_wanted(*flag, &env);
            assert_eq!(got, *expected, "flag {flag:?}, {vars:?}");
        }
    }
}
