//! The processes of a picture: the one that asks for the screens, and the instances, which play one script each.
//!
//! An instance plays its script, writes `ready`, draws at the order `draw`, and ends at the next order.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::cli::{PictureFormat, ScreenshotArgs};
use crate::engine::Signals;
use crate::socket::text::escaped;
use crate::sys::start::needed;
use crate::terminal::appearance;
use crate::terminal::screenshot::instance::Instance;
use crate::terminal::screenshot::opening::Opening;
use crate::terminal::svg::Palette;

/// An instance in another process.
pub(crate) struct Process {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Process {
    /// Starts it and waits until its script is done.
    pub(crate) fn start(script: &Path, args: &ScreenshotArgs) -> io::Result<Self> {
        let (columns, rows) = args.size;
        let mut child = Command::new(
            std::env::current_exe()
                .map_err(needed("readlink(/proc/self/exe)", "to find this program"))?,
        )
        .args([
            "screenshot",
            "--instance",
            "--format",
            args.format.word(),
            "--size",
            &format!("{columns}x{rows}"),
            "--theme",
            &args.theme,
        ])
        .args(args.ascii.then_some("--ascii"))
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(needed(
            "execve() or pipe()",
            "to run each script in a process of its own",
        ))?;
        let (Some(orders), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::Error::other("the instance has no pipes"));
        };
        let mut process = Self {
            child,
            orders,
            answers: BufReader::new(answers),
        };
        let mut ready = String::new();
        process.answers.read_line(&mut ready)?;
        if ready.is_empty() {
            process.child.wait()?;
            return Err(io::Error::other(format!(
                "no picture was drawn, because of {}",
                escaped(&script.display().to_string())
            )));
        }
        Ok(process)
    }

    /// Lets it draw its screen, now that the others have done their part too.
    pub(crate) fn screen(&mut self) -> io::Result<String> {
        writeln!(self.orders, "draw")?;
        let mut length = String::new();
        self.answers.read_line(&mut length)?;
        let length = length.trim().parse().map_err(io::Error::other)?;
        let mut drawn = vec![0; length];
        self.answers.read_exact(&mut drawn)?;
        String::from_utf8(drawn).map_err(io::Error::other)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The last order; an instance that has already ended hears nothing, and is waited for all the same.
        let _ = writeln!(self.orders, "end");
        let _ = self.child.wait();
    }
}

/// Is one of the instances. A signal that would end the program ends it after its files are removed.
pub(crate) fn be_an_instance(args: &ScreenshotArgs) -> io::Result<()> {
    // Before the first thread.
    let signals = Signals::hold(&[])?;
    let mut signal = None;
    let shown = show_instance(args, &signals, &mut signal);
    if let Some(signal) = signal {
        crate::sys::signal::die_of(signal);
    }
    shown
}

/// Plays a script, says so, waits for the order to draw, and prints the screen. Ends early at a signal.
fn show_instance(
    args: &ScreenshotArgs,
    signals: &Signals,
    signal: &mut Option<i32>,
) -> io::Result<()> {
    let path = &args.scripts[0];
    let origin = path.display().to_string();
    let bytes = crate::sys::regular::open(path).and_then(crate::run::read);
    let bytes = bytes
        .map_err(|error| io::Error::other(format!("cannot read {}: {error}", escaped(&origin))))?;
    let appearance = appearance::of_picture(&args.theme, args.ascii)?;
    let palette = Palette::of(&appearance);
    let mut instance = Instance::start(args.size, appearance, signals.receiver().clone())?;
    let bytes = crate::run::load::with_folder(bytes, &instance.prepare_folder()?);
    let script = crate::script::parse(&origin, &bytes).map_err(|errors| {
        let texts: Vec<String> = errors.iter().map(|error| error.render(&origin)).collect();
        io::Error::other(texts.join("\n"))
    })?;
    let opening = Opening::of(&script)?;
    if let Err(error) = instance.stage(script, opening) {
        *signal = instance.signal();
        return Err(error);
    }
    // A pipe that nobody reads any more: whoever asked for the picture has ended.
    writeln!(io::stdout(), "ready")?;
    io::stdin().lock().read_line(&mut String::new())?;
    instance.settle()?;
    let screen = instance.draw()?;
    let drawn = match args.format {
        PictureFormat::Svg => crate::terminal::svg::screen(&screen, &palette),
        PictureFormat::Text => crate::terminal::characters::plain(&screen),
        PictureFormat::Ansi => crate::terminal::characters::colored(&screen),
    };
    write!(io::stdout(), "{}\n{drawn}", drawn.len())?;
    io::stdout().flush()?;
    io::stdin().lock().read_line(&mut String::new()).map(drop)
}
