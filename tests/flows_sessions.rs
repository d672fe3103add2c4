//! The wizard by key scripts: sessions that are saved, left, opened again, renamed and removed.

mod robot;

use robot::{Robot, written};
use stackseal::store::Listing;
use stackseal::tui::{Cmd, Jobs, Msg, News, Opened, Session};

#[test]
fn a_save_or_a_write_that_breaks_down_holds_nobody() {
    let broken =
        || News::Failed { title: "A fault of stackseal".into(), text: "Something broke down.".into() };
    let mut robot = Robot::pasted();
    robot.saves_wait = true;
    robot.focus("overview.cluster_name").keys("x").wait(3);
    robot.tell(broken()).sees("Something broke down").keys("<Esc>");
    robot.saves_wait = false;
    robot.keys("<Ctrl-Q>");
    assert!(robot.quit.is_some(), "{}", robot.screen(80, 24));

    let mut robot = Robot::pasted();
    robot.writes_wait = true;
    robot.go("Review").keys("<F9><Enter><Ctrl-Q>").sees("as soon as the folders are written");
    robot.tell(broken());
    assert!(robot.quit.is_some() && robot.model.making.work.made().is_some());
}

#[test]
fn a_session_that_cannot_be_saved_is_not_left_unasked() {
    let mut robot = Robot::pasted();
    robot.saves_fail = true;
    robot.keys("<Ctrl-Q>").sees("not saved; Ctrl-Q again leaves");
    assert!(robot.quit.is_none());
    // It works again: nothing leaves by itself, and nobody has agreed to lose anything.
    robot.saves_fail = false;
    robot.keys("x").wait(3);
    assert!(robot.quit.is_none() && robot.saved == 1);
    robot.saves_fail = true;
    robot.keys("y<Ctrl-Q>").sees("not saved; Ctrl-Q again leaves");
    assert!(robot.quit.is_none());
    robot.keys("<Ctrl-Q>");
    assert!(robot.quit.unwrap().contains("are not saved"));
}

/// A folder that the session did not know of would get second authorities the next time.
#[test]
fn what_is_being_written_is_written_before_anybody_leaves() {
    let mut robot = Robot::pasted();
    robot.writes_wait = true;
    robot.go("Review").keys("<F9><Enter>");
    robot.keys("<Ctrl-Q>").sees("as soon as the folders are written");
    assert!(robot.quit.is_none());
    robot.tell(News::Written(written("/out", false)));
    assert!(robot.quit.unwrap().contains("41 files"));

    // An answer that changes meanwhile makes the keys old, not the folder untold.
    let mut robot = Robot::pasted();
    robot.writes_wait = true;
    robot.go("Review").keys("<F9><Enter>").go("Overview").focus("overview.cluster_name").keys("x");
    robot.tell(News::Written(written("/out", false))).sees("written, without what changed");
    assert_eq!(robot.model.session.written.as_ref().unwrap().0, "/out");
}

#[test]
fn answers_are_saved_when_nothing_is_typed_for_a_while() {
    let mut robot = Robot::pasted();
    assert_eq!(robot.saved, 0);
    assert!(robot.model.wake().is_some());
    robot.wait(3);
    assert_eq!(robot.saved, 1);
    assert_eq!(robot.model.wake(), None, "idle means no ticks at all");
    robot.keys("x").go("Transport");
    assert_eq!(robot.saved, 2, "a change of tab saves");
}

#[test]
fn a_session_that_another_wizard_holds_can_only_be_read() {
    let mut robot = Robot::pasted();
    let answers = robot.model.session.answers().clone();
    let opened = Opened {
        name: "lab".into(),
        answers: answers.clone(),
        read_only: Some("another wizard has it".into()),
        ..Opened::default()
    };
    robot.tell(News::Opened(Box::new(opened))).sees("another wizard has it").keys("<Enter>");
    robot.sees("read-only");
    assert!(!robot.screen(80, 24).contains("Alt-U undo"));
    robot.focus("overview.cluster_name").keys("x").sees("read-only");
    robot.focus("overview.elasticsearch[0]").keys("<Del>").paste("es-7 10.0.0.7").keys("<Alt-U><F9>");
    assert_eq!(robot.model.session.answers(), &answers);
    robot.keys("<Esc>");
    assert!(!robot.screen(80, 24).contains("saved"));
    robot.keys("<Ctrl-Q>");
    assert_eq!(robot.saved, 0);
    assert!(robot.quit.is_some());
}

