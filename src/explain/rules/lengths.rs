//! Lengths and pointers that are wrong on purpose, beside addresses, options and buffers.

use crate::explain::rule::{OF_THE_CALL, Rule, rows};

pub(crate) static ROWS: &[Rule] = rows! {
    ACCEPT Fails(EINVAL) [WasListening, RoomNegative] {OwnListens, Unchecked} "The address length {room} is negative. The kernel looks at it after it took a connection, which it closes again: that client reads end of file." OF_THE_CALL;
    RECVFROM Fails(EINVAL) [RoomNegative] {Unchecked} "The address length {room} is negative. The kernel looks at it after it has taken the data, which is lost." OF_THE_CALL;
    NAMES Fails(EINVAL) [RoomNegative] {ByArguments} "The address length {room} is negative. It must be the size of the buffer." OF_THE_CALL;
    ACCEPT Success [RoomShort] {ByResult} "{made} is the new socket. Its peer's address has more than {room} bytes and was cut; the length that comes back is the true one." OF_THE_CALL;
    OUT_ADDRESS Success [RoomShort] {ByResult} "The address has more than {room} bytes and was cut to them. The length that comes back is the true one: compare both." OF_THE_CALL;
    ANY Fails(EFAULT) [NullBuffer, Stream] {Unchecked} "The buffer is a null pointer, and the kernel could not write there. The bytes stay in the queue of {socket}." OF_THE_CALL => [SOME_ROOM];
    ANY Fails(EFAULT) [NullBuffer, Peek] {ByErrno} "The buffer is a null pointer, and the kernel could not write there. With MSG_PEEK the message stays in the queue." OF_THE_CALL => [SOME_ROOM];
    ANY Fails(EFAULT) [NullBuffer, KeepsBoundaries] {ByErrno} "The buffer is a null pointer, and the kernel could not write there. It had taken the message from the queue by then: it is lost." OF_THE_CALL;
    ANY Fails(EFAULT) [NullBuffer] {ByArguments} "The buffer is a null pointer, and the kernel could not write there." OF_THE_CALL;
    SETSOCKOPT Fails(EINVAL) [RoomSaid] {Unchecked} "The length {room} does not go with {option}: the kernel takes no fewer bytes than the type of the option has." OF_THE_CALL;
    GETSOCKOPT Fails(EINVAL) [RoomNegative] {ByArguments} "The length {room} is negative. It must be the size of the buffer." OF_THE_CALL;
    SETSOCKOPT Fails(EFAULT) [NullValue] {ByArguments} "The value is a null pointer, and the kernel could not read it from there. {option} is as it was." OF_THE_CALL;
    GETSOCKOPT Success [RoomSaid] {ByResult} "The kernel gave at most {room} bytes of {option}: for a short buffer an int is cut without an error. The length that comes back says how many." OF_THE_CALL;
};
