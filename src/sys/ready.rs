//! Waiting for several descriptors: poll(2), select(2), epoll(7), and for a signal: sigtimedwait(2).

use std::time::Duration;

use crate::call::timeout::Timeout;
use crate::sys::child::Arg;
use crate::sys::made::made_int;
use crate::sys::signal::TakenSignal;
use crate::sys::{Checked, Result, check, refuse};

/// How many descriptors a set of select(2) can have: FD_SETSIZE.
pub const SET_SIZE: usize = libc::FD_SETSIZE;

/// poll(2) on a set: gives the revents of each entry.
///
/// # Errors
///
/// The errno of the call.
pub fn poll(set: &[(i32, i32)], timeout: i32) -> Result<(i32, Vec<i32>)> {
    let mut entries = entries(set);
    let [set, length] = entries_args(&mut entries);
    let args = [set, length, Arg::int(timeout)];
    // SAFETY: the array has as many entries as are said.
    let count = check(unsafe {
        made_int(
            |a| libc::poll(a[0] as _, a[1] as _, a[2] as _) as isize,
            args,
        )
    })?;
    let revents = entries.iter().map(|entry| i32::from(entry.revents));
    Ok((count, revents.collect()))
}

/// What ppoll(2) gave.
#[derive(Debug, PartialEq, Eq)]
pub struct Polled {
    /// How many entries have events.
    pub count: i32,
    /// The revents of each entry.
    pub revents: Vec<i32>,
    /// What was left of the timeout, as Linux reports it.
    pub left: Option<Duration>,
}

/// ppoll(2) on a set, with a signal mask as bits. It is not the function of the C library, which keeps what is left of the
/// timeout to itself.
///
/// # Errors
///
/// The errno of the call.
pub fn ppoll(set: &[(i32, i32)], timeout: Timeout, mask: Option<u64>) -> Result<Polled> {
    let mut entries = entries(set);
    let mut span = given(timeout);
    let [set, length] = entries_args(&mut entries);
    let args = [
        set,
        length,
        Arg::update(pointer_mut(&mut span)),
        Arg::read(pointer(&mask)),
        Arg::Value(MASK_SIZE),
    ];
    // SAFETY: the array has as many entries as are said; timeout and mask are null or live until the call returns.
    let count = check(unsafe {
        made_int(
            |a| libc::syscall(libc::SYS_ppoll, a[0], a[1], a[2], a[3], a[4]) as isize,
            args,
        )
    })?;
    let revents = entries.iter().map(|entry| i32::from(entry.revents));
    Ok(Polled {
        count,
        revents: revents.collect(),
        left: span.map(duration),
    })
}

/// The size of the kernel's signal set.
const MASK_SIZE: usize = size_of::<u64>();

fn entries(set: &[(i32, i32)]) -> Vec<libc::pollfd> {
    let entry = |(fd, events): &(i32, i32)| libc::pollfd {
        fd: *fd,
        // The field has 16 bits; what does not fit is not an event.
        events: *events as libc::c_short,
        revents: 0,
    };
    set.iter().map(entry).collect()
}

/// The array of poll(2) and its length as arguments.
fn entries_args(entries: &mut [libc::pollfd]) -> [Arg; 2] {
    let size = size_of_val(entries);
    [
        Arg::Update(entries.as_mut_ptr().cast(), size),
        Arg::Value(entries.len()),
    ]
}

fn pointer<T>(value: &Option<T>) -> *const T {
    value.as_ref().map_or(std::ptr::null(), std::ptr::from_ref)
}

fn pointer_mut<T>(value: &mut Option<T>) -> *mut T {
    value
        .as_mut()
        .map_or(std::ptr::null_mut(), std::ptr::from_mut)
}

/// One set of select(2).
#[derive(Debug, Clone, Copy)]
pub struct Set([u64; SET_SIZE / 64]);

impl Set {
    /// The set of these descriptors. `None` when one does not fit.
    pub fn of(fds: &[i32]) -> Option<Self> {
        let mut bits = [0; SET_SIZE / 64];
        for fd in fds {
            let fd = usize::try_from(*fd).ok().filter(|fd| *fd < SET_SIZE)?;
            bits[fd / 64] |= 1 << (fd % 64);
        }
        Some(Self(bits))
    }

    /// Whether a descriptor is in it.
    pub fn contains(&self, fd: i32) -> bool {
        usize::try_from(fd)
            .ok()
            .filter(|fd| *fd < SET_SIZE)
            .is_some_and(|fd| self.0[fd / 64] & 1 << (fd % 64) != 0)
    }
}

/// What select(2) gave.
#[derive(Debug)]
pub struct Selected {
    /// How many bits are set.
    pub count: i32,
    /// The sets afterwards.
    pub sets: [Option<Set>; 3],
    /// What was left of the timeout, as Linux reports it.
    pub left: Option<Duration>,
}

