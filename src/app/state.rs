//! The state of the screen: the world, and what the user has selected, opened and typed. No clock, no terminal.

use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use crossterm::event::KeyEvent;
use ratatui::layout::Rect;

use crate::app::code::Code;
use crate::app::explanations::{Explanation, Explanations};
use crate::app::filter::Filter;
use crate::app::form::Form;
use crate::app::keymap::{Chord, INTERRUPT, Keymap, LEAVE};
use crate::app::learn::Learn;
use crate::app::log_filter::LogFilter;
use crate::app::overlay::{Content, Overlay, Page, Place};
use crate::app::palette::Setting;
use crate::app::past::Past;
use crate::app::program::TracedProgram;
use crate::app::prompt::Prompt;
use crate::app::replayed::Replayed;
use crate::call::Line;
use crate::call::table::CallKind;
use crate::event::{CallId, DescriptorId, LineSource, Reach, Timestamp};
use crate::explain::ShellCommand;
use crate::history::Moments;
use crate::io_models::{Model, Run};
use crate::journal::Entry;
use crate::kernel::listeners::Listener;
use crate::layout::arrange::{Arrangement, Lesson};
use crate::layout::preset::Preset;
use crate::layout::{Areas, Geometry, Pane, PaneScrolls, Scroll, Size, Target};
use crate::lesson::Entry as LessonEntry;
use crate::notation::complete::KnownNames;
use crate::script::{Pace, Player, Stepping};
use crate::socket::Address;
use crate::strace::Host;
use crate::theme::{Appearance, Theme};
use crate::world::{Handle, Progress, Record, World};

/// What the keys go to.
#[derive(Debug)]
pub enum Mode {
    /// The panes: letters are keys.
    Panes,
    /// The prompt: letters are text.
    Prompt,
    /// The traced program: all keys but one are its.
    Program,
    /// The overlay over the panes.
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
            Self::Panes | Self::Prompt | Self::Program => None,
        }
    }

    /// The overlay, for changing it.
    pub fn overlay_mut(&mut self) -> Option<&mut Overlay> {
        match self {
            Self::Overlay(overlay) => Some(overlay),
            Self::Panes | Self::Prompt | Self::Program => None,
        }
    }

    /// Whether what is typed may make calls: the prompt, the program, a form.
    pub(crate) fn makes_calls(&self) -> bool {
        match self {
            Self::Prompt | Self::Program => true,
            Self::Panes => false,
            Self::Overlay(_) => self.form().is_some(),
        }
    }

    /// The content of the overlay.
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

/// A message for the user, displayed until the next key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The text.
    pub text: String,
    /// Whether something went wrong.
    pub is_error: bool,
}

/// Why what is left of a burst of keys is ignored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ignored {
    /// It began where no text is accepted; a notice follows when it is over.
    NotAccepted,
    /// A line of it cannot be run, which this notice says.
    AfterError(String),
}

/// The result of running an I/O model.
#[derive(Debug)]
pub struct ModelRun {
    /// The model.
    pub model: Model,
    /// The run, or why it could not be made.
    pub run: Result<Run, String>,
}

/// A call whose result was not what its line expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenExpectation {
    /// The call.
    pub call: CallId,
    /// What was expected.
    pub expected: String,
    /// In what the result differs from that, as a sentence.
    pub difference: Option<String>,
}

