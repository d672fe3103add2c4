//! Review: the tree, tasks or issues on the left; what the chosen one holds on the right.

use ratatui::layout::Rect;

use super::issues;
use super::paint::Paint;
use super::runbook;
use crate::plan::{Content, FileSpec};
use crate::sitting::text::{apart, count, fold, fold_prose, squeeze, squeeze_end, width, wrap};
use crate::sitting::work::Work;
use crate::tui::layout::Areas;
use crate::tui::model::Model;
use crate::tui::review::View;
use crate::tui::theme::Role;

pub fn draw(model: &Model, paint: &mut Paint<'_>, areas: &Areas) {
    let left = areas.left;
    if left.width >= 10 {
        views(model, paint, left);
        let body = Rect { y: left.y + 2, height: left.height.saturating_sub(2), ..left };
        match model.review.view {
            View::Files => tree(model, paint, body),
            View::Tasks => titles(model, paint, body),
            View::Issues => issues::list(model, paint, body, failed(model)),
        }
    }
    match model.review.view {
        View::Files
            if matches!(model.making.work, Work::Forging(_) | Work::Failed(_) | Work::Lost(_))
                && (failed(model) || model.review.tree.at == 0 || model.review.path().is_none()) =>
        {
            forging(model, paint, areas.right);
        }
        View::Files => file(model, paint, areas.right),
        View::Tasks => {
            let task = model.session.plan().tasks.get(model.review.tasks.at);
            let lines = task.map(|task| runbook::task_lines(task, usize::from(areas.right.width) - 2));
            let (lines, rows) = (lines.unwrap_or_default(), usize::from(areas.right.height));
            runbook::lines(paint, &lines, areas.right, model.review.top);
            if lines.len() > model.review.top + rows {
                paint.right(areas.right, rows.saturating_sub(1), "↓", Role::Accent);
            }
        }
        View::Issues => issues::one(model, paint, areas.right),
    }
    help(model, paint, areas.help);
}

fn title(model: &Model, view: View) -> String {
    let plan = model.session.plan();
    match view {
        View::Files => format!("Files {}", plan.files.len()),
        View::Tasks => format!("Tasks {}", plan.tasks.len()),
        View::Issues => format!("Issues {}", plan.issues.len() + usize::from(failed(model))),
    }
}

/// The answers are sound, and yet nothing can be written.
fn failed(model: &Model) -> bool {
    matches!(model.making.work, Work::Failed(_) | Work::Lost(_))
}

fn views(model: &Model, paint: &mut Paint<'_>, area: Rect) {
    let mut x = 1;
    for view in View::ALL {
        let role = if view == model.review.view {
            Role::Selected
        } else if view == View::Issues && (failed(model) || model.session.plan().errors() > 0) {
            Role::Bad
        } else {
            Role::Text
        };
        x += paint.put(area, x, 0, &title(model, view), role) + 3;
    }
}

/// The list under a column, for the mouse.
pub fn view_at(model: &Model, column: u16) -> Option<View> {
    let mut x = 1;
    View::ALL.into_iter().find(|view| {
        let from = x;
        x += width(&title(model, *view)) + 3;
        (from..x).contains(&usize::from(column))
    })
}

fn tree(model: &Model, paint: &mut Paint<'_>, area: Rect) {
    let (plan, tree) = (model.session.plan(), &model.review.tree);
    let room = usize::from(area.width).saturating_sub(3);
    for (y, (node, open)) in tree.rows().skip(tree.top).take(usize::from(area.height)).enumerate() {
        let selected = tree.top + y == tree.at;
        if selected {
            paint.put(area, 0, y, "▌", Role::Focus);
        }
        let indent = " ".repeat(1 + node.depth * 2);
        let (name, behind) = match node.file.and_then(|index| plan.files.get(index)) {
            None => {
                let mark = if open { "▾" } else { "▸" };
                (format!("{mark} {}", node.name), if open { String::new() } else { node.count.to_string() })
            }
            Some(file) => (format!("  {}", node.name), behind(model, file, area.width > 44)),
        };
        let line = apart(
            &format!(
                "{indent}{}",
                squeeze_end(&name, room.saturating_sub(width(&behind) + 2 + width(&indent)))
            ),
            &behind,
            room,
        );
        let role = match node.file {
            _ if selected => Role::Focus,
            None => Role::Heading,
            Some(_) => Role::Text,
        };
        paint.put(area, 1, y, &line, role);
    }
}

