//! What a sleeping call waits for, in a few words.

use crate::explain::condition::Condition;
use crate::explain::context::Context;
use crate::explain::rule::{
    ACCEPTING, CLOSE, CONNECT, CallSet, DRAIN, EPOLL_WAIT, FILL, MULTIPLEX, PEER, RECEIVING,
    SENDING, SIGTIMEDWAIT, SLEEP, STATE, TAKING, WAIT,
};
use crate::world::{Record, World};

/// One entry: the calls, what must hold, the words.
pub(crate) struct WakeRule {
    pub(crate) calls: CallSet,
    pub(crate) when: &'static [Condition],
    pub(crate) on: &'static str,
}

macro_rules! wakes {
    ($($calls:ident [$($when:ident),*] $on:literal;)+) => {
        &[$(WakeRule { calls: $calls, when: &[$(Condition::$when),*], on: $on }),+]
    };
}

/// All entries, the special before the general.
pub(crate) static WAKES: &[WakeRule] = wakes! {
    ACCEPTING [DefersHere] "the data of a client";
    ACCEPTING [ReceiveTimeout] "a connection, SO_RCVTIMEO";
    ACCEPTING [] "a connection";
    CONNECT [Tcp] "SYN+ACK, RST or an ICMP error";
    CONNECT [Unix] "room in the queue of the listener";
    DRAIN [] "nothing: it does not wait";
    FILL [] "nothing: it does not wait";
    EPOLL_WAIT [Overlooked, ForEver] "a new event: the edge is gone";
    EPOLL_WAIT [Overlooked] "a new event, the timeout";
    EPOLL_WAIT [NoMembers, ForEver] "a registration: its list is empty";
    MULTIPLEX [NoMembers, ForEver] "nothing but a signal";
    MULTIPLEX [NoMembers] "the timeout";
    MULTIPLEX [BelowLowat, ForEver] "an event, SO_RCVLOWAT bytes";
    MULTIPLEX [BelowLowat] "an event, SO_RCVLOWAT bytes, the timeout";
    MULTIPLEX [ForEver] "an event";
    MULTIPLEX [] "an event, the timeout";
    SIGTIMEDWAIT [ForEver] "a signal of a socket";
    SIGTIMEDWAIT [] "a signal of a socket, the timeout";
    TAKING [Message] "a message, cancel";
    TAKING [] "data, shutdown, close, cancel";
    RECEIVING [Nameless, Datagram] "nothing: it has no address";
    RECEIVING [Message, ReceiveTimeout] "a message, SO_RCVTIMEO";
    RECEIVING [Message] "a message";
    RECEIVING [WaitAll, Tcp] "all bytes, FIN or RST";
    RECEIVING [ReceiveTimeout, Tcp] "data, FIN, RST, SO_RCVTIMEO";
    RECEIVING [Tcp] "data, FIN or RST";
    RECEIVING [Seqpacket] "a record, shutdown or close";
    RECEIVING [] "data, shutdown or close";
    SENDING [Tcp, WasConnecting] "the end of the handshake";
    SENDING [Tcp, WindowClosed, SendTimeout] "an open window, SO_SNDTIMEO";
    SENDING [Tcp, WindowClosed] "an open window: the peer reads";
    SENDING [SendTimeout] "room when the peer reads, SO_SNDTIMEO";
    SENDING [Tcp] "room when the peer reads, RST";
    SENDING [Inet] "room in the send buffer";
    SENDING [] "room when the peer reads, close";
    CLOSE [] "the last ACK, SO_LINGER";
    WAIT [] "the end of the pending call";
    STATE [] "the state that is expected";
    PEER [] "the state that is expected";
    SLEEP [] "the end of the time";
};

/// Said of a call that has no entry: usually it does not sleep.
const ANYTHING: &str = "the kernel to finish";

/// What would wake a blocked call, short enough to fit into one line with it.
pub fn wakes_on(world: &World, record: &Record) -> &'static str {
    let context = Context::of(world, record);
    WAKES
        .iter()
        .find(|row| {
            row.calls.contains(context.call_kind())
                && row.when.iter().all(|when| when.holds(&context))
        })
        .map_or(ANYTHING, |row| row.on)
}
