//! Line and block characters as shapes, so that they meet exactly at the edges of their cells,
//! which no font promises. Must not know about colours or about other characters.

use super::svg::{CELL_HEIGHT, CELL_WIDTH};
use std::fmt::Write;

const MIDDLE_X: f32 = CELL_WIDTH / 2.0;
const MIDDLE_Y: f32 = CELL_HEIGHT / 2.0;
/// How far each stroke of a double line is from the middle.
const APART: f32 = 1.5;
const RADIUS: f32 = 4.0;

/// Strokes and areas of many cells in one colour.
#[derive(Debug, Default)]
pub struct Shapes {
    /// Path data to be stroked one unit wide.
    pub strokes: String,
    /// Path data to be filled.
    pub areas: String,
    /// The same for half-tones: opacity in percent and path data.
    pub shades: Vec<(u8, String)>,
}

impl Shapes {
    /// Adds a character whose cell has its corner at `x`, `y`; `false` if it is none of ours.
    pub fn add(&mut self, character: char, x: f32, y: f32) -> bool {
        match character {
            '╭' => self.round(x, y, 1.0, 1.0),
            '╮' => self.round(x, y, -1.0, 1.0),
            '╯' => self.round(x, y, -1.0, -1.0),
            '╰' => self.round(x, y, 1.0, -1.0),
            '┄' | '┅' => self.dashes(x, y, 3, true, character == '┅'),
            '┈' | '┉' => self.dashes(x, y, 4, true, character == '┉'),
            '╌' | '╍' => self.dashes(x, y, 2, true, character == '╍'),
            '┆' | '┇' => self.dashes(x, y, 3, false, character == '┇'),
            '┊' | '┋' => self.dashes(x, y, 4, false, character == '┋'),
            '╎' | '╏' => self.dashes(x, y, 2, false, character == '╏'),
            '\u{2580}'..='\u{259f}' => self.block(character, x, y),
            _ => {
                let Some((_, arms)) = ARMS.iter().find(|(known, _)| *known == character) else {
                    return false;
                };
                if arms.contains(&3) {
                    self.double(*arms, x, y);
                } else {
                    self.single(*arms, x, y);
                }
            }
        }
        true
    }

    /// Each arm reaches from its edge over the middle by half of the thickest arm, so that
    /// corners are full.
    fn single(&mut self, arms: [u8; 4], x: f32, y: f32) {
        let thick = |arm: u8| f32::from(arm);
        let over = thick(arms.into_iter().max().unwrap_or(1)) / 2.0;
        let (mx, my) = (x + MIDDLE_X, y + MIDDLE_Y);
        let [up, right, down, left] = arms.map(thick);
        if up > 0.0 {
            self.area(mx - up / 2.0, y, mx + up / 2.0, my + over);
        }
        if right > 0.0 {
            self.area(mx - over, my - right / 2.0, x + CELL_WIDTH, my + right / 2.0);
        }
        if down > 0.0 {
            self.area(mx - down / 2.0, my - over, mx + down / 2.0, y + CELL_HEIGHT);
        }
        if left > 0.0 {
            self.area(x, my - left / 2.0, mx + over, my + left / 2.0);
        }
    }

    /// Goes round the middle by quarters: a quarter between two arms has a bend, beside one
    /// arm a line, which turns the outer corner if there is nothing on the other side.
    fn double(&mut self, [up, right, down, left]: [u8; 4], x: f32, y: f32) {
        let (mx, my) = (x + MIDDLE_X, y + MIDDLE_Y);
        for (sx, sy) in [(1.0, -1.0), (1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0)] {
            let (side, opposite) = if sx > 0.0 { (right, left) } else { (left, right) };
            let (upright, other) = if sy > 0.0 { (down, up) } else { (up, down) };
            let (near_x, near_y) = (mx + sx * APART, my + sy * APART);
            let (edge_x, edge_y) = (mx + sx * MIDDLE_X, my + sy * MIDDLE_Y);
            let d = &mut self.strokes;
            let _ = match (side > 0, upright > 0) {
                (true, true) => write!(d, "M{near_x} {edge_y}V{near_y}H{edge_x}"),
                (true, false) => {
                    let end = if opposite > 0 { mx } else { mx - sx * (APART + 0.5) };
                    write!(d, "M{edge_x} {near_y}H{end}")
                }
                (false, true) => {
                    let end = if other > 0 { my } else { my - sy * (APART + 0.5) };
                    write!(d, "M{near_x} {edge_y}V{end}")
                }
                (false, false) => Ok(()),
            };
        }
    }

    /// A rounded corner with one arm towards `sx` and one towards `sy`.
    fn round(&mut self, x: f32, y: f32, sx: f32, sy: f32) {
        let (mx, my) = (x + MIDDLE_X, y + MIDDLE_Y);
        let (edge_x, edge_y) = (mx + sx * MIDDLE_X, my + sy * MIDDLE_Y);
        let (bend_x, bend_y) = (mx + sx * RADIUS, my + sy * RADIUS);
        let _ = write!(self.strokes, "M{mx} {edge_y}V{bend_y}Q{mx} {my} {bend_x} {my}H{edge_x}");
    }

