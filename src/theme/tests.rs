//! The built-in themes can be read on the backgrounds that they are made for.

mod palettes;

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::theme::background::luminance;
use crate::theme::builtin::{FILES, file};
use crate::theme::tests::palettes::{PALETTES, Palette};
use crate::theme::*;

/// The least contrast of a hue of the terminal. What it says is said by a word or a glyph too.
const HUE: f64 = 2.5;

fn luminance_of(rgb: u32) -> f64 {
    let [_, red, green, blue] = rgb.to_be_bytes();
    luminance([red, green, blue].map(|value| f64::from(value) / 255.0))
}

/// The contrast of two colours, WCAG 2.2.
fn contrast(a: u32, b: u32) -> f64 {
    let (a, b) = (luminance_of(a) + 0.05, luminance_of(b) + 0.05);
    a.max(b) / a.min(b)
}

fn rgb(color: Color) -> Option<u32> {
    match color {
        Color::Rgb(red, green, blue) => Some(u32::from_be_bytes([0, red, green, blue])),
        _ => None,
    }
}

/// The number of one of the sixteen colours.
fn number(color: Color) -> Option<usize> {
    const NUMBERED: [Color; 16] = [
        Color::Black,
        Color::Red,
        Color::Green,
        Color::Yellow,
        Color::Blue,
        Color::Magenta,
        Color::Cyan,
        Color::Gray,
        Color::DarkGray,
        Color::LightRed,
        Color::LightGreen,
        Color::LightYellow,
        Color::LightBlue,
        Color::LightMagenta,
        Color::LightCyan,
        Color::White,
    ];
    NUMBERED.iter().position(|own| *own == color)
}

fn styles(theme: &Theme) -> impl Iterator<Item = (&'static str, Style)> {
    let theme = *theme;
    let style = move |role: Role| *role(&mut theme.clone());
    ROLES.iter().map(move |(name, role)| (*name, style(*role)))
}

/// The themes that set a background, and those of the terminal's own colours.
fn themes(sets_background: bool) -> impl Iterator<Item = (&'static str, ThemeFile)> {
    let all = names().map(|name| (name, file(name).expect(name)));
    all.filter(move |(_, file)| file.theme.text.bg.and_then(rgb).is_some() == sets_background)
}

#[test]
fn black_on_white_has_the_contrast_that_wcag_gives() {
    assert!((contrast(0, 0xff_ffff) - 21.0).abs() < 1e-9);
    assert!((contrast(0x77_7777, 0xff_ffff) - 4.48).abs() < 0.005);
}

#[test]
fn every_file_is_a_theme_and_names_every_role() {
    for (name, text) in FILES {
        let read = parse(text);
        assert!(read.is_ok(), "{name}: {read:?}");
        for (role, _) in ROLES {
            let has = text
                .lines()
                .any(|line| line.starts_with(&format!("{role} = ")));
            assert!(has, "{name}.toml has no {role}");
        }
    }
}

#[test]
fn a_theme_with_a_background_has_enough_contrast_on_it() {
    let mut count = 0;
    for (name, file) in themes(true) {
        let ground = file.theme.text.bg.and_then(rgb).expect(name);
        let text = file.theme.text.fg.and_then(rgb).expect(name);
        let light = luminance_of(ground) > 0.179;
        let kind = if light {
            Background::Light
        } else {
            Background::Dark
        };
        assert_eq!(file.background, Some(kind), "{name}");
        for (role, style) in styles(&file.theme) {
            let hue = style.fg.and_then(rgb).unwrap_or(text);
            let found = contrast(hue, ground);
            println!("{name:16} {role:10} {found:5.1}");
            let least = match role {
                _ if name == "high-contrast" => 7.0,
                "secondary" => 3.0,
                // It may be lost.
                "border" => 1.5,
                _ => 4.5,
            };
            assert!(found >= least, "{name}: {role} has {found:.2}");
            let is_own = |color: Color| color == Color::Reset || rgb(color).is_some();
            assert!(
                style.fg.is_none_or(is_own) && style.bg.is_none_or(is_own),
                "{name}: {role}"
            );
            assert!(role == "text" || style.bg.is_none_or(|own| own == Color::Reset));
        }
        count += 1;
    }
    assert_eq!(count, 5);
}

