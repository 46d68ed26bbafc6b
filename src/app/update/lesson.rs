//! The keys of a lesson, and the results that are passed to it.

use std::sync::Arc;

use crate::app::explanations::Explanations;
use crate::app::keymap::{
    ACCEPT, ANEW, Action, BACK, COURSE, HELP, HINT, LEAVE_OUT, LESSON, NEW_SOCKET, NEXT, SOLUTION,
};
use crate::app::log_filter::LogFilter;
use crate::app::message::Effect;
use crate::app::overlay::{Content, Question};
use crate::app::state::{App, Mode as Keyboard};
use crate::call::Line;
use crate::event::{LineSource, Reach};
use crate::history::Moments;
use crate::kernel::listeners::Listener;
use crate::layout::{Pane, PaneScrolls};
use crate::lesson::progress::Resume;
use crate::lesson::study::{Committed, Next, Skipped};
use crate::lesson::{Entry, Lesson, LessonStep, Progress, Study};
use crate::notation::parse_line;
use crate::script::{Pace, Player, Report};
use crate::socket::Address;
use crate::world::World;

/// The next step of the lesson.
pub(crate) fn go_on(app: &mut App, effects: &mut Vec<Effect>) {
    if let Some(why) = app.learn.obstacle().map(str::to_owned) {
        return app.notify(why, true);
    }
    if !app.learn.is_read() {
        return read_on(app);
    }
    let Some(study) = &mut app.learn.study else {
        return;
    };
    match study.go_on() {
        Next::Run(line) => {
            app.learn.scroll = 0;
            run(app, *line, None);
        }
        Next::Turned => {
            // Shown from its top, even if it was read before.
            app.learn.scroll = isize::MIN;
            app.learn.read = None;
            keep(app, effects);
        }
        Next::Busy => app.notify("the previous line is still running", false),
        Next::Answer => app.notify("predict first: the number of an answer picks it", false),
        Next::Unreached => {
            let text = format!(
                "your turn: {} types a call; {} gives a hint, {} skips the goal",
                app.keys.name(Action::Prompt),
                app.keys.name(HINT),
                app.keys.name(LEAVE_OUT)
            );
            app.notify(text, false);
        }
        Next::Astray => {
            let text = format!(
                "the result is not what the lesson says, so it does not count: {} restarts the page, {} continues",
                app.keys.name(ANEW),
                app.keys.name(LEAVE_OUT)
            );
            app.notify(text, false);
        }
        Next::Over => open_following(app, effects),
    }
    look(app, effects);
}

/// Shows more of the text that has not been on the screen: no step is made before.
fn read_on(app: &mut App) {
    if !app.lesson_is_on_screen() {
        app.focus = Pane::Lesson;
        return;
    }
    let place = app.learn.study.as_ref().map(Study::text_place);
    // What was not drawn yet is drawn first.
    let drawn = app.geometry.lesson.filter(|extent| extent.place == place);
    if let Some(extent) = drawn {
        scroll(app, extent.page());
    }
}

/// Skips the present step.
pub(crate) fn leave(app: &mut App, effects: &mut Vec<Effect>) {
    let Some(study) = &mut app.learn.study else {
        return;
    };
    match study.leave() {
        Skipped::Left => {
            app.learn.scroll = 0;
            keep(app, effects);
        }
        Skipped::Solved(lines) => {
            app.lesson_begins(lines);
            app.notify(
                "the lesson makes these calls, as later steps need them: the goal counts as seen",
                false,
            );
        }
        Skipped::Nothing => app.notify(
            format!(
                "there is nothing to skip: {} continues",
                app.keys.name(NEXT)
            ),
            false,
        ),
    }
}

/// Opens the next lesson of the course in a new session, or shows the course.
fn open_following(app: &mut App, effects: &mut Vec<Effect>) {
    if app.is_on_tour() {
        return play_freely(app);
    }
    match app.learn.following().map(|entry| entry.id.clone()) {
        Some(id) => effects.push(Effect::OpenLesson(id)),
        None => open_course(app, effects),
    }
}

/// Ends the guided first conversation: its session goes on without it.
fn play_freely(app: &mut App) {
    app.learn.study = None;
    app.keep_focus_visible();
    let text = format!(
        "free play: {} makes a socket, {} shows the course, {} lists the keys",
        app.keys.name(NEW_SOCKET),
        app.keys.name(COURSE),
        app.keys.name(HELP)
    );
    app.notify(text, false);
}

/// Shows the map of the course.
pub(crate) fn open_course(app: &mut App, effects: &mut Vec<Effect>) {
    app.show_course();
    if app.learn.course.is_empty() {
        effects.push(Effect::LoadCourse);
    }
    effects.push(Effect::CountReviews);
}

/// Handles the course that was read.
pub(crate) fn loaded(app: &mut App, course: Vec<Entry>, progress: &Progress) {
    app.learn.course = course;
    app.learn.progress.merge(progress);
    if matches!(app.mode.content(), Some(Content::Course)) {
        app.show_course();
    }
}

