/* An address that is known only when the program runs. */
struct known {
    struct sockaddr_storage address;
    socklen_t length;
};