#[test]
fn the_start_screen_opens_renames_and_asks_before_it_removes() {
    let saved = |name: &str| Listing {
        name: name.into(),
        saved: "2026-11-21T18:40:00Z".into(),
        ..Listing::default()
    };
    let mut robot = Robot::with(vec![saved("prod-eu"), saved("lab")]);
    robot.keys("<Down>r<Ctrl-U>lab-2<Enter>");
    assert!(matches!(&robot.sent[..], [Cmd::Rename { from, to }] if from == "lab" && to == "lab-2"));
    robot.keys("<Del>").sees("Remove lab").keys("<Esc><Del><Enter>");
    assert!(matches!(&robot.sent[1..], [Cmd::Remove(name)] if name == "lab"));
    robot.keys("<Up><Enter>");
    assert!(robot.is_at("Overview") && robot.model.session.name == "prod-eu");
    let mut robot = Robot::start();
    robot.keys("<Enter>");
    assert_eq!(robot.model.session.plan().configs.len(), 4);
}

#[test]
fn a_signal_saves_and_goes_even_where_saving_fails() {
    let mut robot = Robot::pasted();
    robot.tell(Msg::Terminate);
    assert_eq!((robot.saved, robot.quit.is_some()), (1, true));
    let mut robot = Robot::pasted();
    robot.saves_fail = true;
    robot.tell(Msg::Terminate);
    assert!(robot.quit.is_some());
}

#[test]
fn the_cursor_of_the_list_stays_on_its_session() {
    let saved = |name: &&str| Listing { name: (*name).into(), ..Listing::default() };
    let list = |names: &[&str]| News::Listed(names.iter().map(saved).collect());
    let mut robot = Robot::with(["prod", "lab"].iter().map(saved).collect());
    robot.keys("<Down>d<Enter>").tell(list(&["lab-copy", "prod", "lab"]));
    assert_eq!(robot.model.start.at, 2);
    robot.keys("r<Ctrl-U>first<Enter>").tell(list(&["first", "lab-copy", "prod"]));
    assert_eq!(robot.model.start.at, 0);
    robot.keys("<Down><Del><Enter>").tell(list(&["first", "prod"]));
    assert_eq!(robot.model.start.at, 1);
    robot.keys("o./inst.yml<Enter>").tell(News::Failed { title: "no".into(), text: "no".into() });
    robot.keys("<Esc>o").sees("./inst.yml");
}

#[test]
fn a_session_that_nobody_named_follows_its_cluster_and_a_rename_stays() {
    let folder = tempfile::tempdir().unwrap();
    let (out, results) = std::sync::mpsc::channel::<News>();
    let started = || {
        let library = stackseal::store::Library::at(folder.path().join("sessions"));
        Jobs::start(Some(library), std::sync::Arc::new(stackseal::forge::System), out.clone())
    };
    let jobs = started();
    let next = || results.recv_timeout(std::time::Duration::from_secs(20)).unwrap();
    let mut session = Session::default();
    let mut save = |name: &str| {
        session.edit(None, stackseal::tui::Moment::ZERO, |a| a.overview.cluster_name = name.into());
        jobs.take(session.save("overview").unwrap());
        let News::Kept { name, .. } = next() else { panic!() };
        name
    };
    jobs.take(Cmd::New);
    assert!(matches!(next(), News::Opened(_)));
    assert_eq!((save("elastic-stack"), save("prod")), ("elastic-stack".into(), "prod".into()));
    drop(jobs);
    let jobs = started();
    let list = renamed_once_free(&jobs, &next, "prod", "eu-1");
    assert_eq!(list[0].name, "eu-1");
    jobs.take(Cmd::Load("eu-1".into()));
    let News::Opened(opened) = next() else { panic!() };
    assert_eq!(opened.answers.overview.session_name, "eu-1");
    // What means to be an instances.yml is judged as one.
    let file = folder.path().join("instances.yml");
    std::fs::write(&file, "instances:\n  - name: es-1\n    ipp: [10.0.0.1]\n").unwrap();
    jobs.take(Cmd::OpenFile(file.display().to_string()));
    let News::Failed { text, .. } = next() else { panic!() };
    assert!(text.contains("ipp") && !text.contains("version"), "{text}");
}

