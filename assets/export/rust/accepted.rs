/// The connections that serve() accepted.
static ACCEPTED: [AtomicI32; COUNT] = [const { AtomicI32::new(-1) }; COUNT];

/// One of them, once it was accepted.
fn accepted(place: usize) -> RawFd {
    while ACCEPTED[place].load(SeqCst) == -1 {
        sleep(Duration::from_millis(1));
    }
    ACCEPTED[place].load(SeqCst)
}
