//! From a resolved call to the system call: one arm a call.

mod loops;
mod ready;
mod serve;
mod state;
mod transfer;

use std::sync::Arc;

use crate::call::Call;
use crate::call::argument::{AddressArg, AddressExpr, Descriptor, IntArg};
use crate::call::option_bytes;
use crate::call::outcome::{Outcome, Partial, Raw, Returned, Written};
use crate::call::value::Value;
use crate::engine::buffers::Buffers;
use crate::engine::control::Control;
pub(crate) use crate::engine::execute::serve::Unseen;
use crate::engine::shared::Shared;
use crate::event::Request;
use crate::kernel::observe::ProbeTarget;
use crate::socket::constant::{DescriptorFlags, FcntlCommand, StatusFlags};
use crate::socket::{Address, Errno, IoctlRequest, Sig};
use crate::sys::socket::RawAddress;

/// What a call gave.
type Result = std::result::Result<Returned, Errno>;

/// What a call needs beside its arguments, and what the kernel wrote for it.
pub(crate) struct Execution<'a> {
    shared: &'a Arc<Shared>,
    request: &'a Request,
    control: &'a Arc<Control>,
    buffers: Buffers,
    raw: Raw,
    /// What a loop has done so far: bytes, or connections.
    done: u64,
}

/// Makes the call, with the buffers that were made for it. Blocks as long as the call blocks. Gives what it returned,
/// what it had done where it is a loop that failed, and what was written for renderings that show every byte. Whether
/// SIGPIPE came, the caller knows.
pub(crate) fn execute(
    shared: &Arc<Shared>,
    request: &Request,
    control: &Arc<Control>,
    buffers: Buffers,
) -> Outcome {
    let mut execution = Execution {
        shared,
        request,
        control,
        buffers,
        raw: Raw::default(),
        done: 0,
    };
    let result = execution.make();
    if result.is_err() {
        execution.raw.returned = -1;
    }
    let is_one_call = request.call.call_kind().is_system_call();
    Outcome {
        partial: partial(&request.call, execution.done).filter(|_| result.is_err()),
        raw: is_one_call.then(|| Box::new(execution.raw)),
        ..Outcome::of(result)
    }
}

/// What a loop has done, unless that is nothing.
fn partial(call: &Call, count: u64) -> Option<Partial> {
    let unit = match call {
        Call::Serve { .. } => Partial::CONNECTIONS,
        _ => Partial::BYTES,
    };
    (count > 0).then_some(Partial { count, unit })
}

/// The number behind a resolved descriptor argument.
fn number(descriptor: &Descriptor) -> i32 {
    match descriptor {
        Descriptor::Raw(fd) => *fd,
        // Names were resolved before the engine was asked.
        Descriptor::Named(_) => -1,
    }
}

