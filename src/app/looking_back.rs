//! Looking back: the screen shows the world as it was after a call, while the present goes on.
//!
//! Everything that is drawn reads [`App::world`], so the past is put there, and the present is kept beside it. Events and the
//! lines that wait are handled in the present, [`App::in_the_present`]; so are keys that make calls, which return to it.

use std::time::Duration;

use crate::app::message::Effect;
use crate::app::past::{Look, Past, Standpoint};
use crate::app::state::App;
use crate::event::{CallId, DescriptorId, Timestamp};
use crate::history::Moment;
use crate::layout::Scroll;
use crate::world::{Handle, Record, World};

/// What is said when a key or a click has returned to the present.
pub(crate) const PRESENT_AGAIN: &str = "back in the present, where calls are made";

/// How long a moment is shown at least, and at most, while the past is played.
const SHORTEST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(2);

impl App {
    /// The world as it is now, whatever the screen shows.
    pub fn present(&self) -> &World {
        self.past
            .as_ref()
            .map_or(&self.world, |past| &past.present.world)
    }

    /// It is later than before. The time of a recording stays that of its last event.
    pub fn set_now(&mut self, now: Timestamp) {
        self.clock = now.max(self.clock);
        if self.replayed.is_some() {
            return;
        }
        let own = match &mut self.past {
            Some(past) => &mut past.present.now,
            None => &mut self.now,
        };
        *own = now.max(*own);
    }

    /// Does something in the present, whatever the screen shows.
    pub(crate) fn in_the_present<T>(&mut self, act: impl FnOnce(&mut Self) -> T) -> T {
        let Some(mut past) = self.past.take() else {
            return act(self);
        };
        self.exchange(&mut past.present);
        let result = act(self);
        self.exchange(&mut past.present);
        self.past = Some(past);
        result
    }

    fn exchange(&mut self, other: &mut Standpoint) {
        std::mem::swap(&mut self.world, &mut other.world);
        std::mem::swap(&mut self.now, &mut other.now);
        std::mem::swap(&mut self.selection, &mut other.selection);
        std::mem::swap(&mut self.log_selection, &mut other.log_selection);
        std::mem::swap(&mut self.turned_to_socket, &mut other.turned_to_socket);
        std::mem::swap(&mut self.scroll, &mut other.scroll);
    }

    /// Shows a moment in the past, whose world was asked for with [`Effect::LookBack`].
    pub(crate) fn show_past(&mut self, look: Look, world: Result<Box<World>, String>) {
        let number = look.moment;
        let (world, moment) = match (world, self.moments.get(number)) {
            (Ok(world), Some(moment)) => (*world, *moment),
            (Ok(_), None) => return,
            (Err(why), _) => {
                self.stop_playing();
                return self.notify(why, true);
            }
        };
        let plays = look.plays.then(|| self.next_after(&moment));
        match &mut self.past {
            Some(past) => {
                past.moment = number;
                past.plays = plays;
            }
            None => {
                let present = Standpoint {
                    world: std::mem::take(&mut self.world),
                    now: self.now,
                    selection: self.selection,
                    log_selection: None,
                    turned_to_socket: self.turned_to_socket,
                    scroll: self.scroll,
                };
                self.past = Some(Past {
                    moment: number,
                    present,
                    plays,
                });
            }
        }
        self.world = world;
        self.now = moment.at;
        self.log_selection = Some(moment.call);
        self.selection = self.selection_at(&moment);
        self.turned_to_socket = false;
        self.scroll.state = Scroll::default();
        self.scroll.why = Scroll::default();
    }

    /// The socket that is selected at a moment: what its call created, as at that time; else the same as before, the one
    /// that the call was made on, or the newest.
    fn selection_at(&self, moment: &Moment) -> Option<DescriptorId> {
        let record = self.world.call(moment.call);
        let created = record.and_then(|own| own.new_descriptors().first().copied());
        let is_there = |id: &DescriptorId| self.world.descriptor(*id).is_some();
        let newest = || self.world.descriptors().next_back().map(Handle::id);
        created
            .or(self.selection)
            .filter(is_there)
            .or_else(|| record.and_then(Record::on).filter(is_there))
            .or_else(newest)
    }

