mod robot;
use robot::Robot;
#[test]
fn look() {
    let (w,h): (u16,u16) = match std::env::var("SIZE").as_deref() { Ok("big") => (120,40), _ => (80,24) };
    let mut r = Robot::start();
    println!("{}", r.screen(w,h));
    let mut r = Robot::pasted();
    for tab in ["Overview","Transport","HTTPS","Kibana→ES","Review"] {
        r.go(tab);
        println!("{}", r.screen(w,h));
        println!("{}", "=".repeat(w.into()));
    }
}
