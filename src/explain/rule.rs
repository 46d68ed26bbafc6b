//! The shape of the tables, and the sets of calls that they speak of.

use crate::call::table::CallKind;
use crate::explain::claims::Template;
use crate::explain::condition::Condition;
use crate::explain::context::Context;
use crate::explain::pattern::Pattern;
use crate::explain::suggestions::rule::SuggestionRule;

/// One explanation: when it holds and what it says.
#[derive(Debug)]
pub(crate) struct Rule {
    /// The calls; empty for all of them.
    pub(crate) verbs: &'static [CallKind],
    /// The results.
    pub(crate) result: Pattern,
    /// What must hold in the world, all of it.
    pub(crate) when: &'static [Condition],
    /// What it states as a cause, for each to be checked.
    pub(crate) claims: &'static [Template],
    /// One or two sentences with `{placeholders}` of [`super::placeholder`].
    pub(crate) text: &'static str,
    /// Where to read more, or [`OF_THE_CALL`] or [`NO_SOURCE`].
    pub(crate) source: &'static str,
    /// What can be done next.
    pub(crate) suggestion_rules: &'static [&'static SuggestionRule],
}

/// Stands for the manual page of the call itself.
pub(crate) const OF_THE_CALL: &str = "";

/// Stands for no source: nothing is to be read about it.
pub(crate) const NO_SOURCE: &str = "none";

/// Said if no row fits, which the last table excludes.
pub(crate) const NOTHING_FITS: &str = "There is no explanation for this result.";

impl Rule {
    /// Whether the row explains this scene.
    pub(crate) fn fits(&self, context: &Context<'_>) -> bool {
        self.is_about(context.call_kind())
            && self.result.fits(context)
            && self.when.iter().all(|condition| condition.holds(context))
    }

    /// Whether the row speaks of this call.
    pub(crate) fn is_about(&self, call_kind: CallKind) -> bool {
        self.verbs.is_empty() || self.verbs.contains(&call_kind)
    }
}

/// Writes a table: `CALLS Pattern(ERRNO, …) [Condition, …] {Claim, …} "text" "source" => [SUGGESTION, …];`; the claims and
/// the suggestions may be left out.
macro_rules! rows {
    ($($verbs:ident $result:ident $(($($errno:ident),+))? [$($when:ident),*] $({$($claim:ident),+})? $text:literal $source:expr $(=> [$($suggestion:ident),+])?;)+) => {
        &[$($crate::explain::rule::Rule {
            verbs: $crate::explain::rule::$verbs,
            result: $crate::explain::pattern::Pattern::$result $((&[$(libc::$errno),+]))?,
            when: &[$($crate::explain::condition::Condition::$when),*],
            claims: &[$($($crate::explain::claims::Template::$claim),+)?],
            text: $text,
            source: $source,
            suggestion_rules: &[$($(&$crate::explain::suggestions::table::$suggestion),+)?],
        }),+]
    };
}
pub(crate) use rows;

/// Names sets of calls.
macro_rules! verbs {
    ($($name:ident [$($call_kind:ident),*];)+) => {
        $(pub(crate) const $name: &[CallKind] = &[$(CallKind::$call_kind),*];)+
    };
}

verbs! {
    ANY [];
    SOCKET [Socket];
    SOCKETPAIR [Socketpair];
    MAKING [Socket, Socketpair];
    BIND [Bind];
    LISTEN [Listen];
    ACCEPT [Accept];
    CONNECT [Connect];
    NAMING [Bind, Connect, Sendto, Sendmsg];
    REACHING [Connect, Sendto, Sendmsg];
    ACCEPTING [Accept, Serve];
    SENDTO [Sendto];
    ADDRESSED [Sendto, Sendmsg];
    SEND [Send, Write, Fill, Source];
    SENDING [Send, Sendto, Sendmsg, Write, Fill, Source];
    RECEIVING [Recv, Recvfrom, Recvmsg, Read, Drain, Sink, Echo];
    TRANSFER [Send, Sendto, Sendmsg, Write, Fill, Source, Recv, Recvfrom, Recvmsg, Read, Drain, Sink, Echo];
    MAY_SLEEP [Accept, Connect, Send, Sendto, Sendmsg, Write, Fill, Recv, Recvfrom, Recvmsg, Read, Drain, Poll, Select,
        EpollWait, Sigtimedwait];
    SENDMSG [Sendmsg];
    RECVMSG [Recvmsg];
    RECVFROM [Recvfrom];
    READ [Read];
    WRITE [Write];
    FILE_CALLS [Read, Write];
    NAMES [Getsockname, Getpeername];
    OUT_ADDRESS [Recvfrom, Getsockname, Getpeername];
    POLL [Poll];
    SELECT [Select];
    EPOLL_CREATE [EpollCreate1, EpollCreate];
    EPOLL_CTL [EpollCtl];
    EPOLL_WAIT [EpollWait];
    ON_EPOLL [EpollCtl, EpollWait];
    MULTIPLEX [Poll, Select, EpollWait];
    SIGTIMEDWAIT [Sigtimedwait];
    IOCTL [Ioctl];
    OPEN [Open];
    CHMOD [Chmod];
    PEER [Peer];
    ECHO [Echo];
    SINK [Sink];
    TAKING [Echo, Sink];
    SOURCE [Source];
    SERVE [Serve];
    LOOPS [Echo, Sink, Source, Serve];
    SOCKETS_ONLY [Bind, Listen, Accept, Connect, Send, Sendto, Sendmsg, Recv, Recvfrom, Recvmsg, Shutdown, Getsockname,
        Getpeername, Setsockopt, Getsockopt, State, Peer, Pending, Unread, Fill, Drain, Echo, Sink, Source, Serve];
    SHUTDOWN [Shutdown];
    CLOSE [Close];
    DUP [Dup];
    GETSOCKNAME [Getsockname];
    GETPEERNAME [Getpeername];
    OPTIONS [Setsockopt, Getsockopt];
    SETSOCKOPT [Setsockopt];
    GETSOCKOPT [Getsockopt];
    FCNTL [Fcntl];
    UNLINK [Unlink];
    WAIT [Wait];
    CANCEL [Cancel];
    STATE [State];
    PENDING [Pending];
    UNREAD [Unread];
    FILL [Fill];
    DRAIN [Drain];
    SLEEP [Sleep];
    ON_OPEN [Bind, Listen, Accept, Connect, Send, Sendto, Sendmsg, Write, Recv, Recvfrom, Recvmsg, Read, Shutdown, Close,
        Getsockname, Getpeername, Setsockopt, Getsockopt, Fcntl, Ioctl, Dup, EpollCtl, EpollWait, Pending, Unread, Fill,
        Drain,
        Echo, Sink, Source, Serve];
    WORDS [Wait, Cancel, State, Peer, Pending, Unread, Fill, Drain, Echo, Sink, Source, Serve, Sleep];
}
