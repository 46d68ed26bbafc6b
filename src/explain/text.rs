//! The placeholders of the texts: the value of each in a context, and the words in its place if that is unknown.

use std::time::Duration;

use crate::call::Call;
use crate::call::argument::{AddressArg, AddressExpr, Descriptor, OptionArg};
use crate::call::option_bytes;
use crate::call::outcome::Returned;
use crate::call::table::CallKind;
use crate::call::value::{Span, Value};
use crate::event::AddressOwner;
use crate::explain::context::Context;
use crate::explain::facts::conflicts::outside_owner_local;
use crate::explain::facts::evidence::is_phrase;
use crate::explain::facts::wait_limit::WaitLimit;
use crate::explain::wakes_on::wakes_on;
use crate::socket::option::OptionRow;
use crate::socket::text::escaped;
use crate::socket::{Address, Domain, IoctlRequest, Kind, Phase};
use crate::world::{Handle, Progress};

/// A placeholder.
pub(crate) struct Placeholder {
    /// Its name between braces.
    pub(crate) name: &'static str,
    /// The words for an unknown value.
    unknown: &'static str,
    value: fn(&Context<'_>) -> Option<String>,
}

macro_rules! placeholders {
    ($($name:ident $unknown:literal |$context:ident| $value:expr;)+) => {
        /// Every placeholder.
        pub(crate) static PLACEHOLDERS: &[Placeholder] = &[$(Placeholder {
            name: stringify!($name), unknown: $unknown, value: |$context| $value,
        }),+];
    };
}

placeholders! {
    // The call.
    call "the call" |s| Some(short_call(s));
    call_kind "the call" |s| Some(word(s).to_owned());
    reason "it makes no sense here." |s| reason(s);
    done "The system call succeeded." |s| done(s);
    written "the name" |s| s.record.call().socket().map(ToString::to_string);
    fd "of the descriptor" |s| s.fd().map(|fd| fd.to_string());
    pending "another call" |s| s.also_pending().map(|record| short_call(&Context::of(s.world, record)));
    wakes "a change in the kernel" |s| Some(wakes_on(s.world, s.record).to_owned());
    // Its socket.
    socket "the socket" |s| s.socket.map(name).or_else(|| s.fd().map(|fd| format!("fd {fd}")));
    duplicate "another name" |s| s.duplicate().map(name);
    replaced "another descriptor" |s| s.replaced().map(name);
    holding_process "another process" |s| s.holding_process();
    phase "not ready" |s| s.phase().map(|phase| phase_words(phase).to_owned());
    kind "socket of that type" |s| s.kind().map(|kind| kind.word().to_owned());
    local "its address" |s| shown(s.local());
    remote "its peer" |s| shown(s.remote());
    unread_here "some" |s| s.unread_here().map(|bytes| bytes.to_string());
    reporting_call "an earlier call" |s| s.first_report().map(|(record, _)| reporting_call(&Context::of(s.world, record)));
    reported_error "an error" |s| s.first_report().map(|(_, errno)| errno.to_string());
    linger "the time" |s| s.lingers_for().map(|seconds| format!("{seconds} s"));
    user_timeout "some" |s| s.user_timeout().map(|span| span.to_string());
    // Its arguments.
    domain_page "its manual page" |s| s.domain().and_then(domain_page).map(str::to_owned);
    domain "another domain" |s| s.domain().map(|domain| domain.to_string());
    type "that type" |s| socket_type(s);
    protocol "the protocol" |s| protocol(s);
    address "that address" |s| s.address().map(written).or_else(|| zoned(s));
    port "that port" |s| s.address().and_then(Address::port).map(|port| port.to_string());
    address_length "few" |s| s.short_address().map(|short| short.length.to_string());
    address_least "bytes" |s| s.short_address().map(|short| short.least.to_string());
    sockaddr "address of its family" |s| s.short_address().map(|short| short.wanted.to_owned());
    length "of the address" |s| s.call().address().and_then(|arg| arg.length).map(|length| length.to_string());
    path_length "too many" |s| s.address().and_then(Address::path).map(|path| path.len().to_string());
    backlog "that length" |s| backlog(s).map(|backlog| backlog.to_string());
    admits "than it says" |s| s.queue_limit().map(|limit| (u64::from(limit) + 1).to_string());
    queue_limit "that length" |s| s.queue_limit().map(|limit| limit.to_string());
    ping_range "its value" |s| s.ping_range();
    scoped "it with an interface" |s| s.scoped_address();
    asked "all" |s| s.asked().map(|bytes| bytes.to_string());
    nonblocking_cause "it is non-blocking" |s| nonblocking_cause(s);
    option "the option" |s| s.option().map(|row| row.name.to_owned());
    option_level "that level" |s| option_level(s);
    meaning "its meaning is not known here" |s| s.option_meaning().map(str::to_owned);
    now "that value" |s| s.value_now().map(value);
    differs_from_set "" |s| s.differs_from_set();
    privilege "a capability" |s| s.option().and_then(|row| row.privilege).map(|privilege| privilege.to_string());
    manual "its manual page" |s| s.option().map(|row| row.man.to_owned());
    was_set "another value" |s| s.setting().map(|setting| value(setting.set));
    buffer_limit "a limit of net.core" |s| s.option().map(|row| buffer_limit(row.number).to_owned());
    value "that value" |s| s.value().map(value);
    option_since "some version" |s| s.option().map(|row| row.since.to_owned());
    range "other values" |s| s.option().and_then(OptionRow::range);
    tcp_memory "tcp_rmem" |s| s.option().map(|row| tcp_memory(row.number).to_owned());
    buffer_default "net.core.rmem_default" |s| s.option().map(|row| buffer_default(row.number).to_owned());
    queues_by "IP_RECVERR" |s| s.queues_errors().map(|(row, _)| row.name.to_owned());
    host_text "the host" |s| s.host_text().map(|host| escaped(&host).to_string());
    service_text "the service" |s| s.service_text().map(|service| escaped(&service).to_string());
    asked_family "the hints" |s| s.asked_family().map(|family| family.to_string());
    ordered_number "the number" |s| s.ordered_number().map(|number| number.to_string());
    cut_number "its lower bits" |s| s.cut_number().map(|number| number.to_string());
    child "the child" |s| s.child_name();
    child_of_signal "a child" |s| s.child_of_signal();
    child_changed "has changed" |s| s.change_by_signal();
    sender "a process" |s| s.sender();
    child_end "has ended" |s| s.child_end();
    // Its result.
    listed "several" |s| s.listed().map(|list| list.addresses().len().to_string());
    entries "several" |s| s.listed().map(|list| list.entries.len().to_string());
    names_from "a file" |s| s.names_from().map(str::to_owned);
    system_errno "an error" |s| s.system_errno().map(|errno| errno.to_string());
    bytes_value "that number" |s| s.bytes_value().map(|value| value.to_string());
    taken "a number" |s| s.number_read().map(|number| number.to_string());
    added "The number" |s| s.number_written().map(|number| number.to_string());
    timer_value "a while" |s| s.timer_value().map(|value| Span(value).to_string());
    timer_interval "time" |s| s.timer_interval().map(|interval| Span(interval).to_string());
    count "some" |s| s.count().map(|count| count.to_string());
    result "this" |s| s.record.outcome().map(ToString::to_string);
    header_length "first" |s| s.packet().map(|packet| packet.header.to_string());
    header_fields "its fields" |s| s.packet().map(|packet| packet.fields());
    header_payload "the rest" |s| s.packet().map(|packet| packet.payload());
    message "more" |s| s.message().map(|bytes| bytes.to_string());
    errno "this error" |s| s.errno().map(|errno| errno.to_string());
    strerror "an error" |s| s.errno().map(|errno| errno.text().to_owned());
    caught "a signal" |s| s.caught();
    sigpipe "" |s| sigpipe(s).map(str::to_owned);
    made "the new socket" |s| s.made(0).map(name);
    made_too "the other" |s| s.made(1).map(name);
    from "a client" |s| from(s);
    state_meaning "a state of the connection" |s| state_meaning(s).map(str::to_owned);
    until "" |s| until(s);
    // Several descriptors.
    findings "something is ready" |s| s.findings();
    wakers "an event" |s| s.wakers();
    span "its time" |s| span(s);
    limit "" |s| limit(s);
    watched "the descriptor" |s| watched(s).map(name);
    watched_kind "a file" |s| watched(s).map(|target| with_article(target.kind()));
    registered_as "another number" |s| s.registered_as().map(name);
    reported_once "what was reported" |s| s.reported_with(libc::EPOLLONESHOT);
    reported_edge "what was reported" |s| s.reported_with(libc::EPOLLET);
    lowat "several" |s| s.lowat().map(|least| least.to_string());
    below_lowat "a socket" |s| s.below_lowat().map(|below| name(below.socket));
    below_lowat_unread "some" |s| s.below_lowat().map(|below| below.unread.to_string());
    below_lowat_least "more" |s| s.below_lowat().map(|below| below.least.to_string());
    unix_sender "a socket" |s| s.unix_receiver().map(|(sender, _)| name(sender));
    unix_receiver "its peer" |s| s.unix_receiver().map(|(_, receiver)| name(receiver));
    overlooked "a socket" |s| s.overlooked().and_then(|entry| entry.socket).map(name);
    overlooked_unread "some" |s| s.overlooked_unread().map(|bytes| bytes.to_string());
    disarmed "a socket" |s| s.disarmed().and_then(|entry| entry.socket).map(name);
    closed_member "a descriptor" |s| s.reported_though_closed().map(name);
    dead "a descriptor" |s| s.dead();
    a_kind "a file of another kind" |s| s.kind().map(with_article);
    // Messages, files, requests.
    buffers "several" |s| s.buffers().map(|count| count.to_string());
    passed "the descriptors" |s| passed(s);
    messages_sent "some" |s| s.messages_sent().map(|count| count.to_string());
    messages_given "several" |s| s.messages_given().map(|count| count.to_string());
    messages_got "some" |s| s.messages_got().map(|count| count.to_string());
    messages_wanted "several" |s| s.messages_wanted().map(|count| count.to_string());
    control_not_sent "a control message" |s| s.control_not_sent().map(ToString::to_string);
    odd_control "a control message" |s| s.odd_control().map(ToString::to_string);
    taken_control "other data" |s| s.taken_control();
    unknown_control "a control message" |s| s.unknown_control().map(ToString::to_string);
    route_control "a control message" |s| s.route_control().map(ToString::to_string);
    chosen_interface "the interface" |s| s.chosen_interface();
    given_segment "some" |s| s.given_segment().map(|bytes| bytes.to_string());
    given_segments "several" |s| s.given_segments().map(|count| count.to_string());
    header_controls "the control messages" |s| s.header_controls();
    told_destination "an address" |s| s.told_destination().map(|(ip, _)| ip.to_string());
    told_interface "an interface" |s| s.told_destination().map(|(_, interface)| escaped(&interface).to_string());
    answering_control "a control message" |s| s.answering_control();
    told_drops "several" |s| s.told_drops().map(|count| count.to_string());
    got "descriptors" |s| list(s.received()?.fds.len(), s.received()?.fds.iter().collect());
    lost "descriptors" |s| s.lost_descriptors().and_then(|record| passed(&Context::of(s.world, record)));
    original "a descriptor of the sender" |s| s.sent_original().map(name);
    room "the given number of" |s| s.room().map(|room| room.to_string());
    path "the path" |s| path(s);
    mode "another" |s| mode(s);
    request "this request" |s| request(s);
    so_far "0" |s| s.record.so_far().map(|so_far| so_far.bytes.to_string());
    // What limits a send, and what became of its data.
    network "IP" |s| Some(s.network().to_owned());
    most_of_udp "65507" |s| Some(s.most_of_udp().to_string());
    segment "some" |s| s.udp_segment().map(|bytes| bytes.to_string());
    segments "several" |s| s.udp_segments().map(|count| count.to_string());
    path_mtu "" |s| s.path_mtu().map(|mtu| format!(" of {mtu} bytes"));
    unfragmented "an option" |s| s.unfragmented().map(|(level, number, value)| unfragmented(level, number, value));
    send_buffer "some" |s| s.send_buffer().map(|(_, limit)| limit.to_string());
    most_of_unix "fewer" |s| s.most_of_unix().map(|bytes| bytes.to_string());
    unsent "some" |s| s.unsent().map(|unsent| unsent.bytes.to_string());
    source "another address" |s| s.source().as_ref().map(written);
    filtering_receiver "the receiver" |s| s.filtering_receiver().map(name);
    filtering_peer "another address" |s| s.filtering_receiver().and_then(|receiver| shown(receiver.present_peer()));
    receiver_on_device "the receiver" |s| s.receiver_on_device().map(name);
    receiving_device "another interface" |s| s.receiving_device().map(|name| escaped(&name).to_string());
    // Where a receive ended, and why.
    peer_sent "some" |s| s.lost_of_peer().map(|(sent, _)| sent.to_string());
    peer_delivered "fewer" |s| s.lost_of_peer().map(|(_, received)| received.to_string());
    foreign_source "another address" |s| s.foreign_source().as_ref().map(written);
    queued_error "an error" |s| s.queued_error();
    left_unread "more" |s| s.left_unread().map(|bytes| bytes.to_string());
    joined "fewer" |s| s.joined().map(|bytes| bytes.to_string());
    // Others.
    returning_watcher "a call that waits for it" |s| s.returning_watcher().map(|record| short_call(&Context::of(s.world, record)));
    looping "a loop" |s| s.looping().map(|record| short_call(&Context::of(s.world, record)));
    woken "the call that waits there" |s| s.woken().map(|record| short_call(&Context::of(s.world, record)));
    woken_room "some" |s| s.woken_room().map(|bytes| bytes.to_string());
    peer "the peer" |s| s.other_end().map(|other| name(s.open_one(other)));
    unread "some" |s| s.unread_by_closed_peer().map(|bytes| bytes.to_string());
    outsider "another program" |s| s.unread_by_outsider().map(|(program, _)| program);
    outsider_unread "some" |s| s.unread_by_outsider().map(|(_, bytes)| bytes.to_string());
    listener "the listener" |s| s.listener_gone().map(name);
    address_owner "another socket" |s| s.address_owner().map(name);
    owned_for "some time" |s| s.owned_for().map(span_of);
    owner_phase "open" |s| s.address_owner().map(|other| phase_words(s.phase_of(other)).to_owned());
    owner_local "an address" |s| s.address_owner().and_then(|other| shown(other.local()));
    reuse "the option" |s| s.one_sided().map(|one| one.option.to_owned());
    has_reuse "one" |s| s.one_sided().map(|one| name(one.has));
    lacks_reuse "the other" |s| s.one_sided().map(|one| name(one.lacks));
    outside_owner "a program" |s| outside_owner(s);
    outside_owner_local "an address" |s| outside_owner_local(s).map(written);
    hidden "why is not known" |s| hidden(s);
    path_file "a file" |s| s.record.path_file().map(|file| file.words().to_owned());
    left_behind "a socket of ours" |s| s.left_behind().map(name);
    orphan "a state that it leaves by itself" |s| s.left_behind_orphan().map(|orphan| orphan.state.to_string());
    orphan_left "a while" |s| s.left_behind_orphan().and_then(|orphan| orphan.timer).map(|timer| format!("{} s", timer.left.as_millis().div_ceil(1000)));
    connected_elsewhere "the receiver" |s| s.connected_elsewhere().map(name);
    connected_elsewhere_to "another socket" |s| s.connected_elsewhere_to().map(name).or_else(|| shown(s.connected_elsewhere()?.remote()));
    sharer "another socket" |s| s.sharer().map(name);
    gone_receiver "a socket" |s| s.gone_receiver().map(name);
    same_pair_connection "another socket" |s| s.same_pair_connection().map(name);
    its_listener "the listener" |s| s.its_listener().map(name);
    open_count "some" |s| Some(s.world.descriptors().filter(|other| s.is_open_then(*other)).count().to_string());
    target "the listener" |s| s.target().map(name);
    target_phase "open" |s| s.target().map(|other| phase_words(s.phase_of(other)).to_owned());
    target_local "that address" |s| s.target().and_then(|other| shown(other.local()));
    listener_there "a socket" |s| s.listener_there().map(|user| s.user_name(user));
    listener_local "that address" |s| s.listener_there().map(|user| written(&user.local.into()));
    listener_apart "a socket" |s| s.listener_apart().map(|user| s.user_name(user));
    apart_device "an interface" |s| s.listener_apart().and_then(|user| user.device.clone());
    device "an interface" |s| s.own_device();
    port_range "its range" |s| s.port_range().map(|(lowest, highest, _)| format!("{lowest} to {highest}"));
    range_setting "net.ipv4.ip_local_port_range" |s| s.port_range().map(|(_, _, setting)| setting.to_owned());
    unprivileged_from "1024" |s| s.unprivileged_from().map(|port| port.to_string());
    own_state "a state of its own" |s| s.orphan_now().map(|state| state.to_string());
    listener_of_it "the listener" |s| s.target().map(name);
    near_name "another socket" |s| s.near_name().map(name);
    near_local "another name" |s| s.near_name().and_then(|near| shown(near.local()));
    deaf_owner "a socket" |s| s.deaf_owner();
    decoded_address "its bytes" |s| s.decoded_address();
    decoded_result "its bytes" |s| s.decoded_result();
    pair_user "a socket" |s| s.pair_user().map(|user| s.user_name(user));
    pair_local "an address" |s| s.pair_user().map(|user| written(&user.local.into()));
    conflict "a socket" |s| s.port_conflict().map(|user| s.user_name(user));
    conflict_local "an address" |s| s.port_conflict().map(|user| written(&user.local.into()));
    target_kind "socket of another type" |s| s.target().map(|other| other.kind().word().to_owned());
}

/// Plural words in the texts, and what replaces them after the number 1; longer ones first.
const ONE: &[(&str, &str)] = &[
    (" connections were", " connection was"),
    (" messages, ", " message, "),
    (" bytes wait ", " byte waits "),
    (" bytes have", " byte has"),
    (" bytes had", " byte had"),
    (" bytes are", " byte is"),
    (" bytes were", " byte was"),
    (" bytes fill ", " byte fills "),
    (" bytes do not", " byte does not"),
    (" bytes", " byte"),
    (" unread bytes", " unread byte"),
    (" completed connections wait", " completed connection waits"),
];

/// A part of a text.
enum Part<'t> {
    /// Literal text.
    Words(&'t str),
    /// A placeholder.
    Placeholder(&'static Placeholder),
}

/// The parts of a text. Braces around anything but the name of a placeholder are literal text.
fn parts(text: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some((placeholder, after)) = leading_placeholder(rest) {
            rest = after;
            return Some(Part::Placeholder(placeholder));
        }
        let braces = rest.match_indices('{').map(|(at, _)| at);
        let mut next = braces.filter(|at| *at > 0);
        let end = next.find(|at| leading_placeholder(&rest[*at..]).is_some());
        let (words, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after;
        Some(Part::Words(words))
    })
}

/// The placeholder at the beginning of a text, and what follows it.
fn leading_placeholder(text: &str) -> Option<(&'static Placeholder, &str)> {
    let (name, after) = text.strip_prefix('{')?.split_once('}')?;
    Some((placeholder(name)?, after))
}

/// The values of the placeholders of a text in this context, in order.
pub(crate) fn values(text: &str, context: &Context<'_>) -> Box<[Option<Box<str>>]> {
    let value = |part| match part {
        Part::Words(_) => None,
        Part::Placeholder(placeholder) => Some((placeholder.value)(context).map(Into::into)),
    };
    parts(text).filter_map(value).collect()
}

/// A text with these values in the place of its placeholders.
pub(crate) fn filled(text: &str, values: &[Option<Box<str>>]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut values = values.iter();
    for part in parts(text) {
        match part {
            Part::Words(words) => put_words(&mut out, words),
            Part::Placeholder(placeholder) => match values.next() {
                Some(Some(value)) if is_phrase(value) => put_phrase(&mut out, value),
                Some(Some(value)) => out.push_str(value),
                Some(None) | None => put_phrase(&mut out, placeholder.unknown),
            },
        }
    }
    out
}

/// A text with the values of this context.
pub(crate) fn fill(text: &str, context: &Context<'_>) -> String {
    filled(text, &values(text, context))
}

/// Appends text; in the singular if it follows the number 1.
fn put_words(out: &mut String, words: &str) {
    let is_one = out.rsplit(' ').next() == Some("1");
    let singular = || ONE.iter().find(|(many, _)| words.starts_with(many));
    match is_one.then(singular).flatten() {
        Some((many, one)) => {
            out.push_str(one);
            out.push_str(&words[many.len()..]);
        }
        None => out.push_str(words),
    }
}

/// Finds a placeholder by its name.
pub(crate) fn placeholder(name: &str) -> Option<&'static Placeholder> {
    PLACEHOLDERS
        .iter()
        .find(|placeholder| placeholder.name == name)
}