/// The palettes that a theme may meet.
fn met(file: &ThemeFile) -> impl Iterator<Item = &'static Palette> {
    let kind = file.background;
    PALETTES
        .iter()
        .filter(move |palette| kind.is_none_or(|kind| kind == palette.kind))
}

#[test]
fn the_hues_of_the_terminal_can_be_seen_on_common_palettes() {
    let mut weak = Vec::new();
    for (name, file) in themes(false) {
        assert_eq!(
            (file.theme.text.fg, file.theme.text.bg),
            (None, None),
            "{name}"
        );
        let hues: Vec<_> = styles(&file.theme)
            .filter_map(|(role, style)| Some((role, number(style.fg?)?)))
            .collect();
        let heads: Vec<String> = hues.iter().map(|(role, _)| format!("{role:>9}")).collect();
        println!("\n{name:20} {:>9} {}", "(text)", heads.join(" "));
        for palette in met(&file) {
            let own = contrast(palette.foreground, palette.background);
            let mut row = format!("{:20} {own:9.1}", palette.name);
            for (role, number) in &hues {
                let found = contrast(palette.colors[*number], palette.background);
                row.push_str(&format!(" {found:9.1}"));
                if found < HUE {
                    weak.push(format!("{name} on {}: {role} has {found:.2}", palette.name));
                }
            }
            println!("{row}");
        }
    }
    assert!(weak.is_empty(), "{}", weak.join("\n"));
}

#[test]
fn only_frames_are_dim_and_no_hue_of_the_terminal_is_bold() {
    for (name, file) in themes(false) {
        for (role, style) in styles(&file.theme) {
            let has = |attribute| style.add_modifier.contains(attribute);
            assert!(
                !has(Modifier::DIM) || role == "border",
                "{name}: {role} is dim"
            );
            // Many terminals take bold as another colour.
            let has_hue = style.fg.and_then(number).is_some();
            assert!(
                !(has(Modifier::BOLD) && has_hue),
                "{name}: {role} is bold and a hue"
            );
            assert_eq!(style.bg.unwrap_or_default(), Color::Reset, "{name}: {role}");
        }
        let selected = file.theme.selection.add_modifier;
        assert!(selected.contains(Modifier::REVERSED), "{name}");
    }
}

#[test]
fn without_colours_there_are_none() {
    let plain = builtin("plain").expect("a theme");
    for (role, style) in styles(&plain) {
        let colors = (style.fg.unwrap_or_default(), style.bg.unwrap_or_default());
        assert_eq!(colors, (Color::Reset, Color::Reset), "{role}");
    }
}

#[test]
fn the_theme_follows_the_background_until_one_is_chosen() {
    let mut appearance = Appearance::new(None, Vec::new(), false, Glyphs::Unicode);
    assert_eq!(appearance.name(), "terminal");
    appearance.see(Background::Light);
    assert_eq!(appearance.name(), "terminal-light");
    appearance.see(Background::Dark);
    assert_eq!(appearance.name(), "terminal-dark");
    let all = names().count();
    assert_eq!(appearance.change_to_next(), (3, all));
    appearance.see(Background::Dark);
    assert_eq!(appearance.name(), "terminal-light", "it was chosen");
    appearance.change_to_auto();
    assert_eq!(appearance.name(), "terminal-dark", "it was seen");
    appearance.see(Background::Light);
    assert_eq!(appearance.name(), "terminal-light");
    let without = Appearance::new(None, Vec::new(), true, Glyphs::Unicode);
    assert_eq!(without.name(), "plain");
    assert!(!without.follows_background(), "no question is needed");
    let mut chosen = Appearance::new(Some("dark"), Vec::new(), true, Glyphs::Unicode);
    assert_eq!(chosen.name(), "dark", "whoever names a theme wants it");
    chosen.change_to_auto();
    assert_eq!(chosen.name(), "plain");
    assert!(!chosen.follows_background());
}

