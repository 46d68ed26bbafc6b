//! The control program: how it is started and asked.

use std::io::{BufRead, BufReader};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};

use sockplay::event::DescriptorId;
use sockplay::sys::message::{Control, sendmsg};
use sockplay::sys::socket::Source;

use super::auditor::is_there;
use super::shot::Shot;
use crate::common::{PATIENCE, files};

/// The interpreter that runs it.
pub(crate) const PYTHON: &str = "python3";

/// The running control program.
pub(crate) struct Oracle {
    child: Child,
    channel: UnixStream,
    answers: BufReader<UnixStream>,
}

/// Why it cannot be run here.
pub(crate) fn missing() -> Option<String> {
    let probe = "import ctypes, socket; assert socket.recv_fds";
    match Command::new(PYTHON).args(["-c", probe]).output() {
        Ok(output) if output.status.success() => None,
        Ok(_) => Some(format!("{PYTHON} is older than 3.9")),
        Err(error) => Some(format!("{PYTHON} cannot be started: {error}")),
    }
}

impl Oracle {
    pub(crate) fn start() -> Self {
        let (channel, theirs) = UnixStream::pair().expect("a pair");
        channel
            .set_read_timeout(Some(PATIENCE))
            .expect("a deadline");
        let child = Command::new(PYTHON)
            .arg(files::path("tests/audit/oracle.py"))
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(Stdio::null())
            .spawn()
            .expect(PYTHON);
        let answers = BufReader::new(channel.try_clone().expect("a copy"));
        Self {
            child,
            channel,
            answers,
        }
    }

    /// What it says of the descriptors with these numbers, and of the network namespace.
    pub(crate) fn shot(&mut self, of: &[(DescriptorId, i32)]) -> Shot {
        let labels: Vec<String> = of.iter().map(|(id, _)| id.0.to_string()).collect();
        let numbers: Vec<i32> = of.iter().map(|(_, number)| *number).collect();
        let lines = self.ask(&format!("shot {}", labels.join(" ")), &numbers);
        Shot::read(&lines)
    }

    /// The bytes that getsockopt(2) gives. `None`: it fails.
    pub(crate) fn option(&mut self, fd: i32, level: i32, number: i32) -> Option<Vec<u8>> {
        let lines = self.ask(&format!("option {level} {number} 256"), &[fd]);
        let hex = lines.first()?.strip_prefix("option\t")?;
        let digits = hex.as_bytes().chunks(2);
        let byte = |pair: &[u8]| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok();
        digits.map(byte).collect()
    }

    /// What `ip route get` says of a host.
    pub(crate) fn route(&mut self, host: &str) -> String {
        let lines = self.ask(&format!("route {host}"), &[]);
        let said = lines.first().and_then(|line| line.strip_prefix("route\t"));
        said.unwrap_or_default().to_owned()
    }

    /// The lines of `ss`, without what it shows of memory and processes.
    pub(crate) fn ss(&mut self) -> Vec<Vec<String>> {
        let lines = self.ask("ss", &[]);
        let words = |line: &String| line.split('\t').skip(1).map(str::to_owned).collect();
        lines.iter().map(words).collect()
    }

    fn ask(&mut self, question: &str, fds: &[i32]) -> Vec<String> {
        // A call that was under way may have closed one since.
        if !fds.iter().all(|fd| is_there(*fd)) {
            return Vec::new();
        }
        let rights = fds.iter().flat_map(|fd| fd.to_ne_bytes()).collect();
        let rights = Control {
            level: libc::SOL_SOCKET,
            kind: libc::SCM_RIGHTS,
            data: rights,
        };
        let control: &[Control] = if fds.is_empty() { &[] } else { &[rights] };
        let source = [Source::Bytes(question.as_bytes())];
        let fd = self.channel.as_raw_fd();
        let sent = sendmsg(fd, &source, None, control, libc::MSG_NOSIGNAL);
        sent.expect("the control program is there");
        let mut lines = Vec::new();
        loop {
            let mut bytes = Vec::new();
            let read = self.answers.read_until(b'\n', &mut bytes);
            assert!(
                read.is_ok_and(|count| count > 0),
                "no answer to {question:?}"
            );
            // Names are bytes: latin-1 has a character for each.
            let line: String = bytes.iter().map(|byte| char::from(*byte)).collect();
            match line.trim_end_matches('\n') {
                "." => return lines,
                line => lines.push(line.to_owned()),
            }
        }
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
