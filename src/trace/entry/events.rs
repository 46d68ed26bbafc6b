//! The calls that make what an event loop waits for beside sockets: pipes, counters, timers.

use crate::call::Call;
use crate::socket::{Clock, EventfdFlags, PipeFlags, SettimeFlags, TimerfdFlags};
use crate::strace::variants::{self, Setting};
use crate::trace::entry::{Entered, Entry};
use crate::trace::memory;
use crate::trace::syscalls::Shape;

impl Entry<'_> {
    /// The call. `None`: the notation has no form for it, since a pointer leads nowhere.
    pub(super) fn events(&self) -> Option<Entered> {
        Some(match self.row.shape {
            Shape::Pipe => self.pipe(0),
            Shape::Pipe2 => self.pipe(self.int(1)),
            Shape::Eventfd => Entered::of(Call::Eventfd {
                initial: self.int(0),
                flags: EventfdFlags(self.int(1)),
            }),
            Shape::TimerfdCreate => Entered::of(Call::TimerfdCreate {
                clock: Clock(self.int(0)),
                flags: TimerfdFlags(self.int(1)),
            }),
            Shape::TimerfdSettime => self.timerfd_settime()?,
            _ => return None,
        })
    }

    fn pipe(&self, flags: i32) -> Entered {
        let call = Call::Pipe {
            flags: PipeFlags(flags),
        };
        Entered::of(call).made_as(variants::pipe(self.row.name))
    }

    fn timerfd_settime(&self) -> Option<Entered> {
        let (interval, value) = self.setting(2)?;
        let call = Call::TimerfdSettime {
            socket: self.fd(0),
            value,
            interval: (!interval.is_zero()).then_some(interval),
            flags: SettimeFlags(self.int(1)),
        };
        let entered = Entered::of(call);
        Some(match self.args[3] {
            0 => entered,
            // It asks for the setting before, which the notation does not.
            _ => entered.made_as(variants::timerfd_settime(
                self.int(0),
                self.int(1),
                (interval, value),
            )),
        })
    }

    /// The `struct itimerspec` that an argument points to.
    pub(crate) fn setting(&self, index: usize) -> Option<Setting> {
        let interval = memory::timespec(self.memory, self.args[index])?;
        let value = memory::timespec(self.memory, self.args[index].checked_add(16)?)?;
        Some((interval, value))
    }
}
