//! Journeys through the pure modules: the keys of a user, and answers of the engine made by hand.

mod closing;
mod copying;
mod filters;
mod help;
mod overlays;
mod pastes;
mod restart;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::app::overlay::{Page, Question};
use crate::app::update::*;
use crate::call::Call;
use crate::call::outcome::{Outcome, Returned};
use crate::event::{CallId, NewDescriptor, Observation, Request, Thread};
use crate::layout::{Pane, Target};
use crate::socket::{Errno, TcpState};

/// An application whose engine is this struct: it gives the answers that a test sets.
struct Journey {
    app: App,
    clock: u64,
    sockets: u32,
}

impl Journey {
    fn new() -> Self {
        Self {
            app: App::new(
                (80, 24),
                crate::view::tests::readable::appearance(),
                "/tmp".to_owned(),
                7,
            ),
            clock: 0,
            sockets: 0,
        }
    }

    fn send(&mut self, message: Msg) -> Vec<Effect> {
        self.clock += 1;
        if matches!(message, Msg::Key(_) | Msg::Mouse(_)) {
            // A person types at a screen that was drawn.
            crate::view::tests::draw_again(&mut self.app);
        }
        let mut effects = update(&mut self.app, message, Timestamp(self.clock));
        // The engine reports this at once for each call.
        for index in 0..effects.len() {
            let Effect::Submit(request) = &effects[index] else {
                continue;
            };
            let asked = EventKind::Asked(request.clone());
            let more = self.happens(asked);
            effects.extend(more);
        }
        effects
    }

    /// Presses keys, one for each character; `\n` is Enter, `\t` Tab, `\x1b` Esc.
    fn keys(&mut self, keys: &str) -> Vec<Effect> {
        keys.chars()
            .flat_map(|c| {
                let code = match c {
                    '\n' => KeyCode::Enter,
                    '\t' => KeyCode::Tab,
                    '\x1b' => KeyCode::Esc,
                    c => KeyCode::Char(c),
                };
                self.send(Msg::Key(KeyEvent::from(code)))
            })
            .collect()
    }

    fn happens(&mut self, what: EventKind) -> Vec<Effect> {
        self.clock += 1;
        self.send(Msg::Engine(Event::new(Timestamp(self.clock), what)))
    }

    /// Answers a request as the kernel would when all goes well.
    fn succeed(&mut self, request: &Request) -> Vec<Effect> {
        let id = request.id;
        self.happens(EventKind::Entered {
            call: id,
            thread: Thread {
                tid: 1,
                further: false,
            },
            state: None,
        });
        let returned = match &*request.call {
            Call::Socket {
                domain,
                socket_type,
                protocol,
                ..
            } => {
                self.sockets += 1;
                let fd = 2 + i32::try_from(self.sockets).expect("few");
                self.happens(EventKind::Created(NewDescriptor {
                    same_file: None,
                    identity: crate::event::Identity::default(),
                    descriptor: DescriptorId(self.sockets),
                    call: id,
                    fd,
                    name: request.command.targets.first().cloned(),
                    kind: crate::socket::Kind::of(*socket_type),
                    domain: *domain,
                    socket_type: *socket_type,
                    protocol: *protocol,
                    origin: Origin::Created,
                }));
                Returned::Descriptor(fd)
            }
            _ => Returned::Zero,
        };
        self.happens(EventKind::Returned {
            call: id,
            outcome: Outcome::of(Ok(returned)),
            state: None,
        })
    }

    /// Lets every request of some effects succeed, and those that follow from that.
    #[track_caller]
    fn all_succeed(&mut self, effects: Vec<Effect>) -> Vec<String> {
        let mut made = Vec::new();
        let mut left = effects;
        while let Some(effect) = left.pop() {
            if let Effect::Submit(request) = effect {
                made.push(request.command.to_string());
                left.extend(self.succeed(&request));
            }
        }
        made
    }

    fn log(&self) -> Vec<String> {
        self.app
            .world
            .log()
            .iter()
            .map(|record| record.request.command.to_string())
            .collect()
    }
}

