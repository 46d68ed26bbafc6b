def print(*parts, file=None, flush=False):
    """Writes a whole line at once: threads write beside each other."""
    file = file or sys.stdout
    file.write(" ".join(map(str, parts)) + "\n")
    if flush:
        file.flush()
