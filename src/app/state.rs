//! The state of the playground: the world, and what the person looks at and is about to do. No clock, no terminal.

use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use crossterm::event::KeyEvent;

use crate::app::explanations::{Explanation, Explanations};
use crate::app::form::Form;
use crate::app::keymap::{CLOSE, INTERRUPT};
use crate::app::learn::Learn;
use crate::app::palette::Palette;
use crate::app::prompt::Prompt;
use crate::app::theme::Theme;
use crate::call::Line;
use crate::call::table::CallKind;
use crate::event::{CallId, LineSource, Reach, SocketId, Timestamp};
use crate::io_models::{Model, Run};
use crate::kernel::listeners::Listener;
use crate::notation::complete::KnownNames;
use crate::script::{Pace, Player};
use crate::socket::Address;
use crate::strace::Host;
use crate::world::{Record, Socket, World};

/// The panes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pane {
    /// The sockets of this session.
    Sockets,
    /// The diagram of the selected one.
    State,
    /// The calls.
    Log,
    /// Why the selected call ended as it did.
    Why,
    /// The lesson, while one is open.
    Lesson,
}

impl Pane {
    /// In the order of Tab.
    pub const ALL: [Self; 5] = [
        Self::Sockets,
        Self::State,
        Self::Log,
        Self::Why,
        Self::Lesson,
    ];

    /// Its title.
    pub fn title(self) -> &'static str {
        match self {
            Self::Sockets => "Sockets",
            Self::State => "State",
            Self::Log => "Log",
            Self::Why => "Why",
            Self::Lesson => "Lesson",
        }
    }

    /// The next pane, or the one before; the lesson is among them while it is shown.
    pub fn neighbour(self, backwards: bool, with_lesson: bool) -> Self {
        let count = Self::ALL.len() - usize::from(!with_lesson);
        let at = Self::ALL.iter().position(|pane| *pane == self).unwrap_or(0);
        Self::ALL[(at + if backwards { count - 1 } else { 1 }) % count]
    }
}

/// Who has the keyboard.
#[derive(Debug)]
pub enum Mode {
    /// The panes: letters are keys.
    Panes,
    /// The prompt: letters are text.
    Prompt,
    /// A form.
    Form(Box<Form>),
    /// The list of all calls.
    Palette(Palette),
    /// The help, scrolled by this many rows.
    Help(usize),
    /// The I/O models side by side, scrolled by this many rows.
    Models(usize),
    /// The conversation of the selected socket, scrolled up by this many rows from the newest.
    Ladder(usize),
    /// The address of the selected call, byte by byte, scrolled by this many rows.
    Address(usize),
    /// The queues of the selected socket, scrolled by this many rows.
    Queues(usize),
    /// The map of the course, with this lesson selected.
    Course(usize),
    /// The question whether to leave though calls are pending.
    Leave,
    /// The question whether to go on at this page of a lesson whose text has changed.
    Changed(usize),
}

/// A message for the person, until the next key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The text.
    pub text: String,
    /// Whether something went wrong.
    pub is_error: bool,
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
    pub selection: Option<SocketId>,
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
    pub models: Vec<(Model, Result<Run, String>)>,
    /// How far the text panes are scrolled: State, Why.
    pub scroll: (usize, usize),
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
    pub broken: Vec<(CallId, String)>,
    /// Who else listens on this host, as last seen.
    pub listeners: Vec<Listener>,
    /// Whether a solution waits to know it.
    pub awaits_listeners: bool,
    /// The explanations that were shown of the present world.
    pub explanations: Explanations,
    /// Columns and rows.
    pub size: (u16, u16),
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
    pub fn new(size: (u16, u16), theme: Theme, temporary: String, pid: u32) -> Self {
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
            scroll: (0, 0),
            learn: Learn::default(),
            prompt: Prompt::default(),
            typed_ahead: VecDeque::new(),
            ignores: false,
            notice: None,
            broken: Vec::new(),
            listeners: Vec::new(),
            awaits_listeners: false,
            explanations: Explanations::default(),
            size,
            theme,
            temporary,
            pid,
            lines: 0,
        }
    }

    /// The selected socket.
    pub fn selected(&self) -> Option<&Socket> {
        self.world.socket(self.selection?)
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
            Mode::Form(form) => takes_address(form.call_kind),
            Mode::Panes
            | Mode::Palette(_)
            | Mode::Help(_)
            | Mode::Models(_)
            | Mode::Ladder(_)
            | Mode::Address(_)
            | Mode::Queues(_)
            | Mode::Course(_)
            | Mode::Changed(_)
            | Mode::Leave => false,
        }
    }

    /// The socket that was made last by socket(2): the next one will be like it.
    pub fn last_made(&self) -> Option<&Socket> {
        self.world
            .sockets()
            .rfind(|socket| socket.kind().is_socket() && !socket.is_accepted())
    }

    /// The sockets as they are listed: open ones first. One whose connection lived on after close() leaves with it.
    pub fn listed(&self) -> Vec<&Socket> {
        let listed = self.world.sockets().filter(|own| !own.is_orphan_gone());
        let (open, closed): (Vec<&Socket>, Vec<&Socket>) = listed.partition(|own| own.is_open());
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
        let shown = self.world.sockets().filter(|socket| {
            Some(socket.id) == selected || socket.orphan_state(self.now).is_some()
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
        let told = |socket: &Socket| {
            let local = socket.local.as_ref().filter(|local| !local.is_unset());
            let local = local.map(|local| format!(" {local}")).unwrap_or_default();
            if !socket.kind().is_socket() {
                return format!("{}, {}", socket.kind().word(), socket.phase);
            }
            format!(
                "{} {}, {}{local}",
                socket.domain.short(),
                socket.socket_type.short(),
                socket.phase
            )
        };
        let listed = self.listed();
        let sockets = listed
            .iter()
            .map(|socket| (socket.name.to_string(), told(socket)))
            .collect();
        let with_address = listed
            .iter()
            .filter(|socket| socket.local.as_ref().is_some_and(|local| !local.is_unset()));
        let own = with_address.map(|socket| (format!("addr({})", socket.name), told(socket)));
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

    /// The call that is interrupted by its key: the oldest that is pending on the selected socket, else the one whose set is
    /// shown, else the oldest that is on no socket at all.
    pub fn interruptible(&self) -> Option<CallId> {
        let of_selected = self
            .selection
            .and_then(|socket| self.world.pending_with(socket).next());
        // As a poll of nothing or sigtimedwait do.
        let is_on_none = |record: &&Record| record.on().is_none() && record.is_blocked();
        of_selected
            .or_else(|| crate::app::state_subject::waiting(self))
            .or_else(|| self.world.pending().find(is_on_none))
            .map(Record::id)
    }

    /// The keys that interrupt a call now: the prompt is closed first.
    pub fn interrupt_keys(&self) -> String {
        match self.mode {
            Mode::Prompt => format!("{CLOSE} {INTERRUPT}"),
            _ => INTERRUPT.to_owned(),
        }
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
    pub fn tell(&mut self, text: impl Into<String>, is_error: bool) {
        self.notice = Some(Notice {
            text: text.into(),
            is_error,
        });
    }
}
