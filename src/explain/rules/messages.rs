//! What only sendmsg and recvmsg do: descriptors and credentials that travel, and flags that come back.

use crate::explain::rule::{Rule, rows};

pub(crate) static ROWS: &[Rule] = rows! {
    // sendmsg()
    SENDMSG Fails(EBADF) [OnOpen, Passes, OtherDead] {DeadNotOpen} "{dead} is to go along and is not open. The whole call fails: nothing was sent." "unix(7)";
    SENDMSG Fails(EINVAL) [Passes] {Unchecked} "One message carries at most 253 descriptors (SCM_MAX_FD). Use several." "unix(7)";
    SENDMSG Fails(EINVAL) [Claims] {Unchecked} "The user or group of the credentials is no valid id." "unix(7)";
    SENDMSG Fails(ESRCH) [Claims] {ByErrno} "No process has the pid of the credentials." "unix(7)";
    SENDMSG Fails(EPERM) [Claims] {Unchecked} "The kernel checks credentials: a foreign pid takes CAP_SYS_ADMIN, a foreign user CAP_SETUID, a foreign group CAP_SETGID. Give your own." "unix(7)";
    SENDMSG Fails(ETOOMANYREFS) [] {ByErrno} "This user has as many descriptors under way, sent and not received, as RLIMIT_NOFILE allows." "unix(7)";
    SENDMSG Fails(EMSGSIZE) [Stream] {ByArguments} "One call takes at most 1024 buffers (IOV_MAX)." "sendmsg(2)";
    SENDMSG Success [Passes, Unix, Stream, AskedForNothing] {ByArguments} "A stream carries descriptors only beside data: there was no byte, so nothing was sent, {passed} neither." "unix(7)";
    SENDMSG Success [Passes, Inet] {ByKind} "Only AF_UNIX can pass descriptors: the {count} bytes went out, and {passed} was ignored." "unix(7)";
    SENDMSG Success [Passes] {ByResult} "{passed} went along with the {count} bytes. The receiver gets a new number for the same open file, no copy: it lives on even if it is closed here." "TLPI 61.13.3";
    SENDMSG Success [Claims, Unix] {ByResult} "The kernel has checked the credentials. The receiver sees them if it has set SO_PASSCRED." "TLPI 61.13.4";
    // Not recvmsg().
    RECEIVING Success [LosesDescriptors] {Lost} "Descriptors came along with this, and they are lost: {lost}. Only recvmsg() takes them; for {call_kind}() the kernel closed what came." "unix(7)";
    // recvmsg()
    RECVMSG Fails(EINVAL) [RoomSaid] {Unchecked} "The playground has at most 2048 bytes for control messages, and a length must not be negative." "the notation";
    RECVMSG Success [FlagControlCut, GotDescriptors] {Unchecked} "MSG_CTRUNC: the control buffer of {room} bytes had no room for all that came along. {got} fitted; the other descriptors were closed." "recvmsg(2)";
    RECVMSG Success [FlagControlCut] {ByResult} "MSG_CTRUNC: there was too little room for what came along, and it is lost. Descriptors among it were closed at once." "recvmsg(2)";
    RECVMSG Success [GotDescriptors, GotKnown] {MadeOriginal} "{got} came along. {made} is {original} under a new number: the same open file, no copy, so flags, queue and connection are shared." "TLPI 61.13.3";
    RECVMSG Success [GotDescriptors] {ByResult} "{got} came along: new numbers for open files of the sender, no copies. Flags, queue and connection are shared with it." "TLPI 61.13.3";
    RECVMSG Success [GotCredentials] {OwnPassCredentials, Unchecked} "The credentials say who sent this, and the kernel vouches for them. They come since SO_PASSCRED is set." "TLPI 61.13.4";
    RECVMSG Filled [FlagTruncated] {Unchecked} "MSG_TRUNC came back: the message was longer than the {asked} bytes of room, and its rest is lost for good. recv() would not have told." "recvmsg(2)" => [NEXT_LENGTH];
    RECVMSG Filled [KeepsBoundaries] {ByResult} "The message fills the {asked} bytes of room exactly: MSG_TRUNC is not among the flags, so nothing was cut off." "recvmsg(2)";
};
