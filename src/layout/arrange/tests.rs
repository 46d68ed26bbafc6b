//! The panes fill the screen at every size, and the borders follow from little.

use proptest::prelude::*;

use crate::layout::Areas;
use crate::layout::arrange::*;

fn arrangement(preset: Preset, lesson: Option<Lesson>) -> Arrangement {
    Arrangement {
        preset,
        is_crowded: false,
        lesson,
        program: false,
        focus: Pane::Sockets,
    }
}

fn placed(columns: u16, rows: u16, arrangement: &Arrangement) -> Vec<PlacedPane> {
    let screen = Rect::new(0, 0, columns, rows);
    Areas::of(screen, |body| panes(body, arrangement)).panes
}

fn names(placed: &[PlacedPane]) -> Vec<Pane> {
    placed.iter().map(|placed| placed.pane).collect()
}

/// The rows of text of a pane.
fn rows(placed: &[PlacedPane], pane: Pane) -> u16 {
    let found = placed.iter().find(|placed| placed.pane == pane);
    found.map_or(0, |placed| placed.inside().height)
}

#[test]
fn each_size_shows_what_it_has_room_for() {
    use Pane::{Ladder, Log, Queues, Sockets, State, Transitions, Why};
    let all = arrangement(Preset::All, None);
    let small = placed(80, 24, &all);
    assert_eq!(names(&small), [Sockets, State, Transitions, Log, Why]);
    assert_eq!(rows(&small, State), 4, "the compact figure and a line");
    let middle = placed(120, 40, &all);
    assert_eq!(names(&middle), [Sockets, Transitions, State, Log, Why]);
    assert_eq!(rows(&middle, State), 23, "the whole figure and its text");
    assert_eq!(rows(&middle, Log), 11, "a conversation");
    for (columns, lines) in [(160, 40), (200, 60)] {
        let large = placed(columns, lines, &all);
        let expected = [Sockets, Transitions, State, Why, Queues, Log, Ladder];
        assert_eq!(names(&large), expected);
        assert!(rows(&large, State) >= FIGURE);
    }
    let ladder = placed(80, 24, &arrangement(Preset::Ladder, None));
    assert_eq!(names(&ladder), [Sockets, Ladder, Queues]);
    let state = placed(80, 24, &arrangement(Preset::State, None));
    assert_eq!(rows(&state, State), 15, "the whole figure and a line");
}

#[test]
fn a_lesson_at_80_by_24_has_the_transitions_below_it() {
    use Pane::{Log, Sockets, State, Transitions};
    let lesson = placed(80, 24, &arrangement(Preset::All, Some(Lesson::Read)));
    assert_eq!(names(&lesson), [Pane::Lesson, Sockets, Transitions, Log]);
    let focused = Arrangement {
        focus: State,
        ..arrangement(Preset::All, Some(Lesson::Read))
    };
    assert_eq!(names(&placed(80, 24, &focused)), [Pane::Lesson, State]);
}

#[test]
fn a_program_of_the_session_has_rows_below_a_lesson_whatever_is_focused() {
    use Pane::{Code, Lesson as Text, Log, Sockets, Transitions};
    for lesson in [Lesson::Read, Lesson::Script] {
        let code = arrangement(Preset::Code, Some(lesson));
        let of_lesson = lesson.pane();
        for focus in [of_lesson, Sockets, Log, Code] {
            let all = placed(80, 24, &Arrangement { focus, ..code });
            assert_eq!(names(&all), [of_lesson, Sockets, Log, Code]);
            assert_eq!(rows(&all, Code), 4);
        }
        let focus = Transitions;
        let alone = placed(80, 24, &Arrangement { focus, ..code });
        assert_eq!(names(&alone), [of_lesson, Transitions]);
    }
    let focus = Code;
    let all = arrangement(Preset::All, Some(Lesson::Read));
    let one = placed(80, 24, &Arrangement { focus, ..all });
    assert_eq!(names(&one), [Text, Code]);
}

#[test]
fn a_crowded_list_borrows_rows_until_little_is_left_and_only_in_a_stack() {
    let mut crowded = false;
    let mut changes = Vec::new();
    for listed in [1, 2, 3, 4, 3, 4, 3, 2, 3, 4, 8, 0] {
        let next = is_crowded(crowded, listed);
        if next != crowded {
            changes.push(listed);
        }
        crowded = next;
    }
    assert_eq!(changes, [4, 2, 4, 0]);
    for (columns, lines) in [(80, 24), (112, 34), (120, 40), (160, 45), (200, 60)] {
        let few = arrangement(Preset::All, None);
        let many = Arrangement {
            is_crowded: true,
            ..few
        };
        let (few, many) = (placed(columns, lines, &few), placed(columns, lines, &many));
        assert_eq!(names(&few), names(&many));
        match columns {
            80 => assert!(rows(&many, Pane::Sockets) > rows(&few, Pane::Sockets)),
            _ => assert_eq!(few, many),
        }
    }
}

