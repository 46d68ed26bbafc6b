//! The background of a terminal, from its answer to the query OSC 11.

/// Whether a background is dark or light.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Background {
    /// White is easier to read on it.
    Dark,
    /// Black is easier to read on it.
    Light,
}

/// The luminance at which black and white have the same contrast: (L + 0.05)² = 1.05 · 0.05.
const MIDDLE: f64 = 0.179;

impl Background {
    /// Reads a colour as terminals report it: `rgb:1e1e/1e1e/1e1e`, one to four hexadecimal digits each, or `rgba:`.
    pub fn of_report(report: &str) -> Option<Self> {
        let (form, values) = report.split_once(':')?;
        let values: Vec<f64> = values.split('/').map(share).collect::<Option<_>>()?;
        match (form, &values[..]) {
            ("rgb", [red, green, blue]) | ("rgba", [red, green, blue, _]) => {
                Some(Self::of([*red, *green, *blue]))
            }
            _ => None,
        }
    }

    /// By the shares of red, green and blue.
    fn of(rgb: [f64; 3]) -> Self {
        if luminance(rgb) > MIDDLE {
            Self::Light
        } else {
            Self::Dark
        }
    }
}

/// A value of one to four hexadecimal digits as a share of the largest.
fn share(digits: &str) -> Option<f64> {
    let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let length = u32::try_from(digits.len()).ok()?;
    if !is_hex || !(1..=4).contains(&length) {
        return None;
    }
    let value = u32::from_str_radix(digits, 16).ok()?;
    Some(f64::from(value) / f64::from(16_u32.pow(length) - 1))
}

/// The relative luminance of a colour, WCAG 2.2.
pub(super) fn luminance(rgb: [f64; 3]) -> f64 {
    let [red, green, blue] = rgb.map(|share| {
        if share <= 0.04045 {
            share / 12.92
        } else {
            ((share + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

#[cfg(test)]
mod tests {
    use crate::theme::background::*;

    #[test]
    fn an_answer_says_dark_or_light() {
        use Background::{Dark, Light};
        for (report, background) in [
            ("rgb:0000/0000/0000", Dark),
            ("rgb:00/2b/36", Dark),
            ("rgb:fdfd/f6f6/e3e3", Light),
            ("rgb:f/f/f", Light),
            ("rgb:777/777/777", Light),
            ("rgba:1e1e/1e1e/1e1e/ffff", Dark),
        ] {
            assert_eq!(Background::of_report(report), Some(background), "{report}");
        }
        for none in [
            "",
            "rgb:",
            "rgb:0/0",
            "rgb:00000/0/0",
            "rgb:+1/0/0",
            "hsl:0/0/0",
            "rgb:0/0/0/0",
        ] {
            assert_eq!(Background::of_report(none), None, "{none}");
        }
    }
}
