//! `cargo bench [-- floor|forging|memory|screen|terminal …] [--full]`: how fast the promises are kept, a row each.
//! Holds no measurement; README.md says what the rows mean.

#![allow(clippy::unwrap_used, clippy::panic, clippy::cast_precision_loss)]

mod floor;
mod forging;
mod memory;
mod screen;
mod support;
mod terminal;

use support::table::Table;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let full = words.iter().any(|word| word == "--full");
    let groups = ["floor", "forging", "memory", "screen", "terminal"];
    if let Some(unknown) = words.iter().find(|word| *word != "--full" && !groups.contains(&word.as_str())) {
        panic!("{unknown} is unknown: {} and --full are known", groups.join(", "));
    }
    let wanted =
        |group: &str| words.iter().all(|word| word == "--full") || words.iter().any(|word| word == group);
    let mut table = Table::begin();
    // First, since starting a process takes longer from one that has grown.
    if wanted("terminal") {
        terminal::measure(&mut table);
    }
    if wanted("memory") {
        memory::measure(&mut table, full);
    }
    if wanted("screen") {
        screen::measure(&mut table);
    }
    if wanted("forging") {
        forging::measure(&mut table, full);
    }
    if wanted("floor") {
        floor::measure(&mut table);
    }
    table.end();
}
