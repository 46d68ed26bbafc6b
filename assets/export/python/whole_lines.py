def print(*parts, file=None, flush=False):
    """Writes a whole line at once, as several threads print."""
    file = file or sys.stdout
    file.write(" ".join(map(str, parts)) + "\n")
    if flush:
        file.flush()
