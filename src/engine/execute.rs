//! From a resolved call to the system call: one arm a call.

mod address;
mod attributes;
mod beside;
mod lookup;
mod loops;
mod processes;
mod ready;
mod serve;
mod several;
mod state;
mod transfer;

use std::sync::Arc;

use crate::call::Call;
use crate::call::argument::Descriptor;
use crate::call::outcome::{Outcome, Partial, Raw, Returned, Written};
use crate::call::table::CallKind;
use crate::engine::buffers::Buffers;
use crate::engine::child::Child;
use crate::engine::control::Control;
pub(crate) use crate::engine::execute::address::{file, interface, raw};
pub(crate) use crate::engine::execute::beside::take_control;
pub(crate) use crate::engine::execute::serve::Unseen;
pub(crate) use crate::engine::execute::transfer::is_somebody;
use crate::engine::shared::{Entry, Shared};
use crate::event::{Refusal, Request};
use crate::kernel::observe::ProbeTarget;
use crate::socket::Address;
use crate::sys::{Checked, Failure, lookup as library};

/// What a call gave.
type Result = Checked<Returned>;

/// What a call needs beside its arguments, and what the kernel wrote for it.
pub(crate) struct Execution<'a> {
    shared: &'a Arc<Shared>,
    request: &'a Request,
    control: &'a Arc<Control>,
    /// The child that makes it.
    child: Option<&'a Child>,
    buffers: Buffers,
    raw: Raw,
    /// What a loop has done so far: bytes, or connections.
    done: u64,
}

/// Makes the call, with the buffers allocated for it. Blocks as long as the call blocks. Gives what it returned,
/// what it had done where it is a loop that failed, and what was written for renderings that show every byte. Whether
/// SIGPIPE was raised, the caller knows.
///
/// # Errors
///
/// Why the call was not made, or could not be made to its end; the kernel has said no errno then.
pub(crate) fn execute(
    shared: &Arc<Shared>,
    request: &Request,
    control: &Arc<Control>,
    buffers: Buffers,
    child: Option<&Child>,
) -> std::result::Result<Outcome, Refusal> {
    let mut execution = Execution {
        shared,
        request,
        control,
        child,
        buffers,
        raw: Raw::default(),
        done: 0,
    };
    let result = match execution.make() {
        Ok(returned) => Ok(returned),
        Err(Failure::Errno(errno)) => {
            execution.raw.returned = -1;
            let caught = crate::sys::signal::take_caught();
            execution.raw.caught = caught.into_iter().map(ready::caught).collect();
            Err(errno)
        }
        Err(Failure::Refused(reason)) => return Err(Refusal::WhileMaking(reason)),
    };
    let done = execution.done;
    let mut outcome = Outcome {
        partial: partial(&request.call, done).filter(|_| result.is_err()),
        ..Outcome::of(result)
    };
    if request.call.call_kind().is_system_call() {
        let target = execution.open_target();
        execution.raw.after =
            target.and_then(|target| crate::kernel::after::ask(&target, &request.call, &outcome));
        outcome.raw = Some(Box::new(execution.raw));
    } else if request.call.call_kind().is_library_call() {
        outcome.raw = Some(Box::new(execution.raw));
    }
    Ok(outcome)
}

/// What a loop has done, unless that is nothing.
fn partial(call: &Call, count: u64) -> Option<Partial> {
    let accepts = call.call_kind() == CallKind::Serve;
    let unit = match accepts {
        true => Partial::CONNECTIONS,
        false => Partial::BYTES,
    };
    (count > 0).then_some(Partial { count, unit })
}

/// The number behind a resolved descriptor argument.
fn number(descriptor: &Descriptor) -> i32 {
    match descriptor {
        Descriptor::Raw(fd) => *fd,
        // Names were resolved before the engine was asked; a call with one that is left is refused.
        Descriptor::Named(_) => -1,
    }
}