/// Handles a lesson that was read: opens it where it was left, in a session that has what the page needs. For a class
/// it is opened at its beginning. If its text has changed, the learner must first confirm to continue.
pub(crate) fn opened(app: &mut App, lesson: Arc<Lesson>, effects: &mut Vec<Effect>) {
    let resume = app.learn.progress.resume(&lesson);
    let resume = resume.filter(|_| !app.learn.presenting);
    app.learn.open(lesson);
    app.script = None;
    app.mode = Keyboard::Panes;
    if !app.lesson_is_on_screen() {
        // If one pane is shown alone, it should be the lesson.
        app.focus = Pane::Lesson;
    }
    match resume {
        Some(Resume::Page(page)) => go_on_at(app, page, effects),
        Some(Resume::Changed(page)) => {
            anew(app, Vec::new(), effects);
            app.mode = Keyboard::over(Content::Question(Question::Changed { page }));
        }
        Some(Resume::Beginning) | None => begin(app, effects),
    }
    if let Some(why) = app.learn.obstacle().map(str::to_owned) {
        app.notify(why, true);
    }
}

/// Begins the open lesson at its first page.
fn begin(app: &mut App, effects: &mut Vec<Effect>) {
    anew(app, Vec::new(), effects);
    keep(app, effects);
}

/// Continues at a page of the open lesson: the calls of the earlier pages are made again.
fn go_on_at(app: &mut App, page: usize, effects: &mut Vec<Effect>) {
    let Some(study) = &mut app.learn.study else {
        return;
    };
    let done = app.learn.progress.of(&study.lesson.id);
    let lines = study.resume(page, &done.cloned().unwrap_or_default());
    anew(app, lines, effects);
    let text = format!(
        "you are where you left off: the calls of the earlier pages were made again; {} shows those pages",
        app.keys.name(BACK)
    );
    app.notify(text, false);
    keep(app, effects);
}

/// Handles the answer to whether to continue a lesson that has changed.
pub(crate) fn changed(app: &mut App, page: usize, goes_on: bool, effects: &mut Vec<Effect>) {
    app.mode = Keyboard::Panes;
    if goes_on {
        go_on_at(app, page, effects);
    } else {
        begin(app, effects);
    }
}

/// Commits an answer to the present prediction. Returns whether there was one.
pub(crate) fn answer(app: &mut App, chosen: usize, effects: &mut Vec<Effect>) -> bool {
    let Some(study) = app.learn.study.as_mut().filter(|_| !app.learn.hidden) else {
        return false;
    };
    let Some((at, LessonStep::Predict(question))) = study.present() else {
        return false;
    };
    if study.is_busy() || study.result_of(at).is_some() {
        return false;
    }
    let count = question.answers.len();
    match app.learn.progress.answer(study, chosen) {
        None => app.notify(format!("there are {count} answers: 1 to {count}"), false),
        Some(Committed::Run(line)) => {
            app.learn.scroll = 0;
            run(app, *line, Some(chosen));
        }
        Some(Committed::Answered) => {
            app.learn.scroll = 0;
            store(app, effects);
        }
    }
    true
}

/// Runs a line of the lesson.
fn run(app: &mut App, line: Line, chosen: Option<usize>) {
    app.lines += 1;
    let number = app.lines;
    if let Some(study) = &mut app.learn.study {
        study.runs(number, chosen);
    }
    let reach = Reach::Confined(LineSource::Lesson);
    app.player.push(number, line, reach);
}

/// Handles the result of a line, and returns whether the line was one of the lesson's.
pub(crate) fn reported(app: &mut App, report: &Report, effects: &mut Vec<Effect>) -> bool {
    let Some(study) = &mut app.learn.study else {
        return false;
    };
    let is_taken = app.learn.progress.take(study, report);
    if is_taken {
        store(app, effects);
    }
    is_taken
}

/// Checks how far the goal is reached.
pub(crate) fn look(app: &mut App, effects: &mut Vec<Effect>) {
    let Some(study) = &mut app.learn.study else {
        return;
    };
    if !app.learn.progress.look(study, &app.world) {
        return;
    }
    let then = if study.task().is_some() {
        "the next one is set".to_owned()
    } else if study.question().is_some() {
        "a prediction follows".to_owned()
    } else {
        format!("{} continues", app.keys.name(NEXT))
    };
    app.learn.scroll = 0;
    app.notify(format!("✓ the goal is reached: {then}"), false);
    store(app, effects);
}

/// Has the progress stored, how far the lesson was read included.
fn keep(app: &mut App, effects: &mut Vec<Effect>) {
    if let Some(study) = &app.learn.study {
        app.learn.progress.note(study);
    }
    store(app, effects);
}

fn store(app: &App, effects: &mut Vec<Effect>) {
    effects.push(Effect::StoreProgress(app.learn.progress.clone()));
}

/// Restarts the page, in a session without the learner's sockets.
pub(crate) fn page_anew(app: &mut App, effects: &mut Vec<Effect>) {
    if let Some(study) = &mut app.learn.study {
        let lines = study.page_anew();
        anew(app, lines, effects);
        app.notify("the page starts over, in a session of its own", false);
    }
}

