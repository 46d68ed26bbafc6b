/// An address that the kernel is asked for.
struct Known {
    bytes: [AtomicU8; 128],
    length: AtomicU32,
}

impl Known {
    fn ask(&self, fd: RawFd) {
        self.set(&bytes_of(&must("getsockname", sock(fd).local_addr())));
    }

    fn set(&self, address: &[u8]) {
        for (own, byte) in self.bytes.iter().zip(address) {
            own.store(*byte, SeqCst);
        }
        self.length.store(address.len() as u32, SeqCst);
    }

    fn get(&self) -> SockAddr {
        let mut storage = socket2::SockAddrStorage::zeroed();
        let bytes: *mut u8 = (&raw mut storage).cast();
        for (index, byte) in self.bytes.iter().enumerate().take(storage.size_of() as usize) {
            unsafe { *bytes.add(index) = byte.load(SeqCst) };
        }
        unsafe { SockAddr::new(storage, self.length.load(SeqCst) as _) }
    }

    fn port(&self) -> u16 {
        self.get().as_socket().map_or(0, |address| address.port())
    }

    /// The path of an AF_UNIX address.
    fn path(&self) -> std::ffi::CString {
        let bytes = bytes_of(&self.get());
        let path = bytes.get(2..).unwrap_or_default();
        let end = path.iter().position(|byte| *byte == 0).unwrap_or(path.len());
        std::ffi::CString::new(&path[..end]).unwrap()
    }
}
