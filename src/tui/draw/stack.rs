//! The drawing of the stack: who talks to whom, and how safe the plan makes each channel. Below it,
//! where there is room, the files of the step.

use ratatui::layout::Rect;

use super::{paint::Paint, preview};
use crate::plan::{Channel, Link, Plan, Product, Protection};
use crate::sitting::text::{count, cut, pad, squeeze, wrap};
use crate::tui::model::Model;
use crate::tui::theme::Role;
use crate::values::{Span, date_text};

/// Columns of the ways down to Elasticsearch.
const KIBANA: usize = 4;
const CLIENTS: usize = 17;
const BEATS: usize = 29;

pub fn draw(model: &Model, paint: &mut Paint<'_>, area: Rect) {
    if area.width < 10 || area.height < 4 {
        return;
    }
    paint.put(area, 1, 0, "What this plan gives", Role::Heading);
    if model.form.zoom {
        return board(model, paint, area);
    }
    let plan = model.session.plan();
    let mut y = picture(plan, paint, area);
    y = table(model, paint, area, y);
    y = summary(plan, paint, area, y);
    let rest = usize::from(area.height).saturating_sub(y + 1);
    if rest >= 6 {
        let below = u16::try_from(y + 1).unwrap_or(area.height);
        let line = Rect { y: area.y + below - 1, height: 1, ..area };
        paint.rule(line);
        let part = Rect { y: area.y + below, height: area.height.saturating_sub(below), ..area };
        preview::draw(model, paint, part);
    }
}

/// With the screen for itself: every channel with who proves what to whom, by which CA, until when; the
/// picture above where there is room for both, and scrolled where there is not even room for the rows.
fn board(model: &Model, paint: &mut Paint<'_>, area: Rect) {
    let height = usize::from(area.height);
    let rows = rows(model, usize::from(area.width).saturating_sub(8), true);
    let top = if rows.len() + PICTURE < height { picture(model.session.plan(), paint, area) } else { 1 };
    let room = height.saturating_sub(top);
    let first = model.form.board.min(rows.len().saturating_sub(room));
    for (y, row) in rows.iter().skip(first).take(room).enumerate() {
        row.draw(paint, area, top + y);
    }
}

/// The lines of the picture with all of its parts.
const PICTURE: usize = 12;

/// Returns the line below. With much to say beside little room, the picture gives way to the table.
fn picture(plan: &Plan, paint: &mut Paint<'_>, area: Rect) -> usize {
    let tall = area.height >= 18;
    let mut y = if tall { 2 } else { 1 };
    let kibana = hosts(plan, Product::Kibana);
    let beats = hosts(plan, Product::Metricbeat);
    let find = |link: Link| plan.channels.iter().find(|channel| channel.link == link);
    let clients = find(Link::ClientToElasticsearch);
    let beat = find(Link::BeatToElasticsearch).or_else(|| find(Link::BeatToMonitoring));
    let way = |paint: &mut Paint<'_>, x: usize, y: usize, channel: Option<&Channel>| {
        if let Some(channel) = channel {
            let word = channel.protection.to_string();
            paint.puts(area, x, y, &[("│ ", Role::Text), (&word, role(channel.protection))]);
        }
    };
    let straight = |paint: &mut Paint<'_>, y: usize, sign: &str| {
        paint.put(area, CLIENTS, y, sign, Role::Text);
        if !beats.is_empty() {
            paint.put(area, BEATS, y, sign, Role::Text);
        }
    };
    paint.put(area, CLIENTS - 2, y, "clients", Role::Text);
    if !beats.is_empty() {
        paint.put(area, BEATS - 2, y, &count(beats.len(), "Beat"), Role::Text);
        way(paint, BEATS, y + 1, beat);
    }
    way(paint, CLIENTS, y + 1, clients);
    if kibana.is_empty() {
        y += 2;
    } else {
        paint.put(area, KIBANA - 2, y, "browsers", Role::Text);
        way(paint, KIBANA, y + 1, find(Link::BrowserToKibana));
        paint.put(area, KIBANA, y + 2, "▼", Role::Text);
        straight(paint, y + 2, "│");
        paint.put(area, KIBANA - 2, y + 3, &names(&kibana, CLIENTS - KIBANA, " · "), Role::Heading);
        straight(paint, y + 3, "│");
        way(paint, KIBANA, y + 4, find(Link::KibanaToElasticsearch));
        straight(paint, y + 4, "│");
        paint.put(area, KIBANA, y + 5, "▼", Role::Text);
        y += 5;
    }
    straight(paint, y, "▼");
    let elasticsearch = hosts(plan, Product::Elasticsearch);
    let room = usize::from(area.width).saturating_sub(KIBANA);
    let line = if elasticsearch.is_empty() {
        "no Elasticsearch host yet".to_owned()
    } else {
        names(&elasticsearch, room, " ═ ")
    };
    paint.put(area, KIBANA - 2, y + 1, &line, Role::Heading);
    y += 2;
    if let Some(channel) = find(Link::NodeToNode).filter(|_| elasticsearch.len() > 1) {
        let word = channel.protection.to_string();
        let note = format!(", {}", channel.note);
        paint.puts(area, KIBANA, y, &[(&word, role(channel.protection)), (&note, Role::Dim)]);
        y += 1;
    }
    y + usize::from(tall)
}

