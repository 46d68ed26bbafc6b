//! The filter of a packet socket, in classic BPF: linux/filter.h.

/// What a captured packet is cut to: an IP header and a TCP header, each with all its options.
pub(crate) const SNAP: u32 = 128;

/// One instruction: BPF_STMT and BPF_JUMP of linux/filter.h.
const fn instruction(code: u32, jt: u8, jf: u8, k: u32) -> libc::sock_filter {
    libc::sock_filter {
        code: code as u16,
        jt,
        jf,
        k,
    }
}

const LOAD: u32 = libc::BPF_LD | libc::BPF_W | libc::BPF_ABS;
const LOAD_BYTE: u32 = libc::BPF_LD | libc::BPF_B | libc::BPF_ABS;
const LOAD_PORT: u32 = libc::BPF_LD | libc::BPF_H | libc::BPF_IND;
const INDEX: u32 = libc::BPF_LDX | libc::BPF_W | libc::BPF_IMM;
const INDEX_HEADER: u32 = libc::BPF_LDX | libc::BPF_B | libc::BPF_MSH;
const AND: u32 = libc::BPF_ALU | libc::BPF_AND | libc::BPF_K;
const JUMP: u32 = libc::BPF_JMP | libc::BPF_JA;
const JUMP_EQUAL: u32 = libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K;
const RETURN: u32 = libc::BPF_RET | libc::BPF_K;
const TCP: u32 = libc::IPPROTO_TCP as u32;
/// `sll_pkttype` of the packet, and the kind of its interface: what a filter may ask beside its bytes.
const PACKET_TYPE: u32 = (libc::SKF_AD_OFF + libc::SKF_AD_PKTTYPE) as u32;
const INTERFACE_TYPE: u32 = (libc::SKF_AD_OFF + libc::SKF_AD_HATYPE) as u32;

/// Goes on with packets of this host. The loopback shows each of them twice, as it leaves and as it arrives: only the
/// latter is taken.
static EACH_ONCE: [libc::sock_filter; 6] = [
    instruction(LOAD, 0, 0, PACKET_TYPE),
    instruction(JUMP_EQUAL, 3, 0, libc::PACKET_OTHERHOST as u32),
    instruction(JUMP_EQUAL, 0, 3, libc::PACKET_OUTGOING as u32),
    instruction(LOAD, 0, 0, INTERFACE_TYPE),
    instruction(JUMP_EQUAL, 0, 1, libc::ARPHRD_LOOPBACK as u32),
    instruction(RETURN, 0, 0, 0),
];
/// Goes on with TCP over IPv4 and IPv6, the length of the IP header in the index register. A cooked packet begins with
/// its IP header.
static ONLY_TCP: [libc::sock_filter; 13] = [
    instruction(LOAD_BYTE, 0, 0, 0),
    instruction(AND, 0, 0, 0xf0),
    instruction(JUMP_EQUAL, 0, 4, 0x40),
    instruction(LOAD_BYTE, 0, 0, 9),
    instruction(JUMP_EQUAL, 0, 7, TCP),
    instruction(INDEX_HEADER, 0, 0, 0),
    instruction(JUMP, 0, 0, 6),
    instruction(JUMP_EQUAL, 0, 4, 0x60),
    instruction(LOAD_BYTE, 0, 0, 6),
    instruction(JUMP_EQUAL, 0, 2, TCP),
    instruction(INDEX, 0, 0, 40),
    instruction(JUMP, 0, 0, 1),
    instruction(RETURN, 0, 0, 0),
];
/// So many ports are looked for; with more of them every segment is let through. What a filter may take of
/// net.core.optmem_max is 20 KiB on older kernels.
pub const MOST_PORTS: usize = 200;

/// The filter that lets segments from and to these ports through.
pub(crate) fn filter(ports: &[u16]) -> Vec<libc::sock_filter> {
    let mut filter = [EACH_ONCE.as_slice(), &ONLY_TCP].concat();
    if ports.len() > MOST_PORTS {
        filter.push(instruction(RETURN, 0, 0, SNAP));
        return filter;
    }
    for offset in [0, 2] {
        filter.push(instruction(LOAD_PORT, 0, 0, offset));
        for port in ports {
            filter.push(instruction(JUMP_EQUAL, 0, 1, u32::from(*port)));
            filter.push(instruction(RETURN, 0, 0, SNAP));
        }
    }
    filter.push(instruction(RETURN, 0, 0, 0));
    filter
}
