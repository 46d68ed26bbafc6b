//! What is pasted is never taken as keys, whether the terminal marks it as a paste or not.

use super::*;

const TEXT: &str = "n\nb\nq y i the quick brown fox: socket inet stream\n";

fn typed(text: &str) -> Msg {
    let key = |c| match c {
        '\n' => KeyCode::Enter,
        c => KeyCode::Char(c),
    };
    Msg::Burst(text.chars().map(|c| KeyEvent::from(key(c))).collect())
}

/// Both ways in which pasted text arrives.
fn pasted() -> [Msg; 2] {
    [Msg::Paste(TEXT.to_owned()), typed(TEXT)]
}

/// Every state in which text is not accepted.
fn places() -> Vec<fn(&mut App)> {
    vec![
        |_| {},
        |app| app.mode = Mode::over(Content::Page(Page::Help)),
        |app| app.mode = Mode::over(Content::Page(Page::Models)),
        |app| app.mode = Mode::over(Content::Page(Page::Ladder)),
        |app| app.mode = Mode::over(Content::Page(Page::Address)),
        |app| app.mode = Mode::over(Content::Page(Page::Queues)),
        |app| app.mode = Mode::over(Content::Page(Page::Commands)),
        |app| app.mode = Mode::over(Content::Course),
        |app| app.mode = Mode::over(Content::Question(Question::Leave)),
    ]
}

#[test]
fn where_no_text_is_taken_a_paste_does_nothing_and_that_is_said() {
    for place in places() {
        for paste in pasted() {
            let mut journey = Journey::new();
            place(&mut journey.app);
            let before = format!("{:?}", journey.app.mode);
            assert!(journey.send(paste).is_empty(), "{before}");
            journey.send(Msg::BurstEnd);
            assert_eq!(format!("{:?}", journey.app.mode), before);
            let notice = journey.app.notice.as_ref().expect("a notice");
            assert!(
                notice.text.starts_with("what was pasted is ignored"),
                "{}",
                notice.text
            );
            assert!(journey.log().is_empty());
        }
    }
}

#[test]
fn a_piece_that_begins_with_a_colon_belongs_to_what_was_before_it() {
    let mut journey = Journey::new();
    journey.send(typed(TEXT));
    journey.send(typed(": socket inet stream\n: socket inet stream\n"));
    assert!(matches!(journey.app.mode, Mode::Panes) && journey.log().is_empty());
    journey.send(Msg::BurstEnd);
    journey.send(typed(": socket inet stream\n: socket inet stream\n"));
    assert!(matches!(journey.app.mode, Mode::Prompt));
}

#[test]
fn a_form_and_the_list_of_calls_take_the_text_and_wait_for_enter() {
    for paste in pasted() {
        let mut journey = Journey::new();
        journey.keys("n");
        assert!(journey.send(paste.clone()).is_empty());
        assert!(journey.app.mode.form().is_some());
        let mut journey = Journey::new();
        journey.keys(" ");
        assert!(journey.send(paste).is_empty());
        let Some(Content::Palette(palette)) = journey.app.mode.content() else {
            panic!("it stays open")
        };
        assert_eq!(palette.typed(), "n", "the first line");
    }
}

#[test]
fn the_prompt_takes_keys_that_come_at_once_as_typed() {
    let mut journey = Journey::new();
    journey.send(typed(
        ":# a comment that says nothing at all\nu = socket inet dgram\nhalf",
    ));
    assert_eq!(journey.log(), ["u = socket(AF_INET, SOCK_DGRAM)"]);
    assert_eq!(journey.app.prompt.line(), "half");
}

#[test]
fn the_prompt_opens_while_a_call_has_not_come_back() {
    let line = "u = socket inet dgram";
    for paste in [Msg::Paste(line.to_owned()), typed(line)] {
        let mut journey = Journey::new();
        let effects = journey.keys("n\n:");
        assert!(journey.send(paste).is_empty());
        assert_eq!(journey.app.prompt.line(), line);
        journey.all_succeed(effects);
        let effects = journey.keys("\n");
        assert_eq!(journey.all_succeed(effects).len(), 1);
    }
}

#[test]
fn letters_that_are_typed_ahead_of_their_form_interrupt_nothing() {
    let mut journey = Journey::new();
    let effects = journey.keys("n\nb");
    journey.keys("unix:/tmp/i");
    journey.all_succeed(effects);
    let Some(form) = journey.app.mode.form() else {
        panic!("b opens it")
    };
    assert_eq!(form.line(), "bind(s1, unix:/tmp/i)");
}

#[test]
fn a_search_of_the_history_is_not_ended_by_a_paste() {
    for paste in pasted() {
        let mut journey = Journey::new();
        let effects = journey.keys(":u = socket inet dgram\n");
        journey.all_succeed(effects);
        let search = KeyEvent::new(KeyCode::Char('r'), KeyModifiers::CONTROL);
        journey.send(Msg::Key(search));
        journey.keys("u");
        let line = journey.app.prompt.line().to_owned();
        assert!(journey.send(paste).is_empty());
        journey.send(Msg::BurstEnd);
        let notice = journey.app.notice.as_ref().expect("a notice");
        assert!(notice.text.contains("press Esc first"), "{}", notice.text);
        assert!(journey.app.prompt.search().is_some());
        assert_eq!(journey.app.prompt.line(), line);
        assert_eq!(journey.log().len(), 1);
    }
}

/// What is at the prompt after each kilobyte of a burst of lines that are not calls.
fn lines_at_prompt(bytes: usize) -> Vec<String> {
    const LINE: &str = "the quick brown fox jumps over the lazy dog\n";
    let mut journey = Journey::new();
    journey.keys(":");
    let text = LINE.repeat(bytes / LINE.len());
    let pieces: Vec<char> = text.chars().collect();
    let mut lines = Vec::new();
    for piece in pieces.chunks(1000) {
        assert!(journey.send(typed(&String::from_iter(piece))).is_empty());
        lines.push(journey.app.prompt.line().to_owned());
        let notice = journey.app.notice.as_ref().expect("a notice");
        assert!(notice.text.starts_with("column 1: unknown call `the`"));
        assert!(notice.text.ends_with("together with it are ignored"));
    }
    journey.send(Msg::BurstEnd);
    assert!(journey.log().is_empty());
    journey.keys("!");
    assert!(journey.app.prompt.line().ends_with("dog!"), "it goes on");
    lines
}

#[test]
fn the_work_for_lines_that_are_not_calls_grows_no_faster_than_their_number() {
    // Enter reads the line at the prompt: its length is the work.
    let work = |bytes| -> usize { lines_at_prompt(bytes).iter().map(String::len).sum() };
    let (few, many) = (work(6_000), work(60_000));
    assert!(few > 0 && many <= few * 10, "{few} {many}");
}

#[test]
fn after_a_line_that_cannot_be_run_the_burst_is_over_and_the_next_is_not_dropped() {
    let mut journey = Journey::new();
    journey.send(typed(":the quick brown fox jumps over\n"));
    let notice = journey.app.notice.clone().expect("a notice");
    assert!(!notice.text.contains("ignored"), "nothing came after it");
    journey.send(typed("u = socket inet dgram\n"));
    assert!(journey.log().is_empty(), "it is still the same burst");
    journey.send(Msg::BurstEnd);
    journey.app.prompt.set("");
    journey.send(typed("u = socket inet dgram\n"));
    assert_eq!(journey.log(), ["u = socket(AF_INET, SOCK_DGRAM)"]);
}
