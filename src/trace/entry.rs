//! A system call at its entry: what the registers and the memory of the traced thread say of it, as a call of the notation.

pub(crate) mod events;
pub(crate) mod message;
pub(crate) mod messages;
pub(crate) mod wait;

use std::mem::offset_of;

use crate::call::Call;
use crate::call::argument::{AddressArg, AddressExpr, Descriptor, IntArg, OptionArg, Room};
use crate::call::bpf;
use crate::call::data::Data;
use crate::call::option_bytes;
use crate::call::syscall::Syscall;
use crate::call::value::Value;
use crate::socket::constant::{FcntlCommand, IOCTL_REQUESTS};
use crate::socket::option::ValueType;
use crate::socket::sockaddr::{INET_LEN, INET6_LEN, STORAGE};
use crate::socket::{
    Address, Domain, DupFlags, EpollFlags, How, IoctlRequest, Protocol, SockFlags, SocketType,
};
use crate::strace::{Environment, processes, variants};
use crate::trace::memory::{self, Memory};
use crate::trace::syscalls::{Kind, Row, Shape};

/// The size of `struct sockaddr_un`.
const UNIX_LEN: usize = 110;
/// The longest option value that is read.
const OPTION: usize = 4096;
/// The most arguments of a program that are shown.
const ARGUMENTS: usize = 32;
/// The most variables of an environment that are counted.
const VARIABLES: usize = 4096;
/// The most bytes of `struct clone_args` that are read.
const CLONE_ARGUMENTS: usize = 88;
/// linux/fcntl.h: what the C library makes of F_GETOWN.
pub(crate) const F_GETOWN_EX: i32 = 16;
/// The low bits of the second argument of socket(2) are the type, the others flags.
const TYPE_MASK: i32 = 0xf;

/// A call that a thread is about to make.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'a> {
    /// Which system call.
    pub(crate) row: &'static Row,
    /// Its arguments.
    pub(crate) args: [u64; 6],
    /// The memory of its process.
    pub(crate) memory: &'a dyn Memory,
    /// How many bytes of payload are kept.
    pub(crate) keep: usize,
    /// What strace(1) would know.
    pub(crate) environment: Environment<'a>,
}

/// What a call is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entered {
    /// The call, with numbers in place of names.
    pub(crate) call: Call,
    /// The descriptor that it is made on.
    pub(crate) on: Option<i32>,
    /// How strace(1) prints it, where its notation does not show that.
    pub(crate) made_as: Option<Syscall>,
    /// The length of the buffer for an address or a value, as it was before the call.
    pub(crate) offered: u32,
}

impl Entered {
    fn of(call: Call) -> Self {
        let on = match call.socket() {
            Some(Descriptor::Raw(fd)) => Some(*fd),
            Some(Descriptor::Named(_)) | None => None,
        };
        Self {
            call,
            on,
            made_as: None,
            offered: 0,
        }
    }

    fn made_as(self, made: Syscall) -> Self {
        Self {
            made_as: Some(made),
            ..self
        }
    }
}

