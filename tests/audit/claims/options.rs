//! Claims about options and flags.

use sockplay::call::option_bytes::encode;
use sockplay::call::value::Value;
use sockplay::event::DescriptorId;
use sockplay::explain::Claim;
use sockplay::socket::Kind;
use sockplay::world::World;

use super::super::auditor::{Auditor, Place, Verdict, holds};

impl Auditor<'_> {
    pub(super) fn judge_options(&mut self, world: &World, claim: &Claim) -> Option<Verdict> {
        Some(match claim {
            Claim::OptionIs {
                socket,
                level,
                number,
                value,
            } => self.option_is(world, *socket, (*level, *number), value)?,
            Claim::OptionSet {
                socket,
                level,
                number,
                value,
            } => {
                let set = world.option_set(
                    *socket,
                    *level,
                    *number,
                    sockplay::event::Timestamp(u64::MAX),
                )?;
                match set.value == *value {
                    true => Verdict::Undecidable("only the call itself shows what it was given"),
                    false => Verdict::Refuted(format!("the log has {}", set.value)),
                }
            }
            Claim::IsOfKind(own, kind) => {
                let last = self.last(*own)?;
                let wanted = match kind {
                    Kind::Stream => libc::SOCK_STREAM,
                    Kind::Seqpacket => libc::SOCK_SEQPACKET,
                    Kind::Datagram => libc::SOCK_DGRAM,
                    Kind::Raw => libc::SOCK_RAW,
                    Kind::Epoll
                    | Kind::PipeReader
                    | Kind::PipeWriter
                    | Kind::Eventfd
                    | Kind::Timerfd
                    | Kind::File => return None,
                };
                holds(last.is_type(wanted), || {
                    format!("SO_TYPE is {:?}", last.text("type"))
                })
            }
            Claim::Nonblocking(own) => self.is_nonblocking(*own, true)?,
            Claim::Blocking(own) => self.is_nonblocking(*own, false)?,
            Claim::HasOwner(own) => self.has_owner(*own, true)?,
            Claim::NoOwner(own) => self.has_owner(*own, false)?,
            Claim::NobodyOwns => {
                let owned = self
                    .now
                    .own
                    .values()
                    .find(|own| own.inode().is_some() && own.number("owner") != Some(0));
                holds(owned.is_none(), || format!("F_GETOWN of {owned:?}"))
            }
            _ => return None,
        })
    }

    fn option_is(
        &mut self,
        world: &World,
        socket: DescriptorId,
        (level, number): (i32, i32),
        value: &Value,
    ) -> Option<Verdict> {
        if !self.now.own.contains_key(&socket) {
            return Some(Verdict::Undecidable(
                "the options of a closed socket cannot be read",
            ));
        }
        // Reading it would take the pending error.
        if (level, number) == (libc::SOL_SOCKET, libc::SO_ERROR) {
            return Some(Verdict::Undecidable("reading SO_ERROR changes it"));
        }
        let wanted = encode(value)?;
        let fd = Place::of_id(world, socket)?.fd()?;
        let found = self.oracle.option(fd.number(), level, number);
        let Some(found) = found else {
            return Some(Verdict::Undecidable("getsockopt(2) fails"));
        };
        // A number may be given in fewer bytes, and a text is padded.
        let fits = found == wanted || matches!(value, Value::Text(_)) && found.starts_with(&wanted);
        Some(holds(fits, || {
            format!("getsockopt(2) gives {found:02x?}, it is said to be {wanted:02x?}")
        }))
    }

    fn is_nonblocking(&self, own: DescriptorId, wanted: bool) -> Option<Verdict> {
        let flags = self.last(own)?.number("flags")?;
        let is_set = flags & u64::from(libc::O_NONBLOCK.cast_unsigned()) != 0;
        Some(holds(is_set == wanted, || {
            format!("F_GETFL gives {flags:o}")
        }))
    }

    fn has_owner(&self, own: DescriptorId, wanted: bool) -> Option<Verdict> {
        let owner = self.last(own)?.text("owner")?;
        Some(holds((owner != "0") == wanted, || {
            format!("F_GETOWN gives {owner}")
        }))
    }
}
