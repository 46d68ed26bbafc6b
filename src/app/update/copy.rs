//! Copying: a text of the session goes to the clipboard, or into a file that was named; and the Code pane.

use crate::app::code::name;
use crate::app::copied::{Copied, for_shell};
use crate::app::copy::text;
use crate::app::message::Effect;
use crate::app::state::App;
use crate::layout::Pane;
use crate::layout::preset::Preset;
use crate::script::shell_line::shell_line;
use crate::script::transcript::transcript;

/// Copies something.
///
/// `file`: to this file instead of the clipboard, and whether a file that exists is replaced.
pub(crate) fn copy(
    app: &mut App,
    what: Copied,
    file: Option<(String, bool)>,
    effects: &mut Vec<Effect>,
) {
    match (text(app, what), file) {
        (Err(why), _) => app.notify(why, true),
        (Ok(copied), None) => effects.push(Effect::Copy(copied)),
        (Ok(copied), Some((file, replaces))) => effects.push(Effect::Write {
            file,
            text: copied.as_file(),
            what: what.noun().to_owned(),
            forced: format!("copy! {} FILE", what.word()),
            replaces,
            quits: false,
        }),
    }
}

/// Copies the log as one line for a shell, to the clipboard or into a file.
pub(crate) fn copy_for_shell(
    app: &mut App,
    file: Option<(String, bool)>,
    effects: &mut Vec<Effect>,
) {
    match (shell_line(&transcript(&app.world)), file) {
        (Err(why), _) => app.notify(why, true),
        (Ok(line), None) => effects.push(Effect::Copy(for_shell(&line))),
        (Ok(line), Some((file, replaces))) => effects.push(Effect::Write {
            file,
            text: for_shell(&line).as_file(),
            what: "the command".to_owned(),
            forced: "shell! FILE".to_owned(),
            replaces,
            quits: false,
        }),
    }
}

/// Shows the session as a program, or the layout that was there before.
pub(crate) fn toggle_code(app: &mut App, effects: &mut Vec<Effect>) {
    app.zoomed = false;
    app.preset = match app.preset {
        Preset::Code => app.code.before,
        other => {
            app.code.before = other;
            app.code.follow();
            Preset::Code
        }
    };
    app.keep_focus_visible();
    if app.preset == Preset::Code && app.areas().pane(Pane::Code).is_none() {
        // Above the panes a lesson leaves room for the focused one.
        app.focus = Pane::Code;
    }
    let (preset, meaning) = (app.preset.name(), app.preset.meaning());
    app.notify(format!("layout {preset}: {meaning}"), false);
    effects.push(Effect::StoreLayout(app.preset));
}

/// Shows the program in the next language.
pub(crate) fn next_language(app: &mut App, effects: &mut Vec<Effect>) {
    if app.preset != Preset::Code {
        toggle_code(app, effects);
    }
    app.code.next_language();
    app.notify(format!("the program in {}", name(app.code.language)), false);
}
