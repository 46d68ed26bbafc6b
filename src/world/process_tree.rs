//! The processes as a tree: each below the one that made it, children of the session below that, and the sockets in that
//! order.

use std::collections::HashMap;

use crate::event::Source;
use crate::world::{Handle, Process, TableId, World};

impl World {
    /// The processes, each with its depth below the first one that is known: the session's own, then the traced ones,
    /// children after their parents.
    pub fn process_tree(&self) -> Vec<(&Process, usize)> {
        let mut children: HashMap<Option<i32>, Vec<&Process>> = HashMap::new();
        for process in self.processes() {
            let parent = process.parent.filter(|pid| self.has_process(*pid));
            children.entry(parent).or_default().push(process);
        }
        let mut tree = Vec::new();
        // Of a number that was used again, the children are listed once, below the first process that had it.
        let is_child = |process: &Process| matches!(process.source, Source::Child { .. });
        let mut left: Vec<(&Process, usize)> = roots(&mut children);
        for (process, depth) in &mut left {
            *depth = usize::from(is_child(process));
        }
        while let Some((process, depth)) = left.pop() {
            tree.push((process, depth));
            let own = process.pid().and_then(|pid| children.remove(&Some(pid)));
            let below = own.into_iter().flatten().rev();
            left.extend(below.map(|child| (child, depth + 1)));
        }
        tree
    }

    fn has_process(&self, pid: i32) -> bool {
        let source = Source::Traced { pid, tid: pid };
        self.table_of(source).is_some()
    }

    /// Sockets in the order of the processes that have them.
    pub(crate) fn by_process<'a>(&'a self, mut sockets: Vec<Handle<'a>>) -> Vec<Handle<'a>> {
        if self.processes().len() < 2 {
            return sockets;
        }
        let mut places: HashMap<TableId, usize> = HashMap::new();
        for (place, (process, _)) in self.process_tree().into_iter().enumerate() {
            places.entry(process.table).or_insert(place);
        }
        // A stable sort: in each process open ones stay first.
        sockets.sort_by_key(|socket| places.get(&socket.table()).copied());
        sockets
    }
}

fn roots<'a>(children: &mut HashMap<Option<i32>, Vec<&'a Process>>) -> Vec<(&'a Process, usize)> {
    let roots = children.remove(&None).unwrap_or_default();
    roots
        .into_iter()
        .rev()
        .map(|process| (process, 0))
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::event::{Event, EventKind, ProcessEvent, Timestamp};
    use crate::world::World;
    use crate::world::process_tree::*;

    #[test]
    fn children_follow_their_parents() {
        let mut world = World::default();
        let mut starts = |pid, parent| {
            let started = ProcessEvent::Started {
                parent,
                shares_table: false,
                command: format!("p{pid}").into(),
            };
            world.apply(&Event {
                at: Timestamp(0),
                source: Source::Traced { pid, tid: pid },
                what: EventKind::Process(started),
            });
        };
        starts(10, None);
        starts(11, Some(10));
        starts(12, Some(10));
        starts(13, Some(11));
        // Its parent is not traced.
        starts(20, Some(7));
        let tree = world.process_tree();
        let tree: Vec<_> = tree
            .iter()
            .map(|(process, depth)| (&*process.command, *depth))
            .collect();
        let expected = [
            ("", 0),
            ("p10", 0),
            ("p11", 1),
            ("p13", 2),
            ("p12", 1),
            ("p20", 0),
        ];
        assert_eq!(tree, expected);
    }
}
