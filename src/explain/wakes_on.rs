//! What a sleeping call waits for, in a few words.

use crate::explain::condition::Condition;
use crate::explain::context::Context;
use crate::explain::rule::{
    ACCEPTING, CLOSE, CONNECT, CallSet, DRAIN, EPOLL_WAIT, FILL, LOOKUPS, MULTIPLEX, PEER,
    RECEIVING, SENDING, SIGTIMEDWAIT, SLEEP, STATE, TAKING, WAIT,
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
    CONNECT [Tcp, SendTimeout] "SYN+ACK, RST, an ICMP error, SO_SNDTIMEO";
    CONNECT [Tcp] "SYN+ACK, RST or an ICMP error";
    CONNECT [Unix, SendTimeout] "room in the accept queue, SO_SNDTIMEO";
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
    SIGTIMEDWAIT [AsksForChildren, ForEver] "a signal, a child that ends";
    SIGTIMEDWAIT [AsksForChildren] "a signal, a child that ends, the timeout";
    SIGTIMEDWAIT [ForEver] "a signal of a socket";
    SIGTIMEDWAIT [] "a signal of a socket, the timeout";
    TAKING [Message] "a message, cancel";
    TAKING [] "data, shutdown, close, cancel";
    RECEIVING [IsEventfd] "a write()";
    RECEIVING [IsTimerfd] "its expiration";
    RECEIVING [PipeReader] "a write(), close of the write end";
    RECEIVING [Nameless, Datagram] "shutdown: it has no address";
    RECEIVING [Message, ReceiveTimeout] "a message, an error, SO_RCVTIMEO";
    RECEIVING [Message] "a message, an error, shutdown";
    RECEIVING [WaitAll, Tcp, ReceiveTimeout] "all bytes, FIN, RST, SO_RCVTIMEO";
    RECEIVING [WaitAll, Tcp] "all bytes, FIN or RST";
    RECEIVING [WaitAll, Stream] "all bytes, shutdown or close";
    RECEIVING [LowatHere, Tcp, ReceiveTimeout] "SO_RCVLOWAT bytes, FIN, RST, SO_RCVTIMEO";
    RECEIVING [LowatHere, Tcp] "SO_RCVLOWAT bytes, FIN or RST";
    RECEIVING [LowatHere, Stream] "SO_RCVLOWAT bytes, shutdown or close";
    RECEIVING [ReceiveTimeout, Tcp] "data, FIN, RST, SO_RCVTIMEO";
    RECEIVING [KeepsAlive, Tcp] "data, FIN, RST, failed keepalive probes";
    RECEIVING [Tcp] "data, FIN or RST";
    RECEIVING [Seqpacket, ReceiveTimeout] "a record, shutdown, close, SO_RCVTIMEO";
    RECEIVING [Seqpacket] "a record, shutdown or close";
    RECEIVING [ReceiveTimeout] "data, shutdown, close, SO_RCVTIMEO";
    RECEIVING [] "data, shutdown or close";
    SENDING [IsEventfd] "a read()";
    SENDING [PipeWriter] "a read(), close of the read end";
    SENDING [Tcp, WasConnecting, SendTimeout] "the end of the handshake, SO_SNDTIMEO";
    SENDING [Tcp, WasConnecting] "the end of the handshake";
    SENDING [Tcp, WindowClosed, SendTimeout] "an open window, SO_SNDTIMEO";
    SENDING [Tcp, WindowClosed, UserTimeout] "an open window, TCP_USER_TIMEOUT";
    SENDING [Tcp, WindowClosed] "an open window: the peer reads";
    SENDING [Tcp, SendTimeout] "1/3 of SO_SNDBUF free, RST, SO_SNDTIMEO";
    SENDING [Tcp, UserTimeout] "1/3 of SO_SNDBUF free, TCP_USER_TIMEOUT";
    SENDING [Tcp] "1/3 of SO_SNDBUF free, or RST";
    SENDING [Inet, SendTimeout] "room in the send buffer, SO_SNDTIMEO";
    SENDING [Inet] "room in the send buffer";
    SENDING [Unix, Datagram, SendTimeout] "room: the receiver reads, SO_SNDTIMEO";
    SENDING [Unix, Datagram] "room: the receiver reads";
    SENDING [Unix, SendTimeout] "3/4 of SO_SNDBUF read, SO_SNDTIMEO";
    SENDING [Unix] "3/4 of SO_SNDBUF read, or close";
    SENDING [] "room in the send buffer";
    CLOSE [] "the last ACK, SO_LINGER";
    WAIT [] "the end of the pending call";
    STATE [] "the state that is expected";
    PEER [] "the state that is expected";
    SLEEP [] "the end of the time";
    LOOKUPS [] "the C library, or a name server";
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
