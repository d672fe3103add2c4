//! What an operator types for the whole standard stack: benches/typing.md counts it, README.md shows the sums.
//! Counted here in the wizard and in its plan.

mod robot;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use robot::Robot;
use stackseal::plan::Task;

fn page(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The rows of the first table below a heading, its head first; cells trimmed.
fn table(text: &str, heading: &str) -> Vec<Vec<String>> {
    let (_, rest) = text.split_once(&format!("\n## {heading}\n")).unwrap_or_else(|| panic!("no {heading}"));
    let lines =
        rest.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
    let mut rows: Vec<Vec<String>> = lines.map(cells).collect();
    rows.remove(1);
    rows
}

/// `7`, `3 × 7`, or nothing.
fn number(cell: &str) -> usize {
    let part = |part: &str| part.trim().parse::<usize>().unwrap_or_else(|_| panic!("{cell:?} is no number"));
    if cell.is_empty() { 0 } else { cell.split('×').map(part).product() }
}

fn sum<'a>(rows: &'a [Vec<String>], column: &str) -> usize {
    let at = rows[0].iter().position(|head| head == column).unwrap_or_else(|| panic!("no column {column}"));
    let cell = |row: &'a Vec<String>| row.get(at).unwrap_or_else(|| panic!("{row:?} is short"));
    rows[1..].iter().map(|row| number(cell(row))).sum()
}

/// Lines that are typed, on every host that they are for.
fn commands(task: &Task) -> usize {
    task.actions
        .iter()
        .map(|action| {
            let lines = action.commands.iter().flat_map(|command| command.lines());
            let hosts = action.hosts.split(", ").count();
            lines.filter(|line| !line.starts_with('#')).count() * hosts
        })
        .sum()
}

#[test]
fn the_tasks_are_those_of_the_plan() {
    let text = page("benches/typing.md");
    let rows = table(&text, "With stackseal");
    let mut counted: BTreeMap<&str, usize> =
        rows[2..].iter().map(|row| (row[0].as_str(), number(&row[1]))).collect();
    assert_eq!(rows[1], ["the start of the wizard", "1"]);
    let (_, left) = text.split_once("what already runs: ").unwrap();
    let left: Vec<&str> = left.trim().trim_end_matches('.').split(", ").collect();
    let robot = Robot::whole_stack();
    for task in robot.model.session.plan().tasks.iter().filter(|task| commands(task) > 0) {
        match counted.remove(task.id) {
            Some(number) => assert_eq!(number, commands(task), "{}", task.id),
            None => assert!(left.contains(&task.id), "{} is neither counted nor left out", task.id),
        }
    }
    assert!(counted.is_empty(), "not in the plan: {counted:?}");
}

/// What is counted as typed is all there is: no call and no request waits for the operator.
#[test]
fn nothing_else_waits_for_the_operator() {
    let robot = Robot::whole_stack();
    let plan = robot.model.session.plan();
    assert!(plan.is_sound() && plan.awaited.is_empty());
    assert!(plan.filed.iter().any(|call| format!("{call:?}").contains("metricbeat_writer")));
    assert!(!plan.calls.iter().any(|call| format!("{call:?}").contains("metricbeat_")), "{:?}", plan.calls);
}

#[test]
fn the_sums_of_the_readme_are_those_of_the_rows() {
    let readme = table(&page("README.md"), "What one types");
    let text = page("benches/typing.md");
    let documents = table(&text, "By the documents");
    let robot = Robot::whole_stack();
    let typed = |column| (sum(&documents, column), 0);
    // The paste is a key too.
    let keys = (0, robot.pressed + 1);
    let commands = (sum(&documents, "commands"), sum(&table(&text, "With stackseal"), "commands"));
    let expected = [
        ("commands in a shell", commands),
        ("answers to prompts", typed("answers")),
        ("settings in files", typed("lines")),
        ("fields in Kibana", typed("fields")),
        ("keys in the wizard", keys),
    ];
    assert_eq!(readme.len(), expected.len() + 1);
    for (row, (what, (documents, here))) in readme[1..].iter().zip(expected) {
        assert_eq!(row[0], what);
        assert_eq!((number(&row[1]), number(&row[2])), (documents, here), "{what}");
    }
}