/// Appends words that are no name, capitalised at the beginning of a sentence.
fn put_phrase(out: &mut String, phrase: &str) {
    let begins = out.is_empty() || out.ends_with(". ");
    let mut letters = phrase.chars();
    match letters.next() {
        Some(first) if begins => {
            out.extend(first.to_uppercase());
            out.push_str(letters.as_str());
        }
        _ => out.push_str(phrase),
    }
}

/// The call with its socket as the only argument: `recv(s)`.
pub(crate) fn short_call(context: &Context<'_>) -> String {
    let word = word(context);
    match context.record.call().socket() {
        Some(Descriptor::Named(_)) => {
            format!("{word}({})", context.socket.map(name).unwrap_or_default())
        }
        Some(Descriptor::Raw(fd)) => format!("{word}({fd})"),
        None => format!("{word}()"),
    }
}

/// The same, with the option if the call reads one: `getsockopt(s, SO_ERROR)`.
fn reporting_call(context: &Context<'_>) -> String {
    let call = short_call(context);
    match context.option() {
        Some(row) => call.replace(')', &format!(", {})", row.name)),
        None => call,
    }
}

/// The descriptors that sendmsg() was given.
fn passed(context: &Context<'_>) -> Option<String> {
    let fds = &context.message_given()?.fds;
    list(fds.len(), context.record.call().others())
}

