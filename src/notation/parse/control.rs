//! fcntl() and ioctl(): which commands and requests are offered, and what they take.

use crate::call::argument::{IntArg, Name};
use crate::notation::parse::SyntaxError;
use crate::notation::parse::args::{Args, constant, mask, unknown_constant};
use crate::notation::parse::calls::Read;
use crate::notation::parse::lexer::Lexeme;
use crate::socket::constant::{
    DESCRIPTOR_FLAGS, FCNTL_COMMANDS, IOCTL_REQUESTS, SIGNALS, STATUS_FLAGS,
};
use crate::socket::{FcntlCommand, IoctlRequest};

/// The numbers of the commands of fcntl(2) that POSIX knows, and of those that Linux adds, with room for new ones.
const EXISTING_COMMANDS: std::ops::Range<i32> = 0..100;
const LINUX_COMMANDS: std::ops::Range<i32> = 1024..1100;

impl Read for FcntlCommand {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        let lexeme = args.required("a command")?;
        // Others that exist take pointers, or locks. What does not exist does no harm.
        let known = |value: &i32| {
            FCNTL_COMMANDS.name_of(*value).is_some()
                || !EXISTING_COMMANDS.contains(value) && !LINUX_COMMANDS.contains(value)
        };
        let command = constant(lexeme, &FCNTL_COMMANDS)?;
        let command = Some(command)
            .filter(known)
            .ok_or_else(|| unknown_constant(lexeme, &FCNTL_COMMANDS))?;
        args.read.command = Some(Self(command));
        Ok(Self(command))
    }
}

impl Read for Option<IntArg> {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        let Some(command) = args.read.command else {
            return Ok(None);
        };
        if !command.takes() {
            let lexeme = args.next();
            return lexeme
                .map(|lexeme| fcntl_argument(command, lexeme))
                .transpose();
        }
        let needs = match command.0 {
            _ if command.makes() => "the lowest number",
            _ if command.is_owner() => "getpid(), a child or 0",
            _ if command.is_signal() => "a signal",
            _ => "the flags to set",
        };
        let lexeme = args.required(needs)?;
        fcntl_argument(command, lexeme).map(Some)
    }
}

fn fcntl_argument(command: FcntlCommand, lexeme: Lexeme<'_>) -> Result<IntArg, SyntaxError> {
    if command.is_owner() {
        // Signals for others than ourselves and our children are not an experiment.
        return match lexeme.text {
            "getpid()" | "getpid" => Ok(IntArg::OwnProcess),
            "0" => Ok(IntArg::Number(0)),
            other => Name::new(other).map(IntArg::Child).ok_or_else(|| {
                SyntaxError::new(
                    lexeme.span(),
                    format!("`{other}` is not getpid(), a child or 0"),
                )
                .help("the signals go to this program, or to a child that fork() made: fcntl(x, F_SETOWN, getpid())")
            }),
        };
    }
    if command.is_signal() {
        return match SIGNALS.find(lexeme.text) {
            Some(row) => Ok(IntArg::Number(row.value)),
            None if lexeme.text == "0" => Ok(IntArg::Number(0)),
            None => Err(unknown_constant(lexeme, &SIGNALS)),
        };
    }
    let number = match command.0 {
        libc::F_SETFD => mask(lexeme, &DESCRIPTOR_FLAGS)?,
        _ if command.makes() => crate::notation::parse::literal::int(lexeme.text)
            .map_err(|message| SyntaxError::new(lexeme.span(), message))?,
        _ => mask(lexeme, &STATUS_FLAGS)?,
    };
    Ok(IntArg::Number(number))
}

impl Read for IoctlRequest {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        let lexeme = args.required("a request")?;
        // Others may do anything to anything.
        let request = IOCTL_REQUESTS
            .find(lexeme.text)
            .map(|row| Self(row.value))
            .ok_or_else(|| unknown_constant(lexeme, &IOCTL_REQUESTS))?;
        args.read.request = Some(request);
        Ok(request)
    }
}