impl<'a> Execution<'a> {
    /// One arm a call and none for all others: a call that is forgotten here does not compile.
    fn make(&mut self) -> Result {
        let call = &*self.request.call;
        let fd = call.socket().map_or(-1, number);
        match call {
            Call::Socket {
                domain,
                socket_type,
                flags,
                protocol,
            } => self.descriptor(crate::sys::socket::socket(
                domain.0,
                socket_type.0 | flags.0,
                protocol.0,
            )?),
            Call::Socketpair {
                domain,
                socket_type,
                flags,
                protocol,
            } => {
                let kind = socket_type.0 | flags.0;
                let (a, b) = crate::sys::socket::socketpair(domain.0, kind, protocol.0)?;
                Ok(Returned::Pair(a, b))
            }
            Call::Bind { address, .. } => {
                let address = raw(address)?;
                let _binding = self.shared.bound.binding();
                crate::sys::socket::bind(fd, &address)?;
                self.note_path(fd);
                Ok(Returned::Zero)
            }
            Call::Listen { backlog, .. } => zero(crate::sys::socket::listen(fd, *backlog)),
            Call::Accept { length, .. } => self.accepted(crate::sys::socket::accept(fd, *length)),
            Call::Accept4 { flags, length, .. } => {
                self.accepted(crate::sys::socket::accept4(fd, flags.0, *length))
            }
            Call::Connect { address, .. } => zero(crate::sys::socket::connect(fd, &raw(address)?)),
            Call::Shutdown { how, .. } => zero(crate::sys::socket::shutdown(fd, *how)),
            Call::Close { .. } => zero(crate::sys::socket::close(fd)),
            Call::Getsockname { length, .. } => {
                self.address(crate::sys::socket::getsockname(fd, *length))
            }
            Call::Getpeername { length, .. } => {
                self.address(crate::sys::socket::getpeername(fd, *length))
            }
            Call::Setsockopt {
                option,
                value,
                length,
                ..
            } => self.setsockopt(fd, *option, value, *length),
            Call::Getsockopt { option, length, .. } => self.getsockopt(fd, *option, *length),
            Call::Fcntl {
                command, argument, ..
            } => self.fcntl(fd, *command, argument.as_ref()),
            Call::Ioctl {
                request, argument, ..
            } => self.ioctl(fd, *request, argument.unwrap_or(0)),
            Call::Sockatmark { .. } => self.sockatmark(fd),
            Call::Dup { .. } => self.descriptor(crate::sys::file::dup(fd)?),
            Call::Dup2 { number: to, .. } => {
                let to = number(to);
                let is_ours = self.is_ours(to);
                self.descriptor(crate::sys::file::dup2(fd, to, is_ours)?)
            }
            Call::Dup3 {
                number: to, flags, ..
            } => {
                let to = number(to);
                let is_ours = self.is_ours(to);
                self.descriptor(crate::sys::file::dup3(fd, to, flags.0, is_ours)?)
            }
            Call::Pipe { flags } => {
                let (reader, writer) = crate::sys::pipe::pipe(flags.0)?;
                Ok(Returned::Pair(reader, writer))
            }
            Call::Eventfd { initial, flags } => {
                self.descriptor(crate::sys::counter::eventfd(*initial, flags.0)?)
            }
            Call::TimerfdCreate { clock, flags } => {
                self.descriptor(crate::sys::counter::timerfd_create(clock.0, flags.0)?)
            }
            Call::TimerfdSettime {
                value,
                interval,
                flags,
                ..
            } => zero(crate::sys::counter::timerfd_settime(
                fd,
                flags.0,
                *value,
                interval.unwrap_or_default(),
            )),
            Call::Open { path } => self.descriptor(crate::sys::file::open(path)?),
            Call::Chmod { address, mode } => zero(crate::sys::file::chmod(file(address)?, *mode)),
            Call::Unlink { address } => zero(crate::sys::file::unlink(file(address)?)),
            Call::EpollCreate1 { flags } => {
                self.descriptor(crate::sys::ready::epoll_create1(flags.0)?)
            }
            Call::EpollCreate { size } => self.descriptor(crate::sys::ready::epoll_create(*size)?),
            Call::EpollCtl {
                op, target, events, ..
            } => zero(crate::sys::ready::epoll_ctl(
                fd,
                op.0,
                number(target),
                events.0,
            )),
            Call::EpollWait { max, timeout, .. } => self.epoll_wait(fd, *max, timeout.0),
            Call::Poll { entries, timeout } => self.poll(entries, timeout.0),
            Call::EpollPwait {
                max, timeout, mask, ..
            } => self.epoll_pwait((fd, *max, timeout.0), mask),
            Call::Ppoll {
                entries,
                timeout,
                mask,
            } => self.ppoll(entries, *timeout, mask),
            Call::Pselect {
                sets,
                timeout,
                mask,
                nfds,
            } => self.pselect(sets, *timeout, *nfds, mask),
            Call::Select {
                sets,
                timeout,
                nfds,
            } => self.select(sets, *timeout, *nfds),
            Call::Sigtimedwait { signals, timeout } => self.sigtimedwait(signals, *timeout),
            Call::Send { data, flags, .. } => {
                self.with(data, |source| crate::sys::socket::send(fd, source, flags.0))
            }
            Call::Sendto {
                data,
                address,
                flags,
                ..
            } => {
                let to = raw(address)?;
                self.with(data, |source| {
                    crate::sys::socket::sendto(fd, source, flags.0, &to)
                })
            }
            Call::Sendmsg { message, .. } => self.sendmsg(fd, message),
            Call::Sendmmsg {
                messages, flags, ..
            } => self.sendmmsg(fd, messages, *flags),
            Call::Recvmmsg {
                vlen,
                sizes,
                timeout,
                flags,
                ..
            } => self.recvmmsg(fd, *vlen, sizes, *timeout, *flags),
            Call::Write { data, .. } => {
                self.with(data, |source| Ok(crate::sys::socket::write(fd, source)?))
            }
            Call::Writev { buffers, .. } => self.gather(buffers, |sources| {
                Ok(crate::sys::message::writev(fd, sources)?)
            }),
            Call::Recv { room, flags, .. } => self.recv(fd, *room, *flags),
            Call::Recvfrom {
                room,
                flags,
                length,
                ..
            } => self.recvfrom(fd, *room, *flags, *length),
            Call::Read { room, .. } => self.read(fd, *room),
            Call::Readv { sizes, .. } => self.scatter(sizes, |buffers| {
                Ok(crate::sys::message::readv(fd, buffers)?)
            }),
            Call::Recvmsg {
                counts,
                flags,
                control,
                ..
            } => self.recvmsg(fd, counts, *flags, *control),
            Call::Getaddrinfo {
                host,
                service,
                hints,
            } => self.getaddrinfo(host, service, *hints),
            Call::Getnameinfo { address, room } => self.getnameinfo(address, *room),
            Call::InetPton { family, source } => self.inet_pton(*family, source),
            Call::InetNtop { family, size, .. } => self.inet_ntop(*family, *size),
            Call::Htons { number } => Ok(lookup::short(*number, library::host_to_network_short)),
            Call::Ntohs { number } => Ok(lookup::short(*number, library::network_to_host_short)),
            Call::Htonl { number } => Ok(lookup::long(*number, library::host_to_network_long)),
            Call::Ntohl { number } => Ok(lookup::long(*number, library::network_to_host_long)),
            Call::Fork {} => self.fork(),
            Call::Kill { process, signal } => {
                let pid = crate::engine::children::number(process).unwrap_or(-1);
                zero(crate::sys::child::kill(pid, signal.0))
            }
            Call::Waitpid { process, options } => {
                let pid = crate::engine::children::number(process).unwrap_or(-1);
                self.waitpid(pid, options.0)
            }
            Call::Exit { status } => {
                crate::sys::made::exit(*status);
                Ok(Returned::Zero)
            }
            Call::Setrlimit { resource, limit } => {
                zero(crate::sys::made::setrlimit(resource.0, *limit))
            }
            Call::State { .. } => self.state(fd),
            Call::Peer { .. } => self.peer(fd),
            Call::Pending { .. } => state::pending(fd),
            Call::Unread { .. } => {
                let bytes = crate::sys::file::unread(fd)?;
                Ok(Returned::Count(bytes.into()))
            }
            Call::Fill { .. } => self.fill(fd),
            Call::Drain { .. } => {
                let mut buffer = self.loop_buffer();
                self.drain(fd, &mut buffer)
            }
            Call::Echo { .. } => {
                let mut buffer = self.loop_buffer();
                self.echo(fd, &mut buffer)
            }
            Call::Sink { .. } => {
                let mut buffer = self.loop_buffer();
                self.sink(fd, &mut buffer)
            }
            Call::Source { bytes, .. } => {
                let chunk = self.buffers.take_sent().into_iter().next().flatten();
                self.source(fd, *bytes, chunk.as_deref().unwrap_or_default())
            }
            Call::Serve { service, .. } => self.serve(fd, *service),
            Call::Syscall { .. } => Err(refused("the notation does not have it")),
            Call::Wait { .. }
            | Call::Cancel { .. }
            | Call::Step { .. }
            | Call::Inject { .. }
            | Call::Sleep { .. } => Err(refused(
                "a script carries it out by itself: it is not a call for the kernel",
            )),
        }
    }