/// Everything that is on the screen follows from this.
#[derive(Debug)]
pub struct App {
    /// The world that the screen shows: what follows from the events, or from those up to a moment in the past.
    pub world: World,
    /// The moment in the past that the screen shows. `None`: it shows the present.
    pub past: Option<Past>,
    /// The moments at which a call had ended.
    pub moments: Moments,
    /// What happened since the driver last took it: for the recording, and for looking back.
    pub happened: Vec<Entry>,
    /// The player of the lines that were typed.
    pub player: Player,
    /// What typed lines may reach.
    pub typed_reach: Reach,
    /// The time of what is shown: the current one, or that of a moment in the past or of a recording.
    pub now: Timestamp,
    /// The current time, passed with each message.
    pub clock: Timestamp,
    /// The effective table of keys.
    pub keys: Keymap,
    /// The filter of the log.
    pub log_filter: LogFilter,
    /// The filter of the sockets.
    pub socket_filter: Filter,
    /// The settings of the configuration, for the palette.
    pub settings: Vec<Setting>,
    /// Whether clicks and the wheel come here; the terminal selects text with the mouse otherwise.
    pub captures_mouse: bool,
    /// What the keys go to.
    pub mode: Mode,
    /// The pane that the arrow keys act on.
    pub focus: Pane,
    /// Whether the start screen has not been left yet, see [`App::shows_start`].
    pub at_start: bool,
    /// How many scripts were written.
    pub saved: usize,
    /// Whether it is shown alone.
    pub zoomed: bool,
    /// The session as a program.
    pub code: Code,
    /// Which panes get the room.
    pub preset: Preset,
    /// Whether the list of sockets borrows rows; see [`crate::layout::arrange`].
    pub is_crowded: bool,
    /// Whether closed sockets are left out of the list.
    pub folds_closed: bool,
    /// The selected socket.
    pub selection: Option<DescriptorId>,
    /// The selected call; `None` follows the newest.
    pub log_selection: Option<CallId>,
    /// Whether the log shows the system calls, as strace prints them.
    pub traced: bool,
    /// What strace shows of this process.
    pub host: Host,
    /// What the kernel or a sandbox denies sockplay itself, and what follows: a sentence for each.
    pub missing: Vec<String>,
    /// Whether the session has a network namespace of its own.
    pub private_network: bool,
    /// Whether the State pane draws the phases of a TCP socket instead of its states.
    pub phases: bool,
    /// Whether the user has selected a socket since a call on a set was requested or selected.
    pub turned_to_socket: bool,
    /// The results of the I/O models that were run so far.
    pub models: Vec<ModelRun>,
    /// How far the text panes are scrolled.
    pub scroll: PaneScrolls,
    /// The suggestion that Why is to be scrolled to when it is drawn next.
    pub reveal: Option<usize>,
    /// The topic that the help is to be scrolled to when it is drawn next.
    pub help_topic: Option<String>,
    /// Where the last frame has drawn what.
    pub geometry: Geometry,
    /// The traced program.
    pub program: Option<TracedProgram>,
    /// The recording that is looked at; no call is made then.
    pub replayed: Option<Replayed>,
    /// The lesson and the course.
    pub learn: Learn,
    /// The script that is open for stepping.
    pub script: Option<Stepping>,
    /// The line that is being typed.
    pub prompt: Prompt,
    /// Keys that were pressed and have no meaning: that is said once of each.
    pub keys_without_meaning: Vec<Chord>,
    /// Keys that were typed ahead of a call that has not returned.
    pub typed_ahead: VecDeque<KeyEvent>,
    /// What is left of a burst of keys is ignored, for this reason.
    pub ignores: Option<Ignored>,
    /// The current notice.
    pub notice: Option<Notice>,
    /// Broken expectations of lines that were typed with one.
    pub broken: Vec<BrokenExpectation>,
    /// The listeners of other programs on this host, as last seen.
    pub listeners: Vec<Listener>,
    /// Whether a solution of a lesson waits for the listeners.
    pub awaits_listeners: bool,
    /// The explanations found for the present world.
    pub explanations: Explanations,
    /// The size of the screen.
    pub size: Size,
    /// The styles: those of the theme in use.
    pub theme: Theme,
    appearance: Appearance,
    /// The directory for path sockets.
    pub temporary: String,
    /// The number of this process, for names that no other instance uses.
    pub pid: u32,
    /// How many lines were typed or came from forms.
    pub lines: usize,
}

impl App {
    /// The state at the beginning: an empty world.
    pub fn new(size: impl Into<Size>, appearance: Appearance, temporary: String, pid: u32) -> Self {
        Self {
            world: World::default(),
            past: None,
            moments: Moments::default(),
            happened: Vec::new(),
            player: Player::new(Pace::Prompt),
            typed_reach: Reach::Free,
            now: Timestamp::default(),
            clock: Timestamp::default(),
            keys: Keymap::default(),
            log_filter: LogFilter::default(),
            socket_filter: Filter::default(),
            settings: Vec::new(),
            captures_mouse: true,
            mode: Mode::Panes,
            focus: Pane::Sockets,
            at_start: false,
            saved: 0,
            zoomed: false,
            code: Code::default(),
            preset: Preset::default(),
            is_crowded: false,
            folds_closed: false,
            selection: None,
            log_selection: None,
            traced: false,
            missing: Vec::new(),
            private_network: false,
            host: Host {
                pid: pid.cast_signed(),
                ..Host::default()
            },
            phases: false,
            turned_to_socket: false,
            models: Vec::new(),
            scroll: PaneScrolls::default(),
            reveal: None,
            help_topic: None,
            geometry: Geometry::default(),
            program: None,
            replayed: None,
            learn: Learn::default(),
            script: None,
            prompt: Prompt::default(),
            keys_without_meaning: Vec::new(),
            typed_ahead: VecDeque::new(),
            ignores: None,
            notice: None,
            broken: Vec::new(),
            listeners: Vec::new(),
            awaits_listeners: false,
            explanations: Explanations::default(),
            size: size.into(),
            theme: *appearance.theme(),
            appearance,
            temporary,
            pid,
            lines: 0,
        }
    }

