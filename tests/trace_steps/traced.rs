//! Programs in C that are compiled here, and one of them under the tracer with the world that follows from it.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use crossbeam_channel::Receiver;
use sockplay::engine::Engine;
use sockplay::event::{CallId, Event};
use sockplay::trace::{Ended, Hold, Options, Program, Tracing};
use sockplay::world::record::Progress;
use sockplay::world::{Record, World};

use super::common::{PATIENCE, skipped};

/// A compiled program; its file is removed with it.
pub(crate) struct Compiled(pub(crate) tempfile::TempDir);

impl Compiled {
    pub(crate) fn file(&self) -> PathBuf {
        self.0.path().join("program")
    }

    fn program(&self) -> Program {
        Program {
            file: None,
            terminal: None,
            program: self.file().into(),
            arguments: Vec::new(),
        }
    }
}

/// What every program begins with.
const HEAD: &str = r"
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
static int listener(struct sockaddr_in *a) {
  socklen_t n = sizeof *a;
  int l = socket(AF_INET, SOCK_STREAM, 0);
  memset(a, 0, n);
  a->sin_family = AF_INET;
  a->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(l, (void *)a, n) || listen(l, 5) || getsockname(l, (void *)a, &n)) exit(90);
  return l;
}
static int client(struct sockaddr_in *a) {
  int c = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(c, (void *)a, sizeof *a)) exit(91);
  return c;
}
";

/// Compiles a program, given by what follows the head. `None`: there is no compiler.
pub(crate) fn compiled(text: &str) -> Option<Compiled> {
    let folder = tempfile::tempdir().expect("a folder");
    let source = folder.path().join("program.c");
    std::fs::write(&source, format!("{HEAD}{text}")).expect("a file");
    let built = Command::new("cc")
        .args(["-O1", "-w", "-pthread", "-o"])
        .arg(folder.path().join("program"))
        .arg(&source)
        .output();
    let Ok(built) = built else {
        skipped("there is no cc");
        return None;
    };
    let errors = String::from_utf8_lossy(&built.stderr);
    assert!(built.status.success(), "{errors}");
    Some(Compiled(folder))
}

/// A program under the tracer.
pub(crate) struct Traced {
    pub(crate) tracing: Tracing,
    pub(crate) events: Receiver<Event>,
    pub(crate) world: World,
    _engine: Engine,
}

/// Options that keep little and hold nothing.
pub(crate) fn options() -> Options {
    Options {
        payload: 64,
        survives: false,
        explains: false,
        hold: Hold::Never,
        inject: Vec::new(),
    }
}

impl Traced {
    pub(crate) fn start(program: &Compiled, options: &Options) -> Self {
        let program = program.program();
        Self::with(|engine| Tracing::start(engine, &program, options).expect("a tracer"))
    }

    /// The same with both ends of connections probed.
    pub(crate) fn start_with_endpoints(program: &Compiled, options: &Options) -> Self {
        let program = program.program();
        Self::with(|engine| {
            engine.watch_endpoints().expect("a thread");
            Tracing::start(engine, &program, options).expect("a tracer")
        })
    }

    pub(crate) fn with(begin: impl FnOnce(&mut Engine) -> Tracing) -> Self {
        let (mut engine, events) = Engine::start().expect("an engine");
        let tracing = begin(&mut engine);
        Self {
            tracing,
            events,
            world: World::default(),
            _engine: engine,
        }
    }

    /// Takes events in until this holds.
    #[track_caller]
    pub(crate) fn until(&mut self, what: &str, holds: impl Fn(&World) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !holds(&self.world) {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.events.recv_timeout(left) {
                Ok(event) => sockplay::explain::fold(&mut self.world, &event),
                Err(_) => panic!("no {what}: {:#?}", self.lines()),
            }
        }
    }

    /// Waits until a thread is held, and gives the word of its call.
    #[track_caller]
    pub(crate) fn held(&mut self) -> (CallId, String) {
        self.until("held thread", |world| held_in(world).next().is_some());
        let record = held_in(&self.world).next().expect("a held call");
        (record.id(), word(record))
    }

    /// The same, or how the program ended.
    #[track_caller]
    pub(crate) fn held_or_ended(&mut self) -> Result<(CallId, String), Ended> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(record) = held_in(&self.world).next() {
                return Ok((record.id(), word(record)));
            }
            crossbeam_channel::select! {
                recv(self.events) -> event => {
                    sockplay::explain::fold(&mut self.world, &event.expect("an event"));
                }
                recv(self.tracing.ended()) -> ended => return Err(ended.expect("an end")),
                default(deadline.saturating_duration_since(Instant::now())) => {
                    panic!("no held thread: {:#?}", self.lines());
                }
            }
        }
    }

    /// Takes in what is reported within a span.
    pub(crate) fn take_for(&mut self, span: Duration) {
        let deadline = Instant::now() + span;
        while let Ok(event) = self.events.recv_deadline(deadline) {
            sockplay::explain::fold(&mut self.world, &event);
        }
    }

    /// Lets a held thread make its call, and takes in that it has.
    #[track_caller]
    pub(crate) fn step(&mut self, call: CallId) {
        self.tracing.go_on(call);
        self.until("call that goes on", |world| {
            world
                .call(call)
                .is_some_and(|record| record.progress != Progress::Held)
        });
    }

    /// Waits for the end and takes in what came before it.
    #[track_caller]
    pub(crate) fn end(&mut self) -> Ended {
        let deadline = Instant::now() + PATIENCE;
        loop {
            crossbeam_channel::select! {
                recv(self.events) -> event => {
                    sockplay::explain::fold(&mut self.world, &event.expect("an event"));
                }
                recv(self.tracing.ended()) -> ended => {
                    for event in self.events.try_iter() {
                        sockplay::explain::fold(&mut self.world, &event);
                    }
                    return ended.expect("an end");
                }
                default(deadline.saturating_duration_since(Instant::now())) => {
                    panic!("no end: {:#?}", self.lines());
                }
            }
        }
    }

    /// Every call with what became of it.
    pub(crate) fn lines(&self) -> Vec<String> {
        let lines = self.world.log().iter().map(|record| {
            let result = match &record.progress {
                Progress::Returned { outcome, .. } => outcome.numbered(),
                other => format!("{other:?}"),
            };
            format!("{} -> {result}", record.call())
        });
        lines.collect()
    }
}

impl Drop for Traced {
    fn drop(&mut self) {
        // Its events are not read any more.
        self.tracing.end();
        let deadline = Instant::now() + PATIENCE;
        while self.tracing.ended().try_recv() == Err(crossbeam_channel::TryRecvError::Empty)
            && Instant::now() < deadline
        {
            let _ = self.events.recv_timeout(Duration::from_millis(1));
        }
    }
}

pub(crate) fn held_in(world: &World) -> impl Iterator<Item = &Record> {
    let all = world.log().iter();
    all.filter(|record| record.progress == Progress::Held)
}

/// The word of a call, or the name of one that the notation has no word for.
pub(crate) fn word(record: &Record) -> String {
    let text = record.call().to_string();
    let end = text.find('(').unwrap_or(text.len());
    text[..end].to_owned()
}

/// How a thread is, proc_pid_stat(5): `t` is stopped by its tracer.
pub(crate) fn state(tid: i32) -> Option<char> {
    let stat = std::fs::read_to_string(format!("/proc/{tid}/stat")).ok()?;
    stat.rsplit_once(") ")?.1.chars().next()
}
