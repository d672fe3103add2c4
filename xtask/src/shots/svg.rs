//! Draws a terminal's screen as SVG: every character at its cell, in a window frame.
//! Must not know how the screen came about or how the drawing becomes a picture.

use super::boxes::Shapes;
use super::palette::{Look, Palette, Rgb, hex};
use std::collections::BTreeMap;
use std::fmt::Write;
use vt100::Screen;

/// Whole units, so that edges of cells are edges of pixels at any whole scale.
pub const CELL_WIDTH: f32 = 8.0;
pub const CELL_HEIGHT: f32 = 17.0;
pub const FONT: &str = "DejaVu Sans Mono";
/// The font's characters are 1233/2048 of its size wide.
const FONT_SIZE: f32 = CELL_WIDTH * 2048.0 / 1233.0;
const BASELINE: f32 = 13.0;
const BAR: f32 = 32.0;
const PADDING: f32 = 12.0;

pub fn draw(screen: &Screen, title: &str, palette: &Palette) -> String {
    let (rows, columns) = screen.size();
    let width = f32::from(columns.get()) * CELL_WIDTH + 2.0 * PADDING;
    let height = BAR + f32::from(rows.get()) * CELL_HEIGHT + 2.0 * PADDING;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         font-family=\"{FONT}\" font-size=\"{FONT_SIZE}\">\n"
    );
    frame(&mut svg, width, height, title, palette);
    let mut drawing = Drawing::default();
    for row in 0..rows.get() {
        drawing.row(screen, row, columns.get(), palette);
    }
    drawing.finish(&mut svg);
    cursor(&mut svg, screen, palette);
    svg.push_str("</svg>\n");
    svg
}

fn left(column: u16) -> f32 {
    PADDING + f32::from(column) * CELL_WIDTH
}

fn top(row: u16) -> f32 {
    BAR + PADDING + f32::from(row) * CELL_HEIGHT
}

fn frame(svg: &mut String, width: f32, height: f32, title: &str, palette: &Palette) {
    let (right, bottom) = (width - 0.5, height - 0.5);
    let edge = hex(palette.edge);
    let _ = writeln!(
        svg,
        "<rect x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"9\" fill=\"{}\"/>\n\
         <path d=\"M0.5 {BAR}V9.5A9 9 0 0 1 9.5 0.5H{}A9 9 0 0 1 {right} 9.5V{BAR}Z\" fill=\"{}\"/>\n\
         <path d=\"M0.5 {BAR}H{right}\" stroke=\"{edge}\" transform=\"translate(0 -0.5)\"/>\n\
         <rect x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"9\" fill=\"none\" stroke=\"{edge}\"/>",
        right - 0.5,
        bottom - 0.5,
        hex(palette.background),
        right - 9.0,
        hex(palette.bar),
        right - 0.5,
        bottom - 0.5,
    );
    for index in 0..3_u8 {
        let x = 19.0 + 18.0 * f32::from(index);
        let _ = writeln!(svg, "<circle cx=\"{x}\" cy=\"{}\" r=\"5\" fill=\"{edge}\"/>", BAR / 2.0);
    }
    let _ = writeln!(
        svg,
        "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\" font-size=\"12\" fill=\"{}\">{}</text>",
        width / 2.0,
        BAR / 2.0 + 4.0,
        hex(palette.title),
        escaped(title),
    );
}

fn cursor(svg: &mut String, screen: &Screen, palette: &Palette) {
    if screen.hide_cursor() {
        return;
    }
    let (row, column) = screen.cursor_position();
    let wide = screen.cell(row, column).is_some_and(vt100::Cell::is_wide);
    let width = if wide { 2.0 * CELL_WIDTH } else { CELL_WIDTH };
    let _ = writeln!(
        svg,
        "<rect x=\"{}\" y=\"{}\" width=\"{width}\" height=\"{}\" fill=\"none\" stroke=\"{}\"/>",
        left(column),
        top(row) + 0.5,
        CELL_HEIGHT - 1.0,
        hex(palette.cursor),
    );
}