fn name(socket: Handle<'_>) -> String {
    socket.name().to_string()
}

/// The address, unless it is unset.
fn shown(address: Option<&Address>) -> Option<String> {
    address.filter(|address| !address.is_unset()).map(written)
}

/// An address as the notation writes it: `*:80`.
pub(crate) fn written(address: &Address) -> String {
    AddressArg::from(address.clone()).to_string()
}

/// An address whose scope was written as the name of an interface.
fn zoned(context: &Context<'_>) -> Option<String> {
    match context.place()? {
        AddressExpr::Zoned { ip, zone, port } => Some(format!("[{ip}%{zone}]:{port}")),
        AddressExpr::Literal(_)
        | AddressExpr::Host(_)
        | AddressExpr::LocalOf(_)
        | AddressExpr::PortOf { .. }
        | AddressExpr::Named(_)
        | AddressExpr::Loopback(_)
        | AddressExpr::Unspecified
        | AddressExpr::Null => None,
    }
}

/// A program outside of the session: `nginx (pid 812)`.
fn outside_owner(context: &Context<'_>) -> Option<String> {
    match context.record.outside_owner()? {
        AddressOwner::Process { pid, program, .. } => {
            Some(format!("{} (pid {pid})", escaped(program)))
        }
        AddressOwner::Hidden { .. } | AddressOwner::Nobody => None,
    }
}