/// The last argument of pselect6: a system call has at most six.
#[repr(C)]
struct MaskArgument {
    mask: *const u64,
    size: usize,
}

/// select(2) by way of pselect6, as glibc makes it: pselect(2) without a mask. An empty set is passed as a null pointer.
///
/// # Errors
///
/// The errno of the call, or why it was not made: an `nfds` that goes beyond the sets.
pub fn select(nfds: i32, sets: [Option<Set>; 3], timeout: Timeout) -> Checked<Selected> {
    pselect6(nfds, sets, timeout, Arg::Value(0))
}

/// pselect(2), with a signal mask as bits; `None` inside is a null pointer.
///
/// # Errors
///
/// As [`select`].
pub fn pselect(
    nfds: i32,
    sets: [Option<Set>; 3],
    timeout: Timeout,
    mask: Option<u64>,
) -> Checked<Selected> {
    let mut argument = MaskArgument {
        mask: pointer(&mask),
        size: MASK_SIZE,
    };
    let inner = vec![(
        std::mem::offset_of!(MaskArgument, mask),
        Arg::read(argument.mask),
    )];
    let size = size_of::<MaskArgument>();
    let argument = Arg::Struct((&raw mut argument).cast(), size, inner);
    pselect6(nfds, sets, timeout, argument)
}

fn pselect6(nfds: i32, sets: [Option<Set>; 3], timeout: Timeout, mask: Arg) -> Checked<Selected> {
    let mut sets = sets;
    let mut timeout = given(timeout);
    let has_set = sets.iter().any(Option::is_some);
    refuse::select(nfds, has_set)?;
    let [read, write, except] = sets.each_mut().map(|set| Arg::update(pointer_mut(set)));
    let span = Arg::update(pointer_mut(&mut timeout));
    let args = [Arg::int(nfds), read, write, except, span, mask];
    let call = |a: &[usize; 6]| {
        let number = libc::SYS_pselect6;
        // SAFETY: each set has room for FD_SETSIZE bits and the kernel reads no more than `nfds` of them, which was checked
        // above, or is null; the timeout is a timespec or null; the mask is null or lives until the call returns.
        let returned = unsafe { libc::syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]) };
        returned as isize
    };
    // SAFETY: as above.
    let count = check(unsafe { made_int(call, args) })?;
    let left = timeout.map(duration);
    Ok(Selected { count, sets, left })
}

fn duration(span: libc::timespec) -> Duration {
    let seconds = u64::try_from(span.tv_sec).unwrap_or(0);
    Duration::new(seconds, u32::try_from(span.tv_nsec).unwrap_or(0))
}

/// A span as the kernel takes it.
pub(crate) fn timespec(span: Duration) -> libc::timespec {
    libc::timespec {
        tv_sec: libc::c_long::try_from(span.as_secs()).unwrap_or(libc::c_long::MAX),
        tv_nsec: libc::c_long::from(span.subsec_nanos() as i32),
    }
}

/// A timeout as the kernel takes it, also one that it rejects. `None` is a null pointer.
fn given(timeout: Timeout) -> Option<libc::timespec> {
    let (seconds, nanos) = timeout.timespec()?;
    Some(libc::timespec {
        tv_sec: libc::c_long::try_from(seconds).unwrap_or(libc::c_long::MAX),
        tv_nsec: libc::c_long::try_from(nanos).unwrap_or(0),
    })
}

/// epoll_create1(2)
///
/// # Errors
///
/// The errno of the call.
pub fn epoll_create1(flags: i32) -> Result<i32> {
    // SAFETY: the call takes no pointers.
    check(unsafe {
        made_int(
            |a| libc::epoll_create1(a[0] as _) as isize,
            [Arg::int(flags)],
        )
    })
}

/// epoll_create(2)
///
/// # Errors
///
/// The errno of the call.
pub fn epoll_create(size: i32) -> Result<i32> {
    // SAFETY: the call takes no pointers.
    check(unsafe { made_int(|a| libc::epoll_create(a[0] as _) as isize, [Arg::int(size)]) })
}

/// epoll_ctl(2); the user data is the descriptor, as programs usually have it.
///
/// # Errors
///
/// The errno of the call.
pub fn epoll_ctl(epoll: i32, op: i32, fd: i32, events: i32) -> Result<()> {
    let mut event = libc::epoll_event {
        events: events.cast_unsigned(),
        u64: u64::from(fd.cast_unsigned()),
    };
    let args = [
        Arg::int(epoll),
        Arg::int(op),
        Arg::int(fd),
        Arg::update(&raw mut event),
    ];
    // SAFETY: the event lives until the call returns.
    check(unsafe {
        made_int(
            |a| libc::epoll_ctl(a[0] as _, a[1] as _, a[2] as _, a[3] as _) as isize,
            args,
        )
    })
    .map(drop)
}

