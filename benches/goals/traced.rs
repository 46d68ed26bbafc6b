//! What tracing costs a program: a call that is traced, and a program whose calls are not.

use std::io::Write;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::paired::{compare_in, micros, millis};
use super::programs::{Program, this};
use super::report::Report;
use super::terminal::program;

/// Datagrams that the traced program sends and receives: two calls each.
const DATAGRAMS: u32 = 1000;
/// Rounds of what takes a good part of a second.
const ROUNDS: usize = 8;
/// Functions in the file that is compiled: the compiler works for a good part of a second.
const FUNCTIONS: usize = 400;

/// Makes calls and prints how long that took, in nanoseconds.
pub(crate) fn print_time_of_calls() -> std::io::Result<()> {
    let (sender, receiver) = UnixDatagram::pair()?;
    let mut buffer = [0; 16];
    let began = Instant::now();
    for _ in 0..DATAGRAMS {
        sender.send(b"datagram")?;
        receiver.recv(&mut buffer)?;
    }
    println!("{}", began.elapsed().as_nanos());
    Ok(())
}

/// Time of a call that is traced, by that under strace.
pub(crate) fn call(report: &mut Report) {
    if Command::new("strace").arg("-V").output().is_err() {
        report.skip("", "strace is not installed");
        return;
    }
    let strace = [
        "--seccomp-bpf",
        "-f",
        "-qq",
        "-e",
        "trace=network,read,write",
        "-o",
    ];
    let ours = program().display().to_string();
    let compared = compare_in(
        ROUNDS,
        || time_of_calls(&[&["strace"], &strace[..], &["/dev/null"]].concat()),
        || time_of_calls(&[&ours, "trace", "--no-screen", "-o", "/dev/null", "--"]),
    );
    report.tell("", &compared.time(|took| micros(took / (2 * DATAGRAMS))));
}

/// The time that the program with the calls prints, under a tracer.
fn time_of_calls(tracer: &[&str]) -> Duration {
    let (name, arguments) = tracer.split_first().expect("a program");
    let output = Command::new(name)
        .args(arguments)
        .arg(this())
        .args(Program::TracedCalls.arguments())
        .stderr(Stdio::inherit())
        .output()
        .expect("the tracer starts");
    assert!(output.status.success(), "{name} failed: {output:?}");
    let printed = String::from_utf8(output.stdout).expect("a number");
    Duration::from_nanos(printed.trim().parse().expect("a number"))
}

/// Time of a compiler, hardly one of whose calls is about sockets, by that without a tracer.
pub(crate) fn compile(report: &mut Report) {
    if Command::new("cc").arg("--version").output().is_err() {
        report.skip("", "no C compiler is installed");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let source = write_source(folder.path());
    let compiler = ["cc", "-O2", "-c", "-o", "/dev/null"];
    let source = source.display().to_string();
    let ours = program().display().to_string();
    let traced = [&ours, "trace", "--no-screen", "-o", "/dev/null", "--"];
    let compared = compare_in(
        ROUNDS,
        || time_of(&[&compiler[..], &[&source]].concat()),
        || time_of(&[&traced[..], &compiler[..], &[&source]].concat()),
    );
    report.tell("", &compared.time(millis));
}

/// A C file that takes a while to compile.
fn write_source(folder: &Path) -> PathBuf {
    let path = folder.join("functions.c");
    let mut file = std::fs::File::create(&path).expect("a file");
    for number in 0..FUNCTIONS {
        writeln!(
            file,
            "int f{number}(int *a, int n) {{ int s = {number}; for (int i = 0; i < n; i++) s = s * 31 + a[i]; return s; }}"
        )
        .expect("it can be written");
    }
    path
}

/// How long a command takes.
fn time_of(command: &[&str]) -> Duration {
    let (name, arguments) = command.split_first().expect("a program");
    let began = Instant::now();
    let status = Command::new(name).args(arguments).status();
    assert!(status.expect("it starts").success(), "{name} failed");
    began.elapsed()
}
