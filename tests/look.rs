mod robot;
use robot::Robot;
#[test]
fn look() {
    let (w, h): (u16, u16) = match std::env::var("SIZE").as_deref() {
        Ok("big") => (120, 40),
        _ => (80, 24),
    };
    let script = std::env::var("SCRIPT").unwrap_or_default();
    let mut r = Robot::pasted();
    r.size(w, h);
    for part in script.split(';').filter(|s| !s.is_empty()) {
        match part.split_once('=') {
            Some(("go", t)) => {
                r.go(t);
            }
            Some(("focus", t)) => {
                r.focus(t);
            }
            Some(("keys", t)) => {
                r.keys(t);
            }
            Some(("paste", t)) => {
                r.paste(&t.replace("\\n", "\n"));
            }
            _ if part == "show" => {
                println!("{}", r.screen(w, h));
                println!("{}", "=".repeat(w.into()));
            }
            _ => panic!("{part}"),
        }
    }
}
