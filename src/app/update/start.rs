//! The choices of the start screen.

use crate::app::keymap::{Action, LessonAction};
use crate::app::message::Effect;
use crate::app::start::StartChoice;
use crate::app::state::App;
use crate::app::update::{lesson, lines};
use crate::kernel::listeners::Listener;
use crate::lesson::course::TOUR;
use crate::notation::parse_line;
use crate::socket::Address;

/// Does what the start screen offers under a number, counted from 0.
pub(crate) fn choose(app: &mut App, number: usize, effects: &mut Vec<Effect>) {
    let choices = app.start_choices();
    match choices.get(number) {
        Some(StartChoice::Tour) => effects.push(Effect::OpenLesson(TOUR.id.to_owned())),
        Some(StartChoice::Course) => lesson::open_course(app, effects),
        Some(StartChoice::FreePlay) => app.at_start = false,
        Some(StartChoice::Connect) => connect(app),
        None => {
            let last = u8::try_from(choices.len() - 1).unwrap_or(u8::MAX);
            let [first, last] =
                [0, last].map(|number| app.keys.name(Action::Lesson(LessonAction::Answer(number))));
            let text = format!("the start screen offers {first} to {last}");
            app.notify(text, false);
        }
    }
}

/// Makes a socket and connects it to another sockplay that listens.
fn connect(app: &mut App) {
    let Some(address) = app.other_instance().map(Listener::reachable) else {
        return;
    };
    let domain = match address {
        Address::Inet6(_) => "AF_INET6",
        _ => "AF_INET",
    };
    for text in [
        format!("c = socket({domain}, SOCK_STREAM)"),
        format!("connect(c, {address})"),
    ] {
        // Both are of the notation whatever the address is.
        if let Ok(line) = parse_line(&text) {
            app.prompt.remember(&text);
            lines::start(app, line);
        }
    }
}
