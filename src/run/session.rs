//! One session without a screen: events in, effects out, until the script is over.

use std::io::{self, Write};

use crate::cli::{RunArgs, Style};
use crate::engine::Signals;
use crate::run::print::{Explained, Printer};
use crate::run::recorder::Recorder;
use crate::run::stage::{Interrupted, Reported, Stage};
use crate::run::strace::Tracer;
use crate::script::{Pace, Script, Verdict};

/// How a script ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// After its last line.
    Finished {
        /// Whether an expectation did not hold.
        broken: bool,
    },
    /// Nobody reads the output any more.
    Unheard {
        /// Whether an expectation did not hold until then.
        broken: bool,
    },
    /// By this signal.
    Interrupted(i32),
}

/// A script that is being run.
pub(crate) struct Session<'a> {
    stage: Stage<'a>,
    tracer: Option<Tracer>,
}

impl<'a> Session<'a> {
    pub(crate) fn start(args: &RunArgs, signals: &'a Signals) -> io::Result<Self> {
        // Before there are descriptors of a script, whose numbers it could take.
        let tracer = (args.style() == Style::Strace).then(Tracer::new);
        let mut stage = Stage::start(Pace::Script, None, signals)?;
        if args.why {
            stage.engine.watch_endpoints()?;
        } else {
            stage.engine.explain_the_unexpected_only();
        }
        stage.player.set_timeout(args.timeout);
        Ok(Self { stage, tracer })
    }

    /// Runs a script to its end, or to a signal, and puts everything in order. After the last script, or a signal, the
    /// process ends: nothing is waited for then.
    pub(crate) fn play(
        mut self,
        script: &Script,
        mut printer: Printer,
        is_last: bool,
        recorder: &mut Recorder,
        out: &mut impl Write,
    ) -> io::Result<End> {
        self.stage.recorder = std::mem::take(recorder);
        for (index, line) in script.lines.iter().enumerate() {
            self.stage.push(index + 1, line.clone());
        }
        let mut played = self.drive(&mut printer, out);
        self.stage.record();
        *recorder = std::mem::take(&mut self.stage.recorder);
        if let Some(tracer) = &mut self.tracer {
            tracer.interrupt(&self.stage.world);
            played = played.and_then(|end| tracer.print(out).map(|()| end));
        }
        if is_last || !matches!(played, Ok(End::Finished { .. })) {
            self.stage.engine.leave();
        } else {
            self.stage.engine.shutdown();
        }
        let end = match played {
            // The reader of our output has closed the pipe: silence, as for any filter.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                return Ok(End::Unheard {
                    broken: printer.broken() > 0,
                });
            }
            played => played?,
        };
        if let End::Finished { .. } = end {
            printer.finish(out)?;
        }
        Ok(end)
    }

    fn drive(&mut self, printer: &mut Printer, out: &mut impl Write) -> io::Result<End> {
        loop {
            if let Some(all) = self.stage.step() {
                for reported in all {
                    if let Err(Interrupted(signal)) = self.complete(&reported, printer) {
                        return Ok(End::Interrupted(signal));
                    }
                    self.print(reported, printer, out)?;
                }
                continue;
            }
            if self.stage.player.is_idle() {
                return Ok(End::Finished {
                    broken: printer.broken() > 0,
                });
            }
            let tracer = &mut self.tracer;
            let waited = self.stage.wait(None, &mut |event, world| {
                if let Some(tracer) = tracer {
                    tracer.see(event, world);
                }
            });
            if let Some(tracer) = &mut self.tracer {
                tracer.print(out)?;
            }
            if let Err(Interrupted(signal)) = waited {
                return Ok(End::Interrupted(signal));
            }
        }
    }

    /// Completes what explains a line, where its explanation is going to be printed.
    fn complete(&mut self, reported: &Reported, printer: &Printer) -> Result<(), Interrupted> {
        match reported {
            Reported::Report(report) if printer.explains(report) => match report.call {
                Some(call) => self.stage.complete(call),
                None => Ok(()),
            },
            Reported::Report(_) | Reported::Remark(_) => Ok(()),
        }
    }

    fn print(
        &mut self,
        reported: Reported,
        printer: &mut Printer,
        out: &mut impl Write,
    ) -> io::Result<()> {
        match reported {
            Reported::Report(report) => {
                // Its message would appear in the middle of a line.
                if let (Some(tracer), Verdict::Broken(_)) = (&mut self.tracer, &report.verdict) {
                    tracer.interrupt(&self.stage.world);
                    tracer.print(out)?;
                }
                let world = &self.stage.world;
                let why = || {
                    let record = world.call(report.call?)?;
                    Some(Explained {
                        why: crate::explain::why(world, record),
                        difference: crate::explain::difference(&report.command, record),
                    })
                };
                printer.report(&report, &why, out)
            }
            Reported::Remark(comment) => printer.remark(comment.as_deref(), out),
        }
    }
}
