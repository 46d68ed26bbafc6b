//! The rules as data, and the sets of calls that they name.

#[cfg(test)]
use crate::call::table::SIGNATURES;
use crate::call::table::{CallKind, Class, Gives, On, ParamKind, Role, Signature};
use crate::explain::claims::Template;
use crate::explain::condition::Condition;
use crate::explain::context::Context;
use crate::explain::pattern::Pattern;
use crate::explain::suggestions::rule::SuggestionRule;

/// One explanation: when it holds and what it says.
#[derive(Debug)]
pub(crate) struct Rule {
    /// The calls.
    pub(crate) calls: CallSet,
    /// The results.
    pub(crate) result: Pattern,
    /// What must hold in the world, all of it.
    pub(crate) when: &'static [Condition],
    /// The causes that it states, each of which can be checked.
    pub(crate) claims: &'static [Template],
    /// One or two sentences with `{placeholders}` of [`super::text`].
    pub(crate) text: &'static str,
    /// Where to read more, or [`OF_THE_CALL`] or [`NO_SOURCE`].
    pub(crate) source: &'static str,
    /// What can be done next.
    pub(crate) suggestion_rules: &'static [&'static SuggestionRule],
}

/// Means the manual page of the call itself.
pub(crate) const OF_THE_CALL: &str = "";

/// Means no source: there is nothing to read about it.
pub(crate) const NO_SOURCE: &str = "none";

/// Said if no rule applies, which the last table rules out.
pub(crate) const NOTHING_FITS: &str = "There is no explanation for this result.";

impl Rule {
    /// Whether the rule explains a call that it is about.
    pub(crate) fn fits(&self, context: &Context<'_>) -> bool {
        self.result.fits(context) && self.when.iter().all(|condition| condition.holds(context))
    }

    /// Whether the rule is about this call.
    pub(crate) fn is_about(&self, call_kind: CallKind) -> bool {
        self.calls.contains(call_kind)
    }
}

/// Builds a table of rules: `CALLS Pattern(ERRNO, …) [Condition, …] {Claim, …} "text" "source" => [SUGGESTION, …];`; the
/// suggestions may be left out. A rule has claims, or the reason why it has none.
macro_rules! rows {
    ($($calls:ident $result:ident $(($($errno:ident),+))? [$($when:ident),*] $({$($claim:ident),+})? $text:literal $source:expr $(=> [$($suggestion:ident),+])?;)+) => {
        &[$($crate::explain::rule::Rule {
            calls: $crate::explain::rule::$calls,
            result: $crate::explain::pattern::Pattern::$result $((&[$($crate::socket::errno::number::$errno),+]))?,
            when: &[$($crate::explain::condition::Condition::$when),*],
            claims: &[$($($crate::explain::claims::Template::$claim),+)?],
            text: $text,
            source: $source,
            suggestion_rules: &[$($(&$crate::explain::suggestions::table::$suggestion),+)?],
        }),+]
    };
}
pub(crate) use rows;

/// A set of calls, by their properties in the table of calls.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CallSet(fn(&Signature) -> bool);

impl CallSet {
    /// Whether a call is one of them.
    pub(crate) fn contains(self, call_kind: CallKind) -> bool {
        (self.0)(call_kind.signature())
    }

    /// All of them.
    #[cfg(test)]
    pub(crate) fn iter(self) -> impl Iterator<Item = CallKind> {
        let rows = SIGNATURES.iter().filter(move |row| (self.0)(row));
        rows.map(|row| row.call_kind)
    }
}

/// Defines sets of calls by what they have in common.
macro_rules! sets {
    ($($name:ident $fits:expr;)+) => {
        $(pub(crate) const $name: CallSet = CallSet($fits);)+
    };
}

sets! {
    ANY |_| true;
    NO_WORD |row| row.call_kind == CallKind::Syscall;
    NAMING |row| row.on == On::Socket && row.takes(ParamKind::Address);
    REACHING |row| matches!(row.role, Role::Sends | Role::Connects) && row.takes(ParamKind::Address);
    ADDRESSED |row| row.role == Role::Sends && row.takes(ParamKind::Address);
    ACCEPTING |row| row.role == Role::Accepts;
    SEND |row| row.role == Role::Sends && !row.takes(ParamKind::Address);
    SENDING |row| row.role == Role::Sends;
    RECEIVING |row| matches!(row.role, Role::Receives | Role::Answers);
    TRANSFER |row| matches!(row.role, Role::Sends | Role::Receives | Role::Answers);
    MAY_SLEEP may_sleep;
    FILE_CALLS |row| row.on == On::File && matches!(row.role, Role::Sends | Role::Receives);
    READING |row| row.on == On::File && row.role == Role::Receives;
    WRITING |row| row.on == On::File && row.role == Role::Sends;
    NAMES |row| row.gives == Gives::Address;
    EPOLL_CREATE |row| row.gives == Gives::Epoll;
    ON_EPOLL |row| row.on == On::Epoll;
    ON_TIMERFD |row| row.on == On::Timerfd;
    SOCKETS_ONLY |row| row.on == On::Socket;
    DUPLICATING |row| row.role == Role::Duplicates;
    ON_OPEN on_open;
    OF_DOMAIN of_domain;
    WORDS |row| !matches!(row.class, Class::System | Class::Library);
    SYSTEM_CALLS |row| row.class == Class::System;
}

