//! The connections that serve() accepts: each becomes a socket of the playground with a call of its own, or, in a flood,
//! is served without being shown.

use std::sync::Arc;

use crate::call::Call;
use crate::call::argument::{Descriptor, Name, Service};
use crate::engine::buffers::Buffers;
use crate::engine::control::Control;
use crate::engine::execute::Unseen;
use crate::engine::new_descriptors::Created;
use crate::engine::own_call::{background, own_request};
use crate::engine::register::register;
use crate::engine::shared::Shared;
use crate::engine::worker::{serve_elsewhere, submit_own};
use crate::event::{Origin, Reach, Request};
use crate::kernel::observe::ProbeTarget;

/// A connection that serve() accepted.
pub(crate) struct AcceptedConnection<'a> {
    /// Its descriptor.
    pub(crate) fd: i32,
    /// What is done with it.
    pub(crate) service: Service,
    /// The call that accepted it.
    pub(crate) listener: &'a Request,
    /// What is known of the listener.
    pub(crate) target: Option<ProbeTarget>,
}

impl AcceptedConnection<'_> {
    fn call(&self, socket: Descriptor) -> Call {
        match self.service {
            Service::Echo => Call::Echo { socket },
            Service::Sink => Call::Sink { socket },
        }
    }

    fn target(&self) -> ProbeTarget {
        match self.target {
            Some(target) => ProbeTarget {
                fd: self.fd,
                ..target
            },
            None => ProbeTarget::received(self.fd),
        }
    }

    /// `l_1`, after the listener.
    fn name(&self, shared: &Shared) -> Option<Name> {
        match self.listener.command.call.socket()? {
            Descriptor::Named(name) => Name::new(&format!("{name}_{}", shared.next_served(name))),
            Descriptor::Raw(_) => None,
        }
    }
}

/// Makes a socket of the playground of an accepted connection, whose thread serves it and closes it at its end.
pub(crate) fn serve_shown(shared: &Arc<Shared>, connection: AcceptedConnection<'_>) {
    let at = shared.now();
    let created = Created {
        target: connection.target(),
        origin: connection
            .listener
            .on
            .map_or(Origin::Created, Origin::Accepted),
    };
    // A connection that an earlier serve() accepted may still have the name.
    let name = connection
        .name(shared)
        .filter(|name| !shared.is_named(name));
    let (id, inbox) = register(shared, connection.listener, &created, name.clone(), at);
    serve_elsewhere(shared, id, created.target, inbox);
    let socket = name.map_or(Descriptor::Raw(connection.fd), Descriptor::Named);
    let request = own_request(
        shared,
        connection.call(socket),
        connection.call(Descriptor::Raw(connection.fd)),
        (id, connection.listener.reach),
    );
    submit_own(shared, request, true);
}

/// Serves a connection on a thread of its own and reports nothing.
pub(crate) fn serve_unseen(
    shared: &Arc<Shared>,
    connection: AcceptedConnection<'_>,
    unseen: Arc<Unseen>,
) {
    let fd = connection.fd;
    let call = connection.call(Descriptor::Raw(fd));
    let request = Request {
        call: Arc::new(call.clone()),
        command: Arc::new(background(call)),
        on: None,
        others: Box::default(),
        id: connection.listener.id,
        reach: connection.listener.reach,
        process: None,
    };
    if request.reach != Reach::Free {
        shared.note_accepted(fd);
        if crate::engine::confine::refusal(shared, &request).is_some() {
            return unseen.close(fd);
        }
    }
    let (theirs, ends) = (Arc::clone(shared), Arc::clone(&unseen));
    let started = shared.io_threads.start("served", move || {
        let control = Arc::new(Control::unreported(request.id));
        // How it ends is the peer's affair; without memory it is closed at once.
        if let Ok(buffers) = Buffers::of(&request.call) {
            let _ = crate::engine::execute::execute(&theirs, &request, &control, buffers, None);
        }
        ends.close(fd);
    });
    if started.is_err() {
        unseen.close(fd);
    }
}
