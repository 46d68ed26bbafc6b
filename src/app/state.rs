//! The state of the playground: the world, and what the person looks at and is about to do. No clock, no terminal.

use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use crossterm::event::KeyEvent;

use crate::app::explanations::{Explanation, Explanations};
use crate::app::form::Form;
use crate::app::keymap::{CLOSE, INTERRUPT};
use crate::app::learn::Learn;
use crate::app::overlay::{Content, Overlay};
use crate::app::prompt::Prompt;
use crate::app::theme::Theme;
use crate::call::Line;
use crate::call::table::CallKind;
use crate::event::{CallId, DescriptorId, LineSource, Reach, Timestamp};
use crate::io_models::{Model, Run};
use crate::kernel::listeners::Listener;
use crate::layout::{Geometry, Pane, Scroll, Size};
use crate::notation::complete::KnownNames;
use crate::script::{Pace, Player};
use crate::socket::Address;
use crate::strace::Host;
use crate::world::{Handle, Record, World};

/// Who has the keyboard.
#[derive(Debug)]
pub enum Mode {
    /// The panes: letters are keys.
    Panes,
    /// The prompt: letters are text.
    Prompt,
    /// What lies over the panes.
    Overlay(Overlay),
}

impl Mode {
    /// An overlay at its beginning.
    pub fn over(content: Content) -> Self {
        Self::Overlay(Overlay::new(content))
    }

    /// The overlay, while there is one.
    pub fn overlay(&self) -> Option<&Overlay> {
        match self {
            Self::Overlay(overlay) => Some(overlay),
            Self::Panes | Self::Prompt => None,
        }
    }

    /// The overlay, to be changed.
    pub fn overlay_mut(&mut self) -> Option<&mut Overlay> {
        match self {
            Self::Overlay(overlay) => Some(overlay),
            Self::Panes | Self::Prompt => None,
        }
    }

    /// What the overlay is.
    pub fn content(&self) -> Option<&Content> {
        self.overlay().map(|overlay| &overlay.content)
    }

    /// The form, while one is open.
    pub fn form(&self) -> Option<&Form> {
        match self.content() {
            Some(Content::Form(form)) => Some(form),
            _ => None,
        }
    }
}

/// How far the text panes are scrolled.
#[derive(Debug, Default, Clone, Copy)]
pub struct PaneScrolls {
    /// State.
    pub state: Scroll,
    /// Why.
    pub why: Scroll,
}

/// A message for the person, until the next key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The text.
    pub text: String,
    /// Whether something went wrong.
    pub is_error: bool,
}

/// What became of the run of an I/O model.
#[derive(Debug)]
pub struct ModelRun {
    /// The model.
    pub model: Model,
    /// The run, or why it could not be made.
    pub run: Result<Run, String>,
}

/// A call that came out otherwise than its line expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenExpectation {
    /// The call.
    pub call: CallId,
    /// What was expected.
    pub expected: String,
}

/// Everything that is on the screen follows from this.
#[derive(Debug)]
pub struct App {
    /// What the events say.
    pub world: World,
    /// Who drives the lines that were typed.
    pub player: Player,
    /// What the lines that are typed may reach.
    pub typed_reach: Reach,
    /// The present moment, given with each message.
    pub now: Timestamp,
    /// Who has the keyboard.
    pub mode: Mode,
    /// The pane that moves with the arrows.
    pub focus: Pane,
    /// Whether it is shown alone.
    pub zoomed: bool,
    /// The selected socket.
    pub selection: Option<DescriptorId>,
    /// The selected call; `None` follows the newest.
    pub log_selection: Option<CallId>,
    /// Whether the log shows the system calls, as strace prints them.
    pub traced: bool,
    /// What strace sees of this process.
    pub host: Host,
    /// Whether the State pane draws the phases of a TCP socket and not its states.
    pub phases: bool,
    /// Whether the person has turned to a socket since a call on a set was asked for or chosen.
    pub turned_to_socket: bool,
    /// What became of each I/O model's run, as far as they have been made.
    pub models: Vec<ModelRun>,
    /// How far the text panes are scrolled.
    pub scroll: PaneScrolls,
    /// The suggestion that Why is to be scrolled to when it is drawn next.
    pub reveal: Option<usize>,
    /// What the last drawing has put where.
    pub geometry: Geometry,
    /// The lesson and the course.
    pub learn: Learn,
    /// The line that is being typed.
    pub prompt: Prompt,
    /// Keys that wait for a call to come back.
    pub typed_ahead: VecDeque<KeyEvent>,
    /// Whether pasted text is being ignored, which is said when it is over.
    pub ignores: bool,
    /// What the person should know now.
    pub notice: Option<Notice>,
    /// Broken expectations of lines that were typed with one.
    pub broken: Vec<BrokenExpectation>,
    /// Who else listens on this host, as last seen.
    pub listeners: Vec<Listener>,
    /// Whether a solution waits to know it.
    pub awaits_listeners: bool,
    /// The explanations that were shown of the present world.
    pub explanations: Explanations,
    /// Columns and rows.
    pub size: Size,
    /// Colours.
    pub theme: Theme,
    /// The folder for path sockets.
    pub temporary: String,
    /// The number of this process, for names that no other instance uses.
    pub pid: u32,
    /// How many lines were typed or made by forms.
    pub lines: usize,
}