#[test]
fn a_key_and_enter_make_the_call_that_the_form_shows() {
    let mut journey = Journey::new();
    journey.keys("n");
    let Some(form) = journey.app.mode.form() else {
        panic!("n opens a form")
    };
    assert_eq!(
        form.line(),
        "s1 = socket(AF_INET, SOCK_STREAM)",
        "the form shows its line"
    );
    let effects = journey.keys("\n");
    assert_eq!(
        journey.all_succeed(effects),
        ["s1 = socket(AF_INET, SOCK_STREAM)"],
        "Enter makes that call"
    );
    assert!(
        matches!(journey.app.mode, Mode::Panes),
        "the form is closed"
    );
    assert_eq!(
        journey.app.selection,
        Some(DescriptorId(1)),
        "the new socket is selected"
    );
    let effects = journey.keys("b\n");
    assert_eq!(
        journey.all_succeed(effects),
        ["bind(s1, 127.0.0.1:0)"],
        "the next key works on it"
    );
    let effects = journey.keys("l\n");
    assert_eq!(journey.all_succeed(effects), ["listen(s1, 5)"], "and so on");
}

#[test]
fn enter_twice_does_no_more_than_enter_once() {
    let mut journey = Journey::new();
    let effects = journey.keys("n\n\n");
    assert_eq!(
        journey.all_succeed(effects).len(),
        1,
        "the second Enter does nothing"
    );
    assert!(
        matches!(journey.app.mode, Mode::Panes),
        "and leaves the keyboard with the panes"
    );
}

#[test]
fn keys_typed_at_once_go_to_the_socket_that_they_mean() {
    let mut journey = Journey::new();
    let effects = journey.keys("n\nb\nl\n");
    assert_eq!(
        journey.all_succeed(effects),
        [
            "s1 = socket(AF_INET, SOCK_STREAM)",
            "bind(s1, 127.0.0.1:0)",
            "listen(s1, 5)"
        ],
        "each key waits for the call before it"
    );
}

#[test]
fn a_call_that_makes_no_sense_says_why_and_can_be_made() {
    let mut journey = Journey::new();
    let effects = journey.keys("n\n");
    journey.all_succeed(effects);
    journey.keys("a");
    let Some(form) = journey.app.mode.form() else {
        panic!("the form opens")
    };
    assert!(
        form.inapplicable.is_some(),
        "accept on a socket that does not listen"
    );
    let effects = journey.keys("\n");
    assert!(
        matches!(effects.as_slice(), [Effect::Submit(_)]),
        "it is made all the same"
    );
}

#[test]
fn a_key_that_needs_a_socket_says_so_when_there_is_none() {
    let mut journey = Journey::new();
    journey.keys("b");
    let notice = journey.app.notice.as_ref().expect("a notice");
    assert!(notice.text.contains("n makes one"), "{}", notice.text);
}

#[test]
fn enter_at_the_prompt_runs_the_line_and_stays() {
    let mut journey = Journey::new();
    let effects = journey.keys("::x = socket inet dgram\n");
    assert_eq!(
        journey.all_succeed(effects),
        ["x = socket(AF_INET, SOCK_DGRAM)"],
        "a leading colon is ignored"
    );
    assert!(
        matches!(journey.app.mode, Mode::Prompt),
        "the prompt keeps the keyboard"
    );
    assert_eq!(journey.app.prompt.line(), "", "and is empty again");
    journey.keys("\x1b");
    assert!(matches!(journey.app.mode, Mode::Panes), "Esc gives it back");
}

#[test]
fn a_suggestion_is_put_at_the_prompt_and_not_run() {
    let mut journey = Journey::new();
    let effects = journey.keys(":x = socket inet stream\n");
    journey.all_succeed(effects);
    let effects = journey.keys("listen(x, 5)\n");
    journey.all_succeed(effects);
    let effects = journey.keys("accept(x)\n");
    assert_eq!(effects.len(), 1, "it is asked for");
    journey.happens(EventKind::Blocked {
        call: CallId(3),
        wchan: None,
    });
    let effects = journey.keys("half\x1b!");
    assert!(
        effects
            .iter()
            .all(|effect| !matches!(effect, Effect::Submit(_))),
        "nothing is run"
    );
    assert!(matches!(journey.app.mode, Mode::Prompt));
    let first = journey.app.prompt.line().to_owned();
    assert_eq!(first, "s1 = socket(AF_INET, SOCK_STREAM)");
    assert_eq!(
        journey.app.prompt.cursor(),
        first.len(),
        "the cursor is at its end"
    );
    journey.keys("!");
    assert_eq!(journey.app.prompt.line(), "cancel(x)");
    journey.keys("!");
    assert_eq!(journey.app.prompt.line(), first, "and round again");
    journey.send(Msg::Key(KeyEvent::from(KeyCode::Up)));
    assert_eq!(journey.app.prompt.line(), "half", "what was typed is kept");
    journey.keys("!");
    assert_eq!(journey.app.prompt.line(), "half!", "text is text");
}