/// A line of the table.
enum Row<'a> {
    Channel { channel: &'a Channel, wide: usize },
    Below(String),
}

impl Row<'_> {
    fn draw(&self, paint: &mut Paint<'_>, area: Rect, y: usize) {
        let (channel, wide) = match self {
            Self::Below(text) => {
                paint.put(area, 6, y, text, Role::Dim);
                return;
            }
            Self::Channel { channel, wide } => (channel, *wide),
        };
        let port = format!("{:<5}", channel.port);
        let scheme = if wide > 0 { format!("{:<6}", channel.scheme()) } else { String::new() };
        let title = pad(channel.link.title(), 24);
        let word = channel.protection.to_string();
        let note = if channel.note.is_empty() { String::new() } else { format!("  {}", channel.note) };
        let note = cut(&note, wide.saturating_sub(35 + word.len()));
        paint.puts(
            area,
            1,
            y,
            &[
                (&port, Role::Dim),
                (&scheme, Role::Dim),
                (&title, Role::Text),
                (&word, role(channel.protection)),
                (&note, Role::Dim),
            ],
        );
    }
}

/// Each channel, with its proofs below it where `proofs` says so; `room` is for the text behind the port.
fn rows(model: &Model, room: usize, proofs: bool) -> Vec<Row<'_>> {
    let plan = model.session.plan();
    let wide = if room >= 50 { room } else { 0 };
    let until = |span: Span| date_text(span.after(model.today));
    let mut rows = Vec::new();
    for channel in &plan.channels {
        rows.push(Row::Channel { channel, wide });
        if proofs {
            let note = (wide == 0 && !channel.note.is_empty()).then(|| channel.note.clone());
            let below = channel.proof_lines(plan, &until).into_iter().chain(note);
            rows.extend(below.map(|line| Row::Below(squeeze(&line, room))));
        }
    }
    rows
}

/// The channels as far as there is room: with who proves what, else one line each, else those that the
/// picture does not show.
fn table(model: &Model, paint: &mut Paint<'_>, area: Rect, y: usize) -> usize {
    let room = usize::from(area.width).saturating_sub(8);
    let left = usize::from(area.height).saturating_sub(y + 2);
    let mut shown = rows(model, room, true);
    if shown.len() > left {
        shown = rows(model, room, false);
    }
    if shown.len() > left {
        shown.retain(|row| matches!(row, Row::Channel { channel, .. } if !is_pictured(channel)));
    }
    for (below, row) in shown.iter().enumerate() {
        row.draw(paint, area, y + below);
    }
    y + shown.len()
}

fn is_pictured(channel: &Channel) -> bool {
    !matches!(channel.link, Link::BeatToKibana | Link::BeatToMonitoring | Link::KibanaToMonitoring)
}

fn summary(plan: &Plan, paint: &mut Paint<'_>, area: Rect, mut y: usize) -> usize {
    if y + 1 < usize::from(area.height) {
        y += 1;
    }
    let mut places: Vec<&str> = plan.configs.iter().map(|config| config.place.host.as_str()).collect();
    places.sort_unstable();
    places.dedup();
    let text = format!("{} on {}", count(plan.files.len(), "file"), count(places.len(), "host"));
    let x = 1 + paint.put(area, 1, y, &text, Role::Text);
    let errors = plan.errors();
    let advice = plan.issues.len() - errors;
    if errors > 0 {
        paint.put(area, x, y, &format!(" · {}", count(errors, "issue")), Role::Bad);
    } else if advice > 0 {
        paint.put(area, x, y, &format!(" · {advice} to consider"), Role::Warn);
    }
    y + 1
}

fn hosts(plan: &Plan, product: Product) -> Vec<&str> {
    plan.hosts_of(product).map(|config| config.place.host.as_str()).collect()
}

/// All names, or the first, the second and the last.
fn names(all: &[&str], room: usize, between: &str) -> String {
    let line = all.join(between);
    if crate::sitting::text::width(&line) <= room {
        return line;
    }
    match all {
        [first, second, .., last] => {
            let line = format!("{first}{between}{second}{between}…{between}{last}  ({})", all.len());
            if crate::sitting::text::width(&line) <= room {
                line
            } else {
                cut(&format!("{first} … ({})", all.len()), room)
            }
        }
        _ => wrap(&line, room).into_iter().next().unwrap_or_default(),
    }
}

pub fn role(protection: Protection) -> Role {
    match protection {
        Protection::Plain => Role::Bad,
        Protection::Encrypted => Role::Warn,
        Protection::Verified | Protection::Mutual => Role::Good,
    }
}
