//! Requests that are answered by many messages, netlink(7).

use crate::kernel::sock_diag::{
    HEADER, Link, NLM_F_REQUEST, NLMSG_ERROR, SOCK_DIAG_BY_FAMILY, fault, number,
};

/// NLM_F_ROOT and NLM_F_MATCH: all that fit.
const NLM_F_DUMP: u16 = 0x300;
const NLMSG_DONE: u16 = 3;

impl Link {
    /// Asks for all that fit a request and gives the body of each reply to `take`.
    pub(crate) fn dump(&self, request: &[u8], take: &mut dyn FnMut(&[u8])) -> std::io::Result<()> {
        self.send(NLM_F_REQUEST | NLM_F_DUMP, request)?;
        while messages(&self.receive()?, take)? {}
        Ok(())
    }
}

/// Takes the messages of one answer. Gives false after the last one.
pub(crate) fn messages(mut answer: &[u8], take: &mut dyn FnMut(&[u8])) -> std::io::Result<bool> {
    while let Some(length) = number(answer, 0).and_then(|length| usize::try_from(length).ok()) {
        let (Some(message), true) = (answer.get(..length), length >= HEADER) else {
            return Ok(false);
        };
        match u16::from_ne_bytes([message[4], message[5]]) {
            NLMSG_DONE => return Ok(false),
            NLMSG_ERROR => return fault(message).map(|()| false),
            SOCK_DIAG_BY_FAMILY => take(&message[HEADER..]),
            _ => {}
        }
        answer = answer.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    Ok(true)
}