/// The next save there would bring the old name back.
#[test]
fn what_another_wizard_has_open_is_neither_renamed_nor_removed() {
    let folder = tempfile::tempdir().unwrap();
    let started = || {
        let (out, results) = std::sync::mpsc::channel::<News>();
        let library = stackseal::store::Library::at(folder.path().join("sessions"));
        let jobs = Jobs::start(Some(library), std::sync::Arc::new(stackseal::forge::System), out);
        (jobs, move || results.recv_timeout(std::time::Duration::from_secs(20)).unwrap())
    };
    let (first, of_first) = started();
    first.take(Cmd::New);
    assert!(matches!(of_first(), News::Opened(_)));
    first.take(Session::default().save("overview").unwrap());
    let News::Kept { name, .. } = of_first() else { panic!() };
    let rename = || Cmd::Rename { from: name.clone(), to: "other".into() };
    let (second, of_second) = started();
    for cmd in [rename(), Cmd::Remove(name.clone())] {
        second.take(cmd.clone());
        let News::Failed { text, .. } = of_second() else { panic!("{cmd:?}") };
        assert!(text.contains(&name) && text.contains("close it there first"), "{text}");
    }
    drop(first);
    // What does not exist and what cannot be read is no session that somebody has open.
    second.take(Cmd::Remove("nothing".into()));
    let News::Failed { text, .. } = of_second() else { panic!() };
    assert!(text.contains("no session \"nothing\""), "{text}");
    let list = renamed_once_free(&second, &of_second, &name, "other");
    assert_eq!(list.iter().map(|row| &*row.name).collect::<Vec<_>>(), ["other"]);
    std::fs::write(folder.path().join("sessions/broken.yml"), "version: 1\nanswers: [").unwrap();
    second.take(Cmd::Load("broken".into()));
    assert!(matches!(of_second(), News::Failed { .. }));
    for name in ["broken", "other"] {
        second.take(Cmd::Remove(name.into()));
        let News::Listed(list) = of_second() else { panic!("{name}") };
        assert!(list.iter().all(|row| row.name != name));
    }
}

/// The jobs of a wizard that is gone give its session back in their own time.
fn renamed_once_free(jobs: &Jobs, next: &dyn Fn() -> News, from: &str, to: &str) -> Vec<Listing> {
    for _ in 0..500 {
        jobs.take(Cmd::Rename { from: from.into(), to: to.into() });
        match next() {
            News::Listed(list) => return list,
            News::Failed { text, .. } if text.contains("close it there first") => {
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
            _ => panic!(),
        }
    }
    panic!("{from} is still open")
}

#[test]
fn a_reopened_session_marks_its_issues_and_its_last_page_is_saved() {
    let mut robot = Robot::pasted();
    robot.go("HTTPS").focus("https.validity").keys("<Ctrl-U>0d");
    let answers = robot.model.session.answers().clone();
    let opened = || Opened { name: "lab".into(), answers: answers.clone(), ..Opened::default() };
    robot.tell(News::Opened(Box::new(opened()))).sees("HTTPS!");
    let before = robot.saved;
    robot.go("Review").keys("<Ctrl-Q>");
    assert_eq!(robot.saved, before + 1, "where one was is saved");
    let mut robot = Robot::start();
    robot.tell(News::Opened(Box::new(Opened { read_only: Some("held".into()), ..opened() }))).keys("<Esc>");
    assert!(robot.is_at("Start"));
}