    /// The theme in use, and which characters the terminal can draw.
    pub fn appearance(&self) -> &Appearance {
        &self.appearance
    }

    /// Changes the theme.
    pub(crate) fn change_theme<T>(&mut self, change: impl FnOnce(&mut Appearance) -> T) -> T {
        let result = change(&mut self.appearance);
        self.theme = *self.appearance.theme();
        result
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

    /// The shell commands that show the same as that call.
    pub fn shell_commands(&self) -> Vec<ShellCommand> {
        let record = self.record();
        record.map_or_else(Vec::new, |record| {
            crate::explain::shell_commands(&self.world, record)
        })
    }

    /// Whether the session can be acted on: the present of one that is no recording is shown.
    pub fn is_live(&self) -> bool {
        self.past.is_none() && self.replayed.is_none()
    }

    /// The explanation of that call, with its suggestions.
    pub fn explanation(&self) -> Option<Rc<Explanation>> {
        Some(self.explanations.of(&self.world, self.record()?))
    }

    /// Whether the listeners on this host are needed now: for the addresses that are offered, or for a solution.
    pub fn needs_listeners(&self) -> bool {
        self.awaits_listeners || self.offers_addresses() || self.shows_start()
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

    /// The socket that socket(2) created last: the proposals for the next one follow it.
    pub fn last_made(&self) -> Option<Handle<'_>> {
        self.world
            .descriptors()
            .rfind(|socket| socket.kind().is_socket() && !socket.is_accepted())
    }

    /// The sockets in the order of the list, open ones first. A closed one is listed as long as its connection is an
    /// orphan.
    pub fn listed(&self) -> Vec<Handle<'_>> {
        self.world.by_process(self.world.listed())
    }

