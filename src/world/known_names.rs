//! The sockets in the order of lists, and what completion offers of them.

use crate::notation::complete::KnownNames;
use crate::world::Progress;
use crate::world::resolve::Holding;
use crate::world::{Handle, World};

impl World {
    /// The sockets in the order of the list, open ones first. A closed one is listed as long as its connection is an
    /// orphan.
    pub fn listed(&self) -> Vec<Handle<'_>> {
        let listed = self.descriptors().filter(|own| !own.is_orphan_gone());
        let (open, closed): (Vec<Handle<'_>>, Vec<Handle<'_>>) =
            listed.partition(|own| own.is_open());
        open.into_iter().chain(closed.into_iter().rev()).collect()
    }

    /// The names and addresses of this session that completion offers.
    pub fn known_names(&self) -> KnownNames {
        let listed = self.listed();
        let has_address =
            |socket: &&Handle<'_>| socket.local().is_some_and(|local| !local.is_unset());
        let named = listed.iter();
        let with_address = listed.iter().filter(has_address);
        KnownNames {
            sockets: named
                .map(|socket| (socket.name().to_string(), described(*socket)))
                .collect(),
            addresses: with_address
                .map(|socket| (format!("addr({})", socket.name()), described(*socket)))
                .collect(),
            children: self
                .children()
                .rev()
                .filter(|own| !own.is_reaped)
                .filter_map(|own| Some((own.name.as_ref()?.to_string(), own.described())))
                .collect(),
            held: self
                .pending()
                .filter(|record| record.progress == Progress::Held)
                .map(|record| {
                    let call = format!("{} is held", record.call());
                    (Holding::written(self, record), call)
                })
                .collect(),
        }
    }
}

/// A few words about a socket: `inet stream, listening 127.0.0.1:8080`.
pub fn described(socket: Handle<'_>) -> String {
    let local = socket.local().filter(|local| !local.is_unset());
    let local = local.map(|local| format!(" {local}")).unwrap_or_default();
    if !socket.kind().is_socket() {
        return format!("{}, {}", socket.kind().word(), socket.phase());
    }
    format!(
        "{} {}, {}{local}",
        socket.domain().short(),
        socket.socket_type().short(),
        socket.phase()
    )
}
