# The addresses that the program asked for, by their names.
addresses = {}


def remember(name, address):
    addresses[name] = address


def known(name):
    return addresses[name]