#[test]
fn the_themes_of_the_user_come_with_the_others_and_before_them() {
    let own = parse("base = \"light\"\nbad = \"red\"").expect("a theme");
    let files = vec![("dark".to_owned(), own.clone()), ("mine".to_owned(), own)];
    let mut appearance = Appearance::new(Some("dark"), files, false, Glyphs::Unicode);
    assert_eq!(appearance.theme().bad, Style::new().fg(Color::Red));
    assert_eq!(
        appearance.theme().text,
        builtin("light").expect("a theme").text
    );
    let mut seen = Vec::new();
    for _ in 0..=names().count() {
        appearance.change_to_next();
        seen.push(appearance.name().to_owned());
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), names().count() + 1, "{seen:?}");
}

#[test]
fn what_is_wrong_with_a_file_is_said_with_its_line() {
    let said = |text| parse(text).expect_err(text).to_string();
    assert_eq!(
        said("text = \"\"\nacent = \"cyan\""),
        "2: unknown key `acent`; did you mean `accent`?"
    );
    assert_eq!(
        said("# mine\n\nbad = \"rde\""),
        "3: unknown colour or attribute `rde`; did you mean `red`?"
    );
    assert_eq!(
        said("base = \"solarised-dark\""),
        "1: unknown theme `solarised-dark`; did you mean `solarized-dark`?"
    );
    assert_eq!(
        said("bad = \"red\"\nbackground = 1"),
        "2: this must be a text in quotes"
    );
    assert!(
        said("background = \"grey\"")
            .starts_with("1: unknown background `grey`; valid: dark, light")
    );
    assert!(said("good = \"green\"\nbad = red\n").starts_with("2: "));
    assert!(
        said("good = \"green\"\n[bad]\n").starts_with("2: "),
        "a table"
    );
}

#[test]
fn a_file_without_a_base_has_the_rest_from_the_terminal() {
    let own = parse("good = \"green\"").expect("a theme").theme;
    let terminal = builtin("terminal").expect("a theme");
    assert_eq!(
        own,
        Theme {
            good: Style::new().fg(Color::Green),
            ..terminal
        }
    );
}

#[test]
fn a_name_that_no_theme_has_is_refused_with_the_nearest() {
    let said = |name, own: &[String]| check_name(name, own).map_err(|unknown| unknown.to_string());
    assert_eq!(said("auto", &[]), Ok(()));
    assert_eq!(said("mine", &["mine".to_owned()]), Ok(()));
    assert_eq!(
        said("solarized-drak", &[]).expect_err("misspelt"),
        "no theme is called `solarized-drak`; did you mean `solarized-dark`?"
    );
    assert!(
        said("mine", &[])
            .expect_err("none")
            .contains("terminal, terminal-dark")
    );
}

#[test]
fn a_frame_is_filled_where_it_has_no_colours() {
    let theme = builtin("dark").expect("a theme");
    let (fg, bg) = (theme.text.fg.expect("one"), theme.text.bg.expect("one"));
    let mut buffer = Buffer::empty(Rect::new(0, 0, 2, 1));
    buffer.set_string(0, 0, "x", theme.bad);
    theme.fill(&mut buffer);
    assert_eq!(
        (buffer[(0, 0)].fg, buffer[(0, 0)].bg),
        (theme.bad.fg.expect("one"), bg)
    );
    assert_eq!((buffer[(1, 0)].fg, buffer[(1, 0)].bg), (fg, bg));
    let mut untouched = Buffer::empty(Rect::new(0, 0, 2, 1));
    builtin("terminal-dark")
        .expect("a theme")
        .fill(&mut untouched);
    assert_eq!(untouched, Buffer::empty(Rect::new(0, 0, 2, 1)));
}

