//! The mark of what may be outdated: when it was observed, and why it is not observed now.

use ratatui::text::Line;

use crate::app::state::App;
use crate::view::text::paragraph;
use crate::world::Handle;

/// `as of 12.345`. `None`: it is observed whenever it changes.
pub(crate) fn when(app: &App, own: Handle<'_>) -> Option<String> {
    Some(app.world.as_of(own)?.when())
}

/// `as of 12.345: pidfd_getfd() gives EPERM`, with the reason.
pub(crate) fn mark(app: &App, own: Handle<'_>) -> Option<String> {
    Some(app.world.as_of(own)?.to_string())
}

/// The same of a descriptor and of its peer as lines, with the name and what would show more.
pub(crate) fn both_ends(app: &App, own: Handle<'_>, width: usize) -> Vec<Line<'static>> {
    let peer = app.world.peer(own).filter(|peer| peer.id() != own.id());
    let both = std::iter::once(own).chain(peer);
    let texts = both.filter_map(|own| sentence(app, own));
    let lines = texts.map(|text| paragraph(&text, width, app.theme.warning));
    lines.flatten().collect()
}

fn sentence(app: &App, own: Handle<'_>) -> Option<String> {
    let mark = mark(app, own)?;
    let name = own.name();
    let more = match app
        .world
        .child_of(own)
        .and_then(|child| child.name.as_ref())
    {
        Some(child) => format!(". A call on it in {child} shows what is new."),
        None => ".".to_owned(),
    };
    Some(match own.was_seen() {
        true => format!("{name} is shown {mark}{more}"),
        false if own.epoll().is_some() => format!("The interest list of {name} is {mark}{more}"),
        false => format!("The state of {name} is {mark}{more}"),
    })
}
