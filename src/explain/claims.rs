//! From a rule to its claims: each rule names [`Template`]s, and each becomes a [`Claim`] about the sockets and quantities
//! of one call.

use crate::call::outcome::Returned;
use crate::event::Owner;
use crate::explain::context::Context;
use crate::world::claim::Claim;

macro_rules! templates {
    ($($name:ident |$context:ident| $claim:expr;)+) => {
        /// A claim about a call, before it is known which.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Template { $($name),+ }

        impl Template {
            /// The claim about this call. `None`: the world does not have what it would be about.
            pub(crate) fn claim(self, context: &Context<'_>) -> Option<Claim> {
                match self { $(Self::$name => { let $context = context; $claim })+ }
            }
        }
    };
}

templates! {
    // Of the socket of the call.
    OwnFinSent |s| Some(Claim::FinSent(s.socket?.id()));
    OwnFinFollows |s| Some(Claim::FinFollows(s.socket?.id()));
    OwnNoFin |s| Some(Claim::NoFinSent(s.socket?.id()));
    OwnRst |s| Some(Claim::RstSent(s.socket?.id()));
    OwnUnread |s| Some(Claim::Unread { socket: s.socket?.id(), bytes: s.unread_here()? });
    OwnBufferFull |s| Some(Claim::SendBufferFull(s.socket?.id()));
    OwnQueueEmpty |s| Some(Claim::AcceptQueueEmpty(s.socket?.id()));
    OwnQueueHolds |s| Some(Claim::ConnectionWaits(s.socket?.id()));
    OwnQueueLength |s| Some(Claim::ConnectionsWait { listener: s.socket?.id(), count: s.count()? });
    FinCame |s| Some(Claim::FinReceived(s.socket?.id()));
    Replaced |s| Some(Claim::Closed(s.replaced()?.id()));
    Duplicate |s| Some(Claim::OpenDescriptor(s.duplicate()?.id()));
    Process |s| match s.socket?.elsewhere()?.value()? {
        Owner::Process { pid, .. } => Some(Claim::InProcess { socket: s.socket?.id(), pid: *pid }),
        Owner::Ours(_) | Owner::Nobody => None,
    };
    // Of the other end.
    PeerFinSent |s| Some(Claim::FinSent(s.peer()?.id()));
    PeerRst |s| Some(Claim::RstSent(s.peer()?.id()));
    PeerClosed |s| Some(Claim::Closed(s.closed_peer()?.id()));
    PeerLeftUnread |s| Some(Claim::Unread { socket: s.closed_peer()?.id(), bytes: s.unread_by_closed_peer()? });
    PeerWindow |s| Some(Claim::WindowClosed(s.peer()?.id()));
    PeerHas |s| Some(Claim::Unread { socket: s.peer()?.id(), bytes: s.count()? });
    // Of what an address leads to.
    NobodyAtAddress |s| Some(Claim::NobodyListens(s.address()?.clone()));
    TargetDeaf |s| Some(Claim::DoesNotListen(s.target()?.id()));
    TargetClosed |s| Some(Claim::Closed(s.target()?.id()));
    TargetFull |s| Some(Claim::AcceptQueueFull(s.target()?.id()));
    TargetHolds |s| Some(Claim::ConnectionWaits(s.target()?.id()));
    ListenerHolds |s| Some(Claim::ConnectionWaits(s.its_listener()?.id()));
    // Of what has an address.
    LeftHasAddress |s| {
        Some(Claim::HasAddress { socket: s.left_behind()?.id(), address: s.address()?.clone() })
    };
    LeftInState |s| Some(Claim::InState(s.left_behind()?.id(), s.left_behind_orphan()?.state));
    // Of what a call found out by itself.
    StateOfIt |s| match s.returned()? {
        Returned::State(state) => Some(Claim::InState(s.socket?.id(), *state)),
        _ => None,
    };
    // Of a registration.
    OverlookedUnread |s| {
        Some(Claim::Unread { socket: s.overlooked()?.socket?.id(), bytes: s.overlooked_unread()? })
    };
}