/// Why such a program is not known.
fn hidden(context: &Context<'_>) -> Option<String> {
    match context.record.outside_owner()? {
        AddressOwner::Hidden { reason, .. } => Some(reason.clone()),
        AddressOwner::Process { .. } | AddressOwner::Nobody => None,
    }
}

/// The option that limits the wait of the call, as a whole sentence.
fn until(context: &Context<'_>) -> Option<String> {
    let call_kind = context.call_kind();
    let (number, word) = if call_kind == CallKind::Connect || call_kind.sends() {
        (libc::SO_SNDTIMEO, "SO_SNDTIMEO")
    } else {
        (libc::SO_RCVTIMEO, "SO_RCVTIMEO")
    };
    let span = context.timeout(number).map(Value::Duration);
    let own = span.map(|span| format!(" {word} ends the wait after {span}."));
    let sentences = own.into_iter().chain(limits_of_tcp(context));
    Some(sentences.collect::<String>()).filter(|text| !text.is_empty())
}

/// The options of TCP that end the wait of the call, each as a whole sentence.
fn limits_of_tcp(context: &Context<'_>) -> impl Iterator<Item = String> {
    let call_kind = context.call_kind();
    let connects = call_kind == CallKind::Connect;
    let is = |role: bool| context.is_tcp() && role;
    let repetitions = context.was_set(libc::IPPROTO_TCP, libc::TCP_SYNCNT);
    let repetitions = repetitions.filter(|_| is(connects));
    let repetitions =
        repetitions.map(|count| format!(" TCP_SYNCNT sets the number of repetitions to {count}."));
    let unacknowledged = context
        .user_timeout()
        .filter(|_| is(connects || call_kind.sends()));
    let unacknowledged =
        unacknowledged.map(|span| format!(" TCP_USER_TIMEOUT ends it after {span} ms."));
    let probes = is(call_kind.receives()) && context.is_set(libc::SOL_SOCKET, libc::SO_KEEPALIVE);
    let probes =
        probes.then(|| " SO_KEEPALIVE ends it when its probes are not answered.".to_owned());
    [repetitions, unacknowledged, probes].into_iter().flatten()
}

