def print(*parts, file=None, flush=False):
    """Writes a whole line at once: other threads or processes print, too."""
    file = file or sys.stdout
    file.write(" ".join(map(str, parts)) + "\n")
    if flush:
        file.flush()
