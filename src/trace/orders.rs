//! What a tracer is asked to do while it runs, and how that reaches it: its thread waits in waitpid(2), which a signal
//! interrupts.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering, fence};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, unbounded};

use crate::call::fault::Fault;
use crate::event::CallId;
use crate::trace::breakpoint::Hold;

/// What a tracer is asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Order {
    /// End: the programs that were started are killed, unless they are to go on; others are left to themselves.
    Leave,
    /// Hold threads before these calls from now on. Those that are held stay so.
    Hold(Hold),
    /// Let the thread that is held before this call make it.
    GoOn(CallId),
    /// Let every thread that is held make its call.
    GoOnAll,
    /// Let the thread that is held before this call make it with a fault.
    Inject(CallId, Fault),
    /// Ask the kernel about the sockets of the calls that are held.
    Look,
}

/// The pause between two signals to a tracer that has not taken its order.
const PAUSE: Duration = Duration::from_micros(200);
/// How long signals are sent.
const LONGEST: Duration = Duration::from_millis(50);

/// Where orders are given.
#[derive(Debug, Clone)]
pub(crate) struct Orders {
    sender: Sender<Order>,
    thread: i32,
    waits: Arc<AtomicBool>,
}

/// Where the tracer takes them.
#[derive(Debug)]
pub(crate) struct Inbox {
    receiver: Receiver<Order>,
    /// Whether it waits, or is about to, and has seen no order.
    waits: Arc<AtomicBool>,
}

/// A way for orders to a thread.
pub(crate) fn orders(thread: i32) -> (Orders, Inbox) {
    let (sender, receiver) = unbounded();
    let waits = Arc::new(AtomicBool::new(false));
    let inbox = Inbox {
        receiver,
        waits: Arc::clone(&waits),
    };
    let orders = Orders {
        sender,
        thread,
        waits,
    };
    (orders, inbox)
}

impl Orders {
    /// Gives an order and wakes the tracer. A tracer that is busy, for example since its events are not read, takes it
    /// before it waits again.
    pub(crate) fn send(&self, order: Order) {
        if self.sender.send(order).is_err() {
            return;
        }
        fence(Ordering::SeqCst);
        let deadline = Instant::now() + LONGEST;
        // A signal that comes between its last look and waitpid(2) is lost: hence more than one.
        while !self.sender.is_empty()
            && self.waits.load(Ordering::SeqCst)
            && Instant::now() < deadline
        {
            if crate::sys::signal::interrupt(self.thread).is_err() {
                return;
            }
            std::thread::sleep(PAUSE);
        }
    }
}

impl Inbox {
    /// The next order. After `None` the tracer is to wait.
    pub(crate) fn next(&self) -> Option<Order> {
        self.waits.store(true, Ordering::SeqCst);
        fence(Ordering::SeqCst);
        let order = self.receiver.try_recv().ok();
        if order.is_some() {
            self.waited();
        }
        order
    }

    /// Notes that the tracer does not wait any more.
    pub(crate) fn waited(&self) {
        self.waits.store(false, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use crate::trace::orders::*;

    #[test]
    fn a_busy_tracer_gets_its_orders_without_a_signal() {
        let (orders, inbox) = orders(0);
        let before = Instant::now();
        orders.send(Order::GoOnAll);
        orders.send(Order::GoOn(CallId(3)));
        assert!(before.elapsed() < LONGEST);
        assert_eq!(inbox.next(), Some(Order::GoOnAll));
        assert_eq!(inbox.next(), Some(Order::GoOn(CallId(3))));
        assert_eq!(inbox.next(), None);
    }
}