#[test]
fn a_wrong_line_stays_to_be_corrected() {
    let mut journey = Journey::new();
    journey.keys(":lisen s1 5\n");
    assert_eq!(journey.app.prompt.line(), "lisen s1 5", "nothing is lost");
    let notice = journey.app.notice.clone().expect("a notice");
    assert!(
        notice.text.contains("column 1") && notice.text.contains("did you mean `listen`?"),
        "{}",
        notice.text
    );
    assert!(journey.log().is_empty(), "nothing was made");
}

#[test]
fn a_line_that_means_nothing_here_comes_back_with_the_reason() {
    let mut journey = Journey::new();
    journey.keys(":close(zz)\n");
    assert_eq!(journey.app.prompt.line(), "close(zz)", "it comes back");
    assert!(
        journey
            .app
            .notice
            .as_ref()
            .is_some_and(|notice| notice.text.contains("no socket is called zz"))
    );
}

#[test]
fn pasted_lines_run_in_order_and_wait_for_each_other() {
    let mut journey = Journey::new();
    journey.keys(":");
    let effects = journey.send(Msg::Paste(
        "l = socket inet stream\nlisten l 5\n\nclose l".to_owned(),
    ));
    let requests: Vec<&Request> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Submit(request) => Some(&**request),
            _ => None,
        })
        .collect();
    assert_eq!(requests.len(), 1, "the second line waits for the first");
    let made = journey.all_succeed(effects);
    assert_eq!(
        made,
        [
            "l = socket(AF_INET, SOCK_STREAM)",
            "listen(l, 5)",
            "close(l)"
        ],
        "all in order"
    );
}

#[test]
fn of_pasted_lines_all_run_or_none() {
    let mut journey = Journey::new();
    journey.keys(":");
    let effects = journey.send(Msg::Paste(
        "l = socket inet stream\nfrobnicate l\n".to_owned(),
    ));
    assert!(effects.is_empty(), "nothing is run");
    let notice = journey.app.notice.as_ref().expect("a notice");
    assert!(
        notice.text.contains("line 2 of what was pasted"),
        "{}",
        notice.text
    );
    assert_eq!(
        journey.app.prompt.line(),
        "frobnicate l",
        "the wrong line stays there to be corrected"
    );
}

#[test]
fn pasted_text_is_never_keys() {
    let mut journey = Journey::new();
    journey.keys(":");
    let effects = journey.send(Msg::Paste("q".to_owned()));
    assert!(
        effects.is_empty() && journey.app.prompt.line() == "q",
        "a pasted q does not leave"
    );
    let effects = journey.send(Msg::Paste("\x1b[2J\x07".to_owned()));
    assert!(
        effects.is_empty() && !journey.app.prompt.line().contains('\x1b'),
        "control bytes do not survive"
    );
}

#[test]
fn a_blocked_call_does_not_hold_up_the_prompt() {
    let mut journey = Journey::new();
    let effects = journey.keys(":l = socket inet stream\n");
    journey.all_succeed(effects);
    let effects = journey.keys("accept l\n");
    let [Effect::Submit(accept)] = effects.as_slice() else {
        panic!("it is made")
    };
    let call = accept.id;
    journey.happens(EventKind::Entered {
        call,
        thread: Thread {
            tid: 1,
            further: false,
        },
        state: None,
    });
    assert!(
        journey.keys("m = socket inet stream\n").is_empty(),
        "it may still return at once"
    );
    let effects = journey.happens(EventKind::Blocked { call, wchan: None });
    assert!(
        matches!(effects.as_slice(), [Effect::Submit(_)]),
        "once it sleeps the next line goes on"
    );
    journey.all_succeed(effects);
    assert!(
        journey.keys("\x1b\x1b\x1b").is_empty(),
        "Esc leaves the prompt, and does nothing else"
    );
    journey.app.selection = Some(DescriptorId(1));
    let notice = journey.app.notice.clone().expect("a notice");
    assert!(
        notice.text.contains("i interrupts a call"),
        "{}",
        notice.text
    );
    let effects = journey.keys("i");
    assert!(
        matches!(effects.as_slice(), [Effect::Cancel(cancelled)] if *cancelled == call),
        "i interrupts it"
    );
}