impl Execution<'_> {
    fn make(&mut self) -> Result {
        let fd = self.request.call.socket().map_or(-1, number);
        match &self.request.call {
            Call::Socket {
                domain,
                socket_type,
                flags,
                protocol,
            } => self.descriptor(crate::sys::socket::socket(
                domain.0,
                socket_type.0 | flags.0,
                protocol.0,
            )),
            Call::Socketpair {
                domain,
                socket_type,
                flags,
                protocol,
            } => crate::sys::socket::socketpair(domain.0, socket_type.0 | flags.0, protocol.0)
                .map(|(a, b)| Returned::Pair(a, b)),
            Call::Bind { address, .. } => {
                let address = raw(address)?;
                let _binding = self.shared.bound.binding();
                crate::sys::socket::bind(fd, &address)?;
                self.note_path(fd);
                Ok(Returned::Zero)
            }
            Call::Listen { backlog, .. } => zero(crate::sys::socket::listen(fd, *backlog)),
            Call::Accept { flags, length, .. } => self.accept(fd, flags.0, *length),
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
            } => {
                let bytes = match value {
                    Value::Null => None,
                    value => Some(option_bytes::encode(value).ok_or(Errno(libc::EINVAL))?),
                };
                let bytes = bytes.as_deref();
                zero(crate::sys::socket::setsockopt(
                    fd,
                    option.level,
                    option.number,
                    bytes,
                    *length,
                ))
            }
            Call::Getsockopt { option, length, .. } => {
                let room = i32::try_from(option_bytes::room(*option)).unwrap_or(0);
                let room = length.unwrap_or(room);
                let written =
                    crate::sys::socket::getsockopt(fd, option.level, option.number, room)?;
                let value = option_bytes::decode(*option, &written.bytes);
                self.raw.value = Some(written);
                Ok(Returned::Value(value))
            }
            Call::Fcntl {
                command, argument, ..
            } => self.fcntl(fd, *command, *argument),
            Call::Ioctl {
                request, argument, ..
            } => self.ioctl(fd, *request, argument.unwrap_or(0)),
            Call::Dup { .. } => self.descriptor(crate::sys::file::dup(fd)),
            Call::Open { path } => self.descriptor(crate::sys::file::open(path)),
            Call::Chmod { address, mode } => zero(crate::sys::file::chmod(file(address)?, *mode)),
            Call::Unlink { address } => zero(crate::sys::file::unlink(file(address)?)),
            Call::EpollCreate1 { flags } => {
                self.descriptor(crate::sys::ready::epoll_create1(flags.0))
            }
            Call::EpollCreate { size } => self.descriptor(crate::sys::ready::epoll_create(*size)),
            Call::EpollCtl {
                op, target, events, ..
            } => zero(crate::sys::ready::epoll_ctl(
                fd,
                op.0,
                number(target),
                events.0,
            )),
            call if call.call_kind().sends()
                || call.call_kind().receives()
                || call.call_kind().is_loop() =>
            {
                self.transfer(fd)
            }
            call if call.call_kind().is_query() => self.look(fd),
            _ => self.wait(fd),
        }
    }

    fn descriptor(&mut self, made: std::result::Result<i32, Errno>) -> Result {
        let fd = made?;
        self.raw.returned = i64::from(fd);
        Ok(Returned::Descriptor(fd))
    }

    /// Remembers the file that bind() made: the one that the kernel names, since a length given beside the address may have
    /// made another of it, or none.
    fn note_path(&self, fd: i32) {
        let address = crate::kernel::observe::local(fd);
        if let Some(path) = address.as_ref().and_then(Address::path) {
            self.shared.bound.add(path);
        }
    }

    fn accept(&mut self, fd: i32, flags: i32, length: Option<i32>) -> Result {
        let (fd, from) = crate::sys::socket::accept(fd, flags, length)?;
        self.raw.returned = i64::from(fd);
        let address = crate::socket::sockaddr::decode(&from.bytes);
        self.raw.address = Some(from);
        Ok(Returned::Accepted { fd, from: address })
    }

    fn address(&mut self, written: std::result::Result<Written, Errno>) -> Result {
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

    fn fcntl(&mut self, fd: i32, command: FcntlCommand, argument: Option<IntArg>) -> Result {
        /// What open(2) calls the access mode and Linux adds by itself; the same for every socket.
        const NOT_SHOWN: i32 = libc::O_ACCMODE | crate::sys::file::LARGE_FILE;
        let own = std::process::id().cast_signed();
        let argument = match argument {
            Some(IntArg::OwnProcess) => own,
            Some(IntArg::Number(number)) => number,
            None => 0,
        };
        let value = crate::sys::file::fcntl(fd, command.0, argument)?;
        self.raw.returned = i64::from(value);
        Ok(match command.0 {
            libc::F_GETFL => Returned::Status(StatusFlags(value & !NOT_SHOWN)),
            libc::F_GETFD => Returned::Flags(DescriptorFlags(value)),
            _ if command.makes() => Returned::Descriptor(value),
            libc::F_GETOWN if value == own => Returned::Word("getpid()"),
            _ if command.is_signal() && value != 0 => Returned::Signal {
                signal: Sig(value),
                about: None,
            },
            _ => Returned::Value(Value::Int(value)),
        })
    }

    fn ioctl(&mut self, fd: i32, request: IoctlRequest, argument: i32) -> Result {
        let value = crate::sys::file::ioctl(fd, request.0, argument)?;
        self.raw.value = Some(Written {
            bytes: value.to_ne_bytes().to_vec(),
            ..Written::default()
        });
        if request.sets() {
            return Ok(Returned::Zero);
        }
        Ok(Returned::Value(Value::Int(value)))
    }

    /// What is known of the socket that the call is made on.
    fn target(&self) -> Option<ProbeTarget> {
        let entry = self.request.on.and_then(|id| self.shared.entry(id))?;
        Some(entry.target)
    }
}

fn zero(result: std::result::Result<(), Errno>) -> Result {
    result.map(|()| Returned::Zero)
}

/// The address as the call is given it.
fn raw(arg: &AddressArg) -> std::result::Result<RawAddress, Errno> {
    let bytes = match &arg.place {
        AddressExpr::Literal(address) => crate::socket::sockaddr::encode(address),
        AddressExpr::Zoned { ip, zone, port } => {
            let scope = crate::sys::socket::interface_index(zone)?;
            crate::socket::sockaddr::encode(&Address::Inet6(std::net::SocketAddrV6::new(
                *ip, *port, 0, scope,
            )))
        }
        AddressExpr::Unspecified => crate::socket::sockaddr::unspecified(),
        AddressExpr::Null => return Ok(RawAddress::null(arg.length)),
        // Resolved before the engine was asked; a name that is left is a null pointer.
        AddressExpr::LocalOf(_) | AddressExpr::PortOf { .. } => {
            return Ok(RawAddress::null(arg.length));
        }
    };
    RawAddress::new(&bytes, arg.length)
}

/// The path of an AF_UNIX address.
fn file(arg: &AddressArg) -> std::result::Result<&[u8], Errno> {
    match &arg.place {
        AddressExpr::Literal(address) => address.path(),
        _ => None,
    }
    .ok_or(Errno(libc::EINVAL))
}
