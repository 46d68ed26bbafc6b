//! The map of the course: every lesson with its progress, and what the selected one is for.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::app::keymap::{ACCEPT, Action, CARDS};
use crate::app::state::App;
use crate::layout::{Extent, Scroll, Target, clickable};
use crate::lesson::course_file::Chapter;
use crate::lesson::{Entry, Needs};
use crate::view::drawn::Drawn;
use crate::view::key_line::KeyLine;
use crate::view::text::{cut_spans, fit, paragraph};

/// The most columns of a title.
const TITLE: usize = 34;
/// The columns before it: the pointer, the mark, the number.
const BEFORE: usize = 6;
/// The headings of the counts, which are as wide.
const COUNTS: &str = "goals  predicted  calls due     min";
/// What is said of a lesson that needs CAP_NET_RAW: in words, and shorter if those have no room.
const PRIVILEGE: [&str; 2] = ["  needs a privilege", " privilege"];
/// Of one that needs a network of its own.
const NETWORK: [&str; 2] = ["  private network", " network"];

/// Draws the map over everything.
pub(crate) fn draw(app: &App, scroll: Scroll, area: Rect, on: &mut Frame<'_>) -> Drawn {
    let back = match app.learn.study {
        Some(_) => "back to the lesson",
        None => "free play",
    };
    let keys = KeyLine::new(&app.keys)
        .text(" ")
        .pair((Action::Up, Action::Down), "choose")
        .text("  ")
        .key(ACCEPT, "opens")
        .text("  ")
        .key(CARDS, "asks cards")
        .text("  ")
        .key(Action::Close, back)
        .text(" ");
    let listed = app.filtered_course();
    let extent = Extent::of_list(scroll, listed.len());
    let at = extent.at;
    let below = keys.line(app.theme.secondary);
    let place = crate::view::frame::over_all(app, &title(app, listed.len()), below, area, on);
    let keys = keys.below(area);
    let width = usize::from(place.width);
    if app.learn.course.is_empty() {
        let none = paragraph("No lesson was found.", width, app.theme.secondary);
        crate::view::frame::rows(none, place, on);
        return Drawn {
            clickable: keys,
            ..Drawn::default()
        };
    }
    let mut lines = head(app, width);
    let about = listed
        .get(at)
        .map_or_else(Vec::new, |at| about(app, *at, width));
    let rows = usize::from(place.height).saturating_sub(lines.len() + about.len() + 1);
    let items = items(app, &listed);
    let chosen = items
        .iter()
        .position(|item| matches!(item, Item::Lesson(own) if *own == at));
    let chosen = chosen.unwrap_or(0);
    let count = items.len();
    let first = (chosen + 1 + rows / 2).min(count).saturating_sub(rows);
    let list = Rect {
        y: place.y + u16::try_from(lines.len()).unwrap_or(u16::MAX),
        width: place.width + 1,
        height: u16::try_from(rows).unwrap_or(u16::MAX),
        ..place
    };
    let shown = items.iter().skip(first).take(rows);
    lines.extend(shown.map(|item| match item {
        Item::Chapter(chapter) => heading(app, chapter, width),
        Item::Lesson(own) => {
            let index = listed[*own];
            row(app, index, &app.learn.course[index], *own == at, width)
        }
    }));
    lines.push(Line::default());
    lines.extend(about);
    crate::view::frame::rows(lines, place, on);
    if first > 0 {
        crate::view::frame::more_above(app, list, on);
    }
    if first + rows < count {
        crate::view::frame::more_below(app, list, on);
    }
    let targets = items.iter().skip(first).map(|item| match item {
        Item::Chapter(_) => None,
        Item::Lesson(own) => Some(Target::Entry(*own)),
    });
    Drawn {
        extent,
        clickable: [clickable(list, targets), keys].concat(),
    }
}

/// A row of the list.
enum Item<'a> {
    Chapter(&'a Chapter),
    /// A lesson, by its place among those that are listed.
    Lesson(usize),
}

