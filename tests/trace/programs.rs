//! The programs that are traced, and how each is made.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::files::path;

/// How a program comes to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Made {
    /// Compiled from C.
    C,
    /// Compiled from Rust.
    Rust,
    /// Compiled from Java, and run by `java`.
    Java,
    /// Compiled from Go.
    Go,
    /// Run by this interpreter.
    By(&'static str),
    /// A client that is installed. `PORT` in its arguments is that of a server.
    Client,
}

/// A program.
#[derive(Debug)]
pub(crate) struct Program {
    /// Its source, in tests/trace/programs; of a client its name.
    pub(crate) source: &'static str,
    /// How it comes to be.
    pub(crate) made: Made,
    /// Its arguments.
    pub(crate) arguments: &'static [&'static str],
}

const fn c(source: &'static str, arguments: &'static [&'static str]) -> Program {
    Program {
        source,
        made: Made::C,
        arguments,
    }
}

const fn other(source: &'static str, made: Made) -> Program {
    Program {
        source,
        made,
        arguments: &[],
    }
}

const fn client(source: &'static str, arguments: &'static [&'static str]) -> Program {
    Program {
        source,
        made: Made::Client,
        arguments,
    }
}

impl Program {
    /// Whether it needs a server.
    pub(crate) fn is_client(&self) -> bool {
        matches!(self.made, Made::Client)
    }
}

/// All of them.
pub(crate) const PROGRAMS: &[Program] = &[
    c("echo.c", &[]),
    c("forks.c", &[]),
    c("pool.c", &[]),
    c("ready.c", &["poll"]),
    c("ready.c", &["ppoll"]),
    c("ready.c", &["select"]),
    c("ready.c", &["pselect"]),
    c("ready.c", &["epoll"]),
    c("ready.c", &["epoll-et"]),
    c("ready.c", &["epoll-pwait"]),
    c("ready.c", &["epoll-pwait2"]),
    c("loop.c", &[]),
    c("udp.c", &[]),
    c("rights.c", &[]),
    c("several.c", &[]),
    c("options.c", &[]),
    c("calls.c", &[]),
    c("spawn.c", &[]),
    c("signals.c", &[]),
    other("echo.rs", Made::Rust),
    other("echo.py", Made::By("python3")),
    other("web.py", Made::By("python3")),
    other("echo.js", Made::By("node")),
    other("Echo.java", Made::Java),
    other("echo.go", Made::Go),
    client("nc", &["-N", "127.0.0.1", "PORT"]),
    client(
        "curl",
        &["-q", "-s", "--noproxy", "*", "http://127.0.0.1:PORT/"],
    ),
    client("socat", &["-", "TCP4:127.0.0.1:PORT"]),
];

/// The command line of a program, which is compiled into a folder. `Err`: what it needs is not installed.
pub(crate) fn built(program: &Program, folder: &Path) -> Result<Vec<String>, String> {
    let source = path("tests/trace/programs").join(program.source);
    let stem = Path::new(program.source).file_stem().unwrap_or_default();
    let file = folder.join(stem);
    let text = |path: &Path| path.display().to_string();
    let mut line = match program.made {
        Made::C => {
            let mut compiler = Command::new("cc");
            compiler
                .args(["-O1", "-w", "-pthread", "-o"])
                .arg(&file)
                .arg(&source);
            compiled(compiler)?;
            vec![text(&file)]
        }
        Made::Rust => {
            let mut compiler = Command::new("rustc");
            compiler
                .args(["-O", "--edition", "2021", "-o"])
                .arg(&file)
                .arg(&source);
            compiled(compiler)?;
            vec![text(&file)]
        }
        Made::Go => {
            let mut compiler = Command::new("go");
            compiler.args(["build", "-o"]).arg(&file).arg(&source);
            compiled(compiler)?;
            vec![text(&file)]
        }
        Made::Java => {
            let mut compiler = Command::new("javac");
            compiler.arg("-d").arg(folder).arg(&source);
            compiled(compiler)?;
            let java = installed("java")?;
            let quiet = ["-Xint", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-cp"];
            let mut line = vec![text(&java)];
            line.extend(quiet.map(str::to_owned));
            line.extend([text(folder), text(Path::new(stem))]);
            line
        }
        Made::Client => vec![text(&installed(program.source)?)],
        Made::By(interpreter) => {
            let copy = folder.join(program.source);
            std::fs::copy(&source, &copy).map_err(|error| error.to_string())?;
            vec![text(&installed(interpreter)?), text(&copy)]
        }
    };
    line.extend(program.arguments.iter().map(ToString::to_string));
    Ok(line)
}

fn compiled(mut compiler: Command) -> Result<(), String> {
    let name = compiler.get_program().to_string_lossy().into_owned();
    match compiler.output() {
        Err(error) => Err(format!("{name} cannot be started: {error}")),
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{name}: {said}");
            Ok(())
        }
    }
}

/// The file of a program: that of the system, before one in the folder of a user.
pub(crate) fn installed(name: &str) -> Result<PathBuf, String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = [PathBuf::from("/usr/bin")].into_iter();
    let mut files = folders
        .chain(std::env::split_paths(&path))
        .map(|folder| folder.join(name));
    files
        .find(|file| file.is_file())
        .ok_or_else(|| format!("{name} is not installed"))
}