/// Loops that run until they are cancelled, or until they have moved a given amount, are not said to sleep.
fn may_sleep(row: &Signature) -> bool {
    let waits = match row.role {
        Role::Sends | Role::Receives | Role::Accepts | Role::Connects | Role::Waits => true,
        Role::Answers | Role::Duplicates | Role::Closes | Role::Other => false,
    };
    waits && !LOOPS.contains(row.call_kind)
}

/// System calls whose meaning depends on the domain of their socket. Options and flags have rules that hold in each.
fn of_domain(row: &Signature) -> bool {
    let is_its_own = match row.role {
        Role::Sends | Role::Receives | Role::Accepts | Role::Connects | Role::Closes => true,
        Role::Answers | Role::Waits | Role::Duplicates | Role::Other => row.on == On::Socket,
    };
    is_its_own && row.class == Class::System && !OPTIONS.contains(row.call_kind)
}

/// Calls that need an open descriptor. The kernel can be asked for the state of a closed connection too.
fn on_open(row: &Signature) -> bool {
    let is_on_descriptor = match row.on {
        On::Socket | On::File | On::Epoll | On::Timerfd => true,
        On::Nothing | On::Process | On::Path => false,
    };
    is_on_descriptor && row.class != Class::Player && row.gives != Gives::State
}

/// Defines sets of calls by listing them.
macro_rules! named_sets {
    ($($name:ident [$($call_kind:ident),+];)+) => {
        $(pub(crate) const $name: CallSet =
            CallSet(|row| matches!(row.call_kind, $(CallKind::$call_kind)|+));)+
    };
}

named_sets! {
    DUP2 [Dup2];
    DUP3 [Dup3];
    ONTO [Dup2, Dup3];
    SOCKET [Socket];
    SOCKETPAIR [Socketpair];
    MAKING [Socket, Socketpair];
    BIND [Bind];
    LISTEN [Listen];
    ACCEPT [Accept, Accept4];
    CONNECT [Connect];
    SENDTO [Sendto];
    SENDMSG [Sendmsg];
    SENDMMSG [Sendmmsg];
    RECVMMSG [Recvmmsg];
    RECVMSG [Recvmsg];
    RECVFROM [Recvfrom];
    OUT_ADDRESS [Recvfrom, Getsockname, Getpeername];
    POLL [Poll, Ppoll];
    SELECT [Select, Pselect];
    EPOLL_CTL [EpollCtl];
    EPOLL_WAIT [EpollWait, EpollPwait];
    MULTIPLEX [Poll, Ppoll, Select, Pselect, EpollWait, EpollPwait];
    MASKING [Ppoll, Pselect, EpollPwait];
    TIMESPEC [Ppoll, Select, Pselect, Sigtimedwait];
    SIGTIMEDWAIT [Sigtimedwait];
    IOCTL [Ioctl];
    ASKING [Ioctl, Sockatmark];
    PIPE [Pipe];
    FORK [Fork];
    KILL [Kill];
    WAITPID [Waitpid];
    EXIT [Exit];
    SETRLIMIT [Setrlimit];
    EVENTFD [Eventfd];
    TIMERFD_CREATE [TimerfdCreate];
    TIMERFD_SETTIME [TimerfdSettime];
    GETADDRINFO [Getaddrinfo];
    GETNAMEINFO [Getnameinfo];
    LOOKUPS [Getaddrinfo, Getnameinfo];
    INET_PTON [InetPton];
    INET_NTOP [InetNtop];
    CONVERTING [InetPton, InetNtop];
    TO_NETWORK [Htons, Htonl];
    ORDERING [Htons, Htonl, Ntohs, Ntohl];
    OPEN [Open];
    CHMOD [Chmod];
    PEER [Peer];
    ECHO [Echo];
    SINK [Sink];
    TAKING [Echo, Sink];
    SOURCE [Source];
    SERVE [Serve];
    LOOPS [Echo, Sink, Source, Serve];
    SHUTDOWN [Shutdown];
    CLOSE [Close];
    GETSOCKNAME [Getsockname];
    GETPEERNAME [Getpeername];
    OPTIONS [Setsockopt, Getsockopt];
    SETSOCKOPT [Setsockopt];
    GETSOCKOPT [Getsockopt];
    FCNTL [Fcntl];
    UNLINK [Unlink];
    WAIT [Wait];
    STEPS [Step, Inject];
    CANCEL [Cancel];
    STATE [State];
    PENDING [Pending];
    UNREAD [Unread];
    FILL [Fill];
    DRAIN [Drain];
    SLEEP [Sleep];
}