/// The lessons that are listed, with the chapters before their first lessons. A filter leaves the chapters out.
fn items<'a>(app: &'a App, listed: &[usize]) -> Vec<Item<'a>> {
    let course = crate::lesson::course::current();
    let is_filtered = listed.len() < app.learn.course.len();
    let mut items = Vec::new();
    for (own, index) in listed.iter().enumerate() {
        let file = course.lessons.get(*index);
        let begins = |chapter: &&Chapter| {
            let first = chapter.lessons.first();
            file.is_some_and(|file| first.is_some_and(|own| own == file.name))
        };
        let chapter = chapter_of(*index).filter(begins);
        items.extend(chapter.filter(|_| !is_filtered).map(Item::Chapter));
        items.push(Item::Lesson(own));
    }
    items
}

fn heading(app: &App, chapter: &Chapter, width: usize) -> Line<'static> {
    let files = crate::lesson::course::current().lessons.iter();
    let own = files.filter(|file| chapter.lessons.iter().any(|own| own == file.name));
    let due: usize = own.map(|file| app.learn.reviews.of_lesson(file.id)).sum();
    let due = match due {
        0 => String::new(),
        due => format!("  {}", cards_due(due)),
    };
    let spans = vec![
        Span::styled(format!(" {}", chapter.title), app.theme.title),
        Span::styled(due, app.theme.warning),
    ];
    cut_spans(spans, width)
}

/// The chapter of a lesson, by the place of the lesson in the course.
fn chapter_of(at: usize) -> Option<&'static Chapter> {
    let course = crate::lesson::course::current();
    let file = course.lessons.get(at)?;
    let mut chapters = course.chapters.iter();
    chapters.find(|chapter| chapter.lessons.iter().any(|own| own == file.name))
}

/// The title, with the filter and how many lessons it shows.
fn title(app: &App, shown: usize) -> String {
    let filter = app.mode.overlay().map(|overlay| &overlay.filter);
    let course = crate::lesson::course::current().title;
    match filter.filter(|filter| filter.is_on()) {
        Some(filter) => format!(
            " {course} · {} ",
            filter.title(shown, app.learn.course.len())
        ),
        None => format!(" {course} "),
    }
}

/// How much of the course is done, and the meaning of the marks and the counts.
fn head(app: &App, width: usize) -> Vec<Line<'static>> {
    let course = &app.learn.course;
    let done = course
        .iter()
        .filter(|entry| entry.is_done(&app.learn.progress));
    let left = course
        .iter()
        .filter(|entry| !entry.is_done(&app.learn.progress));
    let minutes: u32 = left.map(|entry| u32::from(entry.minutes)).sum();
    let text = format!(
        "{} of {} lessons done with all their goals, {} h {} min left",
        done.count(),
        course.len(),
        minutes / 60,
        minutes % 60
    );
    let mut lines = paragraph(&text, width, app.theme.secondary);
    lines.extend(reviews(app, width));
    // A notice below the panes would not be seen here, and may be long.
    if let Some(notice) = &app.notice {
        let style = if notice.is_error {
            app.theme.bad
        } else {
            app.theme.title
        };
        lines.extend(paragraph(&notice.text, width, style));
    }
    lines.push(legend(app, width));
    lines
}

/// How many cards are due, and the key that asks them. Nothing, where none is.
fn reviews(app: &App, width: usize) -> Vec<Line<'static>> {
    let reviews = &app.learn.reviews;
    let new = match reviews.new {
        0 => None,
        new => Some(format!("{new} new")),
    };
    let due = Some(reviews.due()).filter(|due| *due > 0);
    let due = due.map(|due| format!("{due} due"));
    let counted: Vec<String> = due.into_iter().chain(new).collect();
    if counted.is_empty() {
        return Vec::new();
    }
    let key = app.keys.name(CARDS);
    let text = format!("Flash cards: {}; {key} asks them", counted.join(", "));
    paragraph(&text, width, app.theme.warning)
}

/// `1 card due`
fn cards_due(due: usize) -> String {
    let cards = if due == 1 { "card" } else { "cards" };
    format!("{due} {cards} due")
}

/// `✓ done  ◐ begun  · new                   goals  predicted     min`
fn legend(app: &App, width: usize) -> Line<'static> {
    let theme = &app.theme;
    let marks = [
        ("✓", " done  ", theme.good),
        ("○", " seen  ", theme.accent),
        ("◐", " begun  ", theme.warning),
        ("·", " new", theme.secondary),
    ];
    let spans = marks.into_iter().flat_map(|(mark, word, style)| {
        [
            Span::styled(mark, style),
            Span::styled(word, theme.secondary),
        ]
    });
    let mut spans: Vec<Span<'static>> = std::iter::once(Span::raw(" ")).chain(spans).collect();
    let used: usize = spans.iter().map(Span::width).sum();
    let gap = (BEFORE + title_width(width) + 2).saturating_sub(used);
    spans.push(Span::styled(
        format!("{:gap$}{COUNTS}", ""),
        theme.secondary,
    ));
    cut_spans(spans, width)
}

