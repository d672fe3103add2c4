//! Which colour a terminal colour is in a picture. Must not know where it is painted.

use vt100::Color;

/// Red, green, blue.
pub type Rgb = (u8, u8, u8);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    Dark,
    Light,
}

pub struct Palette {
    pub foreground: Rgb,
    pub background: Rgb,
    /// The strip above the screen, its lower edge and the edge of the window.
    pub bar: Rgb,
    pub edge: Rgb,
    pub title: Rgb,
    pub cursor: Rgb,
    /// Black, red, green, yellow, blue, magenta, cyan, white, then the same bright.
    ansi: [Rgb; 16],
}

const DARK: Palette = Palette {
    foreground: (0xd7, 0xdb, 0xe4),
    background: (0x14, 0x17, 0x1f),
    bar: (0x1d, 0x21, 0x2c),
    edge: (0x34, 0x3a, 0x49),
    title: (0x98, 0xa1, 0xb3),
    cursor: (0xf2, 0xc4, 0x5f),
    ansi: [
        (0x2a, 0x30, 0x3d),
        (0xf0, 0x7a, 0x7a),
        (0x7f, 0xcf, 0x8f),
        (0xe8, 0xbf, 0x6a),
        (0x7a, 0xa8, 0xf0),
        (0xc8, 0x96, 0xe6),
        (0x62, 0xc8, 0xcf),
        (0xc3, 0xc9, 0xd5),
        (0x7d, 0x86, 0x99),
        (0xff, 0x9c, 0x98),
        (0xa2, 0xe3, 0xad),
        (0xf6, 0xd5, 0x8c),
        (0x9f, 0xc3, 0xff),
        (0xdd, 0xb5, 0xf6),
        (0x8c, 0xe0, 0xe6),
        (0xf4, 0xf6, 0xfa),
    ],
};

const LIGHT: Palette = Palette {
    foreground: (0x28, 0x2d, 0x38),
    background: (0xfb, 0xfb, 0xfa),
    bar: (0xee, 0xef, 0xf1),
    edge: (0xcd, 0xd1, 0xd8),
    title: (0x5d, 0x66, 0x76),
    cursor: (0xb0, 0x6a, 0x00),
    ansi: [
        (0x28, 0x2d, 0x38),
        (0xb8, 0x2c, 0x2c),
        (0x24, 0x77, 0x3a),
        (0x8a, 0x5a, 0x00),
        (0x1f, 0x57, 0xb5),
        (0x86, 0x35, 0xa8),
        (0x0d, 0x70, 0x7c),
        (0xd5, 0xd8, 0xde),
        (0x6b, 0x73, 0x82),
        (0xd1, 0x3f, 0x3b),
        (0x2f, 0x8c, 0x49),
        (0xa2, 0x6c, 0x05),
        (0x2f, 0x6b, 0xd0),
        (0x9c, 0x48, 0xc0),
        (0x12, 0x85, 0x92),
        (0xfb, 0xfb, 0xfa),
    ],
};

impl Theme {
    pub const fn palette(self) -> &'static Palette {
        match self {
            Self::Dark => &DARK,
            Self::Light => &LIGHT,
        }
    }
}

/// How a cell looks once reverse, bold and dim have had their say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    pub ink: Rgb,
    /// `None` where the window's own background shows.
    pub paper: Option<Rgb>,
    pub bold: bool,
    pub italic: bool,
    pub underline: bool,
}

impl Palette {
    pub fn look(&self, cell: &vt100::Cell) -> Look {
        let mut ink = self.color(cell.fgcolor()).unwrap_or(self.foreground);
        let mut paper = self.color(cell.bgcolor());
        if cell.inverse() {
            let under = paper.unwrap_or(self.background);
            paper = Some(ink);
            ink = under;
        }
        if cell.dim() {
            ink = blend(ink, paper.unwrap_or(self.background), 40);
        }
        Look { ink, paper, bold: cell.bold(), italic: cell.italic(), underline: cell.underline() }
    }

    /// `None` is the default colour. 16 to 255 are the cube and the greys of xterm.
    fn color(&self, color: Color) -> Option<Rgb> {
        match color {
            Color::Default => None,
            Color::Rgb(red, green, blue) => Some((red, green, blue)),
            Color::Idx(index @ 0..=15) => Some(self.ansi[usize::from(index)]),
            Color::Idx(index @ 16..=231) => {
                let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
                let index = index - 16;
                Some((level(index / 36), level(index / 6 % 6), level(index % 6)))
            }
            Color::Idx(index) => {
                let grey = 8 + 10 * (index - 232);
                Some((grey, grey, grey))
            }
        }
    }
}

/// `percent` of the way from one colour to the other.
pub fn blend(from: Rgb, to: Rgb, percent: u16) -> Rgb {
    let mix = |from: u8, to: u8| {
        let sum = u16::from(from) * (100 - percent) + u16::from(to) * percent;
        u8::try_from(sum / 100).unwrap_or(u8::MAX)
    };
    (mix(from.0, to.0), mix(from.1, to.1), mix(from.2, to.2))
}

/// As SVG writes it.
pub fn hex((red, green, blue): Rgb) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// WCAG 2 contrast, in hundredths.
    fn contrast(one: Rgb, other: Rgb) -> u32 {
        let light = |(red, green, blue): Rgb| {
            let part = |value: u8| {
                let value = f64::from(value) / 255.0;
                if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
            };
            0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue) + 0.05
        };
        let (one, other) = (light(one), light(other));
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let hundredths = (one.max(other) / one.min(other) * 100.0) as u32;
        hundredths
    }

    #[test]
    fn every_colour_used_for_text_can_be_read() {
        for (name, palette, inks) in [("dark", &DARK, 1..16), ("light", &LIGHT, 0..15)] {
            for index in inks {
                if name == "light" && index == 7 {
                    continue; // white on white is the program's mistake, not the palette's
                }
                let ratio = contrast(palette.ansi[index], palette.background);
                let least = if index >= 8 { 380 } else { 450 };
                assert!(ratio >= least, "{name} {index}: {ratio}");
            }
            assert!(contrast(palette.foreground, palette.background) >= 1000);
            assert!(contrast(palette.title, palette.bar) >= 450);
        }
    }

    #[test]
    fn the_cube_and_the_greys_are_those_of_xterm() {
        let of = |index| DARK.color(Color::Idx(index));
        assert_eq!(of(16), Some((0, 0, 0)));
        assert_eq!(of(196), Some((255, 0, 0)));
        assert_eq!(of(231), Some((255, 255, 255)));
        assert_eq!(of(232), Some((8, 8, 8)));
        assert_eq!(of(255), Some((238, 238, 238)));
        assert_eq!(of(255).map(hex).as_deref(), Some("#eeeeee"));
    }
}