fn option_level(context: &Context<'_>) -> Option<String> {
    let level =
        if let Call::Setsockopt { option, .. } | Call::Getsockopt { option, .. } = context.call() {
            option.level
        } else {
            return None;
        };
    Some(crate::socket::option::level_name(level).map_or_else(|| level.to_string(), str::to_owned))
}

/// The phase as the end of a sentence: "c is …".
fn phase_words(phase: Phase) -> &'static str {
    match phase {
        Phase::Unbound => "unbound",
        Phase::Bound => "bound",
        Phase::Listening => "listening",
        Phase::Connecting => "connecting",
        Phase::Connected => "connected",
        Phase::Failed => "unconnected since connect() failed",
        Phase::WriteShut => "connected (sending ended)",
        Phase::ReadShut => "connected (receiving ended)",
        Phase::PeerClosed => "connected (the peer ended)",
        Phase::Shut => "finished in both directions",
        Phase::Reset => "reset",
        Phase::Open => "open",
        Phase::Closed => "closed",
    }
}

/// The word for a call; where the notation has none, its name.
fn word<'a>(context: &Context<'a>) -> &'a str {
    context.call().word()
}

/// What the system calls do that the notation has no word for; `{}` is what the call returned.
const DONE: [(&[&str], &str); 8] = [
    (
        &["fork", "vfork", "clone", "clone3"],
        "It made process {}, which has a copy of each descriptor: both refer to the same sockets.",
    ),
    (
        &["execve", "execveat"],
        "The process executes this program now. Its descriptors stay open, except those with FD_CLOEXEC.",
    ),
    (
        &["sendfile"],
        "{} bytes went from one descriptor to the other inside the kernel.",
    ),
    (
        &["splice"],
        "{} bytes went between a pipe and a descriptor inside the kernel.",
    ),
    (&["sendmmsg"], "{} messages were sent in one call."),
    (&["recvmmsg"], "{} messages were received in one call."),
    (
        &["close_range"],
        "The descriptors in this range were closed, or got FD_CLOEXEC if the flags say so.",
    ),
    (&["kill"], "The signal was sent."),
];