/// What is on the cells, sorted by kind: papers first, so that no cell covers its neighbour.
#[derive(Default)]
struct Drawing {
    papers: String,
    shapes: BTreeMap<Rgb, Shapes>,
    texts: String,
    lines: String,
}

/// Characters side by side that look alike, each with its own place.
struct Run {
    look: Look,
    places: String,
    text: String,
}

impl Drawing {
    fn row(&mut self, screen: &Screen, row: u16, columns: u16, palette: &Palette) {
        let y = top(row);
        let mut run: Option<Run> = None;
        for column in 0..columns {
            let Some(cell) = screen.cell(row, column) else {
                continue;
            };
            if cell.is_wide_continuation() {
                continue;
            }
            let x = left(column);
            let width = if cell.is_wide() { 2.0 * CELL_WIDTH } else { CELL_WIDTH };
            let look = palette.look(cell);
            if let Some(paper) = look.paper {
                area(&mut self.papers, x, y, width, CELL_HEIGHT, paper);
            }
            if look.underline {
                area(&mut self.lines, x, y + BASELINE + 1.5, width, 1.0, look.ink);
            }
            let text = cell.contents();
            let mut characters = text.chars();
            let (Some(first), rest) = (characters.next(), characters.as_str()) else {
                continue;
            };
            if first == ' ' && rest.is_empty() {
                continue;
            }
            // Asked first, so that a colour without shapes leaves no empty group behind.
            let mut trial = Shapes::default();
            if rest.is_empty() && trial.add(first, x, y) {
                self.shapes.entry(look.ink).or_default().add(first, x, y);
                continue;
            }
            // A place belongs to each character, and an accent must have none of its own.
            if !rest.is_empty() || run.as_ref().is_some_and(|run| run.look != look) {
                self.end(run.take(), y);
            }
            let open = run.get_or_insert_with(|| Run { look, places: String::new(), text: String::new() });
            let _ = write!(open.places, "{x} ");
            open.text.push_str(text);
            if !rest.is_empty() {
                self.end(run.take(), y);
            }
        }
        self.end(run, y);
    }

    fn end(&mut self, run: Option<Run>, y: f32) {
        let Some(run) = run else { return };
        let y = y + BASELINE;
        let weight = if run.look.bold { " font-weight=\"bold\"" } else { "" };
        // The font has no slanted face among those that come with us.
        let place = if run.look.italic {
            format!("transform=\"translate(0 {y}) skewX(-11)\"")
        } else {
            format!("y=\"{y}\"")
        };
        let _ = writeln!(
            self.texts,
            "<text x=\"{}\" {place}{weight} fill=\"{}\">{}</text>",
            run.places.trim_end(),
            hex(run.look.ink),
            escaped(&run.text),
        );
    }

    fn finish(&self, svg: &mut String) {
        svg.push_str(&self.papers);
        for (ink, shapes) in &self.shapes {
            let ink = hex(*ink);
            if !shapes.areas.is_empty() {
                let _ = writeln!(svg, "<path fill=\"{ink}\" d=\"{}\"/>", shapes.areas);
            }
            if !shapes.strokes.is_empty() {
                let _ = writeln!(svg, "<path fill=\"none\" stroke=\"{ink}\" d=\"{}\"/>", shapes.strokes);
            }
            for (percent, path) in &shapes.shades {
                let _ = writeln!(svg, "<path fill=\"{ink}\" fill-opacity=\"{percent}%\" d=\"{path}\"/>");
            }
        }
        svg.push_str(&self.texts);
        svg.push_str(&self.lines);
    }
}

fn area(out: &mut String, x: f32, y: f32, width: f32, height: f32, color: Rgb) {
    let _ = writeln!(
        out,
        "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{}\"/>",
        hex(color)
    );
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
