//! The flash cards from the playground: a process of their own asks them and has the terminal meanwhile. The session stays
//! as it is; its sockets are not passed on.

use std::io;
use std::process::{Command, ExitStatus};

use crossbeam_channel::{Receiver, Sender, select, unbounded};

use crate::app::message::Msg;
use crate::engine::Signals;
use crate::kernel::unshared::apart;
use crate::lesson::schedule::Schedule;
use crate::terminal::event_loop::{Driver, Ended};

/// What is reported of the process.
enum News {
    /// It has this number.
    Began(u32),
    Ended(io::Result<ExitStatus>),
}

impl Driver<'_> {
    /// Counts the cards that are due.
    pub(crate) fn count_reviews(&mut self) -> io::Result<()> {
        let progress = self.app.learn.progress.clone();
        let reviews = apart("reviews", move || crate::run::cards::reviews(&progress));
        self.take(Msg::Reviews(reviews))
    }

    /// Asks the cards that are due, and counts them again.
    pub(crate) fn ask_cards(&mut self) -> io::Result<()> {
        let mut command = command()?;
        let signals = self.signals;
        let before = apart("schedule", crate::run::cards::schedule);
        let mut ended = None;
        self.stopped(|| {
            let (sender, news) = unbounded();
            crate::kernel::unshared::spawn("cards", move || report(&mut command, &sender));
            ended = Some(wait(&news, signals));
        })?;
        match ended {
            Some(Waited::Signal(signal)) => self.ended = Some(Ended::Signal(signal)),
            Some(Waited::Status(Ok(status))) if status.success() => self.note_answers(&before),
            Some(Waited::Status(Ok(status))) => {
                let text = format!("the cards were left with an error ({status}): sockplay cards");
                self.app.notify(text, true);
            }
            Some(Waited::Status(Err(error))) => {
                let text = format!("the cards cannot be asked: {error}");
                self.app.notify(text, true);
            }
            None => {}
        }
        self.count_reviews()
    }

    /// Says so where no card was answered: what the process printed is on the other screen of the terminal, which is not
    /// shown now.
    fn note_answers(&mut self, before: &Schedule) {
        if apart("schedule", crate::run::cards::schedule) == *before {
            self.app.notify(NOT_ANSWERED, false);
        }
    }
}

/// After cards of which none was answered, or of which none is due.
const NOT_ANSWERED: &str = "No card was answered. Cards come from lessons that are done; `sockplay cards --all` asks each.";

/// `sockplay cards`, for the course in use.
fn command() -> io::Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("cards");
    if let Some(folder) = &crate::lesson::course::current().folder {
        command.arg("--course").arg(folder);
    }
    Ok(command)
}

/// Starts the process and reports its end.
fn report(command: &mut Command, sender: &Sender<News>) {
    let ended = command.spawn().and_then(|mut child| {
        // Whoever waits is there until the end is reported.
        let _ = sender.send(News::Began(child.id()));
        child.wait()
    });
    let _ = sender.send(News::Ended(ended));
}

/// How the wait has ended.
enum Waited {
    Status(io::Result<ExitStatus>),
    /// By a signal that ends the playground.
    Signal(i32),
}

/// Waits for the end of the process. Ctrl-Z in it stops the playground too, and a signal that ends the playground ends it.
fn wait(news: &Receiver<News>, signals: &Signals) -> Waited {
    let mut pid = None;
    let mut ending = None;
    loop {
        select! {
            recv(news) -> news => match news {
                Ok(News::Began(number)) => pid = i32::try_from(number).ok(),
                Ok(News::Ended(status)) => {
                    return ending.map_or(Waited::Status(status), Waited::Signal);
                }
                Err(_) => {
                    let error = io::Error::other("no thread could be started");
                    return Waited::Status(Err(error));
                }
            },
            recv(signals.receiver()) -> signal => match signal {
                Ok(libc::SIGTSTP) => crate::sys::signal::stop(),
                Ok(libc::SIGCONT | libc::SIGWINCH) | Err(_) => {}
                Ok(signal) => {
                    ending = Some(signal);
                    // It may have ended already.
                    let _ = pid.map(|pid| crate::sys::child::kill(pid, libc::SIGTERM));
                }
            },
        }
    }
}
