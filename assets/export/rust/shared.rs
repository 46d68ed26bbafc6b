/// An address in the memory that all processes of the program share.
struct Known {
    bytes: [AtomicU8; 128],
    length: AtomicU32,
}

fn remember(known: &Known, address: &SockAddr) {
    let bytes: *const u8 = address.as_ptr().cast();
    for (index, own) in known.bytes.iter().enumerate().take(address.len() as usize) {
        own.store(unsafe { *bytes.add(index) }, SeqCst);
    }
    known.length.store(address.len(), SeqCst);
}

fn recall(known: &Known) -> SockAddr {
    let mut storage = SockAddrStorage::zeroed();
    let bytes: *mut u8 = (&raw mut storage).cast();
    for (index, own) in known.bytes.iter().enumerate() {
        unsafe { *bytes.add(index) = own.load(SeqCst) };
    }
    unsafe { SockAddr::new(storage, known.length.load(SeqCst)) }
}

fn shared() -> &'static Shared {
    static SHARED: OnceLock<usize> = OnceLock::new();
    let at = SHARED.get_or_init(|| {
        let access = libc::PROT_READ | libc::PROT_WRITE;
        let flags = libc::MAP_SHARED | libc::MAP_ANONYMOUS;
        let length = size_of::<Shared>();
        let at = unsafe { libc::mmap(std::ptr::null_mut(), length, access, flags, -1, 0) };
        assert_ne!(at, libc::MAP_FAILED);
        at as usize
    });
    // All zeros are valid.
    unsafe { &*(*at as *const Shared) }
}
