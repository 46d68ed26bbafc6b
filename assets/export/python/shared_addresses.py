# Memory that all processes of the program share: 256 bytes for each address, then the turns of the children.
shared = mmap.mmap(-1, 256 * len(ADDRESSES) + 16 * CHILDREN)


def remember(name, address):
    text = repr(address).encode()
    at = 256 * ADDRESSES.index(name)
    shared[at:at + len(text) + 1] = text + b"\0"


def known(name):
    at = 256 * ADDRESSES.index(name)
    return ast.literal_eval(bytes(shared[at:at + 256]).split(b"\0")[0].decode())