/// What a system call has done that the notation has no word for.
fn done(context: &Context<'_>) -> Option<String> {
    let Call::Syscall { made } = context.call() else {
        return None;
    };
    let row = DONE.iter().find(|(names, _)| names.contains(&made.name));
    let (_, text) = row?;
    let count = context
        .count()
        .map_or_else(String::new, |count| count.to_string());
    Some(text.replace("{}", &count))
}

/// The reason as a whole sentence.
fn reason(context: &Context<'_>) -> Option<String> {
    let reason = match &context.record.progress {
        Progress::Refused(reason) => reason.to_string(),
        Progress::Abandoned { reason, .. } => reason.to_string(),
        Progress::Running
        | Progress::Held
        | Progress::Blocked { .. }
        | Progress::Returned { .. } => return None,
    };
    let reason = escaped(reason.trim());
    let ends = if reason.ends_with(['.', '?', '!']) {
        ""
    } else {
        "."
    };
    Some(format!("{reason}{ends}")).filter(|_| !reason.is_empty())
}

/// The descriptor that epoll_ctl() is given.
fn watched<'a>(context: &Context<'a>) -> Option<Handle<'a>> {
    let Call::EpollCtl { .. } = context.call() else {
        return None;
    };
    context
        .world
        .descriptor(*context.record.request.others.first()?)
}

