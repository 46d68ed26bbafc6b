//! The start screen: what it offers, and when it is shown.

use crate::app::state::App;
use crate::kernel::listeners::Listener;
use crate::lesson::course::TOUR;
use crate::socket::{Address, SocketType};

/// Something that the start screen offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartChoice {
    /// The guided first conversation.
    Tour,
    /// The map of the course.
    Course,
    /// The empty playground.
    FreePlay,
    /// A connection to another sockplay that listens.
    Connect,
}

impl App {
    /// Whether the start screen is shown in the place of the panes: until a choice is made, a call is made, or a key is
    /// used that is about the panes.
    pub fn shows_start(&self) -> bool {
        self.at_start && self.world.log().is_empty() && !self.learn.is_shown() && !self.zoomed
    }

    /// What the start screen offers now, in the order of the keys that answer a prediction.
    pub fn start_choices(&self) -> Vec<StartChoice> {
        let mut choices = vec![
            StartChoice::Tour,
            StartChoice::Course,
            StartChoice::FreePlay,
        ];
        if self.other_instance().is_some() {
            choices.push(StartChoice::Connect);
        }
        choices
    }

    /// A TCP listener of another sockplay on this host.
    pub fn other_instance(&self) -> Option<&Listener> {
        self.listeners.iter().find(|listener| {
            listener.of_another_instance
                && listener.listens
                && listener.socket_type == SocketType::STREAM.0
                && matches!(listener.address, Address::Inet(_) | Address::Inet6(_))
        })
    }

    /// Whether the guided first conversation is open.
    pub fn is_on_tour(&self) -> bool {
        let open = self.learn.study.as_ref();
        open.is_some_and(|study| study.lesson.id == TOUR.id)
    }
}
