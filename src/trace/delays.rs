//! Delays of traced calls: a thread that lets held threads go on when their time has come. It is there once it is needed.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvError, RecvTimeoutError, Sender, unbounded};

use crate::event::CallId;
use crate::trace::orders::{Order, Orders};

/// A moment, and the call that is made then.
type Due = (Instant, CallId);

/// Where delays are begun.
#[derive(Debug)]
pub(crate) struct Delays {
    orders: Orders,
    thread: Option<Sender<Due>>,
}

impl Delays {
    pub(crate) fn new(orders: Orders) -> Self {
        Self {
            orders,
            thread: None,
        }
    }

    /// Has the thread that is held before a call go on so much later. Gives false where no thread can be had for that.
    pub(crate) fn begin(&mut self, call: CallId, span: Duration) -> bool {
        let due = Instant::now() + span;
        if self.thread.is_none() {
            self.thread = start(self.orders.clone());
        }
        let thread = self.thread.as_ref();
        thread.is_some_and(|thread| thread.send((due, call)).is_ok())
    }
}

fn start(orders: Orders) -> Option<Sender<Due>> {
    let (sender, receiver) = unbounded();
    let body = move || {
        crate::sys::signal::mask_all();
        wait(&receiver, &orders);
    };
    let thread = std::thread::Builder::new().name("delays".to_owned());
    thread.spawn(body).ok().map(|_| sender)
}

/// Until the tracer has ended.
fn wait(receiver: &Receiver<Due>, orders: &Orders) {
    let mut all: BinaryHeap<Reverse<Due>> = BinaryHeap::new();
    loop {
        let next = match all.peek() {
            Some(Reverse((due, _))) => receiver.recv_deadline(*due),
            None => receiver
                .recv()
                .map_err(|RecvError| RecvTimeoutError::Disconnected),
        };
        match next {
            Ok(due) => all.push(Reverse(due)),
            Err(RecvTimeoutError::Timeout) => {
                if let Some(Reverse((_, call))) = all.pop() {
                    orders.send(Order::GoOn(call));
                }
            }
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}