/// Begins the session again. An open lesson begins its page anew, since its steps need what was done before.
pub(crate) fn restart(app: &mut App, effects: &mut Vec<Effect>) {
    match app.learn.study.is_some() {
        true => page_anew(app, effects),
        false => {
            anew(app, Vec::new(), effects);
            app.notify("the session has started again", false);
        }
    }
}

/// The previous page; in front of a class, undoes the previous step.
pub(crate) fn back(app: &mut App, effects: &mut Vec<Effect>) {
    let presenting = app.learn.presenting;
    let Some(study) = &mut app.learn.study else {
        return;
    };
    app.learn.scroll = 0;
    if !presenting {
        let before = study.page.saturating_sub(1);
        study.turn(before);
        app.learn.scroll = isize::MIN;
        return;
    }
    if let Some(lines) = study.back() {
        anew(app, lines, effects);
    }
}

/// Ends the session and starts another, in which some lines are run first.
pub(crate) fn anew(app: &mut App, lines: Vec<Line>, effects: &mut Vec<Effect>) {
    effects.push(Effect::Anew);
    app.learn.awaits_server();
    app.past = None;
    app.moments = Moments::default();
    app.happened.push(crate::journal::Entry::Anew);
    app.world = World::default();
    app.log_filter = LogFilter::default();
    app.socket_filter.clear();
    app.explanations = Explanations::default();
    app.player = Player::new(Pace::Prompt);
    app.typed_ahead.clear();
    app.broken.clear();
    app.selection = None;
    app.log_selection = None;
    app.scroll = PaneScrolls::default();
    app.is_crowded = false;
    app.learn.scroll = 0;
    if let Some(script) = &mut app.script {
        script.begin_again();
    }
    app.lesson_begins(lines);
}

/// Shows one more hint.
pub(crate) fn hint(app: &mut App) {
    let Some(study) = &mut app.learn.study else {
        return;
    };
    app.learn.scroll = 0;
    match study.task().map(|task| task.hints.len()) {
        Some(all) if study.hints < all => study.hints += 1,
        Some(_) => app.notify(
            format!(
                "there are no more hints: {} puts the solution at the prompt",
                app.keys.name(SOLUTION)
            ),
            false,
        ),
        None if study.question().is_some() => {
            app.notify(
                "a prediction has no hint: pick an answer, and it is explained",
                false,
            );
        }
        None => app.notify(
            format!("only goals have hints: {} continues", app.keys.name(NEXT)),
            false,
        ),
    }
}

/// Puts the next line of the solution at the prompt.
pub(crate) fn solution(app: &mut App, effects: &mut Vec<Effect>) {
    let is_theirs = |own: &&Listener| {
        own.of_another_instance && own.listens && matches!(own.address, Address::Inet(_))
    };
    let peer = app.listeners.iter().find(is_theirs);
    let peer = peer.map(|own| own.reachable().to_string());
    let Some(study) = &mut app.learn.study else {
        return;
    };
    if study.question().is_some() {
        let text = "a prediction has no solution to show: pick an answer, then the call is made";
        return app.notify(text, false);
    }
    let Some(solving) = study.solution(&app.world) else {
        return app.notify(
            format!(
                "only goals have solutions: {} continues",
                app.keys.name(NEXT)
            ),
            false,
        );
    };
    match solving.typed(peer.as_deref()) {
        Some(line) => {
            study.peeked = true;
            app.offer(&line);
            app.learn.offered = parse_line(&line).ok();
            let text = format!(
                "{} runs the line, {} shows the next one",
                app.keys.name(ACCEPT),
                app.keys.name(SOLUTION)
            );
            app.notify(text, false);
        }
        None => {
            study.solving -= 1;
            app.awaits_listeners = true;
            effects.push(Effect::FindListeners);
            let text = format!(
                "no other sockplay listens yet: do the server's part there first, then {} again",
                app.keys.name(SOLUTION)
            );
            app.notify(text, false);
        }
    }
}

/// Hides the lesson, or shows it again.
pub(crate) fn toggle(app: &mut App, effects: &mut Vec<Effect>) {
    if app.learn.study.is_none() {
        return open_course(app, effects);
    }
    app.learn.hidden = !app.learn.hidden;
    app.keep_focus_visible();
    if app.learn.hidden {
        app.notify(
            format!(
                "free play: the lesson stays where it is, {} brings it back",
                app.keys.name(LESSON)
            ),
            false,
        );
    }
}

/// Scrolls the text of the lesson.
pub(crate) fn scroll(app: &mut App, rows: isize) {
    let lesson = app.geometry.lesson.filter(|_| app.lesson_is_on_screen());
    let offset = app.learn.scroll;
    app.learn.scroll = lesson.map_or(0, |lesson| lesson.scrolled(offset, rows));
}

/// Opens a lesson; if it is open already it stays as it is.
pub(crate) fn open_or_show(app: &mut App, id: String, effects: &mut Vec<Effect>) {
    let is_open = app
        .learn
        .study
        .as_ref()
        .is_some_and(|study| study.lesson.id == id);
    if is_open {
        app.mode = Keyboard::Panes;
        app.learn.hidden = false;
    } else {
        effects.push(Effect::OpenLesson(id));
    }
}