impl Entry<'_> {
    /// The call. A call with pointers that lead nowhere has no form in the notation: it is printed as strace(1) prints it.
    pub(crate) fn read(&self) -> Entered {
        self.known().unwrap_or_else(|| self.other())
    }

    fn int(&self, index: usize) -> i32 {
        self.args[index] as i32
    }

    fn size(&self, index: usize) -> usize {
        usize::try_from(self.args[index]).unwrap_or(usize::MAX)
    }

    fn fd(&self, index: usize) -> Descriptor {
        Descriptor::Raw(self.int(index))
    }

    /// The call as the notation has it. `None`: it has none for these arguments.
    fn known(&self) -> Option<Entered> {
        let socket = self.fd(0);
        Some(match self.row.shape {
            Shape::Socket => Entered::of(Call::Socket {
                domain: Domain(self.int(0)),
                socket_type: SocketType(self.int(1) & TYPE_MASK),
                flags: SockFlags(self.int(1) & !TYPE_MASK),
                protocol: Protocol(self.int(2)),
            }),
            Shape::Socketpair => Entered::of(Call::Socketpair {
                domain: Domain(self.int(0)),
                socket_type: SocketType(self.int(1) & TYPE_MASK),
                flags: SockFlags(self.int(1) & !TYPE_MASK),
                protocol: Protocol(self.int(2)),
            }),
            Shape::Bind => Entered::of(Call::Bind {
                socket,
                address: self.address(1, 2)?,
            }),
            Shape::Connect => Entered::of(Call::Connect {
                socket,
                address: self.address(1, 2)?,
            }),
            Shape::Listen => Entered::of(Call::Listen {
                socket,
                backlog: self.int(1),
            }),
            Shape::Accept => self.accept(None)?,
            Shape::Accept4 => self.accept(Some(self.int(3)))?,
            Shape::Getsockname | Shape::Getpeername => self.name()?,
            Shape::Shutdown => Entered::of(Call::Shutdown {
                socket,
                how: How(self.int(1)),
            }),
            Shape::Close => Entered::of(Call::Close { socket }),
            Shape::Dup => Entered::of(Call::Dup { socket }),
            Shape::Dup2 => Entered::of(Call::Dup2 {
                socket,
                number: self.fd(1),
            }),
            Shape::Dup3 => Entered::of(Call::Dup3 {
                socket,
                number: self.fd(1),
                flags: DupFlags(self.int(2)),
            }),
            Shape::Setsockopt => self.setsockopt()?,
            Shape::Getsockopt => self.getsockopt()?,
            Shape::Fcntl => self.fcntl()?,
            Shape::Ioctl => self.ioctl()?,
            Shape::Read => Entered::of(Call::Read {
                socket,
                room: self.room(1, 2),
            }),
            Shape::Write => Entered::of(Call::Write {
                socket,
                data: self.data(self.args[1], self.size(2))?,
            }),
            Shape::Readv
            | Shape::Writev
            | Shape::Sendto
            | Shape::Recvfrom
            | Shape::Sendmsg
            | Shape::Recvmsg => self.transfer()?,
            Shape::Sendmmsg => self.sendmmsg()?,
            Shape::Recvmmsg => self.recvmmsg()?,
            Shape::Poll
            | Shape::Ppoll
            | Shape::Select
            | Shape::Pselect6
            | Shape::EpollCtl
            | Shape::EpollWait
            | Shape::EpollPwait
            | Shape::EpollPwait2 => self.waiting()?,
            Shape::EpollCreate => Entered::of(Call::EpollCreate { size: self.int(0) }),
            Shape::EpollCreate1 => Entered::of(Call::EpollCreate1 {
                flags: EpollFlags(self.int(0)),
            }),
            Shape::Pipe
            | Shape::Pipe2
            | Shape::Eventfd
            | Shape::TimerfdCreate
            | Shape::TimerfdSettime => self.events()?,
            Shape::Sendfile => self.sendfile()?,
            Shape::Clone => made(processes::clone(in_order(self.args))),
            Shape::Clone3 => self.clone3()?,
            Shape::Other | Shape::Restart => return None,
        })
    }

    /// A call that the notation has no word for.
    fn other(&self) -> Entered {
        let kinds = self.row.kinds;
        if self.row.shape == Shape::Fcntl && self.int(1) == F_GETOWN_EX {
            let asked = made(variants::asks_owner(self.int(0)));
            return Entered {
                on: Some(self.int(0)),
                ..asked
            };
        }
        let arguments: Vec<variants::Plain> = kinds
            .iter()
            .enumerate()
            .filter(|(_, kind)| **kind != Kind::Shown)
            .map(|(index, kind)| self.plain(index, *kind))
            .collect();
        let on = kinds.iter().position(|kind| *kind == Kind::Descriptor);
        Entered {
            on: on.map(|index| self.int(index)),
            ..made(variants::plain(self.row.name, &arguments))
        }
    }

    fn sendfile(&self) -> Option<Entered> {
        let offset = match self.args[2] {
            0 => None,
            pointer => Some(memory::u64(self.memory, pointer)?.cast_signed()),
        };
        Some(made(variants::sendfile(self.int(0), self.int(1), offset)))
    }

    fn clone3(&self) -> Option<Entered> {
        let size = self.size(1).min(CLONE_ARGUMENTS) / 8;
        let words =
            (0..size as u64).map(|index| memory::u64(self.memory, self.args[0] + 8 * index));
        let words: Option<Vec<u64>> = words.collect();
        Some(made(processes::clone3(&words?, self.args[1])))
    }

    fn plain(&self, index: usize, kind: Kind) -> variants::Plain {
        let value = self.args[index];
        match kind {
            Kind::Descriptor | Kind::Int => variants::Plain::Int(self.int(index).into()),
            Kind::Bits => variants::Plain::Bits(value),
            Kind::Pointer => variants::Plain::Pointer(value),
            Kind::Unsigned => variants::Plain::Int((value as u32).into()),
            Kind::Size => variants::Plain::Int(value.cast_signed()),
            Kind::MsgFlags => variants::Plain::MsgFlags(self.int(index)),
            Kind::SockFlags => variants::Plain::SockFlags(self.int(index)),
            Kind::RangeFlags => variants::Plain::RangeFlags(self.int(index)),
            Kind::SpliceFlags => variants::Plain::SpliceFlags(self.int(index)),
            Kind::TimerFlags => variants::Plain::TimerFlags(self.int(index)),
            Kind::EpollOp => variants::Plain::EpollOp(self.int(index)),
            Kind::Control => variants::Plain::Control(self.int(index), self.int(index + 1)),
            Kind::Request => variants::Plain::Request(self.int(index), self.args[index + 1]),
            Kind::Sets | Kind::Gets | Kind::Shown => {
                let reads = kind == Kind::Gets;
                variants::Plain::Option(self.int(index), self.int(index + 1), reads)
            }
            Kind::Signal => variants::Plain::Signal(self.int(index)),
            Kind::Path => match memory::text(self.memory, value) {
                Some(text) => variants::Plain::Text(text),
                None => variants::Plain::Pointer(value),
            },
            Kind::Arguments => {
                variants::Plain::Texts(memory::texts(self.memory, value, ARGUMENTS + 1))
            }
            Kind::Variables => {
                variants::Plain::Variables(memory::pointers(self.memory, value, VARIABLES))
            }
        }
    }

    /// An address that the call is given, by the numbers of its argument and of its length.
    fn address(&self, index: usize, length: usize) -> Option<AddressArg> {
        address(self.memory, self.args[index], self.int(length))
    }

    /// The buffer of a receiving call.
    fn room(&self, index: usize, length: usize) -> Room {
        Room {
            size: self.size(length),
            null: self.args[index] == 0,
        }
    }

    /// The bytes of a sending call, as many as are kept.
    fn data(&self, address: u64, length: usize) -> Option<Data> {
        if address == 0 {
            return Some(Data::Null(length));
        }
        let head = self.memory.read(address, length.min(self.keep))?;
        if head.len() < length.min(self.keep) {
            return None;
        }
        Some(match head.len() == length {
            true => Data::Text(head),
            false => Data::Head(head.into(), length),
        })
    }

    /// The length at the address of a `socklen_t` argument. `None`: it cannot be read.
    fn length_at(&self, index: usize) -> Option<u32> {
        memory::u32(self.memory, self.args[index])
    }

    fn accept(&self, flags: Option<i32>) -> Option<Entered> {
        let has_address = self.args[1] != 0;
        let offered = match has_address {
            true => self.length_at(2)?,
            false => 0,
        };
        let socket = self.fd(0);
        let length = has_address.then(|| unusual(offered)).flatten();
        let call = match flags {
            None => Call::Accept { socket, length },
            Some(flags) => Call::Accept4 {
                socket,
                flags: SockFlags(flags),
                length,
            },
        };
        let entered = Entered {
            offered,
            ..Entered::of(call)
        };
        Some(match has_address {
            true => entered,
            false => entered.made_as(variants::accept(self.row.name, self.int(0))),
        })
    }

    fn name(&self) -> Option<Entered> {
        let offered = self.length_at(2)?;
        let (socket, length) = (self.fd(0), unusual(offered));
        let call = match self.row.shape {
            Shape::Getsockname => Call::Getsockname { socket, length },
            _ => Call::Getpeername { socket, length },
        };
        Some(Entered {
            offered,
            ..Entered::of(call)
        })
    }

    /// The option of setsockopt(2) and getsockopt(2).
    pub(super) fn option(&self) -> OptionArg {
        OptionArg {
            level: self.int(1),
            number: self.int(2),
        }
    }

    fn setsockopt(&self) -> Option<Entered> {
        let (option, length) = (self.option(), self.int(4));
        let (value, length) = match self.args[3] {
            0 => (Value::Null, Some(length)),
            address => {
                let room = usize::try_from(length).ok()?.min(OPTION);
                let bytes = memory::bytes(self.memory, address, room)?;
                (self.option_value(option, bytes), None)
            }
        };
        Some(Entered::of(Call::Setsockopt {
            socket: self.fd(0),
            option,
            value,
            length,
        }))
    }

    /// The value in these bytes, if they are all of it.
    fn option_value(&self, option: OptionArg, bytes: Vec<u8>) -> Value {
        let row = crate::socket::option::by_number(option.level, option.number);
        let value = match row.map(|row| row.value) {
            Some(ValueType::Program) => self.program(&bytes),
            _ => Some(option_bytes::decode(option, &bytes))
                .filter(|value| option_bytes::encode(value).as_deref() == Some(bytes.as_slice())),
        };
        value.unwrap_or(Value::Raw(bytes))
    }

    /// The instructions to which a `struct sock_fprog` leads.
    fn program(&self, bytes: &[u8]) -> Option<Value> {
        let at = offset_of!(libc::sock_fprog, filter);
        let whole = bytes.len() == size_of::<libc::sock_fprog>();
        let count = u16::from_ne_bytes(*bytes.first_chunk().filter(|_| whole)?);
        let address = usize::from_ne_bytes(*bytes.get(at..)?.first_chunk()?);
        let length = usize::from(count) * size_of::<libc::sock_filter>();
        let instructions = memory::bytes(self.memory, address as u64, length)?;
        bpf::decode(&instructions).map(Value::Program)
    }

    fn getsockopt(&self) -> Option<Entered> {
        let (option, offered) = (self.option(), self.length_at(4)?);
        let is_usual = usize::try_from(offered) == Ok(option_bytes::room(option));
        let call = Call::Getsockopt {
            socket: self.fd(0),
            option,
            length: (!is_usual).then_some(offered.cast_signed()),
        };
        let entered = Entered {
            offered,
            ..Entered::of(call)
        };
        Some(match self.args[3] {
            0 => entered.made_as(variants::getsockopt(self.int(0), option, offered)),
            _ => entered,
        })
    }

    fn fcntl(&self) -> Option<Entered> {
        let command = FcntlCommand(self.int(1));
        crate::socket::constant::FCNTL_COMMANDS.name_of(command.0)?;
        Some(Entered::of(Call::Fcntl {
            socket: self.fd(0),
            command,
            argument: command.takes().then(|| IntArg::Number(self.int(2))),
        }))
    }

    fn ioctl(&self) -> Option<Entered> {
        let request = IoctlRequest(self.int(1));
        IOCTL_REQUESTS.name_of(request.0)?;
        let argument = match request.sets() {
            true => Some(memory::i32(self.memory, self.args[2])?),
            false => None,
        };
        Some(Entered::of(Call::Ioctl {
            socket: self.fd(0),
            request,
            argument,
        }))
    }
}

