//! Restarting the session: by the key and by `:restart`, after a question.

use crate::app::update::tests::*;

fn asks(journey: &Journey) -> bool {
    matches!(
        journey.app.mode.content(),
        Some(Content::Question(Question::Restart))
    )
}

/// A session with a socket and a call.
fn begun() -> Journey {
    let mut journey = Journey::new();
    let effects = journey.keys("n\n");
    journey.all_succeed(effects);
    assert_eq!(journey.app.world.log().len(), 1);
    journey
}

fn is_anew(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Anew))
}

#[test]
fn the_session_begins_anew_after_a_yes() {
    for word in ["restart", ":restart "] {
        let mut journey = begun();
        assert!(
            !is_anew(&journey.keys(&format!(":{word}\n"))),
            "it asks first"
        );
        assert!(asks(&journey));
        let effects = journey.keys("y");
        assert!(is_anew(&effects));
        assert!(matches!(journey.app.mode, Mode::Panes));
        assert!(journey.app.world.log().is_empty() && journey.app.selection.is_none());
        // What is made next gets the first name again.
        let effects = journey.keys("n\n");
        journey.all_succeed(effects);
        assert!(
            journey
                .app
                .world
                .named(&Name::new("s1").expect("a name"))
                .is_some()
        );
    }
}

#[test]
fn the_key_asks_and_any_other_answer_leaves_everything_as_it_is() {
    let mut journey = begun();
    let key = Msg::Key(KeyEvent::from(KeyCode::F(9)));
    for answer in ["n", "\x1b", "x"] {
        journey.send(key.clone());
        assert!(asks(&journey));
        assert!(!is_anew(&journey.keys(answer)));
        assert!(!asks(&journey) && journey.app.world.log().len() == 1);
    }
}
