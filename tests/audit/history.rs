//! What was seen of each descriptor in earlier moments of a session: a claim about a closed one is about them.

use std::collections::{HashMap, HashSet};

use sockplay::event::DescriptorId;

use super::shot::{Own, Shot, state};

/// What is remembered of a descriptor.
#[derive(Debug, Clone, Default)]
pub(crate) struct Past {
    /// What its calls gave when it was last seen open.
    pub(crate) own: Own,
    /// What /proc said that it refers to.
    pub(crate) link: String,
    /// Its addresses when it last had both.
    pub(crate) pair: Option<(String, String)>,
    /// Whether poll(2) ever reported an urgent byte at it.
    pub(crate) had_urgent: bool,
    /// Whether it ever had a peer.
    pub(crate) had_peer: bool,
    /// Every TCP state that its connection was seen in.
    pub(crate) states: HashSet<u64>,
    /// Whether a descriptor of the other end of its TCP connection was ever seen; `None`: there was no other end.
    pub(crate) accepted: Option<bool>,
    /// The bytes that waited at the other end when it was last seen.
    pub(crate) other_unread: Option<u64>,
}

/// What was seen so far.
#[derive(Debug, Default)]
pub(crate) struct History {
    past: HashMap<DescriptorId, Past>,
    /// The peers of AF_UNIX sockets, by inode, as `ss` showed them last.
    pub(crate) peers: HashMap<u64, u64>,
    /// The inodes of AF_UNIX sockets that `ss` was asked about.
    pub(crate) asked: HashSet<u64>,
    /// The counters when the session began.
    pub(crate) first: Option<Shot>,
}

impl History {
    pub(crate) fn of(&self, id: DescriptorId) -> Option<&Past> {
        self.past.get(&id)
    }

    /// Takes a moment in.
    pub(crate) fn take(&mut self, shot: &Shot) {
        self.first.get_or_insert_with(|| shot.clone());
        for (id, own) in &shot.own {
            let past = self.past.entry(*id).or_default();
            past.own = own.clone();
            own.text("link")
                .unwrap_or_default()
                .clone_into(&mut past.link);
            past.had_peer |= own.remote().is_some();
            past.had_urgent |= own.has(libc::POLLPRI) == Some(true);
            let row = own.inode().and_then(|inode| shot.row(inode));
            let pair = row.filter(|row| row.is_tcp() && row.state != state::LISTEN);
            if let Some(row) = pair {
                past.pair = Some((row.local.clone(), row.remote.clone()));
            }
        }
        for past in self.past.values_mut() {
            past.look_at_connection(shot);
        }
    }
}

impl Past {
    fn look_at_connection(&mut self, shot: &Shot) {
        let Some((local, remote)) = &self.pair else {
            return;
        };
        if let Some(row) = shot.connection(local, remote) {
            self.states.insert(row.state);
        }
        if let Some(other) = shot.connection(remote, local) {
            let accepted = other.inode != 0;
            self.accepted = Some(self.accepted.unwrap_or(false) || accepted);
            self.other_unread = Some(other.received);
        }
    }
}
