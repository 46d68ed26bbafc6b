//! `struct tcp_info` from the bytes that the kernel gave, tcp(7).
//!
//! The kernel decides how long the struct is, so each field is read only where the bytes reach.

use std::mem::offset_of;

use crate::call::value::TcpInfo;
use crate::socket::TcpState;

/// TCPI_OPT_SYN_DATA of linux/tcp.h: the SYN+ACK acknowledged data in the SYN.
const SYN_DATA: u8 = 32;

/// Room for the struct of this and of later kernels.
pub const ROOM: usize = 512;

/// Reads the fields that we show.
pub fn decode(bytes: &[u8]) -> TcpInfo {
    let field = |at: usize| {
        let field = bytes.get(at..at + 4)?;
        field.try_into().ok().map(u32::from_ne_bytes)
    };
    let word = |at: usize| field(at).unwrap_or(0);
    let long = |at: usize| {
        let field = bytes
            .get(at..at + 8)
            .and_then(|field| field.try_into().ok());
        field.map_or(0, u64::from_ne_bytes)
    };
    TcpInfo {
        syn_data: bytes
            .get(offset_of!(libc::tcp_info, tcpi_options))
            .is_some_and(|options| options & SYN_DATA != 0),
        state: bytes.first().copied().and_then(TcpState::from_number),
        rtt_us: word(offset_of!(libc::tcp_info, tcpi_rtt)),
        rttvar_us: word(offset_of!(libc::tcp_info, tcpi_rttvar)),
        cwnd: word(offset_of!(libc::tcp_info, tcpi_snd_cwnd)),
        mss: word(offset_of!(libc::tcp_info, tcpi_snd_mss)),
        unacked: word(offset_of!(libc::tcp_info, tcpi_unacked)),
        sacked: word(offset_of!(libc::tcp_info, tcpi_sacked)),
        retransmits: word(offset_of!(libc::tcp_info, tcpi_total_retrans)),
        segs_out: word(offset_of!(libc::tcp_info, tcpi_segs_out)),
        segs_in: word(offset_of!(libc::tcp_info, tcpi_segs_in)),
        bytes_acked: long(offset_of!(libc::tcp_info, tcpi_bytes_acked)),
        bytes_received: long(offset_of!(libc::tcp_info, tcpi_bytes_received)),
        not_sent: word(offset_of!(libc::tcp_info, tcpi_notsent_bytes)),
        snd_wnd: field(offset_of!(libc::tcp_info, tcpi_snd_wnd)),
    }
}

#[cfg(test)]
mod tests {
    use crate::call::tcp_info::*;

    #[test]
    fn a_short_struct_gives_what_it_has() {
        let info = decode(&[10]);
        assert_eq!(info.state, Some(TcpState::Listen));
        assert_eq!(info.rtt_us, 0);
        assert_eq!(decode(&[]).state, None);
    }

    #[test]
    fn the_window_is_reported_since_linux_5_4() {
        let mut bytes = vec![0; 228];
        assert_eq!(decode(&bytes).snd_wnd, None);
        bytes.extend(65483_u32.to_ne_bytes());
        assert_eq!(decode(&bytes).snd_wnd, Some(65483));
    }
}
