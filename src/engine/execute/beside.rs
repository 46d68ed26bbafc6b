//! Control messages: from a line to the control buffer, and from the buffer to a result. See cmsg(3).

use crate::call::argument::{Descriptor, Message};
use crate::call::control_message::ControlMessage;
use crate::call::outcome::Received;
use crate::call::value::Credentials;
use crate::engine::execute::interface;
use crate::sys::Checked;
use crate::sys::message::Control;

/// The control messages of sendmsg(2): descriptors, credentials, then the others in their order.
///
/// # Errors
///
/// A named interface does not exist.
pub(crate) fn control_of(message: &Message) -> Checked<Vec<Control>> {
    let names = message.control.iter();
    let names = names.filter_map(|control| control.interface.as_ref());
    let known: Vec<(&String, u32)> = names
        .map(|name| Ok((name, interface(name)?)))
        .collect::<Checked<_>>()?;
    let index = |name: &String| {
        let found = known.iter().find(|(own, _)| *own == name);
        found.map_or(0, |(_, index)| *index)
    };
    let messages = message.control_data(&index).into_iter();
    let control = messages.map(|(level, kind, data)| Control { level, kind, data });
    Ok(control.collect())
}

/// The name of an interface by its number.
pub(crate) fn interface_name(index: u32) -> Option<String> {
    crate::sys::socket::interface_name(index).ok()
}

/// Takes one control message that was received; `name` knows the interfaces by their numbers.
pub(crate) fn take_control(
    received: &mut Received,
    control: Control,
    name: &dyn Fn(u32) -> Option<String>,
) {
    let words = control.data.chunks_exact(4);
    let mut words = words.filter_map(|word| word.try_into().ok().map(i32::from_ne_bytes));
    match (control.level, control.kind) {
        (libc::SOL_SOCKET, libc::SCM_RIGHTS) => received.fds.extend(words.map(Descriptor::Raw)),
        (libc::SOL_SOCKET, libc::SCM_CREDENTIALS) => {
            if let (Some(pid), Some(uid), Some(gid)) = (words.next(), words.next(), words.next()) {
                received.credentials = Some(Credentials {
                    pid,
                    uid: uid.cast_unsigned(),
                    gid: gid.cast_unsigned(),
                });
            }
        }
        (level, kind) => {
            let mut message = ControlMessage::of(level, kind, control.data);
            message.interface = message.interface_index().and_then(name);
            received.control.push(message);
        }
    }
}