#[test]
fn leaving_asks_only_when_calls_are_pending() {
    let mut journey = Journey::new();
    assert!(
        matches!(journey.keys("q").as_slice(), [Effect::Quit]),
        "nothing is pending"
    );
    let effects = journey.keys(":l = socket inet stream\n");
    journey.all_succeed(effects);
    journey.keys("accept l\n\x1b");
    assert!(journey.keys("q").is_empty(), "a call is pending");
    assert!(
        matches!(
            journey.app.mode.content(),
            Some(Content::Question(Question::Leave))
        ),
        "so it asks"
    );
    assert!(journey.keys("n").is_empty(), "no");
    let control_c = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
    assert!(
        journey.send(Msg::Key(control_c)).is_empty(),
        "Ctrl-C asks too"
    );
    assert!(
        matches!(journey.send(Msg::Key(control_c)).as_slice(), [Effect::Quit]),
        "and twice leaves"
    );
}

#[test]
fn an_accepted_socket_is_selected_only_when_its_listener_was() {
    let mut journey = Journey::new();
    for name in ["l", "c"] {
        let effects = journey.keys(&format!(":{name} = socket inet stream\n\x1b"));
        journey.all_succeed(effects);
    }
    let creates = |journey: &mut Journey, id: u32| {
        let what = EventKind::Created(NewDescriptor {
            same_file: None,
            identity: crate::event::Identity::default(),
            descriptor: DescriptorId(id),
            call: CallId(1),
            fd: 90,
            name: None,
            kind: crate::socket::Kind::Stream,
            domain: crate::socket::Domain::INET,
            socket_type: crate::socket::SocketType::STREAM,
            protocol: crate::socket::Protocol(0),
            origin: Origin::Accepted(DescriptorId(1)),
        });
        journey.happens(what);
    };
    creates(&mut journey, 10);
    assert_eq!(
        journey.app.selection,
        Some(DescriptorId(2)),
        "c was selected and stays so"
    );
    journey.app.selection = Some(DescriptorId(1));
    creates(&mut journey, 11);
    assert_eq!(
        journey.app.selection,
        Some(DescriptorId(11)),
        "the listener was selected: its child is next"
    );
}

#[test]
fn an_expectation_at_the_prompt_is_judged() {
    let mut journey = Journey::new();
    let effects = journey.keys(":l = socket inet stream\nlisten l 5 -> EINVAL\n");
    journey.all_succeed(effects);
    assert_eq!(
        journey.app.broken.len(),
        1,
        "listen succeeded, which was not expected"
    );
}

#[test]
fn the_log_follows_until_a_line_is_selected() {
    let mut journey = Journey::new();
    for _ in 0..3 {
        let effects = journey.keys("n\n");
        journey.all_succeed(effects);
    }
    journey.app.focus = Pane::Log;
    journey.send(Msg::Key(KeyEvent::from(KeyCode::Up)));
    assert_eq!(
        journey.app.log_selection,
        Some(CallId(2)),
        "the line before the last"
    );
    journey.send(Msg::Key(KeyEvent::from(KeyCode::End)));
    assert_eq!(journey.app.log_selection, None, "the end follows again");
}