/// epoll_wait(2): the descriptors that were registered, with what happened to them.
///
/// # Errors
///
/// The errno of the call, or why it was not made.
pub fn epoll_wait(epoll: i32, max: i32, timeout: i32) -> Checked<Vec<(i32, i32)>> {
    waits(max, |events| {
        let args = [Arg::int(epoll), events, Arg::int(max), Arg::int(timeout)];
        // SAFETY: there is room for `max` events; the kernel refuses a max of 0 and below.
        check(unsafe {
            made_int(
                |a| libc::epoll_wait(a[0] as _, a[1] as _, a[2] as _, a[3] as _) as isize,
                args,
            )
        })
    })
}

/// epoll_pwait(2), with a signal mask as bits.
///
/// # Errors
///
/// As [`epoll_wait`].
pub fn epoll_pwait(
    epoll: i32,
    max: i32,
    timeout: i32,
    mask: Option<u64>,
) -> Checked<Vec<(i32, i32)>> {
    waits(max, |events| {
        let args = [
            Arg::int(epoll),
            events,
            Arg::int(max),
            Arg::int(timeout),
            Arg::read(pointer(&mask)),
            Arg::Value(MASK_SIZE),
        ];
        let call = |a: &[usize; 6]| {
            let number = libc::SYS_epoll_pwait;
            // SAFETY: as in `epoll_wait`; the mask is null or lives until the call returns.
            let returned = unsafe { libc::syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]) };
            returned as isize
        };
        // SAFETY: as above.
        check(unsafe { made_int(call, args) })
    })
}

/// Makes a call that reports at most `max` events.
fn waits(max: i32, call: impl FnOnce(Arg) -> Result<i32>) -> Checked<Vec<(i32, i32)>> {
    let mut events = vec![libc::epoll_event { events: 0, u64: 0 }; refuse::events(max)?];
    let size = size_of_val(events.as_slice());
    let count = call(Arg::Update(events.as_mut_ptr().cast(), size))?;
    let reported = events.iter().take(usize::try_from(count).unwrap_or(0));
    Ok(reported
        .map(|event| {
            let (events, data) = (event.events, event.u64);
            ((data as u32).cast_signed(), events.cast_signed())
        })
        .collect())
}

/// Sleeps, nanosleep(2), unless a signal comes first.
pub fn pause(span: Duration) {
    let span = timespec(span);
    // SAFETY: the span lives until the call returns; the rest is not wanted.
    unsafe { libc::nanosleep(&raw const span, std::ptr::null_mut()) };
}

/// sigtimedwait(2): waits for one of these signals. Gives EAGAIN after the timeout.
///
/// # Errors
///
/// The errno of the call.
pub fn sigtimedwait(signals: &[i32], timeout: Timeout) -> Result<TakenSignal> {
    // SAFETY: an all-zero set and siginfo are valid to be written over.
    let (mut set, mut info): (libc::sigset_t, libc::siginfo_t) = unsafe { std::mem::zeroed() };
    // SAFETY: the set is ours.
    unsafe { libc::sigemptyset(&raw mut set) };
    for signal in signals {
        // SAFETY: the set is ours; an unknown number is refused.
        unsafe { libc::sigaddset(&raw mut set, *signal) };
    }
    let span = given(timeout);
    let args = [
        Arg::read(&raw const set),
        Arg::update(&raw mut info),
        Arg::read(pointer(&span)),
    ];
    // SAFETY: the three pointers lead to what the call wants, the last may be null.
    check(unsafe {
        made_int(
            |a| libc::sigtimedwait(a[0] as _, a[1] as _, a[2] as _) as isize,
            args,
        )
    })?;
    Ok(TakenSignal::of(&info))
}

#[cfg(test)]
mod tests {
    use crate::socket::Errno;
    use crate::sys::Failure;
    use crate::sys::ready::*;

    #[test]
    fn a_set_holds_what_fits() {
        let set = Set::of(&[0, 63, 64, 1023]).expect("they fit");
        assert!(set.contains(64) && set.contains(1023) && !set.contains(1) && !set.contains(-1));
        assert!(Set::of(&[1024]).is_none());
        assert!(Set::of(&[-1]).is_none());
    }

    #[test]
    fn wrong_descriptors_are_answered_by_the_kernel() {
        assert_eq!(
            poll(&[(900, 1)], 0),
            Ok((1, vec![i32::from(libc::POLLNVAL)]))
        );
        assert_eq!(epoll_create(0), Err(Errno(libc::EINVAL)));
        let no_descriptor = Err(Failure::Errno(Errno(libc::EBADF)));
        assert_eq!(epoll_wait(-1, 5000, 0), no_descriptor);
        assert_eq!(
            select(-1, [None; 3], Timeout::Span(Duration::ZERO)).map(drop),
            Err(Failure::Errno(Errno(libc::EINVAL)))
        );
    }
}
