"""Standard streams as a process may find them: closed, full, or without a reader."""

import fcntl
import os


class UnreadPipe:
    """A full pipe, which nobody reads until read_all is called."""

    def __init__(self):
        self.out, self.into = os.pipe()
        flags = fcntl.fcntl(self.into, fcntl.F_GETFL)
        fcntl.fcntl(self.into, fcntl.F_SETFL, flags | os.O_NONBLOCK)
        self.filled = 0
        for size in (4096, 1):
            try:
                while True:
                    self.filled += os.write(self.into, b"\n" * size)
            except BlockingIOError:
                pass
        fcntl.fcntl(self.into, fcntl.F_SETFL, flags)

    def read_more(self):
        """What is there, at least one byte; nothing once every writer has closed it."""
        return os.read(self.out, 1 << 20)

    def no_more_writers(self):
        """Of this process; its children have their own."""
        if self.into is not None:
            os.close(self.into)
            self.into = None

    def close(self):
        self.no_more_writers()
        os.close(self.out)


def with_closed(command, descriptors):
    """A command that starts with these descriptors closed."""
    closing = " ".join(f"{number}{'<' if number == 0 else '>'}&-" for number in descriptors)
    return ["sh", "-c", f'exec "$@" {closing}', "sh", *command]
