//! Claims about descriptors, files and registrations.

use std::fs;
use std::os::unix::fs::FileTypeExt;
use std::path::Path;

use sockplay::event::{DescriptorId, PathFile};
use sockplay::explain::Claim;
use sockplay::socket::Address;
use sockplay::world::{Progress, Record, World};

use super::super::auditor::{Auditor, Place, Verdict, holds};

impl Auditor<'_> {
    pub(super) fn judge_files(
        &self,
        world: &World,
        record: &Record,
        claim: &Claim,
    ) -> Option<Verdict> {
        Some(match claim {
            Claim::DescriptorClosed(own) => self.is_closed(world, *own)?,
            Claim::Closed(own) => self.is_released(*own)?,
            Claim::NotOpen(number) => {
                let place = Place::in_process_of(record, *number);
                holds(place.link().is_none(), || {
                    format!("{}/fd/{number} exists", place.folder())
                })
            }
            Claim::OpenDescriptor(own) => {
                let there = Place::of_id(world, *own).and_then(Place::link);
                let was = self.past(*own).map(|past| past.link.clone());
                holds(there.is_some() && there == was, || {
                    format!("it refers to {there:?}")
                })
            }
            Claim::SameFile {
                descriptor,
                original,
            } => {
                let file = |id: DescriptorId| self.now.own.get(&id)?.number("file");
                let both = file(*descriptor).zip(file(*original))?;
                holds(both.0 == both.1, || {
                    "kcmp(2) says that they differ".to_owned()
                })
            }
            Claim::DescriptorsOpen(count) => {
                let table = world.table_of(record.source)?;
                let is_own = |id: &&DescriptorId| {
                    let own = world.descriptor(**id);
                    own.is_some_and(|own| own.table() == table)
                };
                let there = [&self.before, &self.now]
                    .map(|shot| shot.own.keys().filter(is_own).count() as u64);
                holds(there.contains(count), || format!("{there:?} are open"))
            }
            Claim::InProcess { socket, pid } => {
                let inode = self.past(*socket)?.own.inode()?;
                holds(has(*pid, &[inode]), || {
                    format!("/proc/{pid}/fd does not list it")
                })
            }
            Claim::HeldOutside(own) => self.is_elsewhere(*own)?,
            // A message may carry what another descriptor of this process refers to as well.
            Claim::Carried(own) => match self.is_elsewhere(*own)? {
                Verdict::Refuted(_) => Verdict::Undecidable("a descriptor refers to it too"),
                other => other,
            },
            Claim::CallInside { .. } => is_inside(world, record, claim)?,
            Claim::PathExists(path) => {
                holds(file_at(path).is_some(), || "nothing is there".to_owned())
            }
            Claim::PathMissing(path) => holds(file_at(path).is_none(), || "it is there".to_owned()),
            Claim::PathIs { path, file } => {
                let there = file_at(path);
                holds(there == Some(*file), || format!("there is {there:?}"))
            }
            Claim::Registered { .. }
            | Claim::RegisteredExclusive { .. }
            | Claim::NotRegistered { .. }
            | Claim::EdgeReported { .. }
            | Claim::Disarmed { .. }
            | Claim::InterestListEmpty(_) => judge_registration(world, claim)?,
            _ => return None,
        })
    }

    fn is_closed(&self, world: &World, own: DescriptorId) -> Option<Verdict> {
        let place = Place::of_id(world, own)?;
        let there = place.link();
        let again = world
            .descriptors()
            .any(|other| other.id() != own && other.is_open() && Place::of(world, other) == place);
        let was = &self.past(own)?.link;
        Some(holds(again || there.as_ref() != Some(was), || {
            format!(
                "{}/fd/{} still refers to {was}",
                place.folder(),
                place.number()
            )
        }))
    }

    fn is_released(&self, own: DescriptorId) -> Option<Verdict> {
        let was = &self.past(own)?.link;
        // All epoll instances have the same link.
        if !was.starts_with("socket:") {
            return Some(Verdict::Undecidable(
                "/proc/self/fd does not tell such files apart",
            ));
        }
        let numbers = fs::read_dir("/proc/self/fd").ok()?.flatten();
        let links = numbers.filter_map(|entry| fs::read_link(entry.path()).ok());
        let mut same = links.filter(|link| link == Path::new(was));
        Some(holds(same.next().is_none(), || {
            format!("a descriptor still refers to {was}")
        }))
    }

    fn is_elsewhere(&self, own: DescriptorId) -> Option<Verdict> {
        let inode = self.past(own)?.own.inode()?;
        if !self.now.lists(inode) {
            return Some(Verdict::Undecidable(
                "the tables of /proc/net do not list such a socket",
            ));
        }
        let released = self.is_released(own)?;
        Some(match released {
            Verdict::Refuted(_) => {
                Verdict::Refuted("a descriptor of this process refers to it".to_owned())
            }
            other => other,
        })
    }
}