/// A system call that the notation has no word for.
fn made(made: Syscall) -> Entered {
    Entered {
        call: Call::Syscall {
            made: Box::new(made),
        },
        on: None,
        made_as: None,
        offered: 0,
    }
}

/// The arguments of clone(2) in the order of x86-64; the last two are the other way round elsewhere.
fn in_order([flags, stack, parent, fourth, fifth, _]: [u64; 6]) -> [u64; 5] {
    match cfg!(target_arch = "x86_64") {
        true => [flags, stack, parent, fourth, fifth],
        false => [flags, stack, parent, fifth, fourth],
    }
}

/// An address with the length that is given beside it.
fn address(memory: &dyn Memory, pointer: u64, length: i32) -> Option<AddressArg> {
    if pointer == 0 {
        return Some(AddressArg {
            place: AddressExpr::Null,
            length: (length != 0).then_some(length),
        });
    }
    let room = usize::try_from(length).ok()?.min(STORAGE);
    let bytes = memory::bytes(memory, pointer, room)?;
    let address = crate::socket::sockaddr::decode(&bytes)?;
    let place = match &address {
        Address::Other { family: 0, .. } if bytes == crate::socket::sockaddr::unspecified() => {
            return Some(AddressArg {
                place: AddressExpr::Unspecified,
                length: None,
            });
        }
        _ => AddressExpr::Literal(address.clone()),
    };
    let usual = crate::socket::sockaddr::encode(&address).len();
    Some(AddressArg {
        place,
        length: (usize::try_from(length) != Ok(usual)).then_some(length),
    })
}

/// The length of a buffer for an address, unless it is that of one of the structs for addresses.
fn unusual(offered: u32) -> Option<i32> {
    const USUAL: [usize; 4] = [INET_LEN, INET6_LEN, UNIX_LEN, STORAGE];
    let is_usual = USUAL
        .iter()
        .any(|usual| usize::try_from(offered) == Ok(*usual));
    (!is_usual).then_some(offered.cast_signed())
}
