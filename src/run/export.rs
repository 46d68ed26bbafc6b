//! `sockplay export`: a session as a program. A script is run for it, of a recording the events are read.

use std::io::{self, Write};
use std::path::Path;

use crate::cli::{ExportArgs, ExportFormat};
use crate::engine::Signals;
use crate::event::Event;
use crate::export::{Language, Program};
use crate::run::source::{self, Source};
use crate::run::stage::{Interrupted, Reported, Stage};
use crate::run::strace::Tracer;
use crate::run::{Exit, complain};
use crate::script::{Pace, Script, Verdict};
use crate::store::recording::opened::Opened;
use crate::world::World;

/// What is to be exported.
struct Session {
    world: World,
    /// What strace prints of it, where that was asked for.
    strace: String,
    /// Whether an expectation did not hold.
    broken: bool,
}

/// How reading or running it ended.
enum Played {
    Whole(Box<Session>),
    Interrupted(i32),
    Unreadable(String),
}

/// Writes a session as a program.
///
/// # Errors
///
/// When no session can be started, or the output cannot be written.
pub fn export(args: &ExportArgs) -> io::Result<Exit> {
    let traces = args.format == ExportFormat::Strace;
    let played = match source::open(&args.file) {
        Ok(Source::Recording(opened)) => recorded(&opened, traces),
        Ok(Source::Script(script)) => run(&script, args, traces)?,
        Err(reason) => Played::Unreadable(reason),
    };
    let session = match played {
        Played::Whole(session) => session,
        Played::Interrupted(signal) => return Ok(Exit::Signal(signal)),
        Played::Unreadable(reason) => {
            complain(&reason);
            return Ok(Exit::Unrunnable);
        }
    };
    if session.world.log().is_empty() {
        source::complain_of_no_calls(&args.file);
    }
    written(&session, args)?;
    Ok(if session.broken {
        Exit::Broken
    } else {
        Exit::Held
    })
}

/// The last session of a recording. Nothing is run.
fn recorded(opened: &Opened, traces: bool) -> Played {
    let mut world = World::default();
    let mut tracer = traces.then(|| Tracer::of_process(opened.header.pid));
    let mut strace = Vec::new();
    let mut events = opened.events(opened.last());
    for event in &mut events {
        match event {
            Ok(event) => fold(&mut world, &event, &mut tracer),
            Err(reason) => return Played::Unreadable(format!("error: {reason}")),
        }
    }
    source::complain_of(&events.found);
    finish(&world, &mut tracer, &mut strace);
    Played::Whole(Box::new(Session {
        world,
        strace: String::from_utf8_lossy(&strace).into_owned(),
        broken: false,
    }))
}

fn fold(world: &mut World, event: &Event, tracer: &mut Option<Tracer>) {
    crate::explain::fold(world, event);
    if let Some(tracer) = tracer {
        tracer.see(event, world);
    }
}

/// Prints what is left; memory takes everything.
fn finish(world: &World, tracer: &mut Option<Tracer>, strace: &mut Vec<u8>) {
    if let Some(tracer) = tracer {
        tracer.interrupt(world);
        let _ = tracer.print(strace);
    }
}

/// Runs a script, as `sockplay run` does.
fn run(script: &Script, args: &ExportArgs, traces: bool) -> io::Result<Played> {
    let signals = Signals::hold(&[])?;
    let mut tracer = traces.then(Tracer::new);
    let mut stage = Stage::start(Pace::Script, None, &signals)?;
    let explains = args.format == ExportFormat::Markdown;
    if explains {
        stage.engine.watch_endpoints()?;
    } else {
        stage.engine.explain_the_unexpected_only();
    }
    stage.player.set_timeout(args.timeout);
    for (index, line) in script.lines.iter().enumerate() {
        stage.push(index + 1, line.clone());
    }
    let mut broken = false;
    while !stage.player.is_idle() {
        if let Some(all) = stage.step() {
            for reported in &all {
                broken |= is_broken(reported, &script.origin);
                let call = match reported {
                    Reported::Report(report) => report.call.filter(|_| explains),
                    Reported::Remark(_) => None,
                };
                if let Some(call) = call
                    && let Err(Interrupted(signal)) = stage.complete(call)
                {
                    stage.engine.leave();
                    return Ok(Played::Interrupted(signal));
                }
            }
            continue;
        }
        let waited = stage.wait(None, &mut |event, world| {
            if let Some(tracer) = &mut tracer {
                tracer.see(event, world);
            }
        });
        if let Err(Interrupted(signal)) = waited {
            stage.engine.leave();
            return Ok(Played::Interrupted(signal));
        }
    }
    let mut strace = Vec::new();
    finish(&stage.world, &mut tracer, &mut strace);
    let world = std::mem::take(&mut stage.world);
    stage.engine.leave();
    Ok(Played::Whole(Box::new(Session {
        world,
        strace: String::from_utf8_lossy(&strace).into_owned(),
        broken,
    })))
}