    /// Those of the list that are shown: closed ones may be folded away, all but the selected one.
    pub fn unfolded(&self) -> Vec<Handle<'_>> {
        let mut listed = self.listed();
        let is_shown = |own: &Handle<'_>| own.is_open() || Some(own.id()) == self.selection;
        listed.retain(|own| !self.folds_closed || is_shown(own));
        listed
    }

    /// Those of them that the filter of the sockets shows.
    pub fn filtered(&self) -> Vec<Handle<'_>> {
        let mut shown = self.unfolded();
        if self.socket_filter.is_on() {
            shown.retain(|own| self.socket_filter.fits(&self.described(*own)));
        }
        shown
    }

    /// A socket as the filter reads it: name, kind, addresses and state.
    fn described(&self, socket: Handle<'_>) -> String {
        let addresses = [socket.local(), socket.remote()].into_iter().flatten();
        let addresses: Vec<String> = addresses.map(ToString::to_string).collect();
        format!(
            "{} {} {} {} {}",
            socket.name(),
            socket.domain().short(),
            socket.kind().word(),
            addresses.join(" "),
            self.world.state_word(socket).unwrap_or_default()
        )
    }

    /// The lessons of the course that the filter of the overlay shows, by their places in it.
    pub fn filtered_course(&self) -> Vec<usize> {
        let filter = self.mode.overlay().map(|overlay| &overlay.filter);
        let fits = |entry: &LessonEntry| {
            let text = format!("{} {} {}", entry.id, entry.title, entry.goal);
            filter.is_none_or(|filter| filter.fits(&text))
        };
        let entries = self.learn.course.iter().enumerate();
        entries
            .filter(|(_, entry)| fits(entry))
            .map(|(at, _)| at)
            .collect()
    }

    /// When to send a [`super::message::Msg::Tick`] even if nothing happens; `None`: never.
    ///
    /// What lasts is shown with the moment at which it began, which stays right. Only a visible countdown of the kernel
    /// changes by itself, once a second; and a rate ends when nothing was reported for a while.
    pub fn deadline(&self) -> Option<Timestamp> {
        let line = self.player.deadline();
        let code = self.code.due(&self.world);
        let code = code.filter(|_| self.is_visible(Pane::Code));
        // Nothing changes by itself in the past and in a recording.
        let deadlines = match self.past.is_some() || self.replayed.is_some() {
            true => [line, self.next_moment_at(), None, None],
            false => [line, self.countdown(), self.rate_ends(), code],
        };
        deadlines.into_iter().flatten().min()
    }

    /// When the next second of a visible countdown is over: that of an orphan in the list, or of a timer at either end
    /// of the selected socket.
    fn countdown(&self) -> Option<Timestamp> {
        const SECOND: u128 = 1_000_000_000;
        let shows_ends = self.is_visible(Pane::State);
        let shown = self.world.descriptors().filter(|socket| {
            let is_orphan = socket.released_it() && socket.orphan_state(self.now).is_some();
            let is_selected = Some(socket.id()) == self.selection;
            (is_selected && shows_ends) || (is_orphan && self.is_listed_visibly(socket.id()))
        });
        let counted = shown
            .filter_map(|socket| socket.countdown(self.now))
            .min()?;
        // Just after the second, so that the displayed number changes.
        let until = (counted.as_nanos() - 1) % SECOND + 1;
        let until = Duration::from_nanos(u64::try_from(until).unwrap_or(0));
        Some(self.now.after(until.max(Duration::from_millis(50))))
    }

    /// When the first of the rates that are shown is no longer known.
    fn rate_ends(&self) -> Option<Timestamp> {
        let rates = self.world.pending().filter(|record| !record.is_blocked());
        let ends = rates.filter_map(|record| Some(record.throughput()?.valid_until()));
        ends.filter(|end| *end > self.now).min()
    }

    /// Whether a pane was drawn and nothing covers it.
    fn is_visible(&self, pane: Pane) -> bool {
        !self.is_covered() && self.geometry.areas.pane(pane).is_some()
    }

    /// Whether a socket is among the rows of the list that were drawn and nothing covers.
    fn is_listed_visibly(&self, socket: DescriptorId) -> bool {
        let is_row = |target: Target| target == Target::Socket(socket);
        let mut rows = self.geometry.clickable.iter();
        !self.is_covered() && rows.any(|row| is_row(row.target))
    }

    /// Whether an overlay covers all panes.
    fn is_covered(&self) -> bool {
        matches!(
            self.mode.content(),
            Some(Content::Page(_) | Content::Course)
        )
    }

    /// The names of this session that completion offers.
    pub fn context(&self) -> KnownNames {
        let mut names = self.world.known_names();
        let theirs = self.listeners.iter().filter(|listener| {
            listener.of_another_instance && !matches!(listener.address, Address::Other { .. })
        });
        let theirs = theirs.map(|listener| {
            (
                listener.reachable().to_string(),
                "another sockplay listens there".to_owned(),
            )
        });
        names.addresses.extend(theirs);
        names
    }

    /// Runs lines of a lesson that prepare the world for it.
    pub fn lesson_begins(&mut self, lines: Vec<Line>) {
        for line in lines {
            self.lines += 1;
            let reach = Reach::Confined(LineSource::Lesson);
            self.player.push(self.lines, line, reach);
        }
    }

    /// Moves the focus away from a pane that can no longer be shown.
    pub fn keep_focus_visible(&mut self) {
        let is_gone = match self.focus {
            Pane::Lesson => !self.learn.is_shown(),
            Pane::Script => !self.script_is_shown(),
            _ => false,
        };
        if is_gone {
            self.focus = Pane::Sockets;
            self.zoomed = false;
        }
        let reachable = self.reachable();
        if !reachable.contains(&self.focus) {
            self.focus = reachable.first().copied().unwrap_or(Pane::Sockets);
        }
    }

    /// The call of the traced program that is held: the selected one, else the one that is held longest.
    pub fn held(&self) -> Option<&Record> {
        let is_held = |record: &&Record| record.progress == Progress::Held;
        let oldest = || self.world.pending().find(is_held);
        self.record().filter(is_held).or_else(oldest)
    }

    /// What the places of the panes depend on, besides the size of the screen.
    pub fn arrangement(&self) -> Arrangement {
        let lesson = match (self.learn.is_shown(), self.learn.presenting) {
            (true, true) => Some(Lesson::Presented),
            (true, false) => Some(Lesson::Read),
            (false, _) => self.script_is_shown().then_some(Lesson::Script),
        };
        Arrangement {
            preset: self.preset,
            is_crowded: self.is_crowded,
            lesson,
            program: self
                .program
                .as_ref()
                .is_some_and(|own| own.screen().is_some()),
            focus: self.focus,
        }
    }

    /// The areas of the screen at its present size.
    pub fn areas(&self) -> Areas {
        self.areas_on(Rect::new(0, 0, self.size.columns, self.size.rows))
    }

    /// The areas of a screen: no panes while the start screen is shown.
    pub fn areas_on(&self, screen: Rect) -> Areas {
        match self.shows_start() {
            true => Areas::of(screen, |_| Vec::new()),
            false => Areas::arranged(screen, &self.arrangement(), self.zoomed),
        }
    }

    /// The panes that Tab goes through.
    pub fn reachable(&self) -> Vec<Pane> {
        let screen = Rect::new(0, 0, self.size.columns, self.size.rows);
        let mut reachable = Vec::new();
        Areas::of(screen, |body| {
            reachable = crate::layout::arrange::reachable(self.size, body, &self.arrangement());
            Vec::new()
        });
        reachable
    }

    /// The keys that interrupt a call now; the prompt must be closed first.
    pub fn interrupt_keys(&self) -> String {
        let interrupt = self.keys.name(INTERRUPT);
        match self.mode {
            Mode::Prompt => format!("{} {interrupt}", self.keys.name(LEAVE)),
            _ => interrupt.to_owned(),
        }
    }

    /// Takes over where things were drawn, and how far they can be scrolled.
    pub fn drawn(&mut self, geometry: Geometry) {
        self.scroll.state.drawn(geometry.state);
        self.scroll.why.drawn(geometry.why);
        self.scroll.transitions.drawn(geometry.transitions);
        self.scroll.ladder.drawn(geometry.ladder);
        self.scroll.queues.drawn(geometry.queues);
        self.reveal = None;
        self.help_topic = None;
        if let (Some(overlay), Some(extent)) = (self.mode.overlay_mut(), geometry.overlay) {
            overlay.scroll.drawn(extent);
        }
        if let Some(extent) = &geometry.lesson {
            self.learn.drawn(extent);
        }
        self.geometry = geometry;
    }

    /// Whether one pane fills the screen.
    pub fn shows_one_pane(&self) -> bool {
        self.zoomed || self.size.has_one_pane()
    }

    /// Whether the pane of the lesson is on the screen.
    pub fn lesson_is_on_screen(&self) -> bool {
        self.learn.is_shown() && (!self.shows_one_pane() || self.focus == Pane::Lesson)
    }

    /// Opens a script for stepping; its pane gets the arrow keys.
    pub fn open_script(&mut self, script: Option<Stepping>) {
        self.script = script;
        if self.script.is_some() {
            self.focus = Pane::Script;
        }
    }

    /// Whether the pane of a script is shown.
    pub fn script_is_shown(&self) -> bool {
        self.script.as_ref().is_some_and(|own| !own.hidden)
    }

    /// Whether the pane of a script is on the screen.
    pub fn script_is_on_screen(&self) -> bool {
        self.script_is_shown() && (!self.shows_one_pane() || self.focus == Pane::Script)
    }

    /// Shows the map of the course, with the lesson to continue with chosen.
    pub fn show_course(&mut self) {
        self.mode = Mode::Overlay(Overlay {
            scroll: Scroll::to(self.learn.next()),
            ..Overlay::new(Content::Course)
        });
    }

    /// Shows the help for a place over what is open there.
    pub fn show_help(&mut self, place: Place) {
        let below = match std::mem::replace(&mut self.mode, Mode::Panes) {
            Mode::Overlay(overlay) => Some(Box::new(overlay)),
            Mode::Panes | Mode::Prompt | Mode::Program => None,
        };
        self.mode = Mode::Overlay(Overlay {
            below,
            ..Overlay::new(Content::Page(Page::HelpFor(place)))
        });
    }

    /// Closes the overlay: what help was opened over is there again. A line that was being typed at the prompt stays.
    pub fn close_overlay(&mut self) {
        let below = self.mode.overlay_mut().and_then(|own| own.below.take());
        self.mode = match below {
            Some(below) => Mode::Overlay(*below),
            None if self.prompt.line().is_empty() => Mode::Panes,
            None => Mode::Prompt,
        };
    }

    /// Puts a line at the prompt, where it can be edited; Enter runs it. What was being typed goes to the history.
    pub fn offer(&mut self, line: &str) {
        let typed = self.prompt.line().to_owned();
        self.prompt.remember(&typed);
        self.mode = Mode::Prompt;
        self.prompt.set(line);
    }

    /// Shows a notice until the next key.
    pub fn notify(&mut self, text: impl Into<String>, is_error: bool) {
        self.notice = Some(Notice {
            text: text.into(),
            is_error,
        });
    }
}
