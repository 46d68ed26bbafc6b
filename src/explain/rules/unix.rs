//! AF_UNIX names: paths, abstract names, and what can be wrong with them.

use crate::explain::rule::{Rule, rows};

pub(crate) static ROWS: &[Rule] = rows! {
    // The shape of the name.
    NAMING Fails(EINVAL, ENAMETOOLONG) [PathTooLong] {ByArguments} "The path has {path_length} bytes, and sun_path has room for 108. Use a shorter path, or a relative one." "unix(7)" => [CHOSEN_NAME];
    UNLINK Fails(ENAMETOOLONG) [] {ByArguments} "The path or a part of it is longer than a file system takes (255 bytes a part)." "unlink(2)";
    // bind() makes a file.
    BIND Fails(EADDRINUSE) [UnixPath, PathNoSocket] {PathKind} "{address} is {path_file}. bind() makes a new file and never uses an existing one: choose another name." "unix(7)" => [CHOSEN_NAME];
    BIND Fails(EADDRINUSE) [UnixPath, HeldByOurs] {OwnerHasAddress, OwnerPhase} "{address} is the name of {address_owner} ({owner_phase}). Choose another name; or close({address_owner}), unlink() the file, and bind() again." "unix(7)" => [CHOSEN_NAME, LET_GO_OF_PATH];
    BIND Fails(EADDRINUSE) [UnixAddress, NoUnixPath, HeldByOurs] {OwnerHasAddress, OwnerPhase} "{address} is the name of {address_owner} ({owner_phase}), and no file belongs to it. Choose another name, or close({address_owner})." "unix(7)" => [CHOSEN_NAME, LET_GO];
    BIND Fails(EADDRINUSE) [UnixAddress, OutsiderKnown] {OutsiderHasAddress} "{address} is the name of a socket of {outside_owner}, outside of this session, and in use. Choose another name." "proc_pid_fd(5)" => [CHOSEN_NAME];
    BIND Fails(EADDRINUSE) [UnixAddress, OutsiderHidden] {SomebodyHasAddress} "{address} is the name of an open socket outside of this session. Its owner cannot be seen: {hidden}." "proc_pid_fd(5)" => [CHOSEN_NAME];
    BIND Fails(EADDRINUSE) [UnixPath, LeftByOurs, FileThere] {LeftClosed, PathExists} "{left_behind} is closed, but the file that its bind() made is still there: close() does not remove it. unlink({address}), then bind() again." "TLPI 57.2" => [REMOVE_FILE, CHOSEN_NAME];
    BIND Fails(EADDRINUSE) [UnixPath, OutsiderNobody] {PathExists, NobodyHasAddress} "{address} exists, and no open socket of this network namespace is bound to it: it is stale, or a program in another one has it (`lsns -t net`, `nsenter -t PID -n ss -xlp`). Choose another name." "TLPI 57.2" => [CHOSEN_NAME];
    BIND Fails(EADDRINUSE) [UnixPath] {PathExists} "{address} exists in the file system. Whether an open socket has it is not known, and bind() does not ask: choose another name." "unix(7)" => [CHOSEN_NAME];
    BIND Fails(EADDRINUSE) [UnixAddress] {SomebodyHasAddress} "Another socket of this network namespace has the abstract name {address}. It becomes free when that socket is closed." "unix(7)" => [CHOSEN_NAME];
    BIND Fails(ENOENT) [UnixPath] {ByErrno} "bind() makes the file {address}, and a directory of that path does not exist. Make the directory, or choose another path." "unix(7)" => [CHOSEN_NAME];
    BIND Fails(EACCES) [UnixPath] {Possibilities} "bind() makes a file, and this user may not write to the directory of {address}, or may not search a directory on the way. Choose a directory of your own." "unix(7)" => [CHOSEN_NAME];
    BIND Fails(EROFS) [UnixPath] {ByErrno} "bind() makes a file, and {address} is on a file system that is mounted read-only. Choose another place, such as /tmp." "unix(7)" => [CHOSEN_NAME];
    BIND Fails(EPERM) [UnixPath] {Possibilities} "No socket can be made in the directory of {address}: its file system does not support them, or the directory is immutable. Choose another place, such as /tmp." "mknod(2)" => [CHOSEN_NAME];
    BIND Success [UnixAutobind] {ByResult} "An AF_UNIX address without a name lets the kernel choose an abstract name. getsockname({socket}) says which it is." "unix(7)";
    BIND Success [UnixPath, NameCut] {OwnHasLocal} "A length was passed with the address, {length}, and the kernel reads the path up to there: {socket} is {local}." "unix(7)";
    BIND Success [UnixPath, AtSign] {OwnHasAddress, PathExists} "{socket} has a name now, and the file {address} was made for it: here a name that begins with @ is a path. ss and systemd write @ for an abstract name, which is abstract:NAME here." "unix(7)";
    BIND Success [UnixPath] {OwnHasAddress, PathExists} "{socket} has a name now, and the file {address} was made for it. close() will not remove that file; unlink() does." "unix(7)";
    BIND Success [UnixAddress, NameLonger] {OwnHasLocal} "The length {length} that was passed with the address is part of an abstract name: {socket} is {local}, with all the NUL bytes. connect() needs the same length." "unix(7)";
    BIND Success [UnixAddress] {OwnHasAddress} "{socket} has the abstract name {address}. It is not a file, and it vanishes when the last descriptor is closed." "TLPI 57.6";
    // Somebody must be there.
    REACHING Fails(ENOENT) [UnixPath, WasUnlinked] {PathMissing} "unlink() removed {address}, so no socket can be found under that name, open or not. The server has to bind() it again." "unix(7)" => [SERVER_OF_UNIX, RECEIVER_OF_UNIX];
    REACHING Fails(ENOENT) [UnixPath] {Possibilities} "{address} does not lead to an existing file. The server has to bind() that path first." "unix(7)" => [SERVER_OF_UNIX, RECEIVER_OF_UNIX];
    REACHING Fails(ECONNREFUSED) [UnixPath, PathNoSocket] {PathKind} "{address} is {path_file} and not a socket, so no server can answer there. The server has to bind() a path that does not exist yet." "unix(7)";
    REACHING Fails(ECONNREFUSED) [UnixAddress, NoUnixPath, TargetOfOtherKind] {TargetKind, TargetHasAddress} "{target} has the name {address}, but is a {target_kind}. Each type has its own abstract names, and no {kind} has this one." "unix(7)" => [OTHER_TYPE];
    REACHING Fails(ECONNREFUSED) [UnixAddress, TargetDeaf, TargetOfSameKind] {TargetDeaf, TargetPhase, TargetHasAddress} "{target} has the name {address} but does not listen: it is {target_phase}. Call listen({target}, 5) first." "unix(7)" => [LISTEN_THERE, LISTEN_THERE_FIRST];
    REACHING Fails(ECONNREFUSED) [UnixPath, OutsiderKnown] {OutsiderHasAddress} "{outside_owner}, outside of this session, has {address} and accepts nothing there: a server that has not called listen() yet, or will not." "unix(7)";
    REACHING Fails(ECONNREFUSED) [UnixPath, OutsiderHidden] {SomebodyHasAddress} "An open socket outside of this session has {address} and accepts nothing there. Its owner cannot be seen: {hidden}." "proc_pid_fd(5)";
    REACHING Fails(ECONNREFUSED) [UnixPath, TargetClosed, FileThere] {TargetClosed, PathExists} "{target} is closed and only the file {address} of its bind() is left, so nobody answers there. unlink() it and start the server again." "unix(7)" => [SERVER_OF_STALE, RECEIVER_OF_STALE];
    REACHING Fails(ECONNREFUSED) [UnixPath, OutsiderNobody] {PathExists, NobodyHasAddress} "{address} exists, and no open socket of this network namespace is bound to it: its server has ended, or runs in another one (`lsns -t net`, `nsenter -t PID -n ss -xlp`). If nobody has it, unlink() it." "unix(7)";
    REACHING Fails(ECONNREFUSED) [UnixPath] {Possibilities} "{address} exists, but nobody answers there: the server has ended, does not listen or no longer accepts, or the file is not a socket." "unix(7)";
    REACHING Fails(ECONNREFUSED) [UnixAddress, NameNear] {NearName} "No socket that listens has exactly the name {address}: {near_name} is {near_local}. NUL bytes at the end count in an abstract name, and the address length decides how many there are." "unix(7)";
    REACHING Fails(ECONNREFUSED) [UnixAddress, NameDeaf] {NameDeaf} "{deaf_owner} has the abstract name {address}, but does not listen, or is of another type than {socket}." "unix(7)";
    REACHING Fails(ECONNREFUSED) [UnixAddress, TargetClosed, NameFree] {TargetClosed, TargetHasAddress, NobodyHasAddress} "{target} had the abstract name {address} and is closed. Such a name ends with its socket: a server has to bind() it again." "unix(7)" => [SERVER_OF_UNIX, RECEIVER_OF_UNIX];
    REACHING Fails(ECONNREFUSED) [UnixAddress, NameFree] {NobodyHasAddress} "No open socket has the abstract name {address} in this network namespace. Start the server first." "unix(7)" => [SERVER_OF_UNIX, RECEIVER_OF_UNIX];
    REACHING Fails(ECONNREFUSED) [UnixAddress] {Possibilities} "Nobody accepts under the abstract name {address} in this network namespace: no socket has it, or the one that has it does not listen." "unix(7)" => [SERVER_OF_UNIX, RECEIVER_OF_UNIX];
    REACHING Fails(EPROTOTYPE) [TargetOfOtherKind] {TargetKind} "{target} is a {target_kind}, {socket} a {kind}: on AF_UNIX both ends must have the same type. Make a socket of the type of {target}." "unix(7)" => [OTHER_TYPE];
    REACHING Fails(EPROTOTYPE) [UnixAddress] {ByErrno} "The socket at {address} has another type than {socket}. On AF_UNIX both ends must have the same one." "unix(7)";
    REACHING Fails(EACCES) [UnixPath] {ByErrno} "Reaching a path requires write permission on the file and search permission on its directories. Look with ls -l at {address}." "unix(7)";
    NAMING Fails(ENOTDIR) [UnixPath] {ByErrno} "A part of the path {address} that should be a directory is a file." "unix(7)";
    NAMING Fails(ELOOP) [UnixPath] {ByErrno} "The path {address} leads through too many symbolic links, perhaps in a cycle." "path_resolution(7)";
    // unlink()
    UNLINK Fails(ENOENT) [] {PathMissing} "There is no file {address}: it was removed before, or never made." "unlink(2)";
    UNLINK Fails(EACCES, EPERM) [] {Possibilities} "Removing a name requires write permission on its directory, and search permission on those above; in a sticky directory such as /tmp also ownership of the file or of the directory." "unlink(2)";
    UNLINK Fails(EISDIR) [] {PathIsDirectory} "{address} is a directory, and unlink() removes only files." "unlink(2)";
    UNLINK Fails(ENOTDIR) [] {ByErrno} "A part of the path {address} that should be a directory is a file." "unlink(2)";
    UNLINK Fails(EROFS) [] {ByErrno} "{address} is on a file system that is mounted read-only." "unlink(2)";
    UNLINK Success [] {PathMissing} "The name {address} is gone. If a socket is still bound to it, that socket remains, but no other socket can reach it by that name any more." "unix(7)";
};