/// Says where a line did not do what the script expects.
fn is_broken(reported: &Reported, origin: &str) -> bool {
    let Reported::Report(report) = reported else {
        return false;
    };
    if !matches!(report.verdict, Verdict::Broken(_)) {
        return false;
    }
    complain(&format!("{origin}:{}: {}", report.number, report.line()));
    true
}

fn written(session: &Session, args: &ExportArgs) -> io::Result<()> {
    let language = match args.format {
        ExportFormat::C => Language::C,
        ExportFormat::Rust => Language::Rust,
        ExportFormat::Python => Language::Python,
        ExportFormat::Markdown => {
            let text = crate::export::handout(&session.world);
            return put(&text, args.output.as_deref());
        }
        ExportFormat::Strace => return put(&session.strace, args.output.as_deref()),
        // crate::terminal::export writes these.
        ExportFormat::Html | ExportFormat::Asciicast | ExportFormat::Pcapng => {
            return Err(io::Error::other("the format is no program"));
        }
    };
    match args
        .output
        .as_deref()
        .filter(|output| is_folder(output, args.split))
    {
        Some(folder) => in_folder(session, folder, language, args.split),
        None => {
            let program = crate::export::program(&session.world, language);
            say(&program.gaps, "not in the program");
            put(&program.text, args.output.as_deref())
        }
    }
}

/// How many of the sentences about a program are printed: a traced shell script has hundreds.
const MOST_SAID: usize = 20;

/// Says what is different in a program, each after a prefix.
fn say(gaps: &[String], prefix: &str) {
    for gap in gaps.iter().take(MOST_SAID) {
        complain(&format!("{prefix}: {gap}"));
    }
    let more = gaps.len().saturating_sub(MOST_SAID);
    if more > 0 {
        complain(&format!(
            "{prefix}: {more} more, each a comment in the program"
        ));
    }
}

/// Whether programs are written into a folder, and not to a file.
fn is_folder(output: &Path, splits: bool) -> bool {
    splits || output.is_dir() || output.as_os_str().as_encoded_bytes().ends_with(b"/")
}

/// Writes two programs where the session has two sides, else one, and says which.
fn in_folder(session: &Session, folder: &Path, language: Language, splits: bool) -> io::Result<()> {
    std::fs::create_dir_all(folder).map_err(|error| {
        let folder = folder.display();
        io::Error::new(
            error.kind(),
            format!("cannot make the folder {folder}: {error}"),
        )
    })?;
    let extension = match language {
        Language::C => "c",
        Language::Rust => "rs",
        Language::Python => "py",
    };
    let written = |name: &str, program: &Program| {
        let path = folder.join(name).with_extension(extension);
        put(&program.text, Some(&path))?;
        let path = path.display();
        complain(&format!("{path} is written"));
        say(&program.gaps, &path.to_string());
        Ok(())
    };
    match crate::export::programs(&session.world, language) {
        Ok([server, client]) => {
            written("server", &server)?;
            written("client", &client)
        }
        Err(reason) => {
            let what = if splits {
                "cannot be split"
            } else {
                "is one program"
            };
            complain(&format!("the session {what}: {reason}"));
            written("program", &crate::export::program(&session.world, language))
        }
    }
}

/// Writes a program to its file, or to the standard output.
fn put(text: &str, output: Option<&Path>) -> io::Result<()> {
    match output {
        Some(path) => std::fs::write(path, text).map_err(|error| {
            let path = path.display();
            io::Error::new(error.kind(), format!("cannot write {path}: {error}"))
        }),
        None => {
            let mut out = io::stdout().lock();
            out.write_all(text.as_bytes())?;
            out.flush()
        }
    }
}
