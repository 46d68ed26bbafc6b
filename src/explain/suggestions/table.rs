//! The suggestions that rules name: a table of lines. A line that is of no use in the present world is left out.

use crate::explain::suggestions::rule::suggestion_rules;

suggestion_rules! {
    // Making.
    STREAM_OF_INET [NoPair] "{free} = socket(AF_INET, SOCK_STREAM)" "a domain that every kernel has";
    PAIR_OF_UNIX [MakesPair] "{free_pair} = socketpair(AF_UNIX, SOCK_STREAM)" "the domain that makes pairs";
    STREAM_OF_DOMAIN [NoPair] "{free} = socket({domain}, SOCK_STREAM)" "a type that {domain} has";
    DEFAULT_PROTOCOL [NoPair] "{free} = socket({domain}, {type})" "with the usual protocol";
    RAW_ICMP [IsInet] "{free} = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)" "a raw socket of one protocol";
    FRESH [] "{free} = {making}" "a new socket of that kind";
    // Addresses.
    FREE_PORT [Inet] "bind({socket}, {free_port})" "a free port";
    ANY_OWN [] "bind({socket}, {own})" "the kernel completes it";
    CHOSEN_NAME [Unix] "bind({socket}, unix:)" "an abstract name";
    LOOPBACK [] "bind({socket}, {here})" "an address of this host";
    RIGHT_LENGTH [] "{right_length}" "with the true length";
    OF_THAT_FAMILY [] "{free} = socket({address_domain}, {type})" "a socket of that family", "bind({new}, {address})" "which takes the address";
    LET_GO [NoUnixPath] "close({address_owner})" "{address_owner} lets go of it", "{retry}" "once more";
    LET_GO_OF_PATH [UnixPath] "close({address_owner})" "{address_owner} lets go of it", "unlink({address})" "the file stays behind", "{retry}" "once more";
    REUSE_LEFT [LeftReusable] "setsockopt({socket}, SO_REUSEADDR, 1)" "{left_behind} had it too", "{retry}" "then it passes";
    REUSE_BOTH [HolderConnected] "setsockopt({address_owner}, SO_REUSEADDR, 1)" "both need it", "setsockopt({socket}, SO_REUSEADDR, 1)" "both need it", "{retry}" "then it passes";
    REUSE_OTHER [] "setsockopt({lacks_reuse}, {reuse}, 1)" "both need it", "{retry}" "then it passes";
    V6_ONLY [] "setsockopt({socket}, IPV6_V6ONLY, 1)" "leaves IPv4 alone", "{retry}" "then it passes";
    REMOVE_FILE [] "unlink({address})" "removes the file", "{retry}" "once more";
    REMOVE_OWN_FILE [] "unlink({local})" "removes the file that is left";
    FRESH_BIND [] "{free} = {making}" "a new socket", "bind({new}, {address})" "which binds before it connects";
    FRESH_LISTEN [Inet] "{free} = {making}" "a new socket", "listen({new}, 5)" "which can become passive";
    FRESH_LISTEN_UNIX [Unix] "{free} = {making}" "a new socket", "bind({new}, unix:)" "with a name", "listen({new}, 5)" "which can become passive";
    NAME_FIRST [Unix] "bind({socket}, unix:)" "a name first", "{retry}" "once more";
    // Connections.
    LISTEN_THERE [] "listen({target}, 5)" "{target} becomes passive", "{retry}" "once more";
    LISTEN_HERE [] "listen({socket}, 5)" "makes it passive", "{retry}" "once more";
    LISTEN_AGAIN [] "listen({socket}, 5)" "makes it passive again";
    OTHER_LISTENER [] "connect({socket}, {somebody})" "somebody listens there";
    SERVER_THERE [Loopback] "{free} = {making}" "a server", "bind({new}, {address})" "at that address", "listen({new}, 5)" "which listens", "{retry}" "once more";
    SERVER_OF_UNIX [UnixAddress, ConnectedKind] "{free} = {making}" "a server", "bind({new}, {address})" "under that name", "listen({new}, 5)" "which listens", "{retry}" "once more";
    SERVER_OF_STALE [UnixPath, ConnectedKind] "unlink({address})" "the file is stale", "{free} = {making}" "a server", "bind({new}, {address})" "under that name", "listen({new}, 5)" "which listens", "{retry}" "once more";
    RECEIVER_OF_UNIX [UnixAddress, Message] "{free} = {making}" "a receiver", "bind({new}, {address})" "under that name", "{retry}" "once more";
    RECEIVER_OF_STALE [UnixPath, Message] "unlink({address})" "the file is stale", "{free} = {making}" "a receiver", "bind({new}, {address})" "under that name", "{retry}" "once more";
    OTHER_TYPE [] "{free} = socket(AF_UNIX, {target_type})" "of the type of {target}", "connect({new}, {address})" "which fits";
    MAKE_ROOM [] "{accepted} = accept({target})" "makes room in the queue", "{retry}" "once more";
    MAKE_ROOM_FOR_IT [] "{accepted} = accept({target})" "makes room in the queue";
    TAKE_IT [] "{accepted} = accept({target})" "takes the connection";
    TAKE_ONE [] "{accepted} = accept({socket})" "the socket of a client";
    WRITABLE [] "poll([{socket}: POLLOUT], -1)" "waits for its end", "getsockopt({socket}, SO_ERROR)" "how it ended";
    ERROR_OF_IT [] "getsockopt({socket}, SO_ERROR)" "how it ended", "{retry}" "once more";
    FRESH_CONNECT [] "{free} = {making}" "a new socket", "connect({new}, {address})" "connects once";
    FRESH_TO_REMOTE [] "{free} = {making}" "a new socket", "connect({new}, {at_remote})" "somebody listens there";
    RELEASE [] "connect({connected_elsewhere}, AF_UNSPEC)" "it takes from all again", "{retry}" "then it passes";
    DISSOLVE [Tcp, HadPeer] "connect({socket}, AF_UNSPEC)" "dissolves it, by RST", "{retry}" "once more";
    ALLOW_BROADCAST [] "setsockopt({socket}, SO_BROADCAST, 1)" "allows it", "{retry}" "once more";
    CLIENT_COMES [ConnectedKind] "{free} = {making}" "a client", "connect({new}, addr({socket}))" "wakes it";
    DEFERRED_DATA [] "send({socket}, \"hello\")" "brings it into the queue";
    DATA_OF_CLIENT [] "send({unaccepted}, \"hello\")" "its data wakes it";
    CLIENT_WITH_DATA [] "{free} = {making}" "a client", "connect({new}, addr({socket}))" "not enough yet", "send({new}, \"hello\")" "its data wakes it";
    CLIENT_FIRST [ConnectedKind] "{free} = {making}" "a client", "connect({new}, addr({socket}))" "comes into the queue", "{retry}" "once more";
    // Sending and receiving.
    RECEIVE_FROM [Named] "recvfrom({socket}, 100)" "needs no connection";
    CONNECT_FIRST [] "connect({socket}, {somebody})" "somebody is there", "{retry}" "once more";
    LISTENER_FIRST [Inet, ConnectedKind, NobodyThere] "{free} = {making}" "a server", "listen({new}, 5)" "the kernel gives it a port", "connect({socket}, addr({new}))" "connects to it", "{retry}" "once more";
    SEND_TO [Message] "sendto({socket}, {data}, {somebody})" "says where to";
    RECEIVER_FIRST [Message, NobodyThere] "{free} = {making}" "a receiver", "bind({new}, {own})" "with an address", "sendto({socket}, {data}, addr({new}))" "says where to";
    RECEIVER_THERE [Message, RemoteIsLoopback] "{free} = {making}" "a receiver", "bind({new}, {remote})" "at that address", "{retry}" "once more";
    PLAIN_SEND [] "send({socket}, {data})" "to its one peer";
    WITHOUT_FLAGS [] "{without_flags}" "without the flag";
    FITTING [] "{fitting}" "as much as fits";
    SOME_DATA [] "send({socket}, \"hello\")" "a buffer that is there";
    SOME_ROOM [] "recv({socket}, {asked})" "a buffer that is there";
    REST_WHEN_ROOM [NotWaiting] "poll([{socket}: POLLOUT], 1000)" "waits for room", "{send_rest}" "what is left";
    REST [Waiting] "{send_rest}" "what is left";
    WAIT_TO_SEND [] "poll([{socket}: POLLOUT], 1000)" "waits for room", "{retry}" "once more";
    WAIT_TO_RECEIVE [] "poll([{socket}: POLLIN], 1000)" "waits for something", "{retry}" "once more";
    MADE_BLOCKING [IsNonblocking] "fcntl({socket}, F_SETFL, 0)" "its calls wait from now on", "{retry}" "once more";
    PEER_SENDS [PeerOpen] "send({peer}, \"hello\")" "something to read", "{retry}" "once more";
    PEER_WAKES [PeerOpen] "send({peer}, \"hello\")" "wakes it";
    PEER_FILLS [PeerOpen] "send({peer}, bytes({asked}))" "all that it waits for";
    TAKE_AND_SEND [] "{accepted} = accept({its_listener})" "takes the connection", "send({peer}, \"hello\")" "wakes it";
    MESSAGE_COMES [Datagram] "{message_to_it}" "wakes it";
    SENDER_COMES [Datagram, Named, NeverConnected, NobodySends] "{free} = {making}" "a sender", "sendto({new}, \"x\", addr({socket}))" "wakes it";
    PEER_READS [PeerOpen] "drain({peer})" "makes room", "{retry}" "once more";
    PEER_READS_ALL [PeerOpen] "drain({peer})" "reads all of it";
    NEXT_LENGTH [] "recv({socket}, {asked}, MSG_PEEK|MSG_TRUNC)" "only looks at the next";
    READ_ON [UnreadHere] "{retry}" "what is left";
    RECEIVE_STILL [PeerOpen] "recv({socket}, 100)" "receiving is still open";
    SEND_STILL [] "send({socket}, \"bye\")" "sending is still open";
    WITHOUT_SIGNAL [GotSigpipe] "{without_signal}" "EPIPE without signal";
    NOW_EPIPE [] "send({socket}, {data})" "the RST has come by now";
    FINISH [] "shutdown({socket}, SHUT_WR)" "ends the other direction too";
    CLOSE_IT [] "close({socket})" "gives the descriptor back";
    EOF_OR_EMPTY [] "poll([{socket}: POLLIN|POLLRDHUP], 0)" "tells the two apart";
    ONCE_MORE [] "{retry}" "once more";
    INTERRUPT [] "cancel({socket})" "EINTR, or what was done";
    BIND_FIRST [] "bind({socket}, {own})" "then somebody can send to it";
    // Sets.
    READY_ONE [] "{ready_line}" "does not block now";
    UNBLOCK [] "{unblocking_line}" "wakes it";
    CLIENT_UNBLOCKS [] "{free} = {client_making}" "a client", "connect({new}, addr({watched_listener}))" "wakes it";
    CHANGE_EVENTS [] "epoll_ctl({socket}, EPOLL_CTL_MOD, {watched}, {events})" "changes what is there";
    ADD_IT [NoDelete] "epoll_ctl({socket}, EPOLL_CTL_ADD, {watched}, {events})" "puts it there";
    INSTANCE [] "{free} = epoll_create1()" "an epoll instance";
    READ_THE_OVERLOOKED [OverlookedData] "drain({overlooked})" "reads until EAGAIN";
    READ_BELOW_LOWAT [] "recv({below_lowat}, 100, MSG_DONTWAIT)" "takes what is there";
    READ_UNIX_RECEIVER [] "recv({unix_receiver}, 100)" "makes room";
    REARM_EDGE [] "epoll_ctl({socket}, EPOLL_CTL_MOD, {overlooked}, {overlooked_events})" "arms it again";
    REARM_ONCE [] "epoll_ctl({socket}, EPOLL_CTL_MOD, {disarmed}, {disarmed_events})" "arms it again";
    REMOVE_AND_ADD [] "epoll_ctl({socket}, EPOLL_CTL_DEL, {watched})" "removes it", "epoll_ctl({socket}, EPOLL_CTL_ADD, {watched}, EPOLLIN)" "adds it anew";
    // Options and descriptors.
    READ_OPTION [] "getsockopt({socket}, {option})" "it can be read";
    READ_BACK [] "getsockopt({socket}, {option})" "reads what became of it";
    UNSENT_OF_IT [] "ioctl({socket}, SIOCOUTQNSD)" "counts what was never sent";
    UNCORK [] "setsockopt({socket}, TCP_CORK, 0)" "sends what is held back";
    OWN_IT [] "fcntl({socket}, F_SETOWN, getpid())" "this process gets its signals";
    READ_FILE [File] "read({socket}, 100)" "read() works on a file";
    EVENTS [Epoll] "epoll_wait({socket}, 10, 0)" "gives its events";
    BY_DUPLICATE [Duplicated] "{by_duplicate}" "{duplicate} is still open";
}