/// Mode, and size once it is known and there is room for it.
fn behind(model: &Model, file: &FileSpec, wide: bool) -> String {
    let (path, mode, secret) = (file.path.as_str(), file.mode(), is_secret(file));
    if !wide {
        return mode.to_string();
    }
    let made = model.making.work.made().and_then(|made| made.files.iter().find(|file| file.path == path));
    let size = made.map(|made| if secret { String::new() } else { size(made.size) });
    size.map_or_else(|| mode.to_string(), |size| format!("{mode} {size:>7}"))
}

/// The size of such a file is the length of its secret, and is not told.
fn is_secret(file: &FileSpec) -> bool {
    matches!(file.content.kind(), "secret" | "bearer token") || file.path.as_str().ends_with(".password")
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1000 => format!("{bytes} B"),
        1000..100_000 => format!("{}.{} KB", bytes / 1000, bytes % 1000 / 100),
        _ => format!("{} KB", bytes / 1000),
    }
}

fn file(model: &Model, paint: &mut Paint<'_>, area: Rect) {
    let plan = model.session.plan();
    let room = usize::from(area.width).saturating_sub(2);
    let Some(node) = model.review.tree.current() else { return };
    let Some(file) = node.file.and_then(|index| plan.files.get(index)) else {
        paint.put(area, 1, 0, &squeeze(&format!("{}/", node.path), room), Role::Heading);
        paint.put(area, 1, 2, &format!("{} inside. → opens it.", count(node.count, "file")), Role::Dim);
        return;
    };
    let mode = file.mode().to_string();
    paint.put(
        area,
        1,
        0,
        &apart(&squeeze_end(file.path.as_str(), room.saturating_sub(6)), &mode, room),
        Role::Heading,
    );
    let owner = match &file.place {
        Some(place) => format!("there: {}", place.owner()),
        None if file.path.as_str().starts_with("hosts/") => "goes with the host's folder".into(),
        None => "stays with you".into(),
    };
    let made =
        model.making.work.made().and_then(|made| made.files.iter().find(|made| made.path == node.path));
    let kind = match made {
        Some(made) if !is_secret(file) => format!("{} {}", file.content.kind(), size(made.size)),
        _ => file.content.kind().to_owned(),
    };
    paint.put(area, 1, 1, &apart(&owner, &kind, room), Role::Dim);
    let body = Rect { y: area.y + 3, height: area.height.saturating_sub(3), ..area };
    let Some((_, lines)) = &model.review.content else { return };
    let fold = if matches!(file.content, Content::Text(_)) { fold_prose } else { fold };
    let shown = lines.iter().skip(model.review.top).take(usize::from(body.height));
    let folded = shown.flat_map(|line| fold(line, room));
    let rows = usize::from(body.height);
    let folded: Vec<String> = folded.take(rows + 1).collect();
    if folded.len() > rows || lines.len() > model.review.top + rows {
        paint.right(body, rows.saturating_sub(1), "↓", Role::Accent);
    }
    for (y, line) in folded.iter().take(rows).enumerate() {
        let role = if line.starts_with('#') { Role::Dim } else { Role::Text };
        paint.put(body, 1, y, line, role);
    }
}

