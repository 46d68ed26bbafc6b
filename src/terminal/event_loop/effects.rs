//! The effects that an update asks for, carried out.

use std::io;
use std::time::Instant;

use crate::app::message::{Effect, Msg};
use crate::app::program::TracedProgram;
use crate::cli::LearnArgs;
use crate::io_models::Model;
use crate::kernel::unshared::apart;
use crate::layout::{Pane, PlacedPane};
use crate::lesson::Lesson;
use crate::run::lesson_needs::Unmet;
use crate::socket::text::escaped;
use crate::terminal::appearance::answers_queries;
use crate::terminal::event_loop::{Driver, Ended};
use crate::terminal::listener_scan::Answer;
use crate::terminal::traced::TracedTerminal;
use crate::trace::{Options, Target};

impl Driver<'_> {
    pub(crate) fn carry_out(&mut self, effect: Effect) -> io::Result<()> {
        match effect {
            Effect::Submit(request) => {
                self.submitted = Some(request.id);
                for event in self.engine.submit(*request) {
                    self.take(Msg::Engine(event))?;
                }
            }
            Effect::Cancel(call) => self.engine.cancel(call),
            Effect::Hold(_)
            | Effect::GoOn(_)
            | Effect::Inject(..)
            | Effect::LookAtHeld
            | Effect::Type(_) => {
                if let Some(traced) = &self.traced {
                    traced.carry_out(effect);
                }
            }
            Effect::FindListeners => self.listener_scan.want(),
            Effect::FindAddressOwner(call, address, kind) => {
                self.engine.find_holder(call, address, kind);
            }
            Effect::Capture => self.engine.capture(),
            Effect::RunModels => self.run_models(),
            Effect::LoadCourse => self.load_course()?,
            Effect::CountReviews => self.count_reviews()?,
            Effect::AskCards => self.ask_cards()?,
            Effect::OpenLesson(name) => self.open_lesson(&name)?,
            Effect::Anew => self.anew()?,
            Effect::LookBack(look) => {
                let world = self.timeline.world_at(look.events, &mut self.recorder);
                let world = world.map(Box::new).map_err(|why| why.to_string());
                self.take(Msg::Past(look, world))?;
            }
            Effect::StoreLayout(preset) => {
                let remember = move || crate::terminal::layout_store::remember(preset);
                let notice = apart("layout", remember);
                self.notice(notice);
            }
            Effect::StoreProgress(progress) => {
                let notice = self.lesson_store.keep(&progress);
                self.notice(notice);
            }
            Effect::Copy(copied) => {
                let (done, is_error) = self.clipboard.copy(&copied, &mut self.screen)?;
                self.app.notify(done, is_error);
            }
            Effect::AskBackground if answers_queries() => self.screen.ask_background()?,
            Effect::AskBackground => {}
            Effect::CaptureMouse(captures) => self.screen.capture_mouse(captures)?,
            Effect::Suspend => self.suspend()?,
            Effect::Repaint => self
                .screen
                .repaint((self.app.size.columns, self.app.size.rows))?,
            Effect::Write {
                file,
                text,
                what,
                replaces,
                forced,
                quits,
            } => {
                let done = format!("{what} was written to {}", escaped(&file));
                let write =
                    move || crate::store::script_file::write(&file, &text, replaces, &forced);
                let written = apart("writer", write);
                if written.is_ok() && quits {
                    self.ended = Some(Ended::Left);
                }
                self.take(Msg::Written(written.map(|()| done)))?;
            }
            Effect::Quit => self.ended = Some(Ended::Left),
        }
        Ok(())
    }

    /// Looks who listens on this host where that is due, on a thread of its own: it opens many files.
    pub(crate) fn find_listeners(&mut self) {
        let is_needed = self.app.needs_listeners();
        if !self.listener_scan.begins(is_needed, Instant::now()) {
            return;
        }
        // Without a thread the form merely proposes less.
        let answer = Answer::to(self.to_loop.clone());
        crate::kernel::unshared::spawn("listeners", move || answer.find());
    }

    /// Runs the I/O models on a thread whose sockets take no number of the playground. Each result is sent as soon as it
    /// is there.
    fn run_models(&self) {
        let to_loop = self.to_loop.clone();
        let run = move || {
            for model in Model::ALL {
                if to_loop
                    .send(Msg::Ran(model, crate::io_models::run(model)))
                    .is_err()
                {
                    // The loop has ended.
                    return;
                }
            }
        };
        // Without a thread the view goes on saying that they are being run.
        crate::kernel::unshared::spawn("models", run);
    }

    /// Opens the course or a lesson, where that was asked for.
    ///
    /// `lesson`: the one to open; without it the map of the course is shown.
    pub(crate) fn begin(
        &mut self,
        learn: Option<&LearnArgs>,
        lesson: Option<&str>,
    ) -> io::Result<()> {
        let Some(learn) = learn else {
            return self.carry_out(Effect::FindListeners);
        };
        self.app.learn.presenting = learn.present;
        self.carry_out(Effect::LoadCourse)?;
        match lesson {
            Some(name) => self.carry_out(Effect::OpenLesson(name.to_owned())),
            None => {
                self.app.show_course();
                self.count_reviews()
            }
        }
    }

    /// Ends the session and begins another, whose descriptors have the first numbers again.
    fn anew(&mut self) -> io::Result<()> {
        let again = self.traced.take();
        let again = again.map(|traced| (traced.target.clone(), traced.options.clone()));
        let (engine, events) = self.engine.start_next()?;
        // The old one is ended first, so that its descriptors are free; its reports are nobody's any more.
        let mut old = std::mem::replace(&mut self.engine, engine);
        drop(std::mem::replace(&mut self.events, events));
        old.shutdown();
        let _ = self.engine.watch_endpoints();
        let low = crate::sys::descriptor::hold_low_numbers();
        self.engine.prepare_capture();
        drop(low);
        self.app.program = None;
        let study = self.app.learn.study.as_ref();
        let server = study.and_then(|study| study.lesson.traces.clone());
        if let Some(server) = server {
            let started = crate::trace::of_lesson(&server)
                .and_then(|(program, options)| self.trace(Target::Program(program), options));
            self.of_lesson = true;
            return started.or_else(|error| self.take(Msg::TraceEnded(Err(error.to_string()))));
        }
        match again.filter(|_| !std::mem::take(&mut self.of_lesson)) {
            Some((target, options)) => self.trace(target, options),
            None => Ok(()),
        }
    }

    /// Traces a program, in a terminal of its own where it is started.
    pub(crate) fn trace(&mut self, target: Target, options: Options) -> io::Result<()> {
        let program = match &target {
            Target::Program(program) => {
                let command = [&program.program].into_iter().chain(&program.arguments);
                let command: Vec<_> = command.map(|word| word.to_string_lossy()).collect();
                let drawn = program.terminal.is_none().then_some((80, 24));
                TracedProgram::new(escaped(&command.join(" ")), drawn)
            }
            Target::Running(pid) => TracedProgram::new(format!("process {pid}"), None),
        };
        // Its terminal has the size of the pane, which is there from now on.
        self.app.program = Some(program);
        let size = self.program_size();
        if let Some(program) = &mut self.app.program {
            program.resize(size.0, size.1);
        }
        self.traced = Some(TracedTerminal::start(&self.engine, target, options, size)?);
        Ok(())
    }

    /// The columns and rows of the terminal of the program: those of its pane, or 80x24 where that has no room.
    fn program_size(&self) -> (u16, u16) {
        let areas = self.app.areas();
        let inside = areas.pane(Pane::Program).map(PlacedPane::inside);
        inside.map_or((80, 24), |inside| (inside.width, inside.height))
    }

    /// Gives the terminal of the program the size of its pane, if that has changed.
    pub(crate) fn fit_program(&mut self) {
        let is_drawn = self.app.areas().pane(Pane::Program).is_some();
        let (columns, rows) = self.program_size();
        let (Some(program), Some(traced)) = (&mut self.app.program, &self.traced) else {
            return;
        };
        if is_drawn && program.resize(columns, rows) {
            traced.resize(columns, rows);
        }
    }

    fn load_course(&mut self) -> io::Result<()> {
        let (course, progress, notice) = self.lesson_store.course();
        self.take(Msg::Course(course, progress))?;
        self.notice(notice);
        Ok(())
    }

    fn open_lesson(&mut self, name: &str) -> io::Result<()> {
        let lesson = match self.lesson_store.prepare() {
            Ok(folder) => {
                self.engine.confine_to(&folder);
                self.lesson_store
                    .lesson(name)
                    .map_err(|fault| fault.to_string())
            }
            Err(error) => Err(error.to_string()),
        };
        if let Ok(lesson) = &lesson
            && !self.provide(lesson)
        {
            self.ended = Some(Ended::Again(name.to_owned()));
            return Ok(());
        }
        self.take(Msg::Lesson(lesson))
    }

    /// Has what a lesson needs, or notes what it lacks. Gives whether this process can open it.
    fn provide(&mut self, lesson: &Lesson) -> bool {
        // What the lesson before has set is set back first.
        self.settings = None;
        self.app.learn.lacks = crate::run::lesson_needs::alone(lesson).map(str::to_owned);
        match crate::run::lesson_needs::begin(lesson) {
            Ok(settings) => self.settings = Some(settings),
            Err(Unmet::Here(_)) => return false,
            Err(Unmet::Nowhere(why)) => {
                self.app.learn.lacks = Some(format!("this lesson cannot be done here: {why}"));
            }
        }
        true
    }

    fn notice(&mut self, notice: Option<String>) {
        if let Some(text) = notice {
            self.app.notify(text, true);
        }
    }
}