    /// When the moment after one is to be shown, if the past is played: the pauses are those of the session, but never very
    /// short or long.
    fn next_after(&self, moment: &Moment) -> Timestamp {
        let next = self.moments.after(moment);
        let pause = next.map_or(SHORTEST, |next| next.ended.since(moment.ended));
        self.clock.after(pause.clamp(SHORTEST, LONGEST))
    }

    /// Returns to the present.
    pub(crate) fn return_to_present(&mut self) {
        if let Some(mut past) = self.past.take() {
            self.exchange(&mut past.present);
        }
    }

    /// The same; the call that was looked at stays selected in the log.
    pub(crate) fn return_with_call(&mut self) {
        let Some(call) = self.log_selection.filter(|_| self.past.is_some()) else {
            return;
        };
        self.return_to_present();
        let newest = self.world.log().last().map(Record::id);
        let is_older = self.world.call(call).is_some() && newest != Some(call);
        self.log_selection = is_older.then_some(call);
    }

    /// Asks for a moment. After the last one comes the present.
    pub(crate) fn look_back(&mut self, number: usize, plays: bool, effects: &mut Vec<Effect>) {
        let first = self.moments.first();
        let number = number.max(first);
        let is_present = self
            .moments
            .before_present()
            .is_none_or(|last| number > last);
        match self.moments.get(number) {
            Some(moment) if !is_present => effects.push(Effect::LookBack(Look {
                moment: number,
                events: moment.events,
                plays,
            })),
            _ => self.return_to_present(),
        }
    }

    /// Asks for the moment after a call that was selected in the log. One that has not ended is shown in the present.
    pub(crate) fn look_at(&mut self, call: Option<CallId>, effects: &mut Vec<Effect>) {
        match call.and_then(|call| self.moments.of(call)) {
            Some(number) => {
                if self.past.is_none() {
                    self.log_selection = call;
                }
                self.look_back(number, false, effects);
            }
            None => {
                self.return_to_present();
                self.log_selection = call;
            }
        }
    }

    /// The moment that is so many later than the one on the screen.
    pub(crate) fn step_in_time(&mut self, by: isize, effects: &mut Vec<Effect>) {
        let shown = self.past.as_ref().map(|past| past.moment);
        let wanted = match shown {
            Some(shown) => Some(shown.saturating_add_signed(by)),
            None if by < 0 => self.moments.before_present(),
            None => None,
        };
        match wanted {
            Some(number) => self.look_back(number, false, effects),
            None if by < 0 => self.notify("there is no earlier call", false),
            None => self.notify("this is the present", false),
        }
    }

    /// The first moment that is known.
    pub(crate) fn look_at_first(&mut self, plays: bool, effects: &mut Vec<Effect>) {
        if self.moments.before_present().is_none() {
            return self.notify("there is no earlier call", false);
        }
        self.look_back(self.moments.first(), plays, effects);
    }

    /// Shows the moments one after the other, from this one or from the first, or stops that.
    pub(crate) fn play_past(&mut self, effects: &mut Vec<Effect>) {
        match &self.past {
            Some(past) if past.is_played() => self.stop_playing(),
            Some(past) => {
                let next = past.moment + 1;
                self.look_back(next, true, effects);
            }
            None => self.look_at_first(true, effects),
        }
    }

    /// Shows the next moment, if the past is played and its time has come.
    pub(crate) fn play_on(&mut self, effects: &mut Vec<Effect>) {
        let is_due = |past: &&Past| past.plays.is_some_and(|at| at <= self.clock);
        if let Some(past) = self.past.as_ref().filter(is_due) {
            let next = past.moment + 1;
            self.stop_playing();
            self.look_back(next, true, effects);
        }
    }

    /// Stops playing the past.
    pub(crate) fn stop_playing(&mut self) {
        if let Some(past) = &mut self.past {
            past.plays = None;
        }
    }

    /// When the next moment is to be shown, while the past is played.
    pub(crate) fn next_moment_at(&self) -> Option<Timestamp> {
        self.past.as_ref()?.plays
    }
}
