//! Parses the command line, runs what it asks for, and turns the result into an exit status.

use std::io::{Error, ErrorKind, Write, stdout};
use std::process::ExitCode;

use clap::Parser;
use color_eyre::Result;
use sockplay::cli::{Action, AppearanceArgs, Cli, JournalArgs};
use sockplay::event::EndStatus;
use sockplay::run;
use sockplay::run::{Exit, TraceExit};
use sockplay::socket::text::escaped_lines;
use sockplay::terminal::{Ended, Opening};
use sockplay::{io_models as models, terminal};

fn main() -> Result<ExitCode> {
    // Before the first thread.
    sockplay::sys::descriptor::grow_table();
    sockplay::sys::memory::limit_arenas();
    let cli = Cli::parse();
    color_eyre::install()?;
    match cli.command {
        Some(Action::Run(args)) => {
            Ok(run::run(&args).map_or_else(|error| or_say(Err(output(error))), exit_code))
        }
        Some(Action::Trace(args)) if !args.no_screen => match run::traced(&args) {
            Ok(traced) => {
                let record = run::Destination::in_file(args.record.as_ref());
                play(
                    Opening::Trace(traced.0, traced.1),
                    Some(record),
                    &args.appearance,
                )
            }
            Err(error) => Ok(or_say(Err(error))),
        },
        Some(Action::Trace(args)) => {
            Ok(run::trace(&args).map_or_else(|error| or_say(Err(output(error))), traced))
        }
        Some(Action::Import(args)) => match run::import(&args) {
            Ok(Some(opened)) => play(Opening::Replay(opened, 0), None, &args.appearance),
            Ok(None) => Ok(ExitCode::SUCCESS),
            Err(error) => Ok(or_say(Err(output(error)))),
        },
        Some(Action::ExampleServer(args)) => Ok(run::example_server(&args)
            .map_or_else(|error| or_say(Err(tried("serve", error))), exit_code)),
        Some(Action::Check(args)) => {
            Ok(run::check(&args).map_or_else(|error| or_say(Err(output(error))), exit_code))
        }
        Some(Action::New(args)) => {
            Ok(run::new(&args).map_or_else(|error| or_say(Err(output(error))), exit_code))
        }
        Some(Action::Cards(args)) => {
            Ok(run::cards(&args).map_or_else(|error| or_say(Err(output(error))), exit_code))
        }
        Some(Action::Repl(args)) => {
            let config = terminal::load_config();
            let exit = config.and_then(|config| {
                let kept = run::Destination::configured(config.recordings());
                let record = unrecorded(args.journal).unwrap_or(kept);
                run::repl(&args, config.history, &record)
            });
            Ok(exit.map_or_else(
                |error| or_say(Err(tried("use the standard input and output", error))),
                exit_code,
            ))
        }
        Some(Action::Models(args)) => {
            let printed = models::print(&args, &mut stdout().lock());
            Ok(or_say(printed.map_err(output)))
        }
        Some(Action::Screenshot(args)) => Ok(or_say(terminal::screenshot(&args))),
        Some(Action::Explain(args)) => {
            Ok(run::explain(&args).map_or_else(|error| or_say(Err(output(error))), exit_code))
        }
        Some(Action::Export(args)) => {
            Ok(terminal::export(&args).map_or_else(|error| or_say(Err(output(error))), exit_code))
        }
        Some(Action::Generate(args)) => {
            let text = sockplay::manual::generated(args.what);
            let printed = text.and_then(|text| stdout().lock().write_all(&text));
            Ok(or_say(printed.map_err(output)))
        }
        Some(Action::Config(args)) => {
            let printed = terminal::print_config(&args, &mut stdout().lock());
            Ok(or_say(printed.map_err(output)))
        }
        Some(Action::Learn(args)) => play(
            Opening::Learn(&args),
            unrecorded(args.journal),
            &args.appearance,
        ),
        Some(Action::Sessions(args)) => {
            let listed = run::sessions(&args, &mut stdout().lock());
            Ok(or_say(listed.map_err(output)))
        }
        Some(Action::Replay(args)) => match terminal::open_recording(&args) {
            Ok((opened, part)) => play(Opening::Replay(opened, part), None, &args.appearance),
            Err(error) => Ok(or_say(Err(error))),
        },
        None => {
            let opening = match cli.script.as_deref().map(run::open_script) {
                Some(Ok(script)) => Opening::Script(script),
                Some(Err(error)) => return Ok(or_say(Err(error))),
                None => Opening::Play,
            };
            play(opening, unrecorded(cli.journal), &cli.appearance)
        }
    }
}