#[test]
fn ascii_replaces_each_character_by_one_of_its_width() {
    let mut buffer = Buffer::with_lines(["┌─ ▪ é 日本 ─┐"]);
    let width = buffer.area.width;
    Glyphs::Unicode.replace(&mut buffer);
    assert_eq!(buffer, Buffer::with_lines(["┌─ ▪ é 日本 ─┐"]));
    Glyphs::Ascii.replace(&mut buffer);
    assert_eq!(buffer, Buffer::with_lines(["+- * ? ???? -+"]));
    assert_eq!(buffer.area.width, width);
    assert_eq!(Glyphs::Ascii.text("a → b, ü"), "a > b, ?");
    assert_eq!(Glyphs::Unicode.text("a → b"), "a → b");
}

#[test]
fn marks_that_are_seen_together_stay_different() {
    let figure = ['─', '━', '╍', '┐', '┓', '│', '┃', '╏', ' '];
    let marks = ['●', '○', '◌', '✓', '~', ' '];
    let slots = ['▮', '▯'];
    let tape = ['█', '▒', '░', '␣'];
    let ladder = ['─', '╌', '▶', '◀', '✗'];
    let course = ['✓', '◐', '·', '▸'];
    let form = ['●', '○', '✗', '▸'];
    let panes = ['▲', '▼', '▪', '…'];
    for group in [
        &figure[..],
        &marks,
        &slots,
        &tape,
        &ladder,
        &course,
        &form,
        &panes,
    ] {
        let mut shown: Vec<char> = group
            .iter()
            .map(|c| glyphs::ascii(*c).unwrap_or(*c))
            .collect();
        shown.sort_unstable();
        shown.dedup();
        // Heavy corners and heavy vertical lines may be alike.
        let alike = usize::from(group.contains(&'┓'));
        assert_eq!(shown.len() + alike, group.len(), "{group:?} as {shown:?}");
    }
}

#[test]
fn ascii_is_chosen_for_the_console_and_for_other_encodings() {
    for (term, locale, ascii) in [
        ("linux", Some("C.UTF-8"), true),
        ("xterm-256color", Some("en_GB.UTF-8"), false),
        ("xterm", Some("C.utf8"), false),
        ("xterm", Some("C"), true),
        ("xterm", Some("POSIX"), true),
        ("xterm", Some("de_DE@euro"), true),
        ("xterm", None, false),
    ] {
        let glyphs = Glyphs::of_terminal(term, locale);
        assert_eq!(glyphs == Glyphs::Ascii, ascii, "{term} {locale:?}");
    }
}

#[test]
fn every_theme_can_be_chosen_by_its_name_and_is_described() {
    let own = parse("base = \"light\"\nbad = \"red\"").expect("a theme");
    let described = parse("about = \"mine\"").expect("a theme");
    let files = vec![("ours".to_owned(), own), ("mine".to_owned(), described)];
    let mut appearance = Appearance::new(None, files, false, Glyphs::Unicode);
    let all = appearance.listed();
    assert_eq!(all.len(), FILES.len() + 3);
    let (auto, listed) = all.split_first().expect("auto");
    assert!(auto.name == AUTO && !auto.about.is_empty());
    for (index, theme) in listed.iter().enumerate() {
        assert!(!theme.about.is_empty(), "{}", theme.name);
        assert!(
            !theme.about.contains("your own") || theme.name == "ours",
            "{}",
            theme.name
        );
        let place = appearance.change_to(&theme.name);
        assert_eq!(place, (index + 1, listed.len()));
        assert_eq!(appearance.name(), theme.name);
        appearance.see(Background::Light);
        assert_eq!(appearance.name(), theme.name, "it stays");
    }
    let before = appearance.change_to("mine");
    assert_eq!(appearance.change_to("nobody"), before, "there is none");
    let own = listed.iter().find(|theme| theme.name == "ours");
    assert_eq!(
        own.map(|own| own.about.as_str()),
        Some("your own, built on light")
    );
}
