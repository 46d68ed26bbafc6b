//! The rows of the processes in the list of sockets: each above its sockets, below the process that made it.

use crate::app::state::App;
use crate::view::sockets::{RowText, SocketRow};
use crate::world::{Handle, Process, TableId};

/// The rows of processes that have not been listed yet, in the order of the tree.
pub(crate) struct Groups(std::collections::VecDeque<Group>);

/// A process, or several that share one table.
struct Group {
    table: TableId,
    row: String,
    /// Whether it is listed without sockets too.
    is_always: bool,
    ended: bool,
}

/// The processes; none where only this session has sockets.
pub(crate) fn groups(app: &App, sockets: &[Handle<'_>]) -> Groups {
    if app.world.processes().len() < 2 {
        return Groups(std::collections::VecDeque::new());
    }
    let has_sockets = |table: TableId| sockets.iter().any(|socket| socket.table() == table);
    let tree = app.world.process_tree().into_iter();
    let groups = tree.map(|(process, depth)| {
        let is_traced = process.pid().is_some();
        let is_there = process.ended.is_none() || process.is_zombie;
        Group {
            table: process.table,
            row: row(process, depth),
            is_always: is_traced && is_there && !app.socket_filter.is_on(),
            ended: process.ended.is_some() && !process.is_zombie,
        }
    });
    Groups(
        groups
            .filter(|group| group.is_always || has_sockets(group.table))
            .collect(),
    )
}

impl Groups {
    /// The rows before a socket: that of its process, and of those before it in the tree.
    pub(crate) fn before(&mut self, app: &App, socket: Handle<'_>) -> Vec<SocketRow> {
        let own = self
            .0
            .iter()
            .position(|group| group.table == socket.table());
        let own = own.map_or(0, |at| at + 1);
        self.0.drain(..own).map(|group| group.row(app)).collect()
    }

    /// The rows of the processes that are left, which have no sockets.
    pub(crate) fn rest(self, app: &App) -> Vec<SocketRow> {
        self.0.into_iter().map(|group| group.row(app)).collect()
    }
}

impl Group {
    fn row(self, app: &App) -> SocketRow {
        let style = match self.ended {
            true => app.theme.secondary,
            false => app.theme.title,
        };
        SocketRow {
            socket: None,
            text: RowText::Process(self.row, style),
        }
    }
}

/// `1234 ./server`, `1235 ./server exited with status 0`, `1236 p = fork()`, `1236 p (zombie) was killed by SIGKILL`. What
/// is known of its end comes early: the pane may be narrow.
fn row(process: &Process, depth: usize) -> String {
    let indent = "  ".repeat(depth.min(8));
    let Some(pid) = process.pid() else {
        return "this session".to_owned();
    };
    let zombie = if process.is_zombie { " (zombie)" } else { "" };
    let called = match (&process.name, process.ended) {
        (Some(name), None) => format!("{name} = fork()"),
        (Some(name), Some((_, status))) => format!("{name}{zombie} {status}"),
        (None, None) => process.command.to_string(),
        (None, Some((_, status))) => format!("{}{zombie} {status}", process.command),
    };
    format!("{indent}{pid} {called}")
}

#[cfg(test)]
mod tests {
    use crate::call::argument::Name;
    use crate::event::{EndStatus, Source, Timestamp};
    use crate::socket::Sig;
    use crate::view::sockets::processes::*;

    #[test]
    fn the_row_of_a_child_fits_a_narrow_pane_with_its_end() {
        let alive = Process {
            name: Name::new("p"),
            ..Process::new(Source::Child { pid: 12345 }, TableId::SESSION)
        };
        assert_eq!(row(&alive, 1), "  12345 p = fork()");
        let status = EndStatus::Killed {
            signal: Sig(libc::SIGKILL),
            core: false,
        };
        let zombie = Process {
            ended: Some((Timestamp(1), status)),
            is_zombie: true,
            ..alive
        };
        let row = row(&zombie, 1);
        assert_eq!(row, "  12345 p (zombie) was killed by SIGKILL");
    }
}