fn with_article(kind: Kind) -> String {
    let word = kind.word();
    let article = if word.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {word}")
}

/// A duration in a few characters.
fn span_of(span: Duration) -> String {
    match span.as_secs() {
        0 => format!("{} ms", span.as_millis().max(1)),
        seconds @ 1..=119 => format!("{seconds} s"),
        seconds => format!("{} min", seconds / 60),
    }
}

/// How long a call may wait.
fn span(context: &Context<'_>) -> Option<String> {
    match context.wait_limit()? {
        WaitLimit::None => Some("0ms".to_owned()),
        WaitLimit::Span(span) => Some(Value::Duration(span).to_string()),
        WaitLimit::ForEver => None,
    }
}

/// The same as the end of a sentence; empty if there is no limit.
fn limit(context: &Context<'_>) -> Option<String> {
    match context.wait_limit()? {
        WaitLimit::Span(span) => Some(format!(", at most {}", Value::Duration(span))),
        WaitLimit::None | WaitLimit::ForEver => None,
    }
}

/// The first names, and how many more.
fn list(count: usize, names: Vec<&Descriptor>) -> Option<String> {
    const SHOWN: usize = 2;
    let shown: Vec<String> = names
        .into_iter()
        .take(count.min(SHOWN))
        .map(ToString::to_string)
        .collect();
    let more = match count.saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!shown.is_empty()).then(|| shown.join(", ") + &more)
}

