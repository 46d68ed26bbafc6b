//! The calls that read and set what a socket is: its options, its flags, and what ioctl(2) knows of it.

use crate::call::argument::{IntArg, OptionArg};
use crate::call::option_bytes;
use crate::call::outcome::{Returned, Written};
use crate::call::value::Value;
use crate::engine::execute::{Execution, Result, refused};
use crate::socket::constant::{DescriptorFlags, FcntlCommand, StatusFlags};
use crate::socket::{IoctlRequest, Sig};

impl Execution<'_> {
    pub(crate) fn setsockopt(
        &mut self,
        fd: i32,
        option: OptionArg,
        value: &Value,
        length: Option<i32>,
    ) -> Result {
        let bytes = match value {
            Value::Null => None,
            value => {
                let bytes = option_bytes::encode(value);
                Some(bytes.ok_or_else(|| refused("a value of this form can only be read"))?)
            }
        };
        let (level, number) = (option.level, option.number);
        match (value, &bytes) {
            (Value::Program(_), Some(instructions)) => {
                crate::sys::socket::set_program(fd, level, number, instructions, length)
            }
            _ => crate::sys::socket::setsockopt(fd, level, number, bytes.as_deref(), length),
        }?;
        self.raw.read_back = crate::kernel::observe::option(fd, option);
        Ok(Returned::Zero)
    }

    pub(crate) fn getsockopt(&mut self, fd: i32, option: OptionArg, length: Option<i32>) -> Result {
        let room = i32::try_from(option_bytes::room(option)).unwrap_or(i32::MAX);
        let room = length.unwrap_or(room);
        let written = crate::sys::socket::getsockopt(fd, option.level, option.number, room)?;
        let value = match written.bytes.is_empty() && written.length > 0 {
            // There is a value, and there was no room for it.
            true => Value::Raw(Vec::new()),
            false => option_bytes::decode(option, &written.bytes),
        };
        self.raw.value = Some(written);
        Ok(Returned::Value(value))
    }

    pub(crate) fn fcntl(
        &mut self,
        fd: i32,
        command: FcntlCommand,
        argument: Option<&IntArg>,
    ) -> Result {
        /// What open(2) calls the access mode and Linux adds by itself; the same forevery socket.
        const NOT_SHOWN: i32 = libc::O_ACCMODE | crate::sys::file::LARGE_FILE;
        let own = || std::process::id().cast_signed();
        let own = self.request.process.unwrap_or_else(own);
        let argument = match argument {
            Some(IntArg::OwnProcess) => own,
            Some(IntArg::Number(number)) => *number,
            // A name was replaced by its number.
            Some(IntArg::Child(_)) | None => 0,
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

    /// sockatmark(3) is the request SIOCATMARK.
    pub(crate) fn sockatmark(&mut self, fd: i32) -> Result {
        self.ioctl(fd, IoctlRequest::AT_MARK, 0)
    }

    pub(crate) fn ioctl(&mut self, fd: i32, request: IoctlRequest, argument: i32) -> Result {
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
}
