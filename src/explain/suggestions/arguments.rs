//! The placeholders in the lines of the suggestions: the value of each, written so that the notation reads it back. A
//! line with a placeholder that this world has no value for is not offered.

use crate::call::Call;
use crate::call::argument::{AddressArg, Name};
use crate::call::data::Data;
use crate::event::{Origin, Timestamp};
use crate::explain::condition::Condition;
use crate::explain::context::Context;
use crate::explain::facts::reachability::reachable_at;
use crate::socket::{Address, Domain, Kind, Phase};
use crate::world::Handle;

/// A placeholder of a line.
pub(crate) struct SuggestionArg {
    /// Its name between braces.
    pub(crate) name: &'static str,
    value: fn(&Context<'_>) -> Option<String>,
}

macro_rules! suggestion_args {
    ($($name:ident |$context:ident| $value:expr;)+) => {
        /// Every placeholder.
        pub(crate) static SUGGESTION_ARGS: &[SuggestionArg] = &[$(SuggestionArg { name: stringify!($name), value: |$context| $value }),+];
    };
}

suggestion_args! {
    // Names.
    socket |s| s.socket.map(name);
    address_owner |s| s.address_owner().map(name);
    child |s| s.child_name();
    target |s| s.target().map(name);
    peer |s| s.other_end().map(|other| name(s.open_one(other)));
    pipe_end |s| s.pipe_end().map(name);
    watched |s| s.record.call().others().first().map(ToString::to_string);
    overlooked |s| s.overlooked().and_then(|entry| entry.socket).map(name);
    disarmed |s| s.disarmed().and_then(|entry| entry.socket).map(name);
    overlooked_events |s| s.overlooked().map(|entry| entry.events.to_string());
    disarmed_events |s| s.disarmed().map(|entry| entry.events.to_string());
    below_lowat |s| s.below_lowat().map(|below| name(below.socket));
    unix_receiver |s| s.unix_receiver().map(|(_, receiver)| name(receiver));
    free |s| Some(free(s).to_string());
    free_pair |s| Some(free_pair(s));
    accepted |s| Some(s.world.next_name().to_string());
    new |s| made_since(s).map(name);
    connected_elsewhere |s| s.connected_elsewhere().map(name);
    lacks_reuse |s| s.one_sided().map(|one| name(one.lacks));
    its_listener |s| s.its_listener().map(name);
    unaccepted |s| s.unaccepted_client().map(name);
    watched_listener |s| crate::explain::suggestions::unblock::watched_listener(s).map(name);
    // Addresses.
    address |s| s.address().map(written);
    local |s| said(s.local());
    remote |s| said(s.remote());
    own |s| own(s.domain()?);
    free_port |s| Some(written(&with_port(s.address()?, 0)?));
    own_wildcard |s| own_wildcard(s.domain()?, s.address()?.port()?);
    somebody |s| somebody(s).map(|other| format!("addr({})", other.name()));
    at_remote |s| said(s.remote()).filter(|_| listens_at(s));
    // Arguments.
    domain |s| s.domain().map(|domain| domain.to_string());
    address_domain |s| s.address().and_then(crate::explain::facts::conflicts::domain_of).map(|domain| domain.to_string());
    type |s| socket_type(s);
    target_type |s| s.target().map(|target| target.socket_type().to_string());
    making |s| crate::explain::suggestions::retry::making(s);
    client_making |s| crate::explain::suggestions::unblock::client_making(s);
    option |s| s.option().map(|row| row.name.to_owned());
    reuse |s| s.one_sided().map(|one| one.option.to_owned());
    asked |s| s.asked().map(|bytes| bytes.to_string());
    waking |s| Some(s.lowat().map_or_else(|| "\"hello\"".to_owned(), |least| format!("bytes({least})")));
    data |s| s.data()?.first().map(ToString::to_string);
    events |s| { let Call::EpollCtl { events, .. } = s.record.call() else { return None }; Some(events.to_string()) };
    sender |s| s.received()?.from.as_ref().filter(|from| !from.is_unset()).map(written);
    answering_control |s| s.answering_control();
    // Whole lines.
    retry |s| crate::explain::suggestions::retry::retry(s, |_| Some(()));
    right_length |s| crate::explain::suggestions::retry::retry(s, |call| { call.address_mut()?.length = None; Some(()) });
    without_flags |s| crate::explain::suggestions::retry::retry(s, crate::explain::suggestions::retry::without_flags);
    without_signal |s| crate::explain::suggestions::retry::retry(s, crate::explain::suggestions::retry::no_signal);
    fitting |s| crate::explain::suggestions::retry::retry(s, |call| crate::explain::suggestions::retry::give(call, Data::Pattern(crate::explain::suggestions::retry::fits(s))));
    fitting_segment |s| s.fitting_segment().map(|bytes| bytes.to_string());
    send_rest |s| { let rest = crate::explain::suggestions::retry::rest(s)?; crate::explain::suggestions::retry::retry(s, |call| crate::explain::suggestions::retry::give(call, rest.clone())) };
    by_duplicate |s| { let other = s.duplicate()?.name().clone(); crate::explain::suggestions::retry::retry(s, |call| crate::explain::suggestions::retry::put_on(call, &other)) };
    ready_line |s| ready_line(s);
    message_to_it |s| crate::explain::suggestions::unblock::message_to_it(s);
    unblocking_line |s| crate::explain::suggestions::unblock::unblocking_line(s);
}

/// A line with the values of its placeholders. `None`: this world has no value for one.
pub(crate) fn fill(line: &str, context: &Context<'_>) -> Option<String> {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let (word, behind) = after.split_once('}')?;
        let argument = SUGGESTION_ARGS
            .iter()
            .find(|argument| argument.name == word)?;
        out.push_str(&(argument.value)(context)?);
        rest = behind;
    }
    out.push_str(rest);
    Some(out)
}