/// While keys are made, and when that failed.
fn forging(model: &Model, paint: &mut Paint<'_>, area: Rect) {
    let room = usize::from(area.width).saturating_sub(4);
    match &model.making.work {
        Work::Forging(run) => {
            paint.put(area, 2, 1, "Making keys and certificates", Role::Heading);
            let (done, total) = (run.gauge.done, run.gauge.total.max(1));
            let bar = room.saturating_sub(8).min(40);
            let filled = bar * usize::try_from(done).unwrap_or(0) / usize::try_from(total).unwrap_or(1);
            let gauge = format!("{}{}", "█".repeat(filled.min(bar)), "░".repeat(bar - filled.min(bar)));
            paint.put(area, 2, 3, &format!("{gauge} {:>3} %", done * 100 / total), Role::Accent);
            paint.put(area, 2, 5, &squeeze(&run.gauge.item, room), Role::Text);
            paint.put(area, 2, 6, &run.left(model.now).unwrap_or_default(), Role::Dim);
            let text = "Nothing is on disk yet. Any change of an answer starts this again. Esc stops it.";
            for (y, line) in wrap(text, room).iter().enumerate() {
                paint.put(area, 2, 8 + y, line, Role::Dim);
            }
        }
        Work::Failed(why) | Work::Lost(why) => {
            paint.put(area, 2, 1, "No keys were made", Role::Bad);
            let mut y = 3;
            for line in wrap(why, room) {
                paint.put(area, 2, y, &line, Role::Text);
                y += 1;
            }
            let next = if matches!(model.making.work, Work::Lost(_)) {
                "w shows the ways out."
            } else {
                "w starts again."
            };
            paint.put(area, 2, y + 1, next, Role::Heading);
        }
        _ => {}
    }
}

fn titles(model: &Model, paint: &mut Paint<'_>, area: Rect) {
    let tasks = &model.session.plan().tasks;
    let rows = usize::from(area.height);
    let top = (model.review.tasks.at + 1).saturating_sub(rows);
    for (y, (index, task)) in tasks.iter().enumerate().skip(top).take(rows).enumerate() {
        let selected = index == model.review.tasks.at;
        if selected {
            paint.put(area, 0, y, "▌", Role::Focus);
        }
        let role = if selected { Role::Focus } else { Role::Text };
        let room = usize::from(area.width).saturating_sub(6);
        paint.put(
            area,
            1,
            y,
            &format!("{:>2}  {}", index + 1, crate::sitting::text::cut(&task.title, room)),
            role,
        );
        paint.spot(area, y, index);
    }
}

/// One line: where these bytes come from.
fn help(model: &Model, paint: &mut Paint<'_>, area: Rect) {
    if let Some(line) = &model.review.search {
        let (text, cursor) = line.window(usize::from(area.width).saturating_sub(10));
        paint.puts(area, 1, 0, &[("Find  ", Role::Heading), (&text, Role::Text)]);
        paint.cursor(area, 7 + cursor, 0);
        return;
    }
    let text = match (&model.making.work, model.review.view) {
        (_, View::Issues) => "Issues with ! stop the write; those with · are for you to weigh.".to_owned(),
        (_, View::Tasks) => "What is done once the files are written, in this order.".to_owned(),
        (Work::Forging(run), _) => match run.left(model.now) {
            Some(left) => format!("Making keys and certificates: {left}. Esc stops it."),
            None => "Making keys and certificates. Nothing is on disk yet. Esc stops it.".to_owned(),
        },
        (Work::Failed(_), _) => "No keys were made, so nothing can be written; w starts again.".to_owned(),
        (Work::Lost(_), _) => {
            "No keys were made, so nothing can be written; w shows the ways out.".to_owned()
        }
        (Work::Forged(_) | Work::Writing(..), _) => {
            "Read back from the very bytes that will be written.".to_owned()
        }
        (Work::Written(..), _) => "Read back from the very bytes that were written.".to_owned(),
        (Work::Idle, _) if model.session.read_only.is_some() => {
            "Drawn from the plan; keys are made where the session can be changed.".to_owned()
        }
        (Work::Idle, _) => "Drawn from the plan; keys are made once no issue stands in the way.".to_owned(),
    };
    paint.put(area, 1, 0, &text, Role::Text);
}
