//! The drawing of the stack: who talks to whom, and how safe the plan makes each channel. Below it,
//! where there is room, the files of the step.

use ratatui::layout::Rect;

use super::{paint::Paint, preview};
use crate::plan::{Channel, Link, Plan, Product, Protection};
use crate::tui::model::Model;
use crate::tui::text::{count, cut, pad, squeeze, wrap};
use crate::tui::theme::Role;

/// Columns of the two ways down to Elasticsearch.
const KIBANA: usize = 4;
const CLIENTS: usize = 21;

pub fn draw(model: &Model, paint: &mut Paint<'_>, area: Rect) {
    if area.width < 10 || area.height < 4 {
        return;
    }
    let plan = model.session.plan();
    paint.put(area, 1, 0, "What this plan gives", Role::Heading);
    let mut y = picture(plan, paint, area);
    y = table(plan, paint, area, y);
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

/// Returns the line below.
fn picture(plan: &Plan, paint: &mut Paint<'_>, area: Rect) -> usize {
    let tall = area.height >= 18;
    let mut y = if tall { 2 } else { 1 };
    let kibana = hosts(plan, Product::Kibana);
    let clients = plan.channels.iter().find(|channel| channel.link == Link::ClientToElasticsearch);
    let way = |paint: &mut Paint<'_>, x: usize, y: usize, channel: Option<&Channel>| {
        if let Some(channel) = channel {
            let word = channel.protection.to_string();
            paint.puts(area, x, y, &[("│ ", Role::Text), (&word, role(channel.protection))]);
        }
    };
    let straight = |paint: &mut Paint<'_>, y: usize| paint.put(area, CLIENTS, y, "│", Role::Text);
    let find = |link: Link| plan.channels.iter().find(|channel| channel.link == link);
    paint.put(area, CLIENTS - 2, y, "clients", Role::Text);
    if kibana.is_empty() {
        way(paint, CLIENTS, y + 1, clients);
        y += 2;
    } else {
        paint.put(area, KIBANA - 2, y, "browsers", Role::Text);
        way(paint, KIBANA, y + 1, find(Link::BrowserToKibana));
        way(paint, CLIENTS, y + 1, clients);
        paint.put(area, KIBANA, y + 2, "▼", Role::Text);
        straight(paint, y + 2);
        paint.put(area, KIBANA - 2, y + 3, &names(&kibana, CLIENTS - KIBANA, " · "), Role::Heading);
        straight(paint, y + 3);
        way(paint, KIBANA, y + 4, find(Link::KibanaToElasticsearch));
        straight(paint, y + 4);
        paint.put(area, KIBANA, y + 5, "▼", Role::Text);
        y += 5;
    }
    paint.put(area, CLIENTS, y, "▼", Role::Text);
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

/// One line a channel; where there is room, a second one with its authority.
fn table(plan: &Plan, paint: &mut Paint<'_>, area: Rect, mut y: usize) -> usize {
    let roomy = usize::from(area.height) >= y + 3 * plan.channels.len() + 2;
    let room = usize::from(area.width).saturating_sub(8);
    for channel in &plan.channels {
        let port = format!("{:<5}", channel.link.port());
        let title = pad(channel.link.title(), 24);
        let word = channel.protection.to_string();
        paint.puts(
            area,
            1,
            y,
            &[(&port, Role::Dim), (&title, Role::Text), (&word, role(channel.protection))],
        );
        y += 1;
        if !roomy {
            continue;
        }
        let authority = channel.authority.as_ref().and_then(|id| plan.identity(id));
        let signer = authority.map(|identity| format!("signed by {}", identity.subject));
        let parts: Vec<String> = [signer, Some(channel.note.clone())].into_iter().flatten().collect();
        for line in parts.iter().filter(|line| !line.is_empty()) {
            paint.put(area, 6, y, &squeeze(line, room), Role::Dim);
            y += 1;
        }
    }
    y
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
    let configs = plan.configs.iter().filter(|config| config.place.product == product);
    configs.map(|config| config.place.host.as_str()).collect()
}

/// All names, or the first, the second and the last.
fn names(all: &[&str], room: usize, between: &str) -> String {
    let line = all.join(between);
    if crate::tui::text::width(&line) <= room {
        return line;
    }
    match all {
        [first, second, .., last] => {
            let line = format!("{first}{between}{second}{between}…{between}{last}  ({})", all.len());
            if crate::tui::text::width(&line) <= room {
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
