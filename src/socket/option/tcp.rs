//! The options of IPPROTO_TCP: tcp(7).

use crate::socket::option::ValueType::{
    Bool, Fields, Int, Md5Key, Md5KeyExt, Named, Pointers, Raw, TcpInfo, Text, Unsigned,
};
use crate::socket::option::{ADMIN, Access, FREE, Names, OptionRow, Privilege, admin};

/// `struct tcp_repair_window`.
const WINDOW: &[&str] = &["snd_wl1", "snd_wnd", "max_window", "rcv_wnd", "rcv_wup"];

/// What a socket under repair does was allowed when TCP_REPAIR was set.
const REPAIR: Option<Privilege> = admin("to set TCP_REPAIR first");

rows! {
    IPPROTO_TCP "tcp(7)" {
        TCP_NODELAY: Bool, Both, "1.0", FREE, "send small segments at once (Nagle's algorithm off)", off "small segments wait while sent data is unacknowledged (Nagle's algorithm on)";
        TCP_CORK: Bool, Both, "2.2", FREE, "hold partial segments back until it is cleared, at most 200 ms", off "what was held back is sent, and partial segments are not held back";
        TCP_MAXSEG: Int, Both, "1.0", FREE, "the largest segment in bytes", kept "it reads the size in use, which for a connection is the negotiated one", takes [0, 0] [88, 32767];
        TCP_KEEPIDLE: Int, Both, "2.4", FREE, "seconds of silence before the first keep-alive probe", takes [1, 32767];
        TCP_KEEPINTVL: Int, Both, "2.4", FREE, "seconds between keep-alive probes", takes [1, 32767];
        TCP_KEEPCNT: Int, Both, "2.4", FREE, "unanswered probes until the connection is dropped", takes [1, 127];
        TCP_SYNCNT: Int, Both, "2.4", FREE, "how often a SYN is sent again before connect() gives up", takes [1, 127];
        TCP_DEFER_ACCEPT: Int, Both, "2.4", FREE, "seconds: accept() only once data has come", off "accept() once the handshake is complete, with or without data", kept "the kernel counts retransmissions of the SYN+ACK, and gives the seconds that these take";
        TCP_USER_TIMEOUT: Int, Both, "2.6.37", FREE, "milliseconds that sent data may stay unacknowledged", off "unacknowledged data is sent again as often as net.ipv4.tcp_retries2 says", takes [0, i32::MAX];
        TCP_QUICKACK: Bool, Both, "2.4.4", FREE, "acknowledge at once; the kernel may turn it off again", off "acknowledgements may be delayed; the kernel may turn it on again", kept "the kernel keeps whether it delays acknowledgements at present";
        TCP_LINGER2: Int, Both, "2.4", FREE, "seconds that a closed socket may stay in FIN_WAIT2", off "FIN_WAIT2 lasts as long as net.ipv4.tcp_fin_timeout says", kept "0 means net.ipv4.tcp_fin_timeout, anything negative for -1, and 120 is the most";
        TCP_WINDOW_CLAMP: Int, Both, "2.4", FREE, "upper bound of the advertised window in bytes", kept "the kernel raises it to half of the minimum receive buffer";
        TCP_CONGESTION: Text, Both, "2.6.13", admin("for one that tcp_allowed_congestion_control does not list"), "the congestion control: \"reno\", \"cubic\", \"bbr\"";
        TCP_FASTOPEN: Int, Both, "3.6", FREE, "listener: accept data in the SYN, with this many pending", off "listener: no data is accepted in the SYN", kept "the kernel caps it at net.core.somaxconn", takes [0, i32::MAX];
        TCP_FASTOPEN_CONNECT: Bool, Both, "4.11", FREE, "connect() leaves the SYN to the first send(), which puts data in it", off "connect() sends the SYN, without data", takes [0, 1];
        TCP_INFO: TcpInfo, Get, "2.4", FREE, "what the kernel knows about the connection";
    }
    IPPROTO_TCP "linux/tcp.h" {
        TCP_NOTSENT_LOWAT: Unsigned, Both, "3.12", FREE, "writable only while fewer bytes than this are unsent", off "net.ipv4.tcp_notsent_lowat decides how much may be unsent";
        TCP_INQ: Bool, Both, "4.18", FREE, "recvmsg() says how many bytes are left to read", off "recvmsg() does not say how many bytes are left", takes [0, 1];
        TCP_SAVE_SYN: Int, Both, "4.2", FREE, "listener: keep the headers of each SYN", off "listener: the headers of a SYN are not kept", takes [0, 2];
        TCP_SAVED_SYN: Raw, Get, "4.2", FREE, "the headers of the SYN that began it; can be read once";
        TCP_TX_DELAY = 37: Int, Both, "5.3", FREE, "microseconds that everything sent is held back, for tests", off "nothing that is sent is held back", takes [0, 268_435_455];
        TCP_THIN_LINEAR_TIMEOUTS: Bool, Both, "2.6.34", FREE, "a stream with little data retransmits at constant intervals", off "waits double with each retransmission", takes [0, 1];
        TCP_THIN_DUPACK: Bool, Both, "2.6.34", FREE, "does nothing since Linux 4.11; once earlier retransmission", off "does nothing since Linux 4.11", takes [0, 1];
        TCP_CC_INFO: Raw, Get, "4.1", FREE, "what the congestion control knows, in a struct of its own";
        TCP_FASTOPEN_KEY: Raw, Both, "4.15", FREE, "listener: the 16 bytes from which it makes cookies, or twice as many";
        TCP_FASTOPEN_NO_COOKIE: Bool, Both, "4.15", FREE, "data in the SYN without any cookie", off "data in the SYN needs a cookie", takes [0, 1];
        TCP_ULP: Text, Both, "4.13", FREE, "a layer above TCP in the kernel: \"tls\"";
        TCP_MD5SIG: Md5Key, Set, "2.6.20", FREE, "segments to this peer are signed with the key, and its segments must be (RFC 2385)", off "segments to this peer are not signed";
        TCP_MD5SIG_EXT: Md5KeyExt, Set, "4.14", FREE, "segments to peers with this prefix or interface are signed, and theirs must be (RFC 2385)", off "segments to these peers are not signed";
        TCP_REPAIR: Int, Both, "3.5", ADMIN, "1: freeze the connection, unnoticed by the peer; 0: continue", off "the connection continues, no longer under repair", kept "the kernel keeps only whether it is under repair";
        TCP_REPAIR_QUEUE: Named(Names::RepairQueue), Both, "3.5", REPAIR, "under repair: the queue that is meant", off "under repair: no queue is meant";
        TCP_QUEUE_SEQ: Unsigned, Both, "3.5", REPAIR, "under repair: the sequence number of the queue that is meant";
        TCP_REPAIR_OPTIONS: Raw, Set, "3.5", REPAIR, "under repair: what was negotiated, struct tcp_repair_opt";
        TCP_REPAIR_WINDOW: Fields(WINDOW), Both, "4.8", REPAIR, "under repair: the windows";
        TCP_TIMESTAMP: Unsigned, Both, "3.9", REPAIR, "the clock of TCP's timestamps; set under repair only";
        TCP_ZEROCOPY_RECEIVE: Pointers, Get, "4.18", FREE, "maps received pages to an address, which a line cannot give";
    }
}