/// Whether the person does not want the session to be recorded; otherwise the configuration decides.
fn unrecorded(journal: JournalArgs) -> Option<run::Destination> {
    journal.no_journal.then_some(run::Destination::Not)
}

fn play(
    opening: Opening<'_>,
    record: Option<run::Destination>,
    looks: &AppearanceArgs,
) -> Result<ExitCode> {
    let learn = match &opening {
        Opening::Learn(learn) => Some(*learn),
        Opening::Play | Opening::Script(_) | Opening::Trace(..) | Opening::Replay(..) => None,
    };
    let is_unrecorded = record == Some(run::Destination::Not);
    match terminal::start(opening, record, looks) {
        Ok(Ended::Left) => Ok(ExitCode::SUCCESS),
        Ok(Ended::Signal(signal)) => Ok(exit_code(Exit::Signal(signal))),
        Ok(Ended::Again(lesson)) => {
            let error = terminal::again(learn, &lesson, looks, is_unrecorded);
            Ok(or_say(Err(tried("start again for the lesson", error))))
        }
        Err(error) => Ok(or_say(Err(tried("use the terminal", error)))),
    }
}

/// An error of the system that nothing was said of yet is one of writing: all others say what was tried.
fn output(error: Error) -> Error {
    tried("write the output", error)
}

/// Says what was tried when the system reported an error, unless that is said already.
fn tried(what: &str, error: Error) -> Error {
    match error.raw_os_error() {
        Some(_) => Error::new(error.kind(), format!("cannot {what}: {error}")),
        None => error,
    }
}

/// Success, or a sentence for a person and not a trace of ours.
fn or_say(result: std::io::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        // The reader of our output has closed the pipe: silence, as for any filter.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            let text = error.to_string();
            let text = escaped_lines(text.trim_end());
            // What is wrong with the lines of a file is said of each as `sockplay run` says it.
            let by = match text.starts_with("error: ") {
                true => "",
                false => "sockplay: ",
            };
            // Where even this cannot be written there is nobody to read it.
            let _ = writeln!(std::io::stderr(), "{by}{text}");
            ExitCode::from(2)
        }
    }
}

/// As the program that was traced.
fn traced(exit: TraceExit) -> ExitCode {
    match exit {
        TraceExit::Program(EndStatus::Exited(status)) => {
            ExitCode::from(u8::try_from(status).unwrap_or(u8::MAX))
        }
        TraceExit::Program(EndStatus::Killed { signal, .. }) => exit_code(Exit::Signal(signal.0)),
        TraceExit::Left => ExitCode::SUCCESS,
        TraceExit::NotExecuted => ExitCode::from(127),
        TraceExit::Signal(signal) => exit_code(Exit::Signal(signal)),
    }
}

fn exit_code(exit: Exit) -> ExitCode {
    match exit {
        Exit::Held => ExitCode::SUCCESS,
        Exit::Broken => ExitCode::from(1),
        Exit::Unrunnable => ExitCode::from(2),
        Exit::Signal(signal) => {
            // Everything is in order: now end as the signal would have ended us, so that the caller sees it.
            sockplay::sys::signal::die_of(signal);
            ExitCode::from(u8::try_from(128 + signal).unwrap_or(130))
        }
    }
}
