//! Lengths and pointers that are wrong on purpose, beside addresses, options and buffers.

use crate::explain::rule::{OF_THE_CALL, Rule, rows};

pub(crate) static ROWS: &[Rule] = rows! {
    ACCEPT Fails(EINVAL) [WasListening, RoomNegative] {OwnListens} "The address length {room} is negative. If a connection waited, the kernel has taken it before it looked at the length, and closed it: the client sees end of file or a reset." OF_THE_CALL;
    RECVFROM Fails(EINVAL) [RoomNegative, Peek] {ByArguments} "The address length {room} is negative. The kernel looks at it after it has copied the data, which MSG_PEEK leaves in the queue." OF_THE_CALL;
    RECVFROM Fails(EINVAL) [RoomNegative, Unix, ConnectedKind, HadNoPeer] {OwnPhase, OwnNoPeer} "{socket} is {phase} and has no connection to receive from; the negative length is not looked at before that." "unix(7)";
    RECVFROM Fails(EINVAL) [RoomNegative] {ByArguments} "The address length {room} is negative. The kernel looks at it only after it has received: data that it took is lost." OF_THE_CALL;
    NAMES Fails(EINVAL) [RoomNegative] {ByArguments} "The address length {room} is negative. It must be the size of the buffer." OF_THE_CALL;
    ACCEPT Success [RoomShort] {ByResult} "{made} is the new socket. Its peer's address has more than {room} bytes and was truncated; the length that comes back is the true one." OF_THE_CALL;
    OUT_ADDRESS Success [RoomShort] {ByResult} "The address has more than {room} bytes and was truncated. The length that comes back is the true one: compare both." OF_THE_CALL;
    ANY Fails(EFAULT) [NullBuffer, Stream, OutOfBand] {ByErrno} "The buffer is a null pointer, and the kernel could not write there. The urgent byte was taken by then: it is lost." OF_THE_CALL;
    ANY Fails(EFAULT) [NullBuffer, Stream] {ByErrno} "The buffer is a null pointer, and the kernel could not write there. What waits stays in the queue of {socket}." OF_THE_CALL => [SOME_ROOM];
    ANY Fails(EFAULT) [NullBuffer, Peek] {ByErrno} "The buffer is a null pointer, and the kernel could not write there. With MSG_PEEK the message stays in the queue." OF_THE_CALL => [SOME_ROOM];
    ANY Fails(EFAULT) [NullBuffer, KeepsBoundaries] {ByErrno} "The buffer is a null pointer, and the kernel could not write there. It had taken the message from the queue by then: it is lost." OF_THE_CALL;
    ANY Fails(EFAULT) [NullBuffer] {ByArguments} "The buffer is a null pointer, and the kernel could not write there." OF_THE_CALL;
    SETSOCKOPT Fails(EINVAL) [RoomSaid, OptionCut] {ByArguments} "The length {room} is shorter than the value that {option} has. Leave the length out." OF_THE_CALL;
    SETSOCKOPT Fails(EINVAL) [RoomSaid] {Possibilities} "The length {room} does not go with {option}, or the value is one that it does not take." OF_THE_CALL;
    GETSOCKOPT Fails(EINVAL) [RoomNegative] {ByArguments} "The length {room} is negative. It must be the size of the buffer." OF_THE_CALL;
    SETSOCKOPT Fails(EFAULT) [NullValue] {ByArguments} "The value is a null pointer, and the kernel could not read it from there. {option} is unchanged." OF_THE_CALL;
    GETSOCKOPT Success [RoomSaid, OptionCut] {ByResult} "Only {room} bytes of {option} were asked for: a short buffer truncates the value without an error. The length that comes back says how many bytes are there." OF_THE_CALL;
};
