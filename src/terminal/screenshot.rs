//! `sockplay screenshot`: scripts are run on real engines and the screens after their last lines drawn as SVG or text.
//!
//! Each script is an instance of its own, with its own sockets and its own screen. The clock alone is staged.

mod clock;
mod instance;
mod opening;
mod process;

use std::io::{self, Write};

use crate::cli::{PictureFormat, ScreenshotArgs};
use crate::socket::text::escaped;
use crate::terminal::screenshot::process::{Process, be_an_instance};
use crate::terminal::svg::{self, Palette};
use crate::terminal::{appearance, characters};

/// Draws the picture. Each script is run by a process of its own, as by a person in a terminal of its own.
///
/// # Errors
///
/// When a script cannot be read, does not do what it expects or does not come to an end, or the picture cannot be
/// written.
pub fn screenshot(args: &ScreenshotArgs) -> io::Result<()> {
    if args.instance {
        return be_an_instance(args);
    }
    let appearance = appearance::of_picture(&args.theme, args.ascii)?;
    let mut instances = args
        .scripts
        .iter()
        .map(|script| Process::start(script, args))
        .collect::<io::Result<Vec<_>>>()?;
    let several = instances.len() > 1;
    let mut screens = Vec::new();
    // All of them stay until all are drawn: an instance that ends closes its sockets.
    for (index, instance) in instances.iter_mut().enumerate() {
        let title = if several {
            format!("terminal {}: sockplay", index + 1)
        } else {
            "sockplay".to_owned()
        };
        screens.push((title, instance.screen()?));
    }
    let picture = match args.format {
        PictureFormat::Svg => svg::picture(&screens, args.size, &Palette::of(&appearance)),
        PictureFormat::Text | PictureFormat::Ansi => characters::below_each_other(&screens),
    };
    let Some(output) = &args.output else {
        let mut out = io::stdout().lock();
        let written = out.write_all(picture.as_bytes()).and_then(|()| out.flush());
        return written.map_err(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => error,
            _ => io::Error::other(format!("cannot write the output: {error}")),
        });
    };
    std::fs::write(output, picture).map_err(|error| {
        let output = escaped(&output.display().to_string());
        io::Error::other(format!("cannot write {output}: {error}"))
    })
}