#[test]
fn tab_reaches_what_is_shown_or_takes_its_place() {
    let screen = |columns, rows| Size { columns, rows };
    let reached = |size: Size, arrangement: &Arrangement| {
        let area = Rect::new(0, 0, size.columns, size.rows);
        let mut found = Vec::new();
        Areas::of(area, |body| {
            found = reachable(size, body, arrangement);
            Vec::new()
        });
        found
    };
    let all = arrangement(Preset::All, None);
    assert!(!reached(screen(120, 40), &all).contains(&Pane::Ladder));
    assert!(reached(screen(200, 60), &all).contains(&Pane::Ladder));
    assert!(reached(screen(80, 11), &all).contains(&Pane::Transitions));
    let lesson = arrangement(Preset::All, Some(Lesson::Read));
    let below = reached(screen(80, 24), &lesson);
    assert!(below.contains(&Pane::Why) && below.contains(&Pane::Lesson));
}

#[test]
fn everything_is_on_one_screen_at_200_by_60() {
    for lesson in [None, Some(Lesson::Read), Some(Lesson::Presented)] {
        let placed = placed(200, 60, &arrangement(Preset::All, lesson));
        let shown = names(&placed);
        for pane in [
            Pane::Sockets,
            Pane::State,
            Pane::Transitions,
            Pane::Log,
            Pane::Why,
            Pane::Ladder,
            Pane::Queues,
        ] {
            assert!(shown.contains(&pane), "{pane:?} with {lesson:?}: {shown:?}");
            assert!(rows(&placed, pane) >= 6, "{pane:?} with {lesson:?}");
        }
    }
}

#[test]
fn the_transitions_have_a_row_in_every_lesson_and_beside_every_program() {
    let has_row = |columns, lines, arrangement: &Arrangement| {
        let placed = placed(columns, lines, arrangement);
        assert!(
            rows(&placed, Pane::Transitions) > 0,
            "{columns}x{lines} {arrangement:?}: {placed:?}"
        );
    };
    for (columns, lines) in [(80, 20), (80, 24), (100, 30), (120, 40), (200, 60)] {
        has_row(columns, lines, &arrangement(Preset::All, None));
        for lesson in [Lesson::Read, Lesson::Presented, Lesson::Script] {
            has_row(columns, lines, &arrangement(Preset::All, Some(lesson)));
        }
    }
    for (columns, lines) in [(80, 24), (100, 30), (120, 40), (200, 60)] {
        for is_crowded in [false, true] {
            let with_program = Arrangement {
                program: true,
                is_crowded,
                ..arrangement(Preset::All, None)
            };
            has_row(columns, lines, &with_program);
        }
    }
}

#[test]
fn the_terminal_of_a_program_has_rows_at_usual_sizes() {
    let sizes = [(80, 24), (120, 40), (200, 60)];
    for (columns, rows) in sizes {
        for preset in Preset::ALL {
            let with_program = Arrangement {
                program: true,
                ..arrangement(preset, None)
            };
            let placed = placed(columns, rows, &with_program);
            let program = placed.iter().find(|placed| placed.pane == Pane::Program);
            let inside = program.map(PlacedPane::inside);
            assert!(
                inside.is_some_and(|inside| inside.height >= 4 && inside.width >= 45),
                "{columns}x{rows} {preset:?}: {inside:?}"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_panes_fill_the_screen_and_share_only_their_frames(
        columns in 40..260u16,
        lines in 12..100u16,
        preset in prop::sample::select(Preset::ALL.to_vec()),
        lesson in prop::sample::select(vec![None, Some(Lesson::Read), Some(Lesson::Presented), Some(Lesson::Script)]),
        is_crowded: bool,
        program: bool,
        focus in prop::sample::select(Pane::ALL.to_vec()),
    ) {
        let arrangement = Arrangement { preset, is_crowded, lesson, program, focus };
        let placed = placed(columns, lines, &arrangement);
        let mut covered = vec![vec![0u8; columns.into()]; lines.into()];
        for pane in &placed {
            let framed = pane.framed;
            prop_assert!(framed.right() <= columns && framed.bottom() <= lines, "{pane:?}");
            prop_assert!(framed.height > 2, "{pane:?} has no row of text");
            for y in framed.y + 1..framed.bottom() - 1 {
                for x in framed.x + 1..framed.right() - 1 {
                    covered[usize::from(y)][usize::from(x)] += 1;
                }
            }
            for (y, x) in [(framed.y, framed.x), (framed.bottom() - 1, framed.right() - 1)] {
                prop_assert_eq!(covered[usize::from(y)][usize::from(x)], 0, "a corner is inside a pane");
            }
        }
        prop_assert!(covered.iter().flatten().all(|count| *count < 2), "two overlap");
        let bottom = placed.iter().map(|pane| pane.framed.bottom()).max();
        prop_assert_eq!(bottom, Some(lines - 2), "the last shares its line with the prompt");
    }
}