fn name(socket: Handle<'_>) -> String {
    socket.name().to_string()
}

fn written(address: &Address) -> String {
    AddressArg::from(address.clone()).to_string()
}

fn said(address: Option<&Address>) -> Option<String> {
    address.filter(|address| !address.is_unset()).map(written)
}

/// The name that the call was to give if it is still free, else the next automatic one.
fn free(context: &Context<'_>) -> Name {
    let wanted = context.record.request.command.targets.first();
    let unused = |name: &&Name| context.world.named(name).is_none();
    wanted
        .filter(unused)
        .cloned()
        .unwrap_or_else(|| context.world.next_name())
}

/// The names that the pair was to get if they are still free, else the next two automatic ones.
fn free_pair(context: &Context<'_>) -> String {
    let wanted = &context.record.request.command.targets;
    if let [one, other] = wanted.as_slice()
        && wanted
            .iter()
            .all(|name| context.world.named(name).is_none())
    {
        return format!("{one}, {other}");
    }
    let first = context.world.next_name();
    let is_free = |name: &Name| {
        *name != first && context.world.named(name).is_none() && !context.world.is_taken(name)
    };
    let second = (1..).map(Name::automatic).find(is_free);
    second.map_or_else(|| first.to_string(), |second| format!("{first}, {second}"))
}

/// The newest open socket that socket(2) has created since the call.
fn made_since<'a>(context: &Context<'a>) -> Option<Handle<'a>> {
    let is_younger = |socket: &Handle<'_>| {
        socket.origin() == Origin::Created
            && socket.is_open()
            && socket.created() > context.record.asked
    };
    context.world.descriptors().rfind(is_younger)
}

fn socket_type(context: &Context<'_>) -> Option<String> {
    let of_call = if let Call::Socket { socket_type, .. } | Call::Socketpair { socket_type, .. } =
        context.call()
    {
        Some(*socket_type)
    } else {
        context.socket.map(Handle::socket_type)
    };
    of_call.map(|socket_type| socket_type.to_string())
}

/// An address that the kernel completes: port 0 of the loopback, or AF_UNIX without a name.
fn own(domain: Domain) -> Option<String> {
    match domain {
        Domain::UNIX => Some("unix:".to_owned()),
        Domain::INET => Some("127.0.0.1:0".to_owned()),
        Domain::INET6 => Some("[::1]:0".to_owned()),
        _ => None,
    }
}

/// The wildcard address of a domain.
fn own_wildcard(domain: Domain, port: u16) -> Option<String> {
    match domain {
        Domain::INET => Some(format!("*:{port}")),
        Domain::INET6 => Some(format!("[::]:{port}")),
        _ => None,
    }
}

fn with_port(address: &Address, port: u16) -> Option<Address> {
    match address {
        Address::Inet(own) => Some(std::net::SocketAddr::new((*own.ip()).into(), port).into()),
        Address::Inet6(own) => Some(std::net::SocketAddr::new((*own.ip()).into(), port).into()),
        Address::Unix(_) | Address::Other { .. } => None,
    }
}

/// Our socket that a socket of this kind can reach: a listener, or a receiver of messages.
fn somebody<'a>(context: &Context<'a>) -> Option<Handle<'a>> {
    reachable_at(context, Timestamp(u64::MAX))
}

/// Whether one of our sockets is listening now where the peer was.
fn listens_at(context: &Context<'_>) -> bool {
    let theirs = context.remote();
    context
        .world
        .descriptors()
        .any(|other| other.phase() == Phase::Listening && other.local() == theirs)
}

/// A call on the first reported descriptor that does not block.
fn ready_line(context: &Context<'_>) -> Option<String> {
    let reported = context.reported();
    let (member, socket) = reported
        .iter()
        .find_map(|member| Some((member, member.socket?)))?;
    let has = |bit: i16| member.events & i32::from(bit) != 0;
    let (own, phase) = (socket.name(), socket.phase());
    match phase {
        Phase::Listening => Some(format!("{} = accept({own})", context.world.next_name())),
        Phase::Connecting | Phase::Failed => Some(format!("getsockopt({own}, SO_ERROR)")),
        _ if socket.kind() == Kind::Epoll => Some(format!("epoll_wait({own}, 10, 0)")),
        _ if has(libc::POLLERR) && context.about(Some(socket)).queues_errors().is_some() => {
            Some(format!("recvmsg({own}, 100, MSG_ERRQUEUE)"))
        }
        _ if has(libc::POLLPRI) && Condition::UrgentInline.holds(&context.about(Some(socket))) => {
            Some(format!("recv({own}, 1)"))
        }
        _ if has(libc::POLLPRI) => Some(format!("recv({own}, 1, MSG_OOB)")),
        _ if has(libc::POLLIN) && !socket.kind().is_socket() => Some(format!("read({own}, 100)")),
        _ if has(libc::POLLIN) => Some(format!("recv({own}, 100)")),
        _ if has(libc::POLLERR) => Some(format!("getsockopt({own}, SO_ERROR)")),
        _ => None,
    }
}
