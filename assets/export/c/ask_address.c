static void ask_address(int socket, struct known *known)
{
    known->length = sizeof known->address;
    if (getsockname(socket, (struct sockaddr *)&known->address, &known->length) == -1)
        fatal("getsockname");
}