/// The title is cut in favour of the counts. What a lesson needs is said of the selected one too.
fn title_width(width: usize) -> usize {
    let others = BEFORE + 2 + COUNTS.width();
    width.saturating_sub(others).clamp(TITLE / 2, TITLE)
}

/// A lesson: mark, number, title, goals, predictions, calls, cards that are due, minutes.
fn row(app: &App, index: usize, entry: &Entry, chosen: bool, width: usize) -> Line<'static> {
    let theme = &app.theme;
    let done = app.learn.progress.of(&entry.id);
    let (mark, style) = match done {
        Some(_) if entry.is_done(&app.learn.progress) => ("✓", theme.good),
        Some(_) if entry.is_seen(&app.learn.progress) => ("○", theme.accent),
        Some(_) => ("◐", theme.warning),
        None => ("·", theme.secondary),
    };
    let reached = done.map_or(0, crate::lesson::progress::Done::solved);
    let (right, _) = done.map_or((0, 0), crate::lesson::progress::Done::score);
    let calls = entry.calls(&app.learn.progress);
    let calls = calls.map(|(own, shortest)| format!("{own}/{shortest}"));
    let due = Some(app.learn.reviews.of_lesson(&entry.id)).filter(|due| *due > 0);
    let counts = format!(
        "{:>5}  {:>9}  {:>5} {:>3}  {:>2} min",
        format!("{reached}/{}", entry.tasks),
        format!("{right}/{}", entry.questions),
        calls.unwrap_or_default(),
        due.map(|due| due.to_string()).unwrap_or_default(),
        entry.minutes
    );
    let room = width.saturating_sub(BEFORE + title_width(width) + 2 + counts.width());
    let needs: &[&str] = match entry.needs {
        Some(Needs::RawSockets) => &PRIVILEGE,
        Some(Needs::Network(_)) => &NETWORK,
        None => &[],
    };
    let needs = needs.iter().find(|words| words.width() <= room);
    let needs = needs.copied().unwrap_or_default();
    let pointer = if chosen { "▸" } else { " " };
    let title = if chosen { theme.accent } else { Style::new() };
    cut_spans(
        vec![
            Span::styled(pointer, theme.accent),
            Span::styled(format!("{mark} "), style),
            Span::styled(format!("{:2} ", index + 1), theme.secondary),
            Span::styled(fit(&entry.title, title_width(width)), title),
            Span::styled(format!("  {counts}{needs}"), theme.secondary),
        ],
        width,
    )
}

/// What the selected lesson is for, and the command that opens it.
fn about(app: &App, at: usize, width: usize) -> Vec<Line<'static>> {
    let Some(entry) = app.learn.course.get(at) else {
        return Vec::new();
    };
    let (none, theme) = (("", Style::new()), &app.theme);
    let mut lines = crate::view::prose::hanging(none, &entry.goal, width, Style::new(), theme);
    let needs = match entry.needs {
        Some(Needs::RawSockets) => "It needs CAP_NET_RAW, or a private network, which has it.",
        Some(Needs::Network(_)) => "It is done in a private network: a network namespace.",
        None => "",
    };
    if !needs.is_empty() {
        lines.extend(paragraph(needs, width, theme.secondary));
    }
    if let Some((own, shortest)) = entry.calls(&app.learn.progress) {
        let calls =
            format!("Calls in its tasks: you {own}, the shortest known solution {shortest}.");
        lines.extend(paragraph(&calls, width, theme.secondary));
    }
    if let Some(chapter) = chapter_of(at).filter(|chapter| !chapter.after.is_empty()) {
        let after = format!("After the chapter: {}", chapter.after);
        lines.extend(paragraph(&after, width, theme.secondary));
    }
    if !crate::lesson::course::current().key.is_empty() {
        return lines;
    }
    let hint = format!("Opens from the shell with: `sockplay learn {}`", entry.id);
    lines.extend(crate::view::prose::hanging(
        none,
        &hint,
        width,
        theme.secondary,
        theme,
    ));
    lines
}