impl App {
    /// An empty playground.
    pub fn new(size: impl Into<Size>, theme: Theme, temporary: String, pid: u32) -> Self {
        Self {
            world: World::default(),
            player: Player::new(Pace::Prompt),
            typed_reach: Reach::Free,
            now: Timestamp::default(),
            mode: Mode::Panes,
            focus: Pane::Sockets,
            zoomed: false,
            selection: None,
            log_selection: None,
            traced: false,
            host: Host {
                pid: pid.cast_signed(),
                ..Host::default()
            },
            phases: false,
            turned_to_socket: false,
            models: Vec::new(),
            scroll: PaneScrolls::default(),
            reveal: None,
            geometry: Geometry::default(),
            learn: Learn::default(),
            prompt: Prompt::default(),
            typed_ahead: VecDeque::new(),
            ignores: false,
            notice: None,
            broken: Vec::new(),
            listeners: Vec::new(),
            awaits_listeners: false,
            explanations: Explanations::default(),
            size: size.into(),
            theme,
            temporary,
            pid,
            lines: 0,
        }
    }

    /// The selected socket.
    pub fn selected(&self) -> Option<Handle<'_>> {
        self.world.descriptor(self.selection?)
    }

    /// The call that the Why pane is about.
    pub fn record(&self) -> Option<&Record> {
        match self.log_selection {
            Some(call) => self.world.call(call),
            None => self.world.log().last(),
        }
    }

    /// Why that call ended as it did, and what can be done next.
    pub fn explanation(&self) -> Option<Rc<Explanation>> {
        Some(self.explanations.of(&self.world, self.record()?))
    }

    /// Whether who listens on this host matters now: for the addresses that are offered, or for a solution.
    pub fn needs_listeners(&self) -> bool {
        self.awaits_listeners || self.offers_addresses()
    }

    /// Whether addresses are offered on the screen: in a form, or for the line at the prompt.
    pub fn offers_addresses(&self) -> bool {
        let takes_address = |call_kind| {
            matches!(
                call_kind,
                CallKind::Connect | CallKind::Sendto | CallKind::Sendmsg
            )
        };
        match &self.mode {
            Mode::Prompt => self.prompt.call_kind().is_some_and(takes_address),
            mode => mode
                .form()
                .is_some_and(|form| takes_address(form.call_kind)),
        }
    }

    /// The socket that was made last by socket(2): the next one will be like it.
    pub fn last_made(&self) -> Option<Handle<'_>> {
        self.world
            .descriptors()
            .rfind(|socket| socket.kind().is_socket() && !socket.is_accepted())
    }

    /// The sockets as they are listed: open ones first. One whose connection lived on after close() leaves with it.
    pub fn listed(&self) -> Vec<Handle<'_>> {
        let listed = self.world.descriptors().filter(|own| !own.is_orphan_gone());
        let (open, closed): (Vec<Handle<'_>>, Vec<Handle<'_>>) =
            listed.partition(|own| own.is_open());
        open.into_iter().chain(closed.into_iter().rev()).collect()
    }

    /// When to send a [`super::message::Msg::Tick`] though nothing happens; `None`: never.
    ///
    /// A clock is shown beside a blocked call: ten times a second at first, then once. So is a countdown, once.
    pub fn deadline(&self) -> Option<Timestamp> {
        let youngest = self
            .world
            .pending()
            .filter_map(|record| record.entered)
            .max();
        let clock = youngest.map(|entered| {
            let age = self.now.since(entered);
            let step = if age < Duration::from_secs(10) {
                100
            } else {
                1000
            };
            self.now.after(Duration::from_millis(step))
        });
        let deadlines = [clock, self.player.deadline(), self.countdown()];
        deadlines.into_iter().flatten().min()
    }

    /// When a second of a countdown is over: an orphan's, or a timer's at an end of the selected socket.
    fn countdown(&self) -> Option<Timestamp> {
        const SECOND: u128 = 1_000_000_000;
        let selected = self.selection;
        let shown = self.world.descriptors().filter(|socket| {
            Some(socket.id()) == selected || socket.orphan_state(self.now).is_some()
        });
        let counted = shown
            .filter_map(|socket| socket.countdown(self.now))
            .min()?;
        // Just after the second: then the number that is shown is another one.
        let until = (counted.as_nanos() - 1) % SECOND + 1;
        let until = Duration::from_nanos(u64::try_from(until).unwrap_or(0));
        Some(self.now.after(until.max(Duration::from_millis(50))))
    }

    /// What completion is offered of this session.
    pub fn context(&self) -> KnownNames {
        let describe = |socket: Handle<'_>| {
            let local = socket.local().filter(|local| !local.is_unset());
            let local = local.map(|local| format!(" {local}")).unwrap_or_default();
            if !socket.kind().is_socket() {
                return format!("{}, {}", socket.kind().word(), socket.phase());
            }
            format!(
                "{} {}, {}{local}",
                socket.domain().short(),
                socket.socket_type().short(),
                socket.phase()
            )
        };
        let listed = self.listed();
        let sockets = listed
            .iter()
            .map(|socket| (socket.name().to_string(), describe(*socket)))
            .collect();
        let with_address = listed
            .iter()
            .filter(|socket| socket.local().is_some_and(|local| !local.is_unset()));
        let own =
            with_address.map(|socket| (format!("addr({})", socket.name()), describe(*socket)));
        let theirs = self.listeners.iter().filter(|listener| {
            listener.of_another_instance && !matches!(listener.address, Address::Other { .. })
        });
        let theirs = theirs.map(|listener| {
            (
                listener.reachable().to_string(),
                "another sockplay listens there".to_owned(),
            )
        });
        KnownNames {
            sockets,
            addresses: own.chain(theirs).collect(),
        }
    }

    /// Runs lines of a lesson that make the world as it needs it.
    pub fn lesson_begins(&mut self, lines: Vec<Line>) {
        for line in lines {
            self.lines += 1;
            let reach = Reach::Confined(LineSource::Lesson);
            self.player.push(self.lines, line, reach);
        }
    }

    /// The focus leaves a pane that is no longer shown.
    pub fn keep_focus_visible(&mut self) {
        if self.focus == Pane::Lesson && !self.learn.is_shown() {
            self.focus = Pane::Sockets;
            self.zoomed = false;
        }
    }

    /// The keys that interrupt a call now: the prompt is closed first.
    pub fn interrupt_keys(&self) -> String {
        match self.mode {
            Mode::Prompt => format!("{CLOSE} {INTERRUPT}"),
            _ => INTERRUPT.to_owned(),
        }
    }

    /// Takes over what was drawn, and with it how far everything can be scrolled.
    pub fn drawn(&mut self, geometry: Geometry) {
        self.scroll.state.drawn(geometry.state);
        self.scroll.why.drawn(geometry.why);
        self.reveal = None;
        if let (Some(overlay), Some(extent)) = (self.mode.overlay_mut(), geometry.overlay) {
            overlay.scroll.drawn(extent);
        }
        self.geometry = geometry;
    }

    /// Whether one pane is shown alone.
    pub fn shows_one_pane(&self) -> bool {
        self.zoomed || self.size.has_one_pane()
    }

    /// Whether the pane of the lesson is on the screen.
    pub fn lesson_is_on_screen(&self) -> bool {
        self.learn.is_shown() && (!self.shows_one_pane() || self.focus == Pane::Lesson)
    }

    /// Shows the map of the course, with the lesson chosen that is to be gone on with.
    pub fn show_course(&mut self) {
        self.mode = Mode::Overlay(Overlay {
            content: Content::Course,
            scroll: Scroll::to(self.learn.next()),
        });
    }

    /// Closes what lies over the panes. A line that was being typed below it is typed on.
    pub fn close_overlay(&mut self) {
        self.mode = if self.prompt.line().is_empty() {
            Mode::Panes
        } else {
            Mode::Prompt
        };
    }

    /// Puts a line at the prompt, where it can be changed; Enter runs it. What was being typed goes to the history.
    pub fn offer(&mut self, line: &str) {
        let typed = self.prompt.line().to_owned();
        self.prompt.remember(&typed);
        self.mode = Mode::Prompt;
        self.prompt.set(line);
    }

    /// Tells the person something until the next key.
    pub fn notify(&mut self, text: impl Into<String>, is_error: bool) {
        self.notice = Some(Notice {
            text: text.into(),
            is_error,
        });
    }
}
