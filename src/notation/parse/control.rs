//! fcntl() and ioctl(): which commands and requests are offered, and what they take.

use crate::call::Call;
use crate::call::argument::IntArg;
use crate::notation::parse::SyntaxError;
use crate::notation::parse::args::{Args, constant, mask, unknown_constant};
use crate::notation::parse::lexer::Piece;
use crate::notation::parse::literal;
use crate::socket::constant::{
    DESCRIPTOR_FLAGS, FCNTL_COMMANDS, IOCTL_REQUESTS, SIGNALS, STATUS_FLAGS,
};
use crate::socket::{FcntlCommand, IoctlRequest};

/// The numbers of the commands of fcntl(2) that POSIX knows, and of those that Linux adds, with room for new ones.
const EXISTING_COMMANDS: std::ops::Range<i32> = 0..100;
const LINUX_COMMANDS: std::ops::Range<i32> = 1024..1100;

pub(crate) fn fcntl(args: &mut Args<'_>) -> Result<Call, SyntaxError> {
    let socket = args.socket()?;
    let piece = args.required("a command")?;
    // Others that exist take pointers, or locks. What does not exist does no harm.
    let known = |value: &i32| {
        FCNTL_COMMANDS.name_of(*value).is_some()
            || !EXISTING_COMMANDS.contains(value) && !LINUX_COMMANDS.contains(value)
    };
    let command = constant(piece, &FCNTL_COMMANDS)?;
    let command = Some(command)
        .filter(known)
        .ok_or_else(|| unknown_constant(piece, &FCNTL_COMMANDS))?;
    let command = FcntlCommand(command);
    let argument = if command.takes() {
        let needs = match command.0 {
            _ if command.makes() => "the lowest number",
            _ if command.is_owner() => "getpid() or 0",
            _ if command.is_signal() => "a signal",
            _ => "the flags to set",
        };
        let piece = args.required(needs)?;
        Some(fcntl_argument(command, piece)?)
    } else {
        match args.next() {
            Some(piece) => Some(fcntl_argument(command, piece)?),
            None => None,
        }
    };
    Ok(Call::Fcntl {
        socket,
        command,
        argument,
    })
}

fn fcntl_argument(command: FcntlCommand, piece: Piece<'_>) -> Result<IntArg, SyntaxError> {
    if command.is_owner() {
        // Signals for others than ourselves are no experiment.
        return match piece.text {
            "getpid()" | "getpid" => Ok(IntArg::OwnProcess),
            "0" => Ok(IntArg::Number(0)),
            other => Err(
                SyntaxError::new(piece.span(), format!("`{other}` is not getpid() or 0"))
                    .help("the signals go to this program: fcntl(x, F_SETOWN, getpid())"),
            ),
        };
    }
    if command.is_signal() {
        return match SIGNALS.find(piece.text) {
            Some(row) => Ok(IntArg::Number(row.value)),
            None if piece.text == "0" => Ok(IntArg::Number(0)),
            None => Err(unknown_constant(piece, &SIGNALS)),
        };
    }
    let number = match command.0 {
        libc::F_SETFD => mask(piece, &DESCRIPTOR_FLAGS)?,
        _ if command.makes() => crate::notation::parse::literal::int(piece.text)
            .map_err(|message| SyntaxError::new(piece.span(), message))?,
        _ => mask(piece, &STATUS_FLAGS)?,
    };
    Ok(IntArg::Number(number))
}

pub(crate) fn ioctl(args: &mut Args<'_>) -> Result<Call, SyntaxError> {
    let socket = args.socket()?;
    let piece = args.required("a request")?;
    // Others may do anything to anything.
    let request = IOCTL_REQUESTS
        .find(piece.text)
        .map(|row| IoctlRequest(row.value))
        .ok_or_else(|| unknown_constant(piece, &IOCTL_REQUESTS))?;
    let argument = if request.sets() {
        Some(args.int("0 or 1")?)
    } else {
        None
    };
    Ok(Call::Ioctl {
        socket,
        request,
        argument,
    })
}