/// Whether a process has a descriptor of one of these sockets.
pub(super) fn has(pid: i32, inodes: &[u64]) -> bool {
    let Ok(numbers) = fs::read_dir(format!("/proc/{pid}/fd")) else {
        return false;
    };
    let links = numbers
        .flatten()
        .filter_map(|entry| fs::read_link(entry.path()).ok());
    let wanted: Vec<String> = inodes
        .iter()
        .map(|inode| format!("socket:[{inode}]"))
        .collect();
    links
        .into_iter()
        .any(|link| wanted.iter().any(|wanted| link == Path::new(wanted)))
}

/// Whether a call was inside the kernel when another one was made: asked of /proc while it is, of the log after.
fn is_inside(world: &World, record: &Record, claim: &Claim) -> Option<Verdict> {
    let Claim::CallInside { on, call } = claim else {
        return None;
    };
    let is_it = |other: &&Record| {
        other.id() != record.id() && other.on() == *on && other.call().call_kind() == *call
    };
    if let Some(pending) = world.pending().find(is_it) {
        let syscall = pending
            .thread
            .map(|thread| format!("/proc/{}/syscall", thread.tid));
        let said = fs::read_to_string(syscall?).ok()?;
        return Some(holds(!said.starts_with("running"), || {
            format!("it is {said}")
        }));
    }
    let overlaps = |other: &&Record| match other.progress {
        Progress::Returned { at, .. } => at >= record.asked,
        _ => false,
    };
    let found = world
        .log()
        .iter()
        .filter(is_it)
        .any(|other| overlaps(&other));
    Some(holds(found, || {
        "no such call overlaps with this one".to_owned()
    }))
}

pub(super) fn file_at(path: &Address) -> Option<PathFile> {
    let path = String::from_utf8_lossy(path.path()?).into_owned();
    let file = fs::symlink_metadata(path).ok()?.file_type();
    Some(if file.is_socket() {
        PathFile::Socket
    } else if file.is_dir() {
        PathFile::Directory
    } else if file.is_symlink() {
        PathFile::Link
    } else if file.is_file() {
        PathFile::Regular
    } else {
        PathFile::Special
    })
}

/// The interest list of an epoll instance, as /proc/self/fdinfo shows it.
fn interest(world: &World, epoll: DescriptorId) -> Option<Vec<(i32, u32)>> {
    let place = Place::of_id(world, epoll)?;
    let info = format!("{}/fdinfo/{}", place.folder(), place.number());
    let info = fs::read_to_string(info).ok()?;
    let lines = info.lines().filter(|line| line.starts_with("tfd:"));
    let entry = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [_, fd, _, events, ..] = words[..] else {
            return None;
        };
        Some((fd.parse().ok()?, u32::from_str_radix(events, 16).ok()?))
    };
    lines.map(entry).collect()
}

fn judge_registration(world: &World, claim: &Claim) -> Option<Verdict> {
    let (epoll, descriptor) = match claim {
        Claim::InterestListEmpty(epoll) => {
            let list = interest(world, *epoll)?;
            return Some(holds(list.is_empty(), || format!("fdinfo lists {list:x?}")));
        }
        Claim::Registered { epoll, descriptor }
        | Claim::RegisteredExclusive { epoll, descriptor }
        | Claim::NotRegistered { epoll, descriptor }
        | Claim::EdgeReported { epoll, descriptor }
        | Claim::Disarmed { epoll, descriptor } => (*epoll, *descriptor),
        _ => return None,
    };
    let number = world.descriptor(descriptor)?.number();
    let list = interest(world, epoll)?;
    let found = list
        .iter()
        .find(|(fd, _)| *fd == number)
        .map(|(_, events)| *events);
    let has = |flag: i32| found.is_some_and(|events| events & flag.cast_unsigned() != 0);
    let agrees = match claim {
        Claim::Registered { .. } => found.is_some(),
        Claim::NotRegistered { .. } => found.is_none(),
        Claim::RegisteredExclusive { .. } => has(libc::EPOLLEXCLUSIVE),
        Claim::EdgeReported { .. } => has(libc::EPOLLET),
        _ => found.is_some() && !has(libc::EPOLLIN | libc::EPOLLOUT),
    };
    Some(holds(agrees, || {
        format!("fdinfo lists {list:x?}, it is {number}")
    }))
}