fn path(context: &Context<'_>) -> Option<String> {
    /// The most characters of a path that are displayed.
    const SHOWN: usize = 60;
    let Call::Open { path } = context.call() else {
        return None;
    };
    let path = escaped(&String::from_utf8_lossy(path)).to_string();
    let cut: String = path.chars().take(SHOWN).collect();
    Some(if cut == path { path } else { cut + "…" })
}

fn mode(context: &Context<'_>) -> Option<String> {
    if let Call::Chmod { mode, .. } = context.call() {
        Some(format!("{mode:04o}"))
    } else {
        None
    }
}

fn request(context: &Context<'_>) -> Option<String> {
    if let Call::Ioctl { request, .. } = context.call() {
        Some(request.to_string())
    } else if let Call::Sockatmark { .. } = context.call() {
        Some(IoctlRequest::AT_MARK.to_string())
    } else {
        None
    }
}

fn socket_type(context: &Context<'_>) -> Option<String> {
    if let Call::Socket { socket_type, .. } | Call::Socketpair { socket_type, .. } = context.call()
    {
        Some(socket_type.to_string())
    } else {
        None
    }
}

fn protocol(context: &Context<'_>) -> Option<String> {
    if let Call::Socket { protocol, .. } | Call::Socketpair { protocol, .. } = context.call() {
        Some(protocol.to_string())
    } else {
        None
    }
}

fn backlog(context: &Context<'_>) -> Option<i32> {
    if let Call::Listen { backlog, .. } = context.call() {
        Some(*backlog)
    } else {
        None
    }
}

/// Why the call did not wait.
fn nonblocking_cause(context: &Context<'_>) -> Option<String> {
    if context.flags().contains(libc::MSG_DONTWAIT) {
        return Some("MSG_DONTWAIT".to_owned());
    }
    let through = || context.set_nonblocking_through().map(name);
    context.is_nonblocking().then(|| match through() {
        Some(duplicate) => format!(
            "O_NONBLOCK, set through {duplicate}: the flag belongs to the open file description that both share"
        ),
        None => "O_NONBLOCK".to_owned(),
    })
}

/// An option that forbids to fragment, with its value: `IP_MTU_DISCOVER is IP_PMTUDISC_DO`.
fn unfragmented(level: i32, number: i32, value: i32) -> String {
    let row = crate::socket::option::by_number(level, number);
    let option = row.map_or("an option", |row| row.name);
    let read = option_bytes::decode(OptionArg { level, number }, &value.to_ne_bytes());
    format!("{option} is {read}")
}

/// The manual page of a domain that is not explained.
fn domain_page(domain: Domain) -> Option<&'static str> {
    match domain.0 {
        libc::AF_NETLINK => Some("netlink(7)"),
        libc::AF_PACKET => Some("packet(7)"),
        libc::AF_VSOCK => Some("vsock(7)"),
        _ => None,
    }
}

/// The setting that limits the size of a buffer.
fn buffer_limit(number: i32) -> &'static str {
    if number == libc::SO_RCVBUF {
        "net.core.rmem_max"
    } else {
        "net.core.wmem_max"
    }
}

/// The setting that the size of a buffer of TCP begins with.
fn tcp_memory(number: i32) -> &'static str {
    if number == libc::SO_RCVBUF {
        "tcp_rmem"
    } else {
        "tcp_wmem"
    }
}

/// The setting that the size of any other buffer begins with.
fn buffer_default(number: i32) -> &'static str {
    if number == libc::SO_RCVBUF {
        "net.core.rmem_default"
    } else {
        "net.core.wmem_default"
    }
}

/// A value in a few characters.
fn value(value: &Value) -> String {
    match value {
        Value::TcpInfo(info) => info
            .state
            .map_or_else(|| "unknown".to_owned(), |state| state.to_string()),
        other => other.to_string(),
    }
}

fn sigpipe(context: &Context<'_>) -> Option<&'static str> {
    context
        .record
        .outcome()
        .filter(|outcome| outcome.sigpipe)
        .map(|_| " SIGPIPE came with it; MSG_NOSIGNAL suppresses it.")
}

fn from(context: &Context<'_>) -> Option<String> {
    let Some(Returned::Accepted { from, .. }) = context.returned() else {
        return None;
    };
    let address = from.as_ref().filter(|address| !address.is_unset())?;
    let client = context
        .others()
        .find(|other| other.local() == Some(address) && !other.is_accepted());
    Some(client.map_or_else(|| written(address), name))
}

fn state_meaning(context: &Context<'_>) -> Option<&'static str> {
    match context.returned() {
        Some(Returned::State(state)) => Some(state.meaning()),
        _ => None,
    }
}