    fn dashes(&mut self, x: f32, y: f32, count: u8, level: bool, heavy: bool) {
        let half = if heavy { 1.0 } else { 0.5 };
        let length = if level { CELL_WIDTH } else { CELL_HEIGHT } / f32::from(count);
        for index in 0..count {
            let from = length * (f32::from(index) + 0.2);
            let to = from + length * 0.6;
            if level {
                let my = y + MIDDLE_Y;
                self.area(x + from, my - half, x + to, my + half);
            } else {
                let mx = x + MIDDLE_X;
                self.area(mx - half, y + from, mx + half, y + to);
            }
        }
    }

    /// Block elements: Unicode orders them by which part of the cell is full.
    fn block(&mut self, character: char, x: f32, y: f32) {
        let code = u8::try_from(u32::from(character) - 0x2580).unwrap_or(8);
        match code {
            0x00 => self.part(x, y, [0, 0, 8, 4]),
            0x01..=0x08 => self.part(x, y, [0, 8 - code, 8, 8]),
            0x09..=0x0f => self.part(x, y, [0, 0, 0x10 - code, 8]),
            0x10 => self.part(x, y, [4, 0, 8, 8]),
            0x11..=0x13 => {
                let mut whole = Self::default();
                whole.part(x, y, [0, 0, 8, 8]);
                self.shades.push(((code - 0x10) * 25, whole.areas));
            }
            0x14 => self.part(x, y, [0, 0, 8, 1]),
            0x15 => self.part(x, y, [7, 0, 8, 8]),
            _ => {
                // Which of upper left, upper right, lower left, lower right.
                let quarters =
                    [0b0010, 0b0001, 0b1000, 0b1011, 0b1001, 0b1110, 0b1101, 0b0100, 0b0110, 0b0111];
                let set = quarters[usize::from(code - 0x16)];
                for (bit, x0, y0) in [(8, 0, 0), (4, 4, 0), (2, 0, 4), (1, 4, 4)] {
                    if set & bit != 0 {
                        self.part(x, y, [x0, y0, x0 + 4, y0 + 4]);
                    }
                }
            }
        }
    }

    /// A part of the cell in eighths, on whole pixels of a picture of double size.
    fn part(&mut self, x: f32, y: f32, eighths: [u8; 4]) {
        let at = |eighth: u8, length: f32| (f32::from(eighth) * length / 4.0).round() / 2.0;
        let [x0, y0, x1, y1] = eighths;
        self.area(
            x + at(x0, CELL_WIDTH),
            y + at(y0, CELL_HEIGHT),
            x + at(x1, CELL_WIDTH),
            y + at(y1, CELL_HEIGHT),
        );
    }

    fn area(&mut self, x0: f32, y0: f32, x1: f32, y1: f32) {
        let _ = write!(self.areas, "M{x0} {y0}H{x1}V{y1}H{x0}Z");
    }
}

/// Up, right, down, left: 0 nothing, 1 light, 2 heavy, 3 double.
#[rustfmt::skip]
const ARMS: &[(char, [u8; 4])] = &[
    ('─', [0, 1, 0, 1]), ('│', [1, 0, 1, 0]), ('┌', [0, 1, 1, 0]), ('┐', [0, 0, 1, 1]),
    ('└', [1, 1, 0, 0]), ('┘', [1, 0, 0, 1]), ('├', [1, 1, 1, 0]), ('┤', [1, 0, 1, 1]),
    ('┬', [0, 1, 1, 1]), ('┴', [1, 1, 0, 1]), ('┼', [1, 1, 1, 1]),
    ('━', [0, 2, 0, 2]), ('┃', [2, 0, 2, 0]), ('┏', [0, 2, 2, 0]), ('┓', [0, 0, 2, 2]),
    ('┗', [2, 2, 0, 0]), ('┛', [2, 0, 0, 2]), ('┣', [2, 2, 2, 0]), ('┫', [2, 0, 2, 2]),
    ('┳', [0, 2, 2, 2]), ('┻', [2, 2, 0, 2]), ('╋', [2, 2, 2, 2]),
    ('┝', [1, 2, 1, 0]), ('┥', [1, 0, 1, 2]), ('┠', [2, 1, 2, 0]), ('┨', [2, 0, 2, 1]),
    ('┯', [0, 2, 1, 2]), ('┷', [1, 2, 0, 2]), ('┰', [0, 1, 2, 1]), ('┸', [2, 1, 0, 1]),
    ('┿', [1, 2, 1, 2]), ('╂', [2, 1, 2, 1]),
    ('╴', [0, 0, 0, 1]), ('╵', [1, 0, 0, 0]), ('╶', [0, 1, 0, 0]), ('╷', [0, 0, 1, 0]),
    ('╸', [0, 0, 0, 2]), ('╹', [2, 0, 0, 0]), ('╺', [0, 2, 0, 0]), ('╻', [0, 0, 2, 0]),
    ('╼', [0, 2, 0, 1]), ('╾', [0, 1, 0, 2]), ('╽', [1, 0, 2, 0]), ('╿', [2, 0, 1, 0]),
    ('═', [0, 3, 0, 3]), ('║', [3, 0, 3, 0]), ('╔', [0, 3, 3, 0]), ('╗', [0, 0, 3, 3]),
    ('╚', [3, 3, 0, 0]), ('╝', [3, 0, 0, 3]), ('╠', [3, 3, 3, 0]), ('╣', [3, 0, 3, 3]),
    ('╦', [0, 3, 3, 3]), ('╩', [3, 3, 0, 3]), ('╬', [3, 3, 3, 3]),
];