#[test]
fn an_error_of_the_kernel_is_shown_by_the_world() {
    let mut journey = Journey::new();
    let effects = journey.keys(":l = socket inet stream\nconnect l 127.0.0.1:1\n");
    let mut left = effects;
    while let Some(effect) = left.pop() {
        let Effect::Submit(request) = effect else {
            continue;
        };
        left.extend(match *request.call {
            Call::Connect { .. } => {
                let outcome = Outcome::of(Err(Errno(libc::ECONNREFUSED)));
                journey.happens(EventKind::Returned {
                    call: request.id,
                    outcome,
                    state: Some(TcpState::Close),
                })
            }
            _ => journey.succeed(&request),
        });
    }
    let seen = Observation {
        tcp: Some(TcpState::Close),
        ..Observation::default()
    };
    journey.happens(EventKind::Observed {
        descriptor: DescriptorId(1),
        seen,
    });
    let socket = journey.app.selected().expect("it is selected");
    assert_eq!(socket.phase(), crate::socket::Phase::Failed);
    assert!(
        journey.app.notice.is_none(),
        "an errno is a result and not a fault of the person"
    );
}

/// How often the listeners on this host are requested.
fn scans(effects: &[Effect]) -> usize {
    let is_scan = |effect: &&Effect| matches!(effect, Effect::FindListeners);
    effects.iter().filter(is_scan).count()
}

#[test]
fn who_listens_is_asked_when_addresses_are_offered_and_not_for_each_socket() {
    let mut journey = Journey::new();
    for number in 0..100 {
        let made = journey.keys("n\n");
        assert_eq!(scans(&made), 0, "no form offers addresses");
        for effect in made {
            if let Effect::Submit(request) = effect {
                assert_eq!(scans(&journey.succeed(&request)), 0, "socket {number}");
            }
        }
    }
    assert_eq!(scans(&journey.keys("c")), 1, "the form of connect()");
    assert_eq!(scans(&journey.keys("\x1b")), 0);
    let listen = journey.keys(":listen s1 5\n");
    assert_eq!(scans(&listen), 0, "the prompt");
    let connect = journey.keys("connect s1 ");
    assert_eq!(scans(&connect), 1, "a line with an address");
    let rest = journey.keys("127.0.0.1:80");
    assert_eq!(scans(&rest), 0, "the rest of it");
}

#[test]
fn the_start_screen_offers_choices_by_number() {
    let opens = |effects: &[Effect]| {
        let mut opened = effects.iter();
        opened.any(|effect| matches!(effect, Effect::OpenLesson(id) if id == "first-conversation"))
    };
    let mut journey = Journey::new();
    assert!(!opens(&journey.keys("1")), "only on the start screen");
    journey.app.at_start = true;
    assert!(opens(&journey.keys("1")));
    assert!(opens(&journey.keys("\n")), "Enter takes the first choice");
    journey.keys("4");
    let notice = journey
        .app
        .notice
        .as_ref()
        .map(|notice| notice.text.as_str());
    assert_eq!(notice, Some("the start screen offers 1 to 3"));
    let course = journey.keys("2");
    assert!(
        course
            .iter()
            .any(|effect| matches!(effect, Effect::LoadCourse))
    );
    journey.keys("\x1b3");
    assert!(!journey.app.shows_start(), "free play");
}

#[test]
fn the_theme_can_be_changed_and_the_answer_of_the_terminal_changes_it_unless_one_was_chosen() {
    use crate::theme::{Appearance, Background, Glyphs};
    let mut journey = Journey::new();
    let appearance = Appearance::new(None, Vec::new(), false, Glyphs::Unicode);
    journey.app = App::new((10, 5), appearance, "/tmp".to_owned(), 7);
    let before = journey.app.theme;
    assert!(
        update(
            &mut journey.app,
            Msg::Background(Background::Light),
            Timestamp(1)
        )
        .is_empty()
    );
    assert_eq!(journey.app.appearance().name(), "terminal-light");
    assert_ne!(journey.app.theme, before);
    journey.app.size = (80, 24).into();
    let next = KeyEvent::from(KeyCode::Char('C'));
    update(&mut journey.app, Msg::Key(next), Timestamp(2));
    assert_eq!(journey.app.appearance().name(), "dark");
    let notice = journey.app.notice.as_ref().expect("a notice");
    assert!(notice.text.contains("theme dark"), "{}", notice.text);
    update(
        &mut journey.app,
        Msg::Background(Background::Dark),
        Timestamp(3),
    );
    assert_eq!(&journey.app.theme, journey.app.appearance().theme());
    assert_eq!(journey.app.appearance().name(), "dark");
}
