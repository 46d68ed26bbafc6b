//! Starting a program under the tracer: its file is found, and the process stops itself before it executes it.

use std::ffi::{CString, OsStr};
use std::io;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::socket::Errno;
use crate::sys::ptrace;
use crate::sys::tracee::{Launch, launch, report_pipe, reported, signal};
use crate::trace::program::Program;
use crate::trace::tracer::Settings;

/// A program that was started and is about to be executed.
#[derive(Debug)]
pub(crate) struct Started {
    pub(crate) pid: i32,
    report: OwnedFd,
}

impl Started {
    /// Why it could not be executed, once its process has ended. `None`: it was.
    pub(crate) fn failed(&self) -> Option<Errno> {
        reported(&self.report)
    }
}

/// The file of a program: as it is written where that has a slash, else the first in PATH that can be executed.
///
/// # Errors
///
/// That there is none, with what to do.
pub(crate) fn file(program: &Program) -> io::Result<PathBuf> {
    if let Some(file) = &program.file {
        return Ok(file.clone());
    }
    let name = Path::new(&program.program);
    let is_folder = |file: &Path| std::fs::metadata(file).is_ok_and(|data| data.is_dir());
    let folder = |file: &Path| {
        let text = format!("cannot run {}: it is a directory", file.display());
        io::Error::new(io::ErrorKind::IsADirectory, text)
    };
    let is_path = program.program.as_bytes().contains(&b'/');
    if is_path || program.program == "." || program.program == ".." {
        return match is_folder(name) {
            true => Err(folder(name)),
            false => Ok(name.to_owned()),
        };
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut files = std::env::split_paths(&path).map(|folder| folder.join(name));
    let found = files.find(|file| is_executable(file));
    found.ok_or_else(|| {
        let here = match is_folder(name) {
            true => format!("./{} is a directory", name.display()),
            false => format!(
                "For a program in the current directory, write ./{}",
                name.display()
            ),
        };
        let name = name.display();
        let text = format!(
            "cannot run {name}: no directory of PATH has an executable file of that name. {here}"
        );
        io::Error::new(io::ErrorKind::NotFound, text)
    })
}

fn is_executable(file: &Path) -> bool {
    std::fs::metadata(file)
        .is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

/// Starts a program and begins to trace it. To be called on the thread that traces.
///
/// # Errors
///
/// When no process can be had, or it may not be traced.
pub(crate) fn start(
    file: &Path,
    program: &Program,
    settings: &Settings,
    terminal: Option<RawFd>,
) -> io::Result<Started> {
    let failed = |what: &'static str| {
        move |errno: Errno| {
            let error = io::Error::from_raw_os_error(errno.0);
            let hint = match errno.0 {
                libc::EPERM | libc::EACCES | libc::ENOSYS => crate::trace::attach::scope()
                    .unwrap_or(
                        "a sandbox (seccomp, the profile of a container) may forbid ptrace(2): \
                         run sockplay outside of it, or a container with --cap-add SYS_PTRACE",
                    ),
                _ => "",
            };
            let hint = match hint {
                "" => String::new(),
                hint => format!("; {hint}"),
            };
            io::Error::new(
                error.kind(),
                format!("cannot trace a program: {what} failed: {error}{hint}"),
            )
        }
    };
    let text = |text: &OsStr| {
        CString::new(text.as_bytes()).map_err(|_| {
            io::Error::new(
                io::ErrorKind::InvalidInput,
                "cannot run the program: an argument contains a NUL byte",
            )
        })
    };
    let file = text(file.as_os_str())?;
    let arguments = [&program.program].into_iter().chain(&program.arguments);
    let arguments: Vec<CString> = arguments
        .map(|argument| text(argument))
        .collect::<io::Result<_>>()?;
    let arguments: Vec<_> = arguments.iter().map(CString::as_c_str).collect();
    let (report, theirs) = report_pipe().map_err(failed("pipe2()"))?;
    let filter = match settings.unfiltered {
        true => Vec::new(),
        false => crate::trace::filter::filter(),
    };
    let pid = launch(&Launch {
        program: &file,
        arguments: &arguments,
        terminal,
        filter: &filter,
        report: theirs.as_raw_fd(),
    })
    .map_err(failed("fork()"))?;
    let options = match settings.unfiltered {
        true => ptrace::OPTIONS,
        false => ptrace::OPTIONS | ptrace::KILL_ON_EXIT,
    };
    let seized = ptrace::wait_until_stopped(pid).and_then(|()| ptrace::seize(pid, options));
    if let Err(errno) = seized {
        let _ = signal(pid, libc::SIGKILL);
        return Err(failed("ptrace()")(errno));
    }
    // It stopped itself.
    let _ = signal(pid, libc::SIGCONT);
    Ok(Started { pid, report })
}
