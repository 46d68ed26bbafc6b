/// What all processes of the program share.
struct Shared {
    FIELDS
}

fn shared() -> &'static Shared {
    static SHARED: std::sync::OnceLock<usize> = std::sync::OnceLock::new();
    let at = SHARED.get_or_init(|| {
        let (access, flags) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_SHARED | libc::MAP_ANONYMOUS);
        let at = unsafe { libc::mmap(std::ptr::null_mut(), size_of::<Shared>(), access, flags, -1, 0) };
        assert_ne!(at, libc::MAP_FAILED);
        at as usize
    });
    // All zeros are valid.
    unsafe { &*(*at as *const Shared) }
}