    fn descriptor(&mut self, fd: i32) -> Result {
        self.raw.returned = i64::from(fd);
        Ok(Returned::Descriptor(fd))
    }

    /// Remembers the file that bind() created: the one that the kernel names, since a length given beside the address may
    /// have changed the path, or left none.
    fn note_path(&self, fd: i32) {
        let address = crate::kernel::observe::local(fd);
        if let Some(path) = address.as_ref().and_then(Address::path) {
            self.shared.bound.add(path);
        }
    }

    fn accepted(&mut self, accepted: Checked<(i32, Written)>) -> Result {
        let (fd, from) = accepted?;
        self.raw.returned = i64::from(fd);
        let address = crate::socket::sockaddr::decode(&from.bytes);
        self.raw.address = Some(from);
        Ok(Returned::Accepted { fd, from: address })
    }

    fn address(&mut self, written: Checked<Written>) -> Result {
        let written = written?;
        // Length 0 is what the kernel gives where there is no name at all.
        let none = Address::Other {
            family: 0,
            data: Vec::new(),
        };
        let address = crate::socket::sockaddr::decode(&written.bytes).unwrap_or(none);
        self.raw.address = Some(written);
        Ok(Returned::Address(address))
    }

    /// What is known of the descriptor that the call is made on.
    fn entry(&self) -> Option<Entry> {
        let on = self.request.on?;
        match self.child {
            Some(child) => child.descriptors().get(&on).cloned(),
            None => self.shared.entry(on),
        }
    }

    /// Whether a number is that of a descriptor of the session, or of the child that makes the call.
    fn is_ours(&self, fd: i32) -> bool {
        match self.child {
            Some(child) => child.with_number(fd).is_some(),
            None => self.shared.has_fd(fd),
        }
    }

    /// How to ask about it.
    fn target(&self) -> Option<ProbeTarget> {
        Some(self.entry()?.target)
    }

    /// The same while its descriptor is open; another thread may have closed it during the call.
    fn open_target(&self) -> Option<ProbeTarget> {
        Some(self.entry().filter(|entry| entry.open)?.target)
    }
}

/// Why a call is not made.
fn refused(reason: &str) -> Failure {
    Failure::Refused(reason.to_owned())
}

fn zero(result: std::result::Result<(), impl Into<Failure>>) -> Result {
    result.map(|()| Returned::Zero).map_err(Into::into)
}
