//! What the columns of the table of calls can say, beside names and texts.

/// Who carries a call out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// The kernel: it is one system call.
    System,
    /// The engine: a loop of system calls.
    Loop,
    /// The engine: a question about a socket, which can be repeated until the answer is the expected one.
    Query,
    /// The C library: it is a function that may make system calls of its own, or none.
    Library,
    /// The player of a script alone.
    Player,
}

/// Whether a child that fork(2) made can make a call: `send(x, "a") in p`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InChild {
    /// It can, as this process can.
    Made,
    /// Only a child can.
    Only,
    /// It cannot; why, and what to do.
    Refused(&'static str),
}

/// What a call is for, as far as others ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It sends data.
    Sends,
    /// It receives data.
    Receives,
    /// It receives data and sends it back.
    Answers,
    /// It takes connections.
    Accepts,
    /// It connects.
    Connects,
    /// It waits for something to happen at descriptors, or for a signal.
    Waits,
    /// It makes a second descriptor for what another one refers to.
    Duplicates,
    /// It gives a descriptor back.
    Closes,
    /// None of these.
    Other,
}

/// What the first argument of a call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    /// No descriptor.
    Nothing,
    /// A process.
    Process,
    /// A path of the file system.
    Path,
    /// The descriptor of a socket; others are not served.
    Socket,
    /// Any descriptor.
    File,
    /// The descriptor of an epoll instance.
    Epoll,
    /// The descriptor of a timerfd.
    Timerfd,
}

/// Under which heading the list of calls shows one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// It makes descriptors.
    Make,
    /// It gives addresses, and connects.
    Connect,
    /// It sends.
    Send,
    /// It receives.
    Receive,
    /// It ends something.
    End,
    /// It waits.
    Wait,
    /// It sets something, or reads what is set.
    Options,
    /// It looks names up, or writes addresses as bytes and as text.
    Names,
    /// It makes processes, or is about one.
    Processes,
    /// It asks.
    Ask,
    /// It is a loop.
    Loops,
    /// It has no form, and is only in help.
    Prompt,
}

impl Group {
    /// All groups of the list, in its order: a socket is made, gets an address, is connected, used, ended.
    pub const LISTED: [Self; 11] = [
        Self::Make,
        Self::Connect,
        Self::Send,
        Self::Receive,
        Self::End,
        Self::Wait,
        Self::Options,
        Self::Names,
        Self::Processes,
        Self::Ask,
        Self::Loops,
    ];

    /// The heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Make => "make",
            Self::Connect => "connect",
            Self::Send => "send",
            Self::Receive => "receive",
            Self::End => "end",
            Self::Wait => "wait",
            Self::Options => "options",
            Self::Names => "names",
            Self::Processes => "processes",
            Self::Ask => "ask",
            Self::Loops => "loops",
            Self::Prompt => "only at the prompt",
        }
    }
}

/// What a call returns when it succeeds, as far as completion and the engine ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gives {
    /// 0.
    Zero,
    /// The descriptor of a new socket.
    Socket,
    /// Those of two new sockets.
    Pair,
    /// That of an eventfd.
    Eventfd,
    /// That of a timerfd.
    Timerfd,
    /// Those of the two ends of a pipe.
    Pipe,
    /// That of a connection.
    Connection,
    /// That of an epoll instance.
    Epoll,
    /// That of a file.
    File,
    /// A second descriptor for what the call was made on.
    Duplicate,
    /// Flags, 0, or a second descriptor, as a command says: fcntl(2).
    Control,
    /// How many bytes were sent.
    Sent,
    /// Received data.
    Received,
    /// Ready descriptors.
    Ready,
    /// Sets of ready descriptors.
    Selected,
    /// A signal.
    Signal,
    /// An address.
    Address,
    /// A list of addresses.
    Addresses,
    /// A name, or two.
    Names,
    /// A number with its bytes.
    Bytes,
    /// The value of an option.
    Value,
    /// A number that a request asks for, or 0: ioctl(2).
    Answer,
    /// How many bytes a loop moved.
    Moved,
    /// How many connections a loop took.
    Connections,
    /// How many connections wait.
    Waiting,
    /// How many bytes wait.
    Unread,
    /// A state.
    State,
    /// The number of a new process.
    Process,
    /// How a process has changed.
    ChildChange,
    /// Nothing: it does not return.
    Nothing,
    /// What another call returns.
    Another,
    /// A number of which the notation knows nothing more.
    Number,
}

/// What a call may reach beyond the descriptors that it is given. Lines that are confined are checked by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Nothing.
    Nothing,
    /// A protocol: it makes a socket.
    Protocol,
    /// A local address.
    LocalAddress,
    /// A peer that it connects to.
    NewPeer,
    /// Whom the socket, or an address that the call is given, leads to.
    Peer,
    /// Whatever an option leads to.
    Option,
    /// A file that it opens.
    File,
    /// A file that it changes or removes.
    Path,
    /// Whoever the C library asks for a name or an address: files, and name servers.
    Names,
}

/// Whether a call can have given its socket an address or a peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Addresses {
    /// It cannot.
    Kept,
    /// It can.
    Set,
    /// The first datagram makes the kernel choose a port.
    SetByDatagrams,
    /// A connection of TCP may have come about meanwhile, and this call is how one asks.
    AskedOfTcp,
}

/// What strace sees when a signal interrupts a call, before it is decided whether the kernel makes it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interrupted {
    /// ERESTARTSYS; EINTR where the socket has a time limit.
    Restarts,
    /// ERESTART_RESTARTBLOCK.
    Resumes,
    /// ERESTARTNOHAND.
    RestartsWithoutHandler,
    /// EINTR.
    Fails,
}

/// What the optional last length or number of a call is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LengthOf {
    /// There is none.
    Nothing,
    /// The buffer for an address.
    Address,
    /// The value of an option that is set.
    Value,
    /// The buffer for the value of an option that is read.
    ValueBuffer,
    /// The buffer for control messages.
    Control,
    /// The sets of select(2): one more than the highest descriptor.
    Sets,
    /// No length: the number that a request of ioctl(2) sets.
    Request,
}

impl LengthOf {
    /// Whether it belongs to a pointer.
    pub fn is_beside_pointer(self) -> bool {
        match self {
            Self::Address | Self::Value | Self::ValueBuffer | Self::Control => true,
            Self::Nothing | Self::Sets | Self::Request => false,
        }
    }
}
