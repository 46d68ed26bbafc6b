/* Prints the first bytes of a buffer. A call with MSG_TRUNC may return a count that exceeds its size. */
static void print_bytes(const char *bytes, size_t size, ssize_t count)
{
    size_t length = count < 0 ? 0 : (size_t)count < size ? (size_t)count : size;
    if (length == 0)
        return;
    printf("  \"");
    for (size_t i = 0; i < length && i < 64; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if (byte >= ' ' && byte <= '~' && byte != '"' && byte != '\\')
            putchar(byte);
        else
            printf("\\x%02x", byte);
    }
    printf(length > 64 ? "\"...\n" : "\"\n");
}
